import { say } from '../speech/say.js'
import { familyOf } from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'
import type { Tunnel } from '../topology/types.js'

/** What takes apart, on a real server, the packets a tunnel brings. */
export interface Unpacking {
  readonly device: TunnelDevice
  /** The kernel modules it takes. */
  readonly modules: readonly string[]
  /** The UDP port GUE packets arrive at: from there the inner packet goes to the device, as it would by IPIP. */
  readonly udp: FouPort | undefined
}

export interface TunnelDevice {
  readonly name: string
  /** How it is made, as `ip link add NAME type` takes it; undefined where it comes with its module. */
  readonly made: string | undefined
}

export interface FouPort {
  readonly family: Family
  readonly port: number
}

/**
 * What a real server needs to take a tunnel's packets: the device that comes with the module where that does. Two
 * things it does not do, so that a device of ours is made: GRE checksums are taken only by a device that asks for them
 * (ip_tunnel.c `ip_tunnel_rcv`), and ip6tnl0 takes IPv6 alone (ip6_tunnel.c `ipxip6_rcv`).
 */
export function unpacking({ type, port, checksum }: Tunnel, outer: IpAddress, inner: Family): Unpacking {
  const family = familyOf(outer)
  if (type === 'gre') {
    const [kind, module, standing] =
      family === 4 ? (['gre', 'ip_gre', 'gre0'] as const) : (['ip6gre', 'ip6_gre', 'ip6gre0'] as const)
    const device =
      checksum === 'csum'
        ? ownDevice(family === 4 ? 'gre' : 'gre6', outer, `${kind} local ${outer} remote any icsum`)
        : { name: standing, made: undefined }
    return { device, modules: [module], udp: undefined }
  }
  const { device, module } = receiver(outer, inner)
  if (type === 'ipip') return { device, modules: [module], udp: undefined }
  return {
    device,
    modules: [module, 'fou'],
    udp: port === undefined ? undefined : { family, port },
  }
}

/** The device that takes an IP packet out of an IP packet. */
function receiver(
  outer: IpAddress,
  inner: Family,
): { readonly device: TunnelDevice; readonly module: string } {
  const standing = (name: string, module: string) => ({ device: { name, made: undefined }, module })
  if (familyOf(outer) === 4) return inner === 4 ? standing('tunl0', 'ipip') : standing('sit0', 'sit')
  if (inner === 6) return standing('ip6tnl0', 'ip6_tunnel')
  // A device is found by its addresses alone and then drops what is not its kind: `any` leaves IPv6 in IPv6 as it was.
  return {
    device: ownDevice('4in6', outer, `ip6tnl mode any local ${outer} remote any`),
    module: 'ip6_tunnel',
  }
}

const OWN = 'lvs-'

/** A name of ours (at most 15 bytes), the same for the same address whatever else is drawn. */
function ownDevice(kind: 'gre' | 'gre6' | '4in6', outer: IpAddress, made: string): TunnelDevice {
  // FNV-1a, of which 24 bits fit.
  let hash = 0x811c9dc5
  for (const char of outer) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193)
  return { name: `${OWN}${kind}-${(hash >>> 8).toString(16).padStart(6, '0')}`, made }
}

/** Whether a device is one that deployments make and delete. */
export function isOwnDevice(name: string): boolean {
  return name.startsWith(OWN)
}

/** Devices that are there as soon as their module is, with their MTU: 1500 less the outer header. */
const STANDING_MTU: ReadonlyMap<string, number> = new Map([
  ['tunl0', 1480],
  ['sit0', 1480],
  ['gre0', 1476],
  ['ip6tnl0', 1452],
  ['ip6gre0', 1448],
])

export const STANDING_DEVICES: readonly string[] = [...STANDING_MTU.keys()]

/** Bytes, as the kernel sets it. */
export function tunnelMtu(name: string): number | undefined {
  if (!isOwnDevice(name)) return STANDING_MTU.get(name)
  // Measured on 6.1: those made by `ip link add` on a link of 1500.
  return name.startsWith(`${OWN}gre6-`) ? 1448 : name.startsWith(`${OWN}gre-`) ? 1476 : 1452
}

/** Which kernel a director needs for a tunnel (keepalived.conf(5), "KERNEL SETTINGS" and README.kernel_versions). */
export interface TunnelSupport {
  /** The first that has it; undefined: every one in use. */
  readonly since: string | undefined
  readonly what: string
  /** What asks for it. */
  readonly key: 'type' | 'checksum'
}

export function tunnelSupport({ type, checksum }: Tunnel): TunnelSupport {
  if (type === 'gre') return { since: '5.3', what: say`a GRE tunnel`, key: 'type' }
  if (type === 'ipip') return { since: undefined, what: say`an IPIP tunnel`, key: 'type' }
  return checksum === 'none'
    ? { since: '5.2', what: say`a GUE tunnel`, key: 'type' }
    : { since: '5.3', what: say`a tunnel with the checksum ${checksum}`, key: 'checksum' }
}
