import { say } from '../../speech/say.js'
import { addressKind } from '../../topology/address.js'
import { isBroadcast } from '../../packet/refusals.js'
import { below } from '../../topology/path.js'
import { keyAt, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { canBeVip } from '../structure.js'

export const serviceTarget: Rule = {
  code: 'SVC-TARGET',
  severity: 'error',
  title: 'A service that does not say what it serves',
  why: 'IPVS knows a service by protocol, VIP and port, or by a firewall mark, on a director. Without them there is nothing to set up.',
  kernel:
    'A TCP connection to a broadcast address is refused to who asks for it on its link (tcp_ipv4.c, tcp_v4_connect), and a router takes what ' +
    'comes from elsewhere for itself instead of passing it on (route.c, ip_route_input_slow).',
  mend: 'Give the service a VIP that a host could have, and a port, or a mark, and name its director.',
  source: 'ipvsadm(8); uapi/linux/ip_vs.h ip_vs_service_user',
  explains: ['UNDETERMINED'],
  check: ({ services, hosts }, report) => {
    const directors = [...hosts.values()].filter(({ role }) => role === 'director').map(({ name }) => name)
    const [only] = directors
    for (const { name, path, drawn } of services) {
      const { vip, mark, port } = drawn
      const at = (key: string) => below(path, key)
      if (vip === undefined && mark === undefined) {
        report(keyAt(at('vip')), say`"${name}" has no VIP; say as "vip" which address clients connect to`)
      }
      if (vip !== undefined && !canBeVip(vip)) {
        report(
          valueAt(at('vip')),
          say`the VIP ${vip} of "${name}" is a ${addressKind(vip)} address; a VIP must be a unicast one`,
        )
      }
      const onLink = drawn.directors.find(
        (director) => vip !== undefined && isBroadcast(hosts.get(director)?.state, vip),
      )
      if (vip !== undefined && onLink !== undefined) {
        report(
          valueAt(at('vip')),
          say`the VIP ${vip} of "${name}" is the broadcast address of a subnet of ${onLink}, to which nobody can connect; take another one of the subnet`,
        )
      }
      if (vip !== undefined && mark === undefined && port === undefined) {
        report(keyAt(at('port')), say`"${name}" has a VIP but no port; say as "port" what clients connect to`)
      }
      if (drawn.directors.length === 0) {
        report(
          keyAt(at('director')),
          say`"${name}" has no director; say as "director" which host balances it`,
          only !== undefined && directors.length === 1
            ? [
                {
                  title: say`Make ${only} its director`,
                  edits: [{ kind: 'set', path: at('director'), value: only }],
                },
              ]
            : [],
        )
      }
    }
  },
}
