import { say } from '../speech/say.js'
import { familyOf } from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'
import type { Tunnel } from '../topology/types.js'
import { tunnelOverhead } from '../hosts/tunnel-overhead.js'
import type { OuterHeader, Packet } from './packet.js'
import { PROTOCOL_NUMBER } from './packet.js'
import type { WalkHost } from './world.js'

/** ip_vs_xmit.c `ip_vs_tunnel_xmit`: the outer header takes over the TTL, and DF unless pmtu_disc is off. */
export function encapsulated(
  packet: Packet,
  tunnel: Tunnel,
  source: IpAddress,
  destination: IpAddress,
  df: boolean,
): Packet {
  const { ip } = packet
  const inner = ip.family === 4 ? PROTOCOL_NUMBER.ipip : PROTOCOL_NUMBER.ipv6
  const outer: OuterHeader = {
    src: source,
    dst: destination,
    ttl: ip.ttl,
    protocol:
      tunnel.type === 'gre' ? PROTOCOL_NUMBER.gre : tunnel.type === 'gue' ? PROTOCOL_NUMBER.udp : inner,
    ...(tunnel.type === 'gue' ? { dstPort: tunnel.port ?? 0 } : {}),
    ...(tunnel.type === 'gre' && tunnel.checksum === 'csum' ? { checksum: true as const } : {}),
    length: ip.length + overheadOnWire(tunnel, familyOf(destination)),
    df,
  }
  return { ...packet, outer }
}

/**
 * Bytes around a packet that came over a wire. Remote checksum offload takes 8 more only while a packet's checksum is not
 * made yet, which is so of what a virtual machine's own neighbour hands over (ip_vs_xmit.c `__ip_vs_get_out_rt`,
 * CHECKSUM_PARTIAL); who plans an MTU reckons with those (tunnel-overhead.ts).
 */
export function overheadOnWire(tunnel: Tunnel, outer: Family): number {
  return tunnelOverhead(tunnel.checksum === 'remcsum' ? { ...tunnel, checksum: 'csum' } : tunnel, outer)
}

/** What a host makes of a tunnel's packet for an address of its own. */
export type Unpacked =
  | { readonly kind: 'unpacked'; readonly device: string }
  /** `answered`: it says so by ICMP. */
  | { readonly kind: 'refused'; readonly why: string; readonly answered: boolean }

/**
 * The device that takes a packet out of its tunnel (ip_tunnel.c `ip_tunnel_lookup`, ip6_tunnel.c `ip6_tnl_lookup`):
 * one made for the address first, then the one that came with the module, of those that are up.
 */
export function unpack(host: WalkHost, { outer, ip }: Packet): Unpacked {
  if (outer === undefined) return { kind: 'refused', why: say`it is in no tunnel`, answered: false }
  const outerFamily = familyOf(outer.dst)
  let gre = false
  if (outer.protocol === PROTOCOL_NUMBER.udp) {
    if (!host.fouPorts.has(`${outerFamily} ${outer.dstPort ?? 0}`)) {
      return {
        kind: 'refused',
        why: say`${host.name} does not unpack GUE at UDP port ${outer.dstPort ?? 0}`,
        answered: true,
      }
    }
  } else gre = outer.protocol === PROTOCOL_NUMBER.gre
  const lacks = lackOf(host, gre, outer.protocol === PROTOCOL_NUMBER.udp)
  if (lacks !== undefined)
    return { kind: 'refused', why: say`${host.name} cannot unpack ${lacks}`, answered: true }
  const devices = candidates(host, outer.dst, ip.family, gre)
  const up = devices.find(({ name }) => host.state.interfaces.get(name)?.up === true)
  if (up === undefined) {
    const [first] = devices
    const isThere = first !== undefined && host.state.interfaces.has(first.name)
    const kind = KIND_NAMES[gre ? 'gre' : 'ip']
    return {
      kind: 'refused',
      why: isThere
        ? say`${host.name} has its device down that would take ${kind} for ${outer.dst}`
        : say`${host.name} has no device that takes ${kind} for ${outer.dst}`,
      answered: true,
    }
  }
  if (!up.takes(ip.family)) {
    return {
      kind: 'refused',
      why: say`${up.name} of ${host.name} takes no IPv${ip.family} out of this tunnel`,
      answered: true,
    }
  }
  if (gre && up.checksum !== (outer.checksum === true)) {
    return {
      kind: 'refused',
      why:
        outer.checksum === true
          ? say`the packet has checksum and ${up.name} of ${host.name} wants none (icsum), so it is dropped`
          : say`the packet has no checksum and ${up.name} of ${host.name} wants one (icsum), so it is dropped`,
      answered: false,
    }
  }
  // ip6_tunnel.c `ip6_tnl_rcv_ctl`; IPv4 looks at the source like at that of any packet.
  if (outerFamily === 6 && host.route(outer.src).kind === 'local') {
    return {
      kind: 'refused',
      why: say`the tunnel's packet comes from ${outer.src}, which is an address of ${host.name} itself`,
      answered: false,
    }
  }
  return { kind: 'unpacked', device: up.name }
}

/** What the file or a probe says its kernel does not have. */
function lackOf({ state: { supports } }: WalkHost, gre: boolean, udp: boolean): string | undefined {
  if (gre) return supports.gre === false ? 'GRE' : undefined
  if (udp && supports.gue === false) return 'GUE'
  return supports.ipip === false ? 'IPIP' : undefined
}

const KIND_NAMES = { ip: 'IP in IP', gre: 'GRE' } as const

interface Device {
  readonly name: string
  readonly checksum: boolean
  readonly takes: (inner: 4 | 6) => boolean
}

function candidates(host: WalkHost, local: IpAddress, inner: 4 | 6, gre: boolean): Device[] {
  const outer = familyOf(local)
  const own = [...host.tunnels].flatMap(([name, made]): Device[] => {
    const [kind = '', ...words] = made.split(' ')
    const at = words.indexOf('local')
    if (at < 0 || words[at + 1] !== local || kind !== kindOf(outer, inner, gre)) return []
    const mode = words[words.indexOf('mode') + 1]
    const takes = (family: 4 | 6) =>
      kind !== 'ip6tnl' || mode === 'any' || mode === (family === 6 ? 'ip6ip6' : 'ipip6')
    return [{ name, checksum: words.includes('icsum'), takes }]
  })
  const standing = STANDING[gre ? 'gre' : 'ip'][outer][inner]
  const plain: Device = {
    name: standing,
    checksum: false,
    // ip6tnl0 is of mode ip6ip6 (ip6_tunnel.c `ip6_fb_tnl_dev_init`).
    takes: (family) => standing !== 'ip6tnl0' || family === 6,
  }
  return [...own, plain]
}

function kindOf(outer: 4 | 6, inner: 4 | 6, gre: boolean): string {
  if (gre) return outer === 4 ? 'gre' : 'ip6gre'
  if (outer === 6) return 'ip6tnl'
  return inner === 4 ? 'ipip' : 'sit'
}

const STANDING = {
  ip: { 4: { 4: 'tunl0', 6: 'sit0' }, 6: { 4: 'ip6tnl0', 6: 'ip6tnl0' } },
  gre: { 4: { 4: 'gre0', 6: 'gre0' }, 6: { 4: 'ip6gre0', 6: 'ip6gre0' } },
} as const
