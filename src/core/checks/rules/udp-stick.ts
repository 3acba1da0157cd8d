import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { ONE_SOCKET } from '../one-socket.js'
import type { Rule } from '../rule.js'
import { valueAt } from '../places.js'
import { sendersStay } from '../table-wording.js'

export const udpSticks: Rule = {
  code: 'UDP-STICK',
  severity: 'warning',
  title: 'A UDP sender that keeps its port stays with one real server',
  why: 'A few busy senders are not shared out at all: each goes on sending to the real server it got first, and to none when that is taken out.',
  kernel:
    'A UDP flow of one address and port is one connection to IPVS, and every packet renews its 300 seconds ' +
    '(ip_vs_proto_udp.c, udp_timeouts). One-packet scheduling keeps none (ip_vs_schedule, ip_vs_core.c).',
  mend: 'Schedule every packet by itself with one-packet (DR or TUN), or shorten the timeout with "ipvsadm --set 0 0 N".',
  source: 'net/netfilter/ipvs/ip_vs_proto_udp.c (Linux 6.1); ipvsadm(8)',
  explains: [],
  check: ({ services }, report) => {
    for (const { name, path, drawn, realServers } of services) {
      const what = drawn.port === undefined ? undefined : ONE_SOCKET.get(drawn.port)
      const wanted = drawn.onePacket || drawn.persistence !== undefined || realServers.length < 2
      if (what === undefined || drawn.protocol !== 'udp' || wanted) continue
      const natted = realServers.some(({ mode }) => mode === 'nat')
      report(
        valueAt(below(path, 'port')),
        sendersStay(what, name),
        natted
          ? []
          : [
              {
                title: say`Schedule every packet by itself`,
                edits: [{ kind: 'set', path: below(path, 'one-packet'), value: true }],
              },
            ],
      )
    }
  },
}
