import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { Cluster } from '../../hosts/cluster.js'
import { commonNetworks, pairs } from '../pairs.js'
import type { Pair } from '../pairs.js'
import { keyAt, takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

/** The identifier of keepalived's own examples; it must only be free on the segment. */
const USUAL_ID = 51

export const pairVrrp: Rule = {
  code: 'PAIR-VRRP',
  severity: 'error',
  title: 'A pair of directors without VRRP, or VRRP without a pair',
  why: 'Two directors that do not hear of each other either both have the VIP or, when one fails, neither.',
  kernel: undefined,
  mend: 'Say as "vrrp" with which identifier and on which network the pair agrees on who is active; without a pair take it out.',
  source: 'RFC 5798; keepalived.conf(5)',
  explains: [],
  ofPairs: true,
  check: (cluster, report) => {
    const paired = cluster.services.filter(({ drawn }) => drawn.directors.length > 1)
    const [first] = paired
    if (cluster.topology.vrrp === undefined) {
      if (first === undefined) return
      report(
        valueAt(below(first.path, 'director')),
        say`the directors of ${quoted(paired.map(({ name }) => name))} are a pair, but no "vrrp" says how they agree on who is active`,
        pairs(cluster)
          .slice(0, 1)
          .flatMap((pair) => withVrrp(cluster, pair)),
      )
    } else if (first === undefined) {
      const path = pathOf('vrrp')
      report(keyAt(path), say`no service has a pair of directors, so "vrrp" has nobody to agree`, [
        ...joinings(cluster),
        takingOut(path, say`Take vrrp out`),
      ])
    }
  },
}

function withVrrp(cluster: Cluster, pair: Pair): Fix[] {
  const networks = commonNetworks(cluster, pair)
  const { vipInterface } = pair.service
  const ofVip = pair.active.drawn.interfaces.get(vipInterface ?? '')?.network
  const network = networks.find((name) => name === ofVip) ?? networks[0]
  if (network === undefined) return []
  return [
    {
      title: say`Let them agree by VRRP on ${network}, with identifier ${USUAL_ID}`,
      edits: [
        {
          kind: 'set',
          path: pathOf('vrrp'),
          value: new Map<string, string | number>([
            ['id', USUAL_ID],
            ['network', network],
          ]),
        },
      ],
    },
  ]
}

/** Where exactly two directors are drawn, it is clear who is to be the pair. */
function joinings({ hosts, services, topology }: Cluster): Fix[] {
  const directors = [...hosts.values()].filter(({ role }) => role === 'director').map(({ name }) => name)
  if (directors.length !== 2 || services.length === 0 || topology.manage.director !== 'keepalived') return []
  const joined = services.filter(({ director }) => director !== undefined)
  if (joined.length !== services.length) return []
  return [
    {
      title: say`Make ${directors.join(say` and `)} the pair of every service`,
      edits: joined.map(({ path }) => ({ kind: 'set', path: below(path, 'director'), value: directors })),
    },
  ]
}
