import ipaddr from 'ipaddr.js'
import { say } from '../core/speech/say.js'
import { LabError } from './lab-error.js'

/** What the lab needs to know of a drawing; plain data, made from a topology by the caller. */
export interface LabSpec {
  readonly name: string
  readonly networks: readonly LabNetwork[]
  readonly hosts: readonly LabHost[]
}
export interface LabNetwork {
  readonly name: string
  readonly mtu?: number
}
export interface LabHost {
  readonly name: string
  readonly interfaces: readonly LabInterface[]
  readonly routes: readonly LabRoute[]
  /** In `sysctl` notation (`net.ipv4.conf.all.arp_ignore`); only below `net.`. */
  readonly sysctls: readonly (readonly [key: string, value: string])[]
  /** Where the demo service listens, that answers with the host's name; without address: everywhere. */
  readonly listens: readonly LabListen[]
  /** What the host's firewall refuses. */
  readonly drops: readonly LabDrop[]
}
export interface LabInterface {
  readonly name: string
  readonly network: string
  readonly mac: string
  readonly mtu?: number
  /** CIDR, IPv4 and IPv6. */
  readonly addresses: readonly string[]
}
export interface LabRoute {
  /** `default` or CIDR. */
  readonly to: string
  readonly family: 4 | 6
  readonly via?: string
  readonly interface?: string
}
export interface LabListen {
  readonly protocol: 'tcp' | 'udp'
  readonly address?: string
  readonly port: number
}
export interface LabDrop {
  /** Absent: every protocol. */
  readonly protocol?: string
  readonly port?: number
  /** Absent: what is for the host as well as what passes through it. */
  readonly chain?: 'input' | 'forward'
  /** Absent: whatever conntrack says of it. */
  readonly state?: 'invalid'
}

export const MAX_HOSTS = 60
/** The interface of every host that carries SSH from the operator and is no part of the drawing. */
export const MANAGEMENT_INTERFACE = 'mgmt0'

/** By IP protocol number: the image has no reason to know their names. */
const PROTOCOL_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['ipip', 4],
  ['tcp', 6],
  ['udp', 17],
  ['ipv6', 41],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['ipv6-icmp', 58],
  ['icmpv6', 58],
  ['vrrp', 112],
  ['sctp', 132],
])
const WITH_PORTS: readonly number[] = [6, 17, 132]

// The kernel makes these in every network namespace as soon as their module is loaded.
const TAKEN_INTERFACE_NAMES: readonly string[] = [
  'lo',
  MANAGEMENT_INTERFACE,
  'tunl0',
  'ip6tnl0',
  'sit0',
  'gre0',
  'gretap0',
  'erspan0',
  'ip6gre0',
  'all',
  'default',
  '.',
  '..',
]

const LAB_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/
const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/
const INTERFACE_NAME = /^(?!-)[A-Za-z0-9_.@-]{1,15}$/
const MAC = /^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}$/
const SYSCTL_SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9_.@-]+$/
const SYSCTL_VALUE = /^[A-Za-z0-9_.,:/+-]+(?:[ \t]+[A-Za-z0-9_.,:/+-]+)*$/
const INTEGER = /^\d{1,3}$/

export function protocolNumber(protocol: string): number | undefined {
  const named = PROTOCOL_NUMBERS.get(protocol)
  if (named !== undefined) return named
  return INTEGER.test(protocol) && Number(protocol) <= 255 ? Number(protocol) : undefined
}

/**
 * The path below `/proc/sys` of a sysctl key, undefined where it is none of the network's. As in
 * sysctl(8), the first separator decides: `net.ipv4.conf.eth0/20.mtu` and `net/ipv4/conf/eth0.20/mtu`.
 */
export function sysctlPath(key: string): string | undefined {
  const slashes = /[./]/.exec(key)?.[0] === '/'
  const swapped = slashes ? key : key.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.'))
  const segments = swapped.split('/')
  const fine = segments[0] === 'net' && segments.length > 1 && segments.every((s) => SYSCTL_SEGMENT.test(s))
  return fine && swapped.length <= 200 ? swapped : undefined
}

export function addressFamily(address: string): 4 | 6 | undefined {
  if (address.includes('%')) return undefined
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return 4
  return ipaddr.IPv6.isValid(address) ? 6 : undefined
}

/** Family and prefix length of `address/length`. */
export function parseCidr(cidr: string): { address: string; length: number; family: 4 | 6 } | undefined {
  const [address = '', length = '', ...rest] = cidr.split('/')
  const family = addressFamily(address)
  if (family === undefined || rest.length > 0 || !INTEGER.test(length)) return undefined
  return Number(length) <= (family === 4 ? 32 : 128) ? { address, length: Number(length), family } : undefined
}

