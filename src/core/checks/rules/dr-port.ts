import { said, say, toSay } from '../../speech/say.js'
import { askedPort } from '../../hosts/asked-ports.js'
import { hears } from '../../hosts/listens.js'
import { below } from '../../topology/path.js'
import type { Mode } from '../../topology/types.js'
import { deliveries } from '../deliveries.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const drPort: Rule = {
  code: 'DR-PORT',
  severity: 'error',
  title: 'A real server of a DR service has another port than the VIP',
  why: 'The port in the file is not used: requests arrive at the VIP’s port, and where nothing listens there clients get "Connection refused".',
  kernel:
    'ip_vs_dr_xmit (ip_vs_xmit.c) changes nothing in the packet, so no port is rewritten. ipvsadm silently replaces the ' +
    'port by the VIP’s, keepalived resets it with a line in its log, and two such real servers become duplicates.',
  mend: 'Give the real server the VIP’s port and let the daemon listen there, or redirect the port on the real server itself; only NAT can change ports.',
  source: 'net/netfilter/ipvs/ip_vs_xmit.c (Linux 6.1); ipvsadm.c process_options; keepalived issue 643',
  explains: ['NOT_LISTENING'],
  check: portCheck('dr', toSay`direct routing rewrites no port`),
}

/** Modes that hand the packet on as it is: the real server's port is the VIP's. */
export function portCheck(mode: Mode, because: string): Rule['check'] {
  return (cluster, report) => {
    for (const delivery of deliveries(cluster)) {
      const { mode: of, service, realServer, port, vip, host } = delivery
      const given = realServer.drawn.port
      // A service for every port is asked where real servers of NAT listen. Those of a service by mark have no port at all.
      if (of !== mode || given === undefined || given === (port === 0 ? askedPort(service) : port)) continue
      if (service.drawn.mark !== undefined) continue
      // Its daemon is drawn to hear what arrives: the port of the real server only says nothing.
      const target = { address: vip, port, protocol: service.drawn.protocol }
      if (host.drawn.listens?.some((listen) => hears(listen, target)) === true) continue
      const path = below(realServer.path, 'port')
      const message = say`${realServer.name} of "${service.name}" is given port ${given}, but ${said(because)}: requests arrive at`
      if (port === 0) {
        report(valueAt(path), say`${message} whatever port the client asked for`, [
          takingOut(path, say`Take the port out`),
        ])
      } else {
        report(valueAt(path), say`${message} port ${port}, the VIP's`, [
          { title: say`Change the port to ${port}, the VIP's`, edits: [{ kind: 'set', path, value: port }] },
        ])
      }
    }
  }
}
