import { say } from '../../speech/say.js'
import { contains, familyOf } from '../../topology/address.js'
import type { IpAddress } from '../../topology/address.js'
import { pathOf } from '../../topology/path.js'
import type { Path } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { Cluster, HostModel } from '../../hosts/cluster.js'
import { gatewayOfNat } from '../../hosts/gateways.js'
import { isMasqueraded } from '../../hosts/masquerade.js'
import type { RealServerModel } from '../../hosts/services.js'
import { isOn, placedPairs } from '../pairs.js'
import type { Pair } from '../pairs.js'
import { freeAddress } from '../free-address.js'
import { gatewayPath, itemPath, keyAt, takingOut, valueAt } from '../places.js'
import type { FindingPlace, Report, Rule } from '../rule.js'
import { addressPath, drawnAddresses } from '../structure.js'
import { servicesByVip, takeOff } from '../vip-addresses.js'
import { listed, quoted } from '../wording.js'

export const natPairInside: Rule = {
  code: 'HA-NAT-SYNC',
  severity: 'error',
  title: 'The gateway of real servers does not go over with the VIP',
  why: 'After a failover requests come by the new director, and replies go on to the old one: clients wait, and with the old director down nothing answers at all.',
  kernel:
    'Only the director that has the connection can put the VIP back as source (ip_vs_core.c, ip_vs_out_hook). The gateway ' +
    'of the real servers must therefore be an address that moves with the VIP, in the same VRRP sync group.',
  mend: 'Give "vrrp" an "inside-vip" that no host has, in a subnet real servers and both directors share (one a family and network); it becomes the gateway of the real servers.',
  source: 'keepalived.conf(5), vrrp_sync_group; net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['REPLY_SKIPS_DIRECTOR', 'ARP_AMBIGUOUS'],
  ofPairs: true,
  check: (cluster, report) => {
    const { vrrp } = cluster.topology
    const natted = placedPairs(cluster).flatMap((pair) =>
      pair.service.realServers
        .filter(
          ({ mode, local, name, dip }) =>
            mode === 'nat' &&
            !local &&
            dip !== undefined &&
            name !== pair.backup.name &&
            // Then they answer whichever director has asked.
            !isMasqueraded(pair.service),
        )
        .map((realServer) => ({ pair, realServer })),
    )
    if (vrrp === undefined || natted.length === 0) return
    const { insideVips } = vrrp
    if (insideVips.length === 0) missing(cluster, natted, report)
    const free = insideVips.filter((inside) => !owned(cluster, insideVips, inside, report))
    // What has a fault of its own may have been meant for anybody.
    if (free.length > 0 && free.length === insideVips.length) misplaced(cluster, natted, insideVips, report)
    pinned(cluster, natted, report)
  },
}

interface Natted {
  readonly pair: Pair
  readonly realServer: RealServerModel
}

const INSIDE = pathOf('vrrp', 'inside-vip')

function missing(cluster: Cluster, natted: readonly Natted[], report: Report): void {
  const [first] = natted
  report(
    keyAt(INSIDE),
    say`${services(natted)} is NAT with a pair of directors, but "vrrp" has no "inside-vip" that its real servers could have as gateway whichever director is active`,
    first === undefined ? [] : another(cluster, first, []),
  )
}

/** One that is free where a real server is, beside those there are. */
function another(cluster: Cluster, { realServer }: Natted, known: readonly IpAddress[]): Fix[] {
  const { network, dip } = realServer
  const free = network === undefined || dip === undefined ? undefined : freeAddress(cluster, network, dip)
  if (free === undefined) return []
  return [
    {
      title: say`Make ${free}, which is free on ${network ?? ''}, ${known.length === 0 ? 'the' : 'an'} inside VIP`,
      edits: [{ kind: 'set', path: INSIDE, value: known.length === 0 ? free : [...known, free] }],
    },
  ]
}

function insideAt(all: readonly IpAddress[], inside: IpAddress): FindingPlace {
  return valueAt(itemPath(INSIDE, all.indexOf(inside), all.length))
}

/** An address that a host or a service has already cannot move by itself. */
function owned(cluster: Cluster, all: readonly IpAddress[], inside: IpAddress, report: Report): boolean {
  const owner = drawnAddresses(cluster).find(({ address }) => address === inside)
  const [service] = servicesByVip(cluster).get(inside) ?? []
  if (owner !== undefined) {
    report(
      valueAt(addressPath(owner)),
      say`${inside} is the inside VIP of the pair and must not also be ${owner.host.name}'s own address: it moves with the active director`,
      [takeOff(owner)],
    )
  } else if (service !== undefined) {
    report(
      insideAt(all, inside),
      say`${inside} is the VIP of "${service.name}" for clients and cannot also be the gateway of the real servers`,
    )
  }
  return owner !== undefined || service !== undefined
}

