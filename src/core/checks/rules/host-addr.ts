import { say } from '../../speech/say.js'
import type { IpAddress } from '../../topology/address.js'
import type { Cluster, HostModel } from '../../hosts/cluster.js'
import { placesOf } from '../../hosts/observed-cluster.js'
import { atInterface, hostFaults, seen } from '../found.js'
import type { Rule } from '../rule.js'
import { servicesByVip } from '../vip-addresses.js'
import { listed, quoted } from '../wording.js'

export const hostAddress: Rule = {
  code: 'HOST-ADDR',
  severity: 'error',
  title: 'A host does not have the interfaces and addresses that are drawn',
  why: 'What the drawing says of this host does not hold: it is not reached where it is looked for, or answers for another.',
  kernel:
    'A host takes packets for the addresses it has (fib_trie.c, local table), and answers ARP and neighbour ' +
    'solicitations for them (arp.c, ndisc.c).',
  mend: 'Correct the drawing or the host; a deployment never changes a host’s own addresses.',
  source: 'net/ipv4/fib_trie.c, net/ipv4/arp.c (Linux 6.1)',
  needs: 'observed',
  explains: ['NEIGHBOUR_UNREACHABLE', 'NO_ROUTE', 'ARP_AMBIGUOUS'],
  check: (cluster, report) => {
    for (const { host, place, lacks, instead } of hostFaults(cluster)) {
      report(place, say`${host.name} has ${lacks}${instead === undefined ? '' : `; ${instead}`}`)
    }
    const drawn = drawnOwners(cluster)
    for (const host of seen(cluster)) {
      for (const { name, network, addresses } of host.state.interfaces.values()) {
        if (network === undefined) continue
        for (const { address } of addresses) {
          const owner = drawn.get(`${network} ${address}`)
          if (owner === undefined || owner === host.name) continue
          report(
            atInterface(host, name),
            say`${host.name} has ${address} on ${name}, which is drawn as the address of ${owner}; both answer for it`,
          )
        }
      }
    }
    for (const { host, vip, interfaces, services } of strayVips(cluster)) {
      report(
        atInterface(host, interfaces[0] ?? ''),
        say`${host.name} has ${vip}, the VIP of ${quoted(services)}, on ${listed(interfaces)} and is neither its director nor takes requests for it; it answers in the director’s place`,
      )
    }
  },
}

function drawnOwners({ hosts }: Cluster): Map<string, string> {
  const owners = new Map<string, string>()
  for (const { name, drawn } of hosts.values()) {
    for (const { network, addresses } of drawn.interfaces.values()) {
      for (const address of addresses) owners.set(`${network ?? ''} ${address}`, name)
    }
  }
  return owners
}

interface StrayVip {
  readonly host: HostModel
  readonly vip: IpAddress
  readonly interfaces: string[]
  readonly services: string[]
}

function strayVips(cluster: Cluster): StrayVip[] {
  const strays: StrayVip[] = []
  const hosts = seen(cluster)
  for (const [vip, services] of servicesByVip(cluster)) {
    for (const host of hosts) {
      const wanted = services.some(({ drawn, realServerOf }) => {
        const mode = realServerOf(host.name)?.mode
        return drawn.directors.includes(host.name) || mode === 'dr' || mode === 'tun'
      })
      if (wanted) continue
      const interfaces = placesOf(host.state, vip).flatMap(({ interface: { name, network } }) =>
        network === undefined || host.drawn.interfaces.get(name)?.addresses.includes(vip) === true
          ? []
          : [name],
      )
      if (interfaces.length > 0) {
        strays.push({ host, vip, interfaces, services: services.map(({ name }) => name) })
      }
    }
  }
  return strays
}
