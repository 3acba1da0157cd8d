import { say } from '../../speech/say.js'
import { assignMacs } from '../../hosts/macs.js'
import type { ObservedNeighbour } from '../../hosts/observed-evidence.js'
import type { Cluster, HostModel } from '../../hosts/cluster.js'
import type { ServiceModel } from '../../hosts/services.js'
import { atHost, atInterface, seen } from '../found.js'
import type { Rule } from '../rule.js'
import { servicesByVip } from '../vip-addresses.js'
import { quoted } from '../wording.js'

export const hostNeighbour: Rule = {
  code: 'HOST-NEIGHBOUR',
  severity: 'error',
  title: 'A host has somebody else in its neighbour table',
  why: 'What it sends to this address goes to another machine: with a VIP past the director, to one real server or to nobody, though every setting is right.',
  kernel:
    'A host asks only where it has no entry (neighbour.c, neigh_resolve_output). One that was learnt from a wrong answer, ' +
    'from a request whose sender was the VIP, or that somebody has made permanent, is used until it runs out.',
  mend: 'Take the entry out on that host, "ip neigh flush to ADDRESS", and see why it came there: who answers ARP for the VIP (DR-ARP), who asks with it (DR-ANNOUNCE). After a failover the new director must announce the VIP ("arping -U").',
  source: 'net/core/neighbour.c, net/ipv4/arp.c (Linux 6.1)',
  needs: 'observed',
  explains: [],
  mayExplain: [
    'SERVED_BYPASSING_DIRECTOR',
    'NEIGHBOUR_UNREACHABLE',
    'FORWARDING_OFF',
    'NO_ROUTE',
    'LOOP',
    'REPLY_SKIPS_DIRECTOR',
  ],
  check: (cluster, report) => {
    const vips = servicesByVip(cluster)
    for (const { host, entry, owner, instead } of misremembered(cluster)) {
      const ofVip = vips.get(entry.address) ?? []
      const through = ofVip.length > 0 ? ofVip : servicesBetween(cluster, host.name, owner)
      const services = quoted(through.map(({ name }) => name))
      const of =
        through.length === 0
          ? ''
          : ofVip.length > 0
            ? say` (the VIP of ${services})`
            : say` (on the way of ${services})`
      report(
        host.drawn.interfaces.has(entry.interface) ? atInterface(host, entry.interface) : atHost(host),
        say`${host.name} has ${entry.mac} in its neighbour table for ${entry.address}${of} on ${entry.interface}, ${entry.state}: that is ${instead ?? say`no host of the drawing`}, and not ${owner}`,
      )
    }
  },
}

/** Services whose requests or replies go from one host to the other. */
function servicesBetween({ services }: Cluster, from: string, owner: string): readonly ServiceModel[] {
  for (const name of [owner, from]) {
    const own = services.filter(({ realServerOf }) => realServerOf(name) !== undefined)
    if (own.length > 0) return own
  }
  return services.filter(({ drawn }) => drawn.directors.includes(owner) || drawn.directors.includes(from))
}

interface Misremembered {
  readonly host: HostModel
  readonly entry: ObservedNeighbour
  /** Who has the address. */
  readonly owner: string
  /** Whose link-layer address it is. */
  readonly instead: string | undefined
}

/** Entries for addresses of drawn hosts that are not of those hosts. */
function misremembered(cluster: Cluster): Misremembered[] {
  const hosts = seen(cluster)
  if (hosts.every(({ observed }) => observed?.neighbours.length === 0)) return []
  const macOf = assignMacs(cluster)
  const owners = new Map<string, string>()
  for (const { name, state } of cluster.hosts.values()) {
    for (const device of state.interfaces.values()) {
      const mac = macOf(name, device.name)
      if (device.network !== undefined && mac !== undefined) owners.set(`${device.network} ${mac}`, name)
    }
  }
  return hosts.flatMap((host) =>
    (host.observed?.neighbours ?? []).flatMap((entry): Misremembered[] => {
      const network = host.state.interfaces.get(entry.interface)?.network
      if (network === undefined) return []
      const owner = cluster.ownerOn(network, entry.address)
      if (owner === undefined || owner === host.name) return []
      const instead = owners.get(`${network} ${entry.mac}`)
      // Of a host that nobody has read, the drawing may not know the real address.
      const isKnown = instead !== undefined || cluster.hosts.get(owner)?.observed !== undefined
      return instead === owner || !isKnown ? [] : [{ host, entry, owner, instead }]
    }),
  )
}