function misplaced(
  cluster: Cluster,
  natted: readonly Natted[],
  all: readonly IpAddress[],
  report: Report,
): void {
  const families = new Set(all.map(familyOf))
  const [other, ...others] = natted.filter(({ pair }) => !families.has(pair.service.family))
  if (other !== undefined) {
    const { family } = other.pair.service
    report(
      valueAt(INSIDE),
      say`the inside VIP ${listed(all)} is IPv${family === 4 ? 6 : 4}, and real servers of ${services([other, ...others])} send IPv${family} replies: they would have no gateway that goes over`,
      another(cluster, other, all),
    )
  }
  const placed = (one: Natted) => all.filter((inside) => isWithin(cluster, one, inside))
  const used = new Set(natted.flatMap(placed))
  const apart = natted.filter(
    (one) =>
      families.has(one.pair.service.family) &&
      one.realServer.network !== undefined &&
      (placed(one).length === 0 || !isOn(one.pair.backup, one.realServer.network)),
  )
  const byNetwork = new Map<string, [Natted, ...Natted[]]>()
  for (const one of apart) {
    const key = `${one.realServer.network ?? ''} ${one.pair.service.family}`
    const known = byNetwork.get(key)
    if (known === undefined) byNetwork.set(key, [one])
    else known.push(one)
  }
  for (const [first, ...more] of byNetwork.values()) {
    const { active, backup, service } = first.pair
    const network = first.realServer.network ?? ''
    const names = listed([...new Set([first, ...more].map(({ realServer }) => realServer.name))])
    const ofFamily = all.filter((inside) => familyOf(inside) === service.family)
    const [there] = placed(first)
    // One that is of use to nobody was meant for these.
    const astray = ofFamily.find((inside) => !used.has(inside))
    if (there !== undefined) {
      report(
        insideAt(all, there),
        say`${names} could reach the inside VIP ${there} on ${active.name} alone: ${backup.name} has no interface on ${network}`,
      )
    } else if (astray !== undefined) {
      report(
        insideAt(all, astray),
        isOn(backup, network)
          ? say`the inside VIP ${astray} is in no subnet of ${network}, where ${names} could reach it on both directors`
          : say`${names} could reach the inside VIP ${astray} on ${active.name} alone: ${backup.name} has no interface on ${network}`,
      )
    } else {
      report(
        valueAt(INSIDE),
        say`${names} on ${network} could reach none of the inside VIPs as gateway: ${listed(ofFamily)} is on another network`,
        isOn(backup, network) ? another(cluster, first, all) : [],
      )
    }
  }
}

function isWithin(
  { topology }: Cluster,
  { realServer: { network }, pair }: Natted,
  inside: IpAddress,
): boolean {
  if (network === undefined || familyOf(inside) !== pair.service.family) return false
  return topology.networks.get(network)?.subnets.some((subnet) => contains(subnet, inside)) === true
}

/** A gateway that is one director's own address stays behind when the other takes over. */
function pinned(cluster: Cluster, natted: readonly Natted[], report: Report): void {
  const byPath = new Map<Path, [Pinned, ...Pinned[]]>()
  for (const one of natted.flatMap((each) => pinnedOf(cluster, each))) {
    const known = byPath.get(one.path)
    if (known === undefined) byPath.set(one.path, [one])
    else known.push(one)
  }
  for (const [path, same] of byPath) {
    const [{ host, via, owner, other, pair, realServer }] = same
    const derived = gatewayOfNat(pair.service, realServer)
    report(
      valueAt(path),
      say`the gateway of ${host.name} is ${via}, ${owner.name}'s own address: it stays behind when ${other.name} takes ${services(same)} over`,
      derived === undefined || derived === realServer.dip
        ? []
        : [takingOut(path, say`Lift the pin of ${host.name}'s gateway; ${derived} is derived`)],
    )
  }
}

interface Pinned extends Natted {
  readonly path: Path
  readonly host: HostModel
  readonly via: IpAddress
  /** The director whose address it is, and the one that takes over. */
  readonly owner: HostModel
  readonly other: HostModel
}

function pinnedOf(cluster: Cluster, { pair, realServer }: Natted): Pinned[] {
  const { service, active, backup } = pair
  const host = cluster.hosts.get(realServer.name)
  const gateway = host?.gateways.get(service.family)
  if (host === undefined || gateway?.kind !== 'pinned' || realServer.network === undefined) return []
  const { via } = gateway
  const owner = [active, backup].find((one) => ownsOn(one, realServer.network, via))
  if (owner === undefined) return []
  const other = owner === active ? backup : active
  return [{ pair, realServer, path: gatewayPath(host, via), host, via, owner, other }]
}

function ownsOn({ drawn }: HostModel, network: string | undefined, address: IpAddress): boolean {
  return [...drawn.interfaces.values()].some(
    (own) => own.network === network && own.addresses.includes(address),
  )
}

function services(natted: readonly Natted[]): string {
  return quoted(natted.map(({ pair }) => pair.service.name))
}
