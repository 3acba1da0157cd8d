import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { isFtp } from '../../hosts/service-needs.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'
import { dataNotFound } from '../table-wording.js'

/** Seconds; what ipvsadm and keepalived take when they are told "persistent" without a time. */
const USUAL_TIMEOUT = 360

export const natFtp: Rule = {
  code: 'NAT-FTP',
  severity: 'warning',
  title: 'FTP by DR or TUN without persistence',
  why: 'Clients log in, and lists and files never come: the connection for the data is refused, or goes to a real server that knows nothing of it.',
  kernel:
    'A data connection goes to another port. ip_vs_service_find (ip_vs_ctl.c) takes it for the service at port 21, but only a ' +
    'persistent one schedules for another port than its own (ip_vs_schedule, ip_vs_core.c), and only persistence sends it to ' +
    'the same real server. With NAT it is the module ip_vs_ftp that expects it, which is derived.',
  mend: 'Make the service persistent.',
  source: 'ipvsadm(8); net/netfilter/ipvs/ip_vs_core.c, ip_vs_ftp.c (Linux 6.1)',
  explains: [],
  check: ({ services }, report) => {
    for (const { name, path, drawn, realServers } of services) {
      if (!isFtp(drawn) || drawn.mark !== undefined || drawn.persistence !== undefined) continue
      const direct = realServers.filter(({ mode }) => mode === 'dr' || mode === 'tun')
      if (direct.length === 0) continue
      report(
        valueAt(below(path, 'port')),
        dataNotFound(name, listed(direct.map((realServer) => realServer.name))),
        [
          {
            title: say`Make "${name}" persistent for ${USUAL_TIMEOUT} seconds`,
            edits: [
              { kind: 'set', path: below(path, 'persistence'), value: new Map([['timeout', USUAL_TIMEOUT]]) },
            ],
          },
        ],
      )
    }
  },
}
