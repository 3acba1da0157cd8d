import { said, say, toSay } from '../speech/say.js'
import { addressKind, familyOf, sharesPrefix } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { HostState, InterfaceState } from '../hosts/state.js'
import { effectiveSetting, forwards } from '../hosts/sysctl.js'
import { selectAddress, sourceFault } from './source.js'
import type { SourceFault } from './source.js'
import type { Port, WalkHost, World } from './world.js'

/** Who can answer the question for a neighbour's link-layer address, and what the question itself gives away. */
export interface Resolution {
  /** More than one: whose answer counts is chance. */
  readonly answers: readonly Port[]
  /** The sender's address in the ARP request; undefined for IPv6, and where it has none. */
  readonly asks: IpAddress | undefined
  /** Hosts that have the address and keep silent, with why. */
  readonly silent: readonly Silence[]
}

export interface Silence {
  readonly host: string
  readonly why: string
  /** What made it drop the question before it was even read. */
  readonly verdict?: SourceFault['verdict']
}

/** Below this IPv6 is switched off on a device (addrconf.c, RFC 8200 section 5). */
export const IPV6_MIN_MTU = 1280

const memory = new WeakMap<Port, Map<string, Resolution>>()

/** Asks on a port's segment who has an address: ARP or neighbour discovery. `source` is that of the packet that waits. */
export function resolveNeighbour(world: World, from: Port, target: IpAddress, source: IpAddress): Resolution {
  // Of a thousand real servers each is asked for once, and the VIP that all of them have is asked for in every walk.
  const known = memory.get(from) ?? new Map<string, Resolution>()
  memory.set(from, known)
  const key = `${target} ${source}`
  const resolution = known.get(key) ?? ask(world, from, target, source)
  known.set(key, resolution)
  return resolution
}

function ask(world: World, from: Port, target: IpAddress, source: IpAddress): Resolution {
  const others = world.mightAnswer(from.network, target).filter(({ host }) => host !== from.host)
  return familyOf(target) === 4
    ? byArp(from, others, target, source)
    : byDiscovery(from, others, target, source)
}

function byArp(from: Port, others: readonly Port[], target: IpAddress, source: IpAddress): Resolution {
  const asks = arpSender(from, target, source)
  const answers: Port[] = []
  const silent: Silence[] = []
  for (const port of others) {
    const why = arpSilence(port, target, asks)
    if (why === undefined) answers.push(port)
    else if (why !== '') silent.push({ host: port.host.name, ...why })
  }
  return { answers, asks, silent }
}

/** arp.c `arp_solicit`: the source of the waiting packet where it is an address of this host and arp_announce lets it. */
export function arpSender(
  { host, interface: device }: Pick<Port, 'interface'> & { readonly host: Pick<WalkHost, 'state' | 'route'> },
  target: IpAddress,
  source: IpAddress,
): IpAddress | undefined {
  const announce = effectiveSetting(host.state, 'arp_announce', device.name)
  const own = host.route(source).kind === 'local'
  const onLink = device.addresses.some(
    ({ address, prefix }) => sharesPrefix(address, target, prefix) && sharesPrefix(address, source, prefix),
  )
  if (own && (announce <= 0 || (announce === 1 && onLink))) return source
  return selectAddress(host.state, device.name, target)
}

/** arp.c `arp_process`: undefined where the port answers; why not; empty where nobody would expect it to. */
function arpSilence(
  port: Port,
  target: IpAddress,
  asks: IpAddress | undefined,
): Omit<Silence, 'host'> | '' | undefined {
  const { host, interface: device } = port
  const { state } = host
  const lookup = host.route(target)
  if (lookup.kind === 'none') return ''
  const mine = lookup.kind === 'local'
  if (asks !== undefined) {
    // The question is routed like a packet, and its sender checked like a source.
    const fault = sourceFault(host, asks, device.name, mine ? undefined : lookup.interface)
    if (fault !== undefined) return mine ? { why: fault.detail, verdict: fault.verdict } : ''
  }
  if (mine) {
    const ignore = effectiveSetting(state, 'arp_ignore', device.name)
    if (arpIgnores(state, device, ignore, target, asks)) {
      return { why: say`arp_ignore is ${ignore} on ${device.name}, and ${target} is on ${lookup.interface}` }
    }
    if (asks !== undefined && effectiveSetting(state, 'arp_filter', device.name) !== 0) {
      const back = host.route(asks)
      if (back.kind === 'none' || back.interface !== device.name) {
        return {
          why: say`arp_filter is on, and the route back leaves by ${back.kind === 'none' ? 'nothing' : back.interface}`,
        }
      }
    }
    return undefined
  }
  if (!forwards(state, 4, device.name)) return ''
  const same = lookup.interface === device.name
  const proxies = effectiveSetting(state, same ? 'proxy_arp_pvlan' : 'proxy_arp', device.name) !== 0
  return proxies ? undefined : ''
}

/** arp.c `arp_ignore`. */
export function arpIgnores(
  state: HostState,
  device: InterfaceState,
  value: number,
  target: IpAddress,
  asks: IpAddress | undefined,
): boolean {
  switch (value) {
    case 1:
      return !device.addresses.some(({ address }) => address === target)
    case 2:
      return !(
        device.addresses.some(({ address }) => address === target) &&
        (asks === undefined ||
          device.addresses.some(
            ({ address, prefix }) =>
              sharesPrefix(address, target, prefix) && sharesPrefix(address, asks, prefix),
          ))
      )
    case 3:
      // Addresses of scope host stay hidden, which are those of 127.0.0.0/8 unless somebody says otherwise.
      return ![...state.interfaces.values()].some(({ addresses }) =>
        addresses.some(({ address }) => address === target && addressKind(address) !== 'loopback'),
      )
    case 8:
      return true
    default:
      return false
  }
}

/** ndisc.c `ndisc_recv_ns`: only for addresses of the very device that is asked. */
function byDiscovery(from: Port, others: readonly Port[], target: IpAddress, source: IpAddress): Resolution {
  const answers: Port[] = []
  const silent: Silence[] = []
  // ndisc.c `ndisc_solicit`: the packet's source where the device has it, else a link-local address.
  const asks = from.interface.addresses.some(({ address }) => address === source) ? source : undefined
  const deaf = dropsDiscovery(from.host)
  if (deaf) silent.push({ host: from.host.name, why: said(DEAF) })
  if (from.interface.mtu < IPV6_MIN_MTU || deaf) return { answers, asks: undefined, silent }
  for (const port of others) {
    const { host, interface: device } = port
    if (device.addresses.some(({ address }) => address === target)) {
      if (dropsDiscovery(host)) silent.push({ host: host.name, why: said(DEAF) })
      else if (device.mtu >= IPV6_MIN_MTU) answers.push(port)
      else
        silent.push({
          host: host.name,
          why: say`an MTU of ${device.mtu} on ${device.name} is too small for IPv6`,
        })
    } else if (host.route(target).kind === 'local') {
      silent.push({
        host: host.name,
        why: say`it has ${target} on another device, and answers only for those of ${device.name}`,
      })
    }
  }
  return { answers, asks, silent }
}

const DEAF = toSay`its firewall drops ICMPv6, and neighbour discovery with it`

/** Solicitations and advertisements are ICMPv6 (RFC 4861), and pass the input chain like everything else. */
function dropsDiscovery({ state: { drops } }: WalkHost): boolean {
  return drops.some(
    ({ chain, state, protocol, port }) =>
      chain !== 'forward' &&
      state === undefined &&
      port === undefined &&
      (protocol === undefined || protocol === 'icmpv6'),
  )
}
