import { said, say, toSay } from '../speech/say.js'
import { addressKind, broadcastAddress, familyOf, subnetOf } from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { faultOfMask } from '../hosts/client-mask.js'
import { isOlderThan } from '../hosts/kernel-release.js'
import { FLAG_OWNERS, SCHEDULER_FACTS } from '../hosts/schedulers.js'
import type { RealServerModel, ServiceModel } from '../hosts/services.js'
import type { HostState } from '../hosts/state.js'

/**
 * Why ipvsadm or the kernel does not take a derived service into the table (ip_vs_ctl.c `ip_vs_genl_set_cmd`,
 * `ip_vs_add_service`); undefined: it does. A table that was read from a host needs no such question.
 */
export function serviceRefusal(cluster: Cluster, service: ServiceModel): string | undefined {
  const { drawn, family, name } = service
  const kernel = kernelOf(cluster, service)
  const { since } = SCHEDULER_FACTS[drawn.scheduler]
  if (since !== undefined && kernel !== undefined && isOlderThan(kernel, since)) {
    return say`the kernel ${kernel} has no scheduler ${drawn.scheduler}, which came with ${since}`
  }
  const foreign = drawn.flags.find((flag) => (FLAG_OWNERS.get(flag) ?? drawn.scheduler) !== drawn.scheduler)
  if (foreign !== undefined) return say`${foreign} is no flag of ${drawn.scheduler}, and ipvsadm refuses it`
  const netmask = drawn.persistence?.netmask
  const fault = netmask === undefined ? undefined : faultOfMask(netmask, family)
  if (fault !== undefined) return say`the persistence netmask is ${netmask ?? ''}, ${fault}`
  if (drawn.onePacket && drawn.protocol !== 'udp' && drawn.mark === undefined) {
    return say`only UDP can be scheduled one packet at a time`
  }
  const twin = cluster.services.find((other) => isSameTarget(other, service))
  return twin === undefined || twin === service
    ? undefined
    : say`${twin.name} has taken ${drawn.mark === undefined ? say`its address and port` : say`its mark`} already, and the table holds one service for that, which is not ${name}`
}

function isSameTarget(other: ServiceModel, { director, family, drawn }: ServiceModel): boolean {
  if (other.director !== director) return false
  if (drawn.mark !== undefined) return other.drawn.mark === drawn.mark && other.family === family
  const { mark, vip, port, protocol } = other.drawn
  return mark === undefined && vip === drawn.vip && port === drawn.port && protocol === drawn.protocol
}

/** Why a real server is no destination of its service; `known` false: the drawing does not say enough. */
export interface Refusal {
  readonly known: boolean
  readonly why: string
}

/** ip_vs_ctl.c `ip_vs_add_dest`, `ip_vs_new_dest`; undefined: it is taken. */
export function destinationRefusal(
  cluster: Cluster,
  service: ServiceModel,
  realServer: RealServerModel,
): Refusal | undefined {
  const { rip, mode, tunnel, drawn, known } = realServer
  if (!known) return { known: false, why: say`it is no host of the drawing` }
  if (mode === undefined) return { known: false, why: say`its forwarding method cannot be read` }
  const refused = (why: string): Refusal => ({ known: true, why })
  if (rip === undefined) {
    return mode !== 'tun' && hasOnlyOther(cluster.hosts.get(realServer.name), service.family)
      ? refused(said(OTHER_FAMILY))
      : { known: false, why: say`the drawing does not say at which address it is reached` }
  }
  const state = service.director === undefined ? undefined : cluster.hosts.get(service.director)?.state
  const kind = addressKind(rip)
  if (kind === 'multicast' || kind === 'unspecified' || kind === 'broadcast' || isBroadcast(state, rip)) {
    return refused(say`${rip} is no unicast address`)
  }
  if (kind === 'link-local' && familyOf(rip) === 6) return refused(say`${rip} is a link-local address`)
  if (familyOf(rip) !== service.family) {
    if (mode !== 'tun') return refused(said(OTHER_FAMILY))
    if (cluster.topology.vrrp?.sync === true && service.drawn.directors.length > 1) {
      return refused(say`a director that keeps connections in step takes no destination of another family`)
    }
  }
  const { upper, lower } = drawn.thresholds ?? { upper: 0, lower: 0 }
  if (lower > upper) return refused(say`its lower threshold ${lower} is above its upper one ${upper}`)
  if (mode !== 'tun') return undefined
  if (tunnel.type === 'gue' && tunnel.port === undefined) return refused(say`a GUE tunnel needs a UDP port`)
  if (
    (tunnel.type === 'ipip' && tunnel.checksum !== 'none') ||
    (tunnel.type === 'gre' && tunnel.checksum === 'remcsum')
  ) {
    return refused(say`${tunnel.type} has no checksum ${tunnel.checksum}`)
  }
  return undefined
}

const OTHER_FAMILY = toSay`only a tunnel carries one family in the other`

function hasOnlyOther(host: HostModel | undefined, family: Family): boolean {
  const families = [...(host?.state.interfaces.values() ?? [])]
    .filter(({ name }) => name !== 'lo')
    .flatMap(({ addresses }) => addresses.map(({ address }) => familyOf(address)))
  return families.length > 0 && !families.includes(family)
}

/** Whether a host has the address as a broadcast of one of its subnets: it is nobody's, and no router passes it on. */
export function isBroadcast(state: HostState | undefined, address: IpAddress): boolean {
  return [...(state?.interfaces.values() ?? [])].some(({ addresses }) =>
    addresses.some(
      ({ address: own, prefix }) =>
        familyOf(own) === 4 && broadcastAddress(subnetOf(own, prefix)) === address,
    ),
  )
}

function kernelOf({ hosts }: Cluster, { director }: ServiceModel): string | undefined {
  return director === undefined ? undefined : hosts.get(director)?.state.kernel
}
