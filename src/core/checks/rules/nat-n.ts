import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { keyAt, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

/** Real servers from which the LVS project itself calls the director of a NAT service a possible bottleneck. */
const MANY = 20

export const natMany: Rule = {
  code: 'NAT-N',
  severity: 'information',
  title: 'A NAT service with many real servers',
  why: 'Requests and replies both cross the director, so its network and its processor bound the whole service.',
  kernel:
    'Every packet of both directions is looked up and rewritten on the director. With DR and TUN it sees the requests ' +
    'only, which are the smaller part for most services.',
  mend: 'Nothing must be changed while the director keeps up; otherwise use DR or TUN.',
  source: 'www.linux-vs.org/how.html',
  explains: [],
  check: ({ services }, report) => {
    for (const { name, path, drawn, realServers } of services) {
      const count = realServers.filter(({ mode, local }) => mode === 'nat' && !local).length
      if (count <= MANY) continue
      report(
        drawn.mode === 'nat' ? valueAt(below(path, 'mode')) : keyAt(below(path, 'real-servers')),
        say`all requests and replies of the ${count} NAT real servers of "${name}" cross the director; DR or TUN take the replies off it`,
      )
    }
  },
}
