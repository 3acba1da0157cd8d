import type { IpAddress, Subnet } from './address.js'

/**
 * A topology as its file says it: the whole language of version 1, nothing derived. Where a key is absent or its
 * value could not be read, the property is absent (the parser reports a problem for the second case); defaults of
 * the language are filled in where they do not depend on anything else.
 */
export interface Topology {
  /** The version of the format the file says it is in. */
  readonly lvs: number | undefined
  /** Also names what is owned on hosts. */
  readonly name: string | undefined
  readonly networks: ReadonlyMap<string, Network>
  readonly hosts: ReadonlyMap<string, Host>
  readonly services: ReadonlyMap<string, Service>
  readonly manage: Manage
  readonly vrrp: Vrrp | undefined
  readonly layout: Layout
}

/** One L2 segment. */
export interface Network {
  readonly subnets: readonly Subnet[]
  /** Routers' addresses on the segment that hosts use by default; drawn or not. */
  readonly gateways: readonly IpAddress[]
  /** Bytes; 68..65535. */
  readonly mtu: number | undefined
}

export const ROLES = ['client', 'router', 'director', 'real-server'] as const
export type Role = (typeof ROLES)[number]

export interface Host {
  readonly role: Role | undefined
  /** The release of its kernel, such as 6.1 or 5.10.0; undefined: not known, probed before a plan. */
  readonly kernel: string | undefined
  readonly ssh: SshSettings | undefined
  readonly interfaces: ReadonlyMap<string, Interface>
  /** Pinned default gateways, one a family at most; undefined: derived. */
  readonly gateways: readonly IpAddress[] | undefined
  readonly routes: readonly Route[]
  /** Pinned sysctls, by dotted key. */
  readonly sysctls: ReadonlyMap<string, string>
  readonly supports: Supports
  /** Undefined: listens on every address at the port it is asked for. */
  readonly listens: readonly Listen[] | undefined
  readonly drops: readonly Drop[]
}

/** What `~/.ssh/config` does not say. */
export interface SshSettings {
  readonly address: string | undefined
  readonly user: string | undefined
  readonly port: number | undefined
  readonly jump: string | undefined
  readonly sudo: boolean | undefined
}

export interface Interface {
  readonly network: string | undefined
  readonly addresses: readonly IpAddress[]
  readonly mac: string | undefined
  /** 802.1Q identifier; 1..4094. */
  readonly vlan: number | undefined
  /** The interfaces this one joins (bonding); undefined: it is none. */
  readonly bond: readonly string[] | undefined
  /** Bytes; 68..65535. */
  readonly mtu: number | undefined
}

export interface Route {
  readonly to: Subnet | undefined
  readonly via: IpAddress | undefined
  readonly interface: string | undefined
}

export const TUNNEL_TYPES = ['ipip', 'gre', 'gue'] as const
export type TunnelType = (typeof TUNNEL_TYPES)[number]

/** True, false, or undefined for "not known": probed before a plan. */
export type Supports = Readonly<Record<TunnelType, boolean | undefined>>

export interface Listen {
  readonly address: IpAddress | undefined
  readonly port: number | undefined
  readonly protocol: Protocol | undefined
}

export const DROP_PROTOCOLS = ['tcp', 'udp', 'sctp', 'icmp', 'icmpv6', 'ipip', 'ipv6', 'gre', 'vrrp'] as const
/** Hooks of netfilter: what is for the host itself, and what passes through it. */
export const DROP_CHAINS = ['input', 'forward'] as const
/** `ct state` of nft(8): a packet of no connection that conntrack has seen begin. */
export const DROP_STATES = ['invalid'] as const
export interface Drop {
  /** Undefined: every protocol, where `state` says which packets. */
  readonly protocol: (typeof DROP_PROTOCOLS)[number] | undefined
  readonly port: number | undefined
  /** Undefined: both. */
  readonly chain: (typeof DROP_CHAINS)[number] | undefined
  /** Undefined: whatever state the packet is in. */
  readonly state: (typeof DROP_STATES)[number] | undefined
}

export const MODES = ['nat', 'tun', 'dr'] as const
/** The forwarding method: IP_VS_CONN_F_MASQ, _TUNNEL, _DROUTE (uapi/linux/ip_vs.h). */
export type Mode = (typeof MODES)[number]

export const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const
export type Protocol = (typeof PROTOCOLS)[number]

/** Schedulers of the kernel up to 6.x (net/netfilter/ipvs/Kconfig), in the order of ipvsadm(8). */
export const SCHEDULERS = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'lblcr',
  'dh',
  'sh',
  'sed',
  'nq',
  'fo',
  'ovf',
  'mh',
  'twos',
] as const
export type Scheduler = (typeof SCHEDULERS)[number]

export const SCHEDULER_FLAGS = [
  'sh-fallback',
  'sh-port',
  'mh-fallback',
  'mh-port',
  'flag-1',
  'flag-2',
  'flag-3',
] as const
export type SchedulerFlag = (typeof SCHEDULER_FLAGS)[number]

