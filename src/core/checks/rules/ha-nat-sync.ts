import { contains, familyOf } from '../../topology/address.js'
import type { IpAddress } from '../../topology/address.js'
import { pathOf } from '../../topology/path.js'
import type { Cluster, HostModel } from '../../hosts/cluster.js'
import type { RealServerModel } from '../../hosts/services.js'
import { isOn, placedPairs } from '../pairs.js'
import type { Pair } from '../pairs.js'
import { freeAddress } from '../free-address.js'
import { gatewayPath, keyAt, takingOut, valueAt } from '../places.js'
import type { Report, Rule } from '../rule.js'
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
  mend: 'Give "vrrp" an "inside-vip" that no host has, in a subnet real servers and both directors share; it becomes the gateway of the real servers.',
  source: 'keepalived.conf(5), vrrp_sync_group; net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['REPLY_SKIPS_DIRECTOR', 'ARP_AMBIGUOUS'],
  check: (cluster, report) => {
    const { vrrp } = cluster.topology
    const natted = placedPairs(cluster).flatMap((pair) =>
      pair.service.realServers
        .filter(
          ({ mode, local, name, dip }) =>
            mode === 'nat' && !local && dip !== undefined && name !== pair.backup.name,
        )
        .map((realServer) => ({ pair, realServer })),
    )
    if (vrrp === undefined || natted.length === 0) return
    if (vrrp.insideVip === undefined) missing(cluster, natted, report)
    else if (!owned(cluster, vrrp.insideVip, report)) misplaced(cluster, natted, vrrp.insideVip, report)
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
  const network = first?.realServer.network
  const dip = first?.realServer.dip
  const free = network === undefined || dip === undefined ? undefined : freeAddress(cluster, network, dip)
  report(
    keyAt(INSIDE),
    `${services(natted)} is NAT with a pair of directors, but "vrrp" has no "inside-vip" that its real servers could have as gateway whichever director is active`,
    free === undefined
      ? []
      : [
          {
            title: `Make ${free}, which is free on ${network ?? ''}, the inside VIP`,
            edits: [{ kind: 'set', path: INSIDE, value: free }],
          },
        ],
  )
}

/** An address that a host or a service has already cannot move by itself. */
function owned(cluster: Cluster, inside: IpAddress, report: Report): boolean {
  const owner = drawnAddresses(cluster).find(({ address }) => address === inside)
  const [service] = servicesByVip(cluster).get(inside) ?? []
  if (owner !== undefined) {
    report(
      valueAt(addressPath(owner)),
      `${inside} is the inside VIP of the pair and must not also be ${owner.host.name}'s own address: it moves with the active director`,
      [takeOff(owner)],
    )
  } else if (service !== undefined) {
    report(
      valueAt(INSIDE),
      `${inside} is the VIP of "${service.name}" for clients and cannot also be the gateway of the real servers`,
    )
  }
  return owner !== undefined || service !== undefined
}

function misplaced(cluster: Cluster, natted: readonly Natted[], inside: IpAddress, report: Report): void {
  const family = familyOf(inside)
  const other = natted.filter(({ pair }) => pair.service.family !== family)
  if (other.length > 0) {
    report(
      valueAt(INSIDE),
      `the inside VIP ${inside} is IPv${family}, and real servers of ${services(other)} send IPv${family === 4 ? 6 : 4} replies: they would have no gateway that goes over`,
    )
  }
  const apart = natted.filter(
    ({ pair: { service, backup }, realServer: { network } }) =>
      service.family === family &&
      network !== undefined &&
      !(
        isOn(backup, network) &&
        cluster.topology.networks.get(network)?.subnets.some((subnet) => contains(subnet, inside)) === true
      ),
  )
  const [first] = apart
  if (first === undefined) return
  const network = first.realServer.network ?? ''
  const { active, backup } = first.pair
  report(
    valueAt(INSIDE),
    isOn(backup, network)
      ? `the inside VIP ${inside} is in no subnet of ${network}, where ${listed(apart.map(({ realServer }) => realServer.name))} could reach it on both directors`
      : `${listed(apart.map(({ realServer }) => realServer.name))} could reach the inside VIP ${inside} on ${active.name} alone: ${backup.name} has no interface on ${network}`,
  )
}

/** A gateway that is one director's own address stays behind when the other takes over. */
function pinned(cluster: Cluster, natted: readonly Natted[], report: Report): void {
  const seen = new Set<HostModel>()
  for (const { pair, realServer } of natted) {
    const host = cluster.hosts.get(realServer.name)
    const { service, active, backup } = pair
    const gateway = host?.gateways.get(service.family)
    if (
      host === undefined ||
      seen.has(host) ||
      gateway?.kind !== 'pinned' ||
      realServer.network === undefined
    )
      continue
    const { via } = gateway
    const director = [active, backup].find((one) => ownsOn(one, realServer.network, via))
    if (director === undefined) continue
    seen.add(host)
    const path = gatewayPath(host, via)
    report(
      valueAt(path),
      `the gateway of ${host.name} is ${via}, ${director.name}'s own address: it stays behind when ${director === active ? backup.name : active.name} takes "${service.name}" over`,
      service.insideVip === undefined
        ? []
        : [
            takingOut(
              path,
              `Lift the pin of ${host.name}'s gateway; ${service.insideVip.address} is derived`,
            ),
          ],
    )
  }
}

function ownsOn({ drawn }: HostModel, network: string | undefined, address: IpAddress): boolean {
  return [...drawn.interfaces.values()].some(
    (own) => own.network === network && own.addresses.includes(address),
  )
}

function services(natted: readonly Natted[]): string {
  return quoted(natted.map(({ pair }) => pair.service.name))
}
