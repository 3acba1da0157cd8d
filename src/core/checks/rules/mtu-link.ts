import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { Cluster } from '../../hosts/cluster.js'
import { USUAL_MTU } from '../links.js'
import { keyAt, takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'

export const mtuOfLink: Rule = {
  code: 'MTU-LINK',
  severity: 'warning',
  title: 'Interfaces of one network with different MTUs',
  why: 'Small packets go through and large ones vanish: logins work, then a page or a file stops in the middle, between some of the hosts only.',
  kernel:
    'A link has nobody who could say that a packet is too big; only a router does, by ICMP. What is longer than the receiver’s MTU is dropped ' +
    'by its network card, and a switch drops what is longer than its own. TCP agrees on a size by what each end says of its own link ' +
    '(tcp_mtu_to_mss, tcp_output.c), so hosts behind routers are hit first.',
  mend: 'Give every interface on the network the same MTU: say it once, at the network.',
  source: 'net/ipv4/tcp_output.c (Linux 6.1); RFC 4459',
  explains: [],
  mayExplain: ['MTU_BLACKHOLE'],
  check: (cluster, report) => {
    for (const [network, ends] of endsByNetwork(cluster)) {
      const stated = cluster.topology.networks.get(network)?.mtu
      const usual = stated ?? mostCommon(ends.map(({ mtu }) => mtu))
      const others = ends.filter(({ mtu }) => mtu === usual).map(({ host }) => host)
      for (const end of ends) {
        if (end.mtu === usual) continue
        const path = pathOf('hosts', end.host, 'interfaces', end.interface)
        report(
          end.drawn ? valueAt(below(path, 'mtu')) : keyAt(path),
          say`${end.interface} of ${end.host} sends up to ${end.mtu} bytes on ${network}, where ${stated === undefined ? `${listed(others)} ${new Set(others).size > 1 ? 'have' : 'has'} ${usual}` : say`${usual} fit`}`,
          fixesOf(network, end, stated, usual),
        )
      }
    }
  },
}

interface End {
  readonly host: string
  readonly interface: string
  readonly mtu: number
  /** The file says it of the interface itself. */
  readonly drawn: boolean
}

/** The interfaces of every network of which at least one says its MTU: the others agree by themselves. */
function endsByNetwork({ hosts, topology }: Cluster): Map<string, End[]> {
  const found = new Map<string, End[]>()
  const telling = new Set<string>()
  for (const { name: host, drawn } of hosts.values()) {
    for (const [name, { network, mtu }] of drawn.interfaces) {
      if (network === undefined || !topology.networks.has(network)) continue
      if (mtu !== undefined) telling.add(network)
      const end = {
        host,
        interface: name,
        mtu: mtu ?? topology.networks.get(network)?.mtu ?? USUAL_MTU,
        drawn: mtu !== undefined,
      }
      const known = found.get(network)
      if (known === undefined) found.set(network, [end])
      else known.push(end)
    }
  }
  for (const network of found.keys()) if (!telling.has(network)) found.delete(network)
  return found
}

/** The first of several. */
function mostCommon(sizes: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1)
  const [first] = [...counts].sort(([, a], [, b]) => b - a)
  return first?.[0] ?? USUAL_MTU
}

function fixesOf(network: string, end: End, stated: number | undefined, usual: number): Fix[] {
  if (!end.drawn) {
    return [
      {
        title: say`Say it of ${network}: ${usual} bytes`,
        edits: [{ kind: 'set', path: pathOf('networks', network, 'mtu'), value: usual }],
      },
    ]
  }
  const path = below(pathOf('hosts', end.host), 'interfaces', end.interface, 'mtu')
  return usual === (stated ?? USUAL_MTU)
    ? [takingOut(path, say`Use the ${usual} bytes of ${network}`)]
    : [{ title: say`Change to ${usual}`, edits: [{ kind: 'set', path, value: usual }] }]
}
