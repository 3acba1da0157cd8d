import { say } from '../../speech/say.js'
import { withPort } from '../../topology/address.js'
import { keyAt } from '../places.js'
import type { Rule } from '../rule.js'

export const duplicateRealServer: Rule = {
  code: 'DUP-RS',
  severity: 'error',
  title: 'Two real servers of a service with the same address and port',
  why: 'Only one of them comes to be.',
  kernel:
    'A destination is known by address and port; a second one is refused with EEXIST, "Destination already exists" (ip_vs_ctl.c, ip_vs_add_dest). With DR and TUN the port is always the VIP’s.',
  mend: 'Give one of them its own address, or take it out.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c (Linux 6.1)',
  explains: [],
  check: ({ services }, report) => {
    for (const { name: service, drawn, realServers } of services) {
      const first = new Map<string, string>()
      for (const { name, path, mode, rip, interface: own, port } of realServers) {
        const effective = mode === 'nat' ? port : drawn.port
        if (rip === undefined || own === undefined || effective === undefined) continue
        const key = withPort(rip, effective)
        const other = first.get(key)
        if (other === undefined) first.set(key, name)
        else {
          report(keyAt(path), say`${other} and ${name} of "${service}" are both ${key}`, [
            {
              title: say`Take ${name} out of "${service}"`,
              edits: [{ kind: 'remove-real-server', service, host: name }],
            },
          ])
        }
      }
    }
  },
}
