import { say } from '../speech/say.js'
import { addressBits, addressKind, familyOf, sharesPrefix } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { AddressState, HostState, InterfaceState } from '../hosts/state.js'
import { effectiveSetting } from '../hosts/sysctl.js'
import type { WalkHost } from './world.js'

/**
 * The address a host puts as source on what it sends itself; undefined: it has none to put. Over IPv6 it may be wanted as
 * if it was to leave `by` another interface than it does.
 */
export function sourceFor(
  host: Pick<WalkHost, 'state' | 'route'>,
  destination: IpAddress,
  by?: string,
): IpAddress | undefined {
  const lookup = host.route(destination)
  if (lookup.kind === 'none') return undefined
  if (lookup.kind === 'local') return destination
  if (familyOf(destination) === 6) return sourceOfIpv6(host.state, by ?? lookup.interface, destination)
  return selectAddress(host.state, lookup.interface, lookup.kind === 'via' ? lookup.gateway : destination)
}

/** devinet.c `inet_select_addr`: the first primary address whose subnet has the target, else the first of the device. */
export function selectAddress(
  state: HostState,
  interfaceName: string,
  target: IpAddress,
): IpAddress | undefined {
  const primaries = primaryAddresses(state.interfaces.get(interfaceName))
  const near = primaries.find(({ address, prefix }) => sharesPrefix(address, target, prefix)) ?? primaries[0]
  if (near !== undefined) return near.address
  // The device has none: any other will do, lo first (`in_dev_select_addr`), but never one that is of this host alone.
  for (const other of state.interfaces.values()) {
    const found = primaryAddresses(other).find(({ address }) => addressKind(address) !== 'loopback')
    if (found !== undefined) return found.address
  }
  return undefined
}

/** IPv4 addresses but the secondary ones: those with an earlier one of the same subnet (devinet.c `__inet_insert_ifa`). */
function primaryAddresses(device: InterfaceState | undefined): AddressState[] {
  const own = (device?.addresses ?? []).filter(({ address }) => familyOf(address) === 4)
  return own.filter(
    ({ address, prefix }, index) =>
      !own
        .slice(0, index)
        .some((before) => before.prefix === prefix && sharesPrefix(before.address, address, prefix)),
  )
}

/** RFC 6724, section 5: the rules that tell addresses of a server apart. Link-local ones are not drawn. */
function sourceOfIpv6(
  state: HostState,
  interfaceName: string,
  destination: IpAddress,
): IpAddress | undefined {
  let best: { address: IpAddress; rank: readonly number[] } | undefined
  for (const { name, up, addresses } of state.interfaces.values()) {
    if (!up) continue
    for (const { address, deprecated } of addresses) {
      if (familyOf(address) !== 6 || addressKind(address) !== 'unicast') continue
      const rank = [
        address === destination ? 1 : 0,
        deprecated ? 0 : 1,
        name === interfaceName ? 1 : 0,
        commonPrefix(address, destination),
      ]
      if (best === undefined || greater(rank, best.rank)) best = { address, rank }
    }
  }
  return best?.address
}

function greater(a: readonly number[], b: readonly number[]): boolean {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0
    if (value !== other) return value > other
  }
  return false
}

function commonPrefix(a: IpAddress, b: IpAddress): number {
  let length = 0
  while (length < addressBits(6) && sharesPrefix(a, b, length + 1)) length++
  return length
}

/** Why a packet is not taken for where it says it comes from. */
export interface SourceFault {
  readonly verdict: 'RP_FILTER_DROP' | 'MARTIAN_SOURCE'
  readonly detail: string
}

/**
 * fib_frontend.c `fib_validate_source`: strict and loose reverse path filtering, and a host's own addresses as source.
 * IPv6 has neither. `out` is the interface a packet is about to be forwarded by; undefined: it is for this host.
 */
export function sourceFault(
  host: WalkHost,
  source: IpAddress,
  interfaceName: string,
  out: string | undefined,
): SourceFault | undefined {
  if (familyOf(source) !== 4 || interfaceName === 'lo') return undefined
  const { state } = host
  if (addressKind(source) !== 'unicast' && addressKind(source) !== 'link-local') {
    return { verdict: 'MARTIAN_SOURCE', detail: say`${source} can be nobody's source` }
  }
  const filter = effectiveSetting(state, 'rp_filter', interfaceName)
  const acceptLocal = effectiveSetting(state, 'accept_local', interfaceName) !== 0
  const martian = {
    verdict: 'MARTIAN_SOURCE' as const,
    detail: say`${source} is an address of ${host.name} itself and comes in by ${interfaceName}: a martian source, dropped while accept_local is 0`,
  }
  const redirects = out === interfaceName && effectiveSetting(state, 'send_redirects', interfaceName) !== 0
  if (filter === 0 && !redirects) {
    // `inet_lookup_ifaddr_rcu` goes by the addresses alone, of devices that are down too.
    return !acceptLocal && hasAddress(state, source) ? martian : undefined
  }
  const back = host.route(source)
  if (back.kind === 'local' && !acceptLocal) return martian
  if (back.kind !== 'none' && back.interface === interfaceName) return undefined
  if (filter === 0) return undefined
  const name = filter === 1 ? say`strict (rp_filter 1)` : say`loose (rp_filter 2)`
  const drop = (why: string): SourceFault => ({
    verdict: 'RP_FILTER_DROP',
    detail: say`the ${name} filter on ${interfaceName} drops what comes from ${source}: ${why}`,
  })
  if (back.kind === 'none') return drop(say`${host.name} has no route to it`)
  if (!state.interfaces.get(interfaceName)?.addresses.some(({ address }) => familyOf(address) === 4)) {
    return drop(say`${interfaceName} has no IPv4 address, and the route back leaves by ${back.interface}`)
  }
  return filter === 1 ? drop(say`the route back to it leaves by ${back.interface}`) : undefined
}

function hasAddress(state: HostState, address: IpAddress): boolean {
  for (const { addresses } of state.interfaces.values()) {
    if (addresses.some((own) => own.address === address)) return true
  }
  return false
}