/** What is impossible in a specification, one sentence each; names reach shells, so nothing passes unseen. */
export function labSpecProblems(spec: LabSpec): string[] {
  const problems: string[] = []
  if (!isLabName(spec.name)) problems.push(say`the lab's name '${spec.name}' is not a plain name`)
  if (spec.hosts.length === 0) problems.push(say`there is no host in the drawing`)
  if (spec.hosts.length > MAX_HOSTS) problems.push(say`${spec.hosts.length} hosts; a lab holds ${MAX_HOSTS}`)

  const networks = new Set<string>()
  for (const { name, mtu } of spec.networks) {
    if (networks.has(name)) problems.push(say`network '${name}' is there twice`)
    networks.add(name)
    if (mtu !== undefined && !isMtu(mtu))
      problems.push(say`network '${name}': MTU ${mtu} is not within 68–65535`)
  }
  const hosts = new Set<string>()
  const macs = new Set<string>()
  for (const host of spec.hosts) {
    // The names become folders and host names; case alone would be too little to tell them apart in ssh.
    const key = host.name.toLowerCase()
    if (!HOST_NAME.test(host.name) || host.name.includes('..'))
      problems.push(say`'${host.name}' is not a host name`)
    if (hosts.has(key)) problems.push(say`host '${host.name}' is there twice`)
    hosts.add(key)
    problems.push(
      ...hostProblems(host, networks, macs).map((problem) => say`host '${host.name}': ${problem}`),
    )
  }
  return problems
}

/** Whether a lab can have this name; it is a folder's. */
export function isLabName(name: string): boolean {
  return LAB_NAME.test(name)
}

/** @throws LabError naming every problem */
export function assertLabSpec(spec: LabSpec): void {
  const problems = labSpecProblems(spec)
  if (problems.length === 0) return
  throw new LabError('invalid-spec', say`This drawing cannot become a lab:\n  ${problems.join('\n  ')}`)
}

function hostProblems(host: LabHost, networks: ReadonlySet<string>, macs: Set<string>): string[] {
  const problems: string[] = []
  const names = new Set<string>()
  for (const { name, network, mac, mtu, addresses } of host.interfaces) {
    if (!INTERFACE_NAME.test(name)) problems.push(say`'${name}' is not an interface name`)
    if (TAKEN_INTERFACE_NAMES.includes(name))
      problems.push(say`the interface name '${name}' is taken by the kernel or the lab`)
    if (names.has(name)) problems.push(say`interface '${name}' is there twice`)
    names.add(name)
    if (!networks.has(network)) problems.push(say`${name}: there is no network '${network}'`)
    if (!MAC.test(mac) || /^.[13579bdf]/i.test(mac))
      problems.push(say`${name}: '${mac}' is not a unicast MAC address`)
    if (macs.has(mac.toLowerCase())) problems.push(say`${name}: MAC address ${mac} is there twice`)
    macs.add(mac.toLowerCase())
    if (mtu !== undefined && !isMtu(mtu)) problems.push(say`${name}: MTU ${mtu} is not within 68–65535`)
    for (const address of addresses) {
      if (!parseCidr(address))
        problems.push(say`${name}: '${address}' is not an address with a prefix length`)
    }
  }
  for (const route of host.routes) problems.push(...routeProblems(route, names))
  for (const [key, value] of host.sysctls) {
    if (sysctlPath(key) === undefined) problems.push(say`'${key}' is not a sysctl of the network`)
    if (!SYSCTL_VALUE.test(value) || value.length > 200)
      problems.push(say`sysctl ${key}: '${value}' is not a value`)
  }
  for (const { protocol, address, port } of host.listens) {
    if (!['tcp', 'udp'].includes(protocol)) problems.push(say`the demo service does not speak ${protocol}`)
    if (!isPort(port)) problems.push(say`${port} is not a port`)
    if (address !== undefined && !addressFamily(address)) problems.push(say`'${address}' is not an address`)
  }
  for (const { protocol, port } of host.drops) {
    const number = protocol === undefined ? undefined : protocolNumber(protocol)
    if (protocol !== undefined && number === undefined)
      problems.push(say`'${protocol}' is not an IP protocol`)
    if (port === undefined) continue
    if (!isPort(port)) problems.push(say`${port} is not a port`)
    if (number === undefined || !WITH_PORTS.includes(number))
      problems.push(say`${protocol ?? say`every protocol`} has no ports`)
  }
  return problems
}

function routeProblems(route: LabRoute, interfaces: ReadonlySet<string>): string[] {
  const problems: string[] = []
  const { to, family, via, interface: out } = route
  if (to !== 'default' && parseCidr(to)?.family !== family)
    problems.push(say`'${to}' is not an IPv${family} destination`)
  if (via !== undefined && !addressFamily(via)) problems.push(say`route to ${to}: '${via}' is not an address`)
  if (out !== undefined && out !== 'lo' && !interfaces.has(out))
    problems.push(say`route to ${to}: there is no interface '${out}'`)
  if (via === undefined && out === undefined)
    problems.push(say`route to ${to}: needs a gateway or an interface`)
  return problems
}

function isMtu(value: number): boolean {
  return Number.isInteger(value) && value >= 68 && value <= 65535
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535
}
