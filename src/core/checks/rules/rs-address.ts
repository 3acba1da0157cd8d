import { say } from '../../speech/say.js'
import { addressKind } from '../../topology/address.js'
import { below } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { RealServerModel } from '../../hosts/services.js'
import { familyMismatches } from '../families.js'
import { keyAt, takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { misplacedHosts } from '../structure.js'
import { listed } from '../wording.js'

export const realServerAddress: Rule = {
  code: 'RS-ADDRESS',
  severity: 'error',
  title: 'It is not clear at which address the director reaches a real server',
  why: 'Nothing can be derived for this real server: it would be missing from the service.',
  kernel: undefined,
  mend: 'Name the RIP as the real server’s "address", or give its host an address on a network of the director.',
  source: 'the topology format: RIP and DIP are the addresses on the network both share',
  explains: ['UNDETERMINED', 'NEIGHBOUR_UNREACHABLE'],
  check: (cluster, report) => {
    const mixed = new Set(familyMismatches(cluster).map(({ realServer }) => realServer))
    for (const { name: service, drawn, director, family, realServers } of cluster.services) {
      if ((drawn.vip === undefined && drawn.mark === undefined) || director === undefined) continue
      for (const realServer of realServers) {
        const { name, path, known, interface: own, candidates } = realServer
        if (!known || mixed.has(realServer) || misplacedHosts(cluster).has(name)) continue
        const pinned = realServer.drawn.address
        if (pinned !== undefined) {
          // What is no address of a host at all is RS-ADDR's.
          if (own !== undefined || addressKind(pinned) !== 'unicast') continue
          report(
            valueAt(below(path, 'address')),
            say`${name} does not have the address ${pinned} that "${service}" is to reach it at${candidates.length === 0 ? '' : say`; it has ${listed(candidates)}`}`,
            choices(realServer),
          )
        } else if (candidates.length > 1) {
          report(
            keyAt(path),
            say`${name} could be reached for "${service}" at ${listed(candidates)}; say which as "address"`,
            choices(realServer),
          )
        } else if (candidates.length === 0) {
          report(keyAt(path), say`${name} has no IPv${family} address at which "${service}" could reach it`)
        }
      }
    }
  },
}

function choices({ name, path, candidates, drawn }: RealServerModel): Fix[] {
  const address = below(path, 'address')
  const [only] = candidates
  if (only !== undefined && candidates.length === 1 && drawn.address !== undefined) {
    return [takingOut(address, say`Use the address of ${name}, ${only}`)]
  }
  return candidates.map((value) => ({
    title: say`Reach ${name} at ${value}`,
    edits: [{ kind: 'set', path: address, value }],
  }))
}
