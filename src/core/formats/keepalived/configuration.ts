import { addressOf } from './address-word.js'
import { addressBits, familyOf } from '../../topology/address.js'
import type { Family, IpAddress } from '../../topology/address.js'
import { SCHEDULERS, SCHEDULER_FLAGS } from '../../topology/types.js'
import type { Mode, Protocol, Scheduler, SchedulerFlag, Tunnel } from '../../topology/types.js'
import { groupEntries } from './group-entries.js'
import type { GroupEntry } from './group-entries.js'
import { tunnelOf } from './tunnel-words.js'
import type { Directive, KeepalivedTree } from './tree.js'
import { virtualAddress } from './virtual-address.js'
import type { VirtualAddress } from './virtual-address.js'

/** What a configuration says, as keepalived takes it: defaults filled in, values it leaves out left out. */
export interface KeepalivedConfiguration {
  readonly tree: KeepalivedTree
  /** Of every global_defs, by keyword. */
  readonly globals: ReadonlyMap<string, Directive>
  readonly virtualServers: readonly KeepalivedService[]
  readonly groups: ReadonlyMap<string, KeepalivedGroup>
  readonly instances: readonly VrrpInstance[]
  readonly syncGroups: readonly SyncGroup[]
  readonly staticAddresses: readonly VirtualAddress[]
  /** Blocks that others name: vrrp_script, track_file, vrrp_track_process, bfd_instance. */
  readonly named: Readonly<Record<NamedBlock, ReadonlyMap<string, Directive>>>
}

export type NamedBlock = 'vrrp_script' | 'track_file' | 'vrrp_track_process' | 'bfd_instance'

export type KeepalivedTarget =
  | { readonly kind: 'address'; readonly address: IpAddress; readonly port: number }
  | { readonly kind: 'mark'; readonly mark: number }
  | { readonly kind: 'group'; readonly name: string }

export interface KeepalivedService {
  readonly directive: Directive
  /** Undefined where it cannot be read; keepalived leaves such a block out. */
  readonly target: KeepalivedTarget | undefined
  /** As it is written, for messages. */
  readonly title: string
  /** Undefined: it does not say, or nothing that is known, which means UDP. */
  readonly protocol: Protocol | undefined
  /** Undefined: it does not say, or nothing that is known, which means NAT. */
  readonly method: Mode | undefined
  readonly tunnel: Tunnel | undefined
  readonly scheduler: Scheduler | undefined
  readonly flags: readonly SchedulerFlag[]
  readonly onePacket: boolean
  /** Seconds. */
  readonly persistence: number | undefined
  readonly granularity: Directive | undefined
  readonly engine: string | undefined
  readonly quorum: number
  readonly hysteresis: number
  readonly family: Family | undefined
  readonly realServers: readonly KeepalivedRealServer[]
  readonly sorryServer: KeepalivedRealServer | undefined
}

export interface KeepalivedRealServer {
  readonly directive: Directive
  readonly address: IpAddress | undefined
  /** As it is written; undefined: that of the service. */
  readonly port: number | undefined
  readonly weight: number
  readonly method: Mode
  readonly tunnel: Tunnel | undefined
  readonly upper: number
  readonly lower: number
}

export interface KeepalivedGroup {
  readonly directive: Directive
  readonly name: string
  readonly entries: readonly GroupEntry[]
}

export interface VrrpInstance {
  readonly directive: Directive
  readonly name: string
  readonly interface: string | undefined
  readonly id: number | undefined
  readonly priority: number
  readonly state: string | undefined
  readonly version: number | undefined
  readonly strict: boolean
  readonly addresses: readonly VirtualAddress[]
  readonly excluded: readonly VirtualAddress[]
  readonly family: Family
  readonly peers: readonly IpAddress[]
}

export interface SyncGroup {
  readonly directive: Directive
  readonly name: string
  readonly members: readonly Directive[]
}