export interface Service {
  readonly mode: Mode | undefined
  /** One, or an active/backup pair with the preferred director first. */
  readonly directors: readonly string[]
  readonly vip: IpAddress | undefined
  /** Firewall mark; 1..2^32-1. With a VIP, packets for it (and `ports`) get the mark; without, others mark them. */
  readonly mark: number | undefined
  readonly protocol: Protocol
  /** 0: every port (needs persistence). Undefined for a mark, or when missing. */
  readonly port: number | undefined
  /** Of a service by mark: the ports of the VIP that get it; none: every port. */
  readonly ports: readonly number[]
  /** The kernel tools' own default, wlc, when absent. */
  readonly scheduler: Scheduler
  readonly flags: readonly SchedulerFlag[]
  readonly persistence: Persistence | undefined
  /** One-packet scheduling: UDP only, no connection is kept. */
  readonly onePacket: boolean
  /** Of NAT: real servers see the director's address for the client's, and answer it by whatever way they have. */
  readonly masquerade: boolean
  readonly tunnel: Tunnel
  readonly realServers: ReadonlyMap<string, RealServer>
  readonly sorryServer: SorryServer | undefined
  readonly health: Health | undefined
  /** The least sum of weights of real servers that are up; below, the sorry server takes over. 1 when absent. */
  readonly quorum: number | undefined
  /** What the sum must be above the quorum to count as reached again, and below to count as lost. 0 when absent. */
  readonly hysteresis: number | undefined
}

export interface Persistence {
  /** Seconds; 1..2678400. Default 360, as both ipvsadm and keepalived really use. */
  readonly timeout: number
  /** Dotted mask for IPv4, prefix length for IPv6. */
  readonly netmask: string | undefined
  readonly engine: 'sip' | undefined
}

export const TUNNEL_CHECKSUMS = ['none', 'csum', 'remcsum'] as const
export interface Tunnel {
  readonly type: TunnelType
  /** UDP port of gue. */
  readonly port: number | undefined
  readonly checksum: (typeof TUNNEL_CHECKSUMS)[number]
}

export interface RealServer {
  /** Undefined: the service's port. */
  readonly port: number | undefined
  /** 0..2147483647; 0 takes no new connections. Default 1. */
  readonly weight: number
  /** Undefined: the service's mode. */
  readonly mode: Mode | undefined
  /** The RIP, where more than one is possible. */
  readonly address: IpAddress | undefined
  readonly thresholds: Thresholds | undefined
  readonly tunnel: Tunnel | undefined
}

/** Connection limits; 0 is none. Lower 0 means three quarters of upper (ip_vs_ctl.c). */
export interface Thresholds {
  readonly upper: number
  readonly lower: number
}

export interface SorryServer {
  readonly address: IpAddress | undefined
  readonly port: number | undefined
}

export const HEALTH_TYPES = ['tcp', 'http', 'https', 'dns', 'smtp', 'udp', 'ping', 'script'] as const
export type HealthType = (typeof HEALTH_TYPES)[number]
/** Records that a DNS check may ask for (check_dns.c). */
export const DNS_RECORDS = ['A', 'AAAA', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'RRSIG', 'DNSKEY'] as const
export interface Health {
  readonly type: HealthType | undefined
  /** Of http and https. */
  readonly path: string | undefined
  /** Seconds between two checks. */
  readonly interval: number | undefined
  /** Seconds until a connection, or a script, that does not come to its end has failed. */
  readonly timeout: number | undefined
  /** How often a failed check is repeated before it counts. */
  readonly retries: number | undefined
  /** Seconds before it is. */
  readonly retryDelay: number | undefined
  /** Where to ask; undefined: the port of the real server. */
  readonly port: number | undefined
  /** The Host header of http and https; of https also the name told in the handshake. */
  readonly host: string | undefined
  /** Status codes of HTTP that are success, single or `200-299`; none: 200-299. */
  readonly status: readonly string[]
  /** What a DNS check asks for; undefined: the root. */
  readonly name: string | undefined
  /** Undefined: SOA. */
  readonly record: (typeof DNS_RECORDS)[number] | undefined
  /** The name said in HELO by an SMTP check. */
  readonly helo: string | undefined
  /** Of UDP: bytes in hexadecimal. */
  readonly send: string | undefined
  /** Of UDP: bytes that a reply must begin with, in hexadecimal. */
  readonly expect: string | undefined
  /** The program of a script check, with its arguments. */
  readonly command: string | undefined
  /** A real server is not used before a check has found it well. */
  readonly startsDown: boolean
}

export const MANAGERS = ['ipvsadm', 'keepalived'] as const
export interface Manage {
  readonly director: (typeof MANAGERS)[number]
  /** Whom keepalived runs scripts as; never root. */
  readonly scriptUser: string
}

export interface Vrrp {
  /** 1..255. */
  readonly id: number | undefined
  readonly network: string | undefined
  /** What real servers of NAT have as gateway: one a family, on each network that has some. */
  readonly insideVips: readonly IpAddress[]
  /** Seconds between advertisements. */
  readonly advert: number | undefined
  readonly sync: boolean
  /** Advertisements go from director to director, for networks that carry no multicast. */
  readonly unicast: boolean
  /** The preferred director takes over again once it is back. */
  readonly preempt: boolean
  /** A reference to a secret, never its value. */
  readonly auth: { readonly secret: string | undefined } | undefined
}

export interface Position {
  readonly x: number
  readonly y: number
}

/** Where a person moved something; nothing else is written here. */
export interface Layout {
  readonly hosts: ReadonlyMap<string, Position>
  readonly networks: ReadonlyMap<string, Position>
  readonly services: ReadonlyMap<string, Position>
  /** Of networks that are drawn longer than what hangs on them needs, in canvas units. */
  readonly lengths: ReadonlyMap<string, number>
}