export function keepalivedConfiguration(tree: KeepalivedTree): KeepalivedConfiguration {
  const globals = new Map<string, Directive>()
  const virtualServers: KeepalivedService[] = []
  const groups = new Map<string, KeepalivedGroup>()
  const instances: Directive[] = []
  const syncGroups: SyncGroup[] = []
  const staticAddresses: VirtualAddress[] = []
  const named = {
    vrrp_script: new Map<string, Directive>(),
    track_file: new Map<string, Directive>(),
    vrrp_track_process: new Map<string, Directive>(),
    bfd_instance: new Map<string, Directive>(),
  }
  for (const directive of tree.directives) {
    const name = directive.words[1]?.text ?? ''
    switch (directive.name) {
      case 'global_defs':
        for (const setting of directive.children ?? []) globals.set(setting.name, setting)
        break
      case 'virtual_server':
        virtualServers.push(service(directive))
        break
      case 'virtual_server_group':
        groups.set(name, { directive, name, entries: groupEntries(directive) })
        break
      case 'vrrp_instance':
        instances.push(directive)
        break
      case 'vrrp_sync_group':
        syncGroups.push({
          directive,
          name,
          members: (directive.children ?? []).flatMap((child) =>
            child.name === 'group' ? (child.children ?? []) : [],
          ),
        })
        break
      case 'static_ipaddress':
        staticAddresses.push(...(directive.children ?? []).map(virtualAddress))
        break
      case 'vrrp_track_file':
        named.track_file.set(name, directive)
        break
      case 'vrrp_script':
      case 'track_file':
      case 'vrrp_track_process':
      case 'bfd_instance':
        named[directive.name].set(name, directive)
        break
    }
  }
  return {
    tree,
    globals,
    virtualServers,
    groups,
    instances: instances.map((directive) => instance(directive, globals)),
    syncGroups,
    staticAddresses,
    named,
  }
}

/** The setting of a block; of several the last, as keepalived takes most of them. */
export function setting(block: Directive, name: string): Directive | undefined {
  const { children } = block
  if (children === undefined) return undefined
  for (let at = children.length - 1; at >= 0; at--) {
    const child = children[at]
    if (child?.name === name) return child
  }
  return undefined
}

function valueOf(directive: Directive | undefined): string | undefined {
  return directive?.words[1]?.text
}

/** A whole number within bounds; undefined for anything else, which keepalived leaves out. */
export function wholeOf(
  directive: Directive | undefined,
  least = 0,
  most = 4_294_967_295,
): number | undefined {
  const text = valueOf(directive)
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return undefined
  const value = Number(text)
  return value >= least && value <= most ? value : undefined
}

const METHODS: ReadonlyMap<string, Mode> = new Map([
  ['NAT', 'nat'],
  ['DR', 'dr'],
  ['TUN', 'tun'],
])

function service(directive: Directive): KeepalivedService {
  let protocol: Protocol | undefined
  let method: Directive | undefined
  let scheduler: Scheduler | undefined
  let onePacket = false
  let persistence: number | undefined
  let granularity: Directive | undefined
  let engine: string | undefined
  let weight = 1
  let quorum = 1
  let hysteresis = 0
  let family: Family | undefined
  let sorry: Directive | undefined
  let sorryMethod: Directive | undefined
  const flags: SchedulerFlag[] = []
  const realServers: Directive[] = []
  for (const child of directive.children ?? []) {
    switch (child.name) {
      case 'protocol': {
        const text = valueOf(child)?.toLowerCase()
        if (text === 'tcp' || text === 'udp' || text === 'sctp') protocol = text
        break
      }
      case 'lb_kind':
      case 'lvs_method':
        method = child
        break
      case 'lb_algo':
      case 'lvs_sched':
        scheduler = SCHEDULERS.find((known) => known === valueOf(child)) ?? scheduler
        break
      case 'ops':
        onePacket = true
        break
      case 'persistence_timeout':
        persistence = child.words.length < 2 ? 360 : (wholeOf(child, 1, 2_678_400) ?? persistence)
        break
      case 'persistence_granularity':
        granularity = child
        persistence ??= 360
        break
      case 'persistence_engine':
        engine = valueOf(child)
        break
      case 'weight':
        weight = wholeOf(child, 1, 2_147_483_647) ?? weight
        break
      case 'quorum':
        quorum = wholeOf(child, 1, 2_147_483_647) ?? 1
        break
      case 'hysteresis':
        hysteresis = wholeOf(child, 0, 2_147_483_647) ?? 0
        break
      case 'ip_family':
        family = valueOf(child) === 'inet6' ? 6 : valueOf(child) === 'inet' ? 4 : undefined
        break
      case 'sorry_server':
        sorry = child
        break
      case 'sorry_server_lvs_method':
        sorryMethod = child
        break
      case 'real_server':
        realServers.push(child)
        break
      default: {
        const flag = SCHEDULER_FLAGS.find((known) => known === child.name)
        if (flag !== undefined) flags.push(flag)
      }
    }
  }
  const mode = METHODS.get(valueOf(method) ?? '')
  const tunnel = tunnelOf(method)
  const target = targetOf(directive)
  const of = { method: mode ?? 'nat', tunnel, weight } as const
  const read = realServers.map((each) => realServer(each, of))
  return {
    directive,
    target,
    title: directive.words
      .slice(1, 3)
      .map(({ text }) => text)
      .join(' '),
    protocol,
    method: mode,
    tunnel,
    scheduler,
    flags,
    onePacket,
    persistence,
    granularity,
    engine,
    quorum,
    hysteresis,
    family: target?.kind === 'address' ? familyOf(target.address) : (family ?? familyAmong(read)),
    realServers: read,
    sorryServer: sorry === undefined ? undefined : sorryServer(sorry, sorryMethod, of),
  }
}

function familyAmong(realServers: readonly KeepalivedRealServer[]): Family | undefined {
  const address = (realServers.find(({ method }) => method !== 'tun') ?? realServers[0])?.address
  return address === undefined ? undefined : familyOf(address)
}

function targetOf({ words }: Directive): KeepalivedTarget | undefined {
  const [, first, second] = words
  if (first === undefined) return undefined
  if (first.text === 'group') return second === undefined ? undefined : { kind: 'group', name: second.text }
  if (first.text === 'fwmark') {
    const mark = Number(second?.text)
    return /^\d+$/.test(second?.text ?? '') && mark <= 4_294_967_295 ? { kind: 'mark', mark } : undefined
  }
  const address = addressOf(first.text)
  const port = portOf(second?.text)
  return address === undefined || port === undefined ? undefined : { kind: 'address', address, port }
}

/** 0 where none is given; undefined where it is none. */
function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return 0
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined
}

interface ServiceDefaults {
  readonly method: Mode
  readonly tunnel: Tunnel | undefined
  readonly weight: number
}

function realServer(directive: Directive, of: ServiceDefaults): KeepalivedRealServer {
  let { weight, method, tunnel } = of
  let upper = 0
  let lower = 0
  for (const child of directive.children ?? []) {
    switch (child.name) {
      case 'weight':
        weight = wholeOf(child, 0, 2_147_483_647) ?? weight
        break
      case 'uthreshold':
        upper = wholeOf(child) ?? upper
        break
      case 'lthreshold':
        lower = wholeOf(child) ?? lower
        break
      case 'lvs_method': {
        const known = METHODS.get(valueOf(child) ?? '')
        if (known === undefined) break
        method = known
        tunnel = tunnelOf(child)
        break
      }
    }
  }
  return { directive, ...placeOf(directive), weight, method, tunnel, upper, lower }
}

function sorryServer(
  directive: Directive,
  method: Directive | undefined,
  of: ServiceDefaults,
): KeepalivedRealServer {
  const known = METHODS.get(valueOf(method) ?? '')
  return {
    directive,
    ...placeOf(directive),
    weight: 1,
    method: known ?? of.method,
    tunnel: known === undefined ? of.tunnel : tunnelOf(method),
    upper: 0,
    lower: 0,
  }
}

function placeOf({ words }: Directive): Pick<KeepalivedRealServer, 'address' | 'port'> {
  const [, address, port] = words
  const number = portOf(port?.text)
  return { address: addressOf(address?.text ?? ''), port: number === 0 ? undefined : number }
}

function instance(directive: Directive, globals: ReadonlyMap<string, Directive>): VrrpInstance {
  const listed = (name: string): VirtualAddress[] =>
    (directive.children ?? []).flatMap((child) =>
      child.name === name ? (child.children ?? []).map(virtualAddress) : [],
    )
  const addresses = listed('virtual_ipaddress')
  const strict = setting(directive, 'strict_mode')
  const first = addresses.find(({ address }) => address !== undefined)?.address
  const peers = (directive.children ?? []).flatMap((child) =>
    child.name === 'unicast_peer' ? (child.children ?? []).flatMap(({ name }) => addressOf(name) ?? []) : [],
  )
  return {
    directive,
    name: directive.words[1]?.text ?? '',
    interface: valueOf(setting(directive, 'interface')),
    id: wholeOf(setting(directive, 'virtual_router_id'), 1, 255),
    priority: wholeOf(setting(directive, 'priority'), 1, 255) ?? 100,
    state: valueOf(setting(directive, 'state')),
    version: wholeOf(setting(directive, 'version'), 2, 3) ?? wholeOf(globals.get('vrrp_version'), 2, 3),
    strict:
      strict === undefined
        ? globals.has('vrrp_strict')
        : !['off', 'false', 'no'].includes(valueOf(strict) ?? 'on'),
    addresses,
    excluded: listed('virtual_ipaddress_excluded'),
    family: first === undefined ? 4 : familyOf(first),
    peers,
  }
}

/** The prefix length a client mask stands for; undefined where it is none, or has holes. */
export function granularityLength(text: string, family: Family): number | undefined {
  if (family === 6) {
    const length = /^\d{1,3}$/.test(text) ? Number(text) : 0
    return length >= 1 && length <= addressBits(6) ? length : undefined
  }
  const mask = addressOf(text)
  if (mask === undefined || familyOf(mask) !== 4) return undefined
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits) && bits !== '0'.repeat(32)
    ? !bits.includes('0')
      ? 32
      : bits.indexOf('0')
    : undefined
}
