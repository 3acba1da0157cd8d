import { readListing, withThresholds } from '../formats/ipvs-listing.js'
import { parseRules } from '../formats/ipvsadm.js'
import type { VirtualService } from '../formats/ipvs-table.js'
import { parseAddress, parseSubnet } from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'
import type { Listen } from '../topology/types.js'
import { fileText } from './file-state.js'
import { KEEPALIVED_CONF } from './keepalived/director-file.js'
import { keepalivedPool, NO_POOL } from './keepalived/pool.js'
import type { KeepalivedPool } from './keepalived/pool.js'
import { readManagers } from './managers.js'
import type { InterfaceManager } from './managers.js'
import { readMarks } from './marks.js'
import { readMasquerades } from './masquerade.js'
import { readConnections, readFirewall, readNeighbours, readSockets } from './observed-evidence.js'
import type { ConnectionCount, ObservedNeighbour } from './observed-evidence.js'
import { readTraffic } from './observed-traffic.js'
import type { Traffic } from './observed-traffic.js'
import type { Ruleset } from './ruleset.js'
import type { AddressState, HostState, InterfaceState, RouteState } from './state.js'
import { withoutUnseen } from './unseen.js'

/** What a probe found on a host: its state in the same shape a topology derives, and what only a live host has. */
export interface ObservedHost {
  readonly state: HostState
  /** Default routes of the main table in the words of `ip route`, to be put back as they were. */
  readonly defaultRoutes: readonly {
    readonly family: Family
    readonly metric: number
    readonly words: string
  }[]
  /** What decides about its routes beside plain ones of the main table, in the words of `ip`: rules, several gateways. */
  readonly otherRouting: readonly string[]
  /** Where the kernel says packets for an address go, of the addresses it was asked for. */
  readonly ways: ReadonlyMap<IpAddress, ObservedWay>
  /** Tunnel devices that take packets for one address of the host from anybody: how each is made, by its name. */
  readonly tunnels: ReadonlyMap<string, string>
  /** UDP ports at which the kernel unpacks, by `FAMILY PORT`: `gue`, or what else. */
  readonly fouPorts: ReadonlyMap<string, string>
  /** What a table of this cluster marks (marks.ts). */
  readonly marks: ReadonlyMap<string, string>
  /** Which services a table of this cluster masquerades, by key (masquerade.ts). */
  readonly masquerades: ReadonlySet<string>
  /** Files that a deployment may write, by their path, in the state file-state.ts writes. */
  readonly files: ReadonlyMap<string, string>
  /** Daemons that a deployment may start and that run. */
  readonly daemons: ReadonlySet<string>
  /** What a keepalived that runs by a file of ours does with the table. */
  readonly pool: KeepalivedPool
  /** What it has in its neighbour tables; empty where nobody has looked. */
  readonly neighbours: readonly ObservedNeighbour[]
  /** Sockets of TCP and UDP that wait for packets; undefined: not known. */
  readonly listens: readonly Listen[] | undefined
  /** What its netfilter does with packets; undefined: nobody has looked. */
  readonly ruleset: Ruleset | undefined
  /** Of a director, its connection table by state. */
  readonly connections: readonly ConnectionCount[]
  /** Of a director, what it counts. */
  readonly traffic: Traffic
  /** Kernel modules that were asked for and that this kernel does not have. */
  readonly missingModules: ReadonlySet<string>
  readonly userId: number | undefined
  /** Where the SSH connection came from, and the address it arrived at, from sshd's SSH_CONNECTION. */
  readonly sshPeer: string | undefined
  readonly sshAddress: string | undefined
  readonly tools: ReadonlySet<string>
  /** What a deployment of this cluster has changed here and not put back, oldest first. */
  readonly owned: readonly OwnedEntry[]
  /** What the deployment that was confirmed last has written down, to be brought about at boot; undefined: there was none. */
  readonly confirmed: readonly RecordedSetting[] | undefined
  /** The transaction of that deployment. */
  readonly transaction: string | undefined
  /** What was confirmed before it, where that was asked for. */
  readonly previous: readonly RecordedSetting[] | undefined
  /** Interfaces on which a manager of networks sets addresses and routes too. */
  readonly managers: ReadonlyMap<string, InterfaceManager>
  /** What other clusters have written down here. */
  readonly others: readonly OtherCluster[]
  /** Lines of the probe that made no sense; shown, never guessed at. */
  readonly unread: readonly string[]
}

/** The answer of `ip route get`: local and policy tables are in it, which the main table does not show. */
export interface ObservedWay {
  /** The host takes such packets as its own. */
  readonly local: boolean
  readonly via: IpAddress | undefined
  readonly interface: string | undefined
  /** The address the kernel puts as source on what the host itself sends there. */
  readonly source: IpAddress | undefined
}

/** A changed setting and the state it had before the first change. */
export interface OwnedEntry {
  readonly kind: string
  readonly key: string
  readonly before: string
}

/** A setting as a host keeps it: plan/setting.ts says what kinds and states there are. */
export interface RecordedSetting {
  readonly kind: string
  readonly key: string
  readonly state: string
}

/** Another cluster on a host, by what it has written down there; without what no other can share. */
export interface OtherCluster {
  readonly name: string
  readonly wanted: readonly RecordedSetting[]
  readonly owned: readonly OwnedEntry[]
}

/**
 * Reads the output of the on-host helper's `probe`: sections that start with `== NAME`. Host output is not trusted:
 * control characters go, what does not parse is listed in `unread`.
 */
export function observeHost(name: string, output: string): ObservedHost {
  const sections = splitSections(output)
  const section = (title: string) => sections.get(title) ?? []
  const facts = new Map(section('facts').map((line) => splitOnce(line, ' ')))
  const unread: string[] = []
  const rules = parseRules(section('ipvs').join('\n'))
  unread.push(...rules.unread.map(({ text, reason }) => `ipvsadm: ${text} (${reason})`))
  const thresholds = readListing(section('thresholds'))
  const virtualServices: VirtualService[] = withThresholds(rules.services, thresholds)
  const routes = ([4, 6] as const).flatMap((family) =>
    section(`route${family}`).flatMap((line) => readRoute(line, family)),
  )
  const modules = section('modules').map((line) => splitOnce(line, ' '))
  const userId = Number(facts.get('uid'))
  const interfaces = readInterfaces(section('link'), section('address'), unread)
  const own = [...interfaces.values()].flatMap(({ addresses }) => addresses.map(({ address }) => address))
  const sockets = sections.get('sockets')
  const files = new Map(section('files').map((line) => splitOnce(line, ' ')))
  const daemons = new Set(section('daemons'))
  const file = fileText(files.get(KEEPALIVED_CONF) ?? '')
  return {
    state: {
      name,
      kernel: facts.get('kernel'),
      interfaces,
      routes: routes.map(({ route }) => route),
      sysctls: new Map(section('sysctl').map((line) => splitOnce(line, '\t'))),
      modules: new Set(modules.filter(([, state]) => state === 'loaded').map(([module]) => module)),
      virtualServices,
      supports: { ipip: undefined, gre: undefined, gue: undefined },
      listens: undefined,
      drops: [],
    },
    defaultRoutes: routes.flatMap(({ route, words }) =>
      route.to === 'default' ? [{ family: route.family, metric: route.metric, words }] : [],
    ),
    otherRouting: [
      ...section('rules').filter((line) => !STANDARD_RULE.test(line)),
      ...[...section('route4'), ...section('route6')].filter(
        (line) => /^\s*nexthop /.test(line) || REFUSING_ROUTE.test(line),
      ),
    ].map((line) => line.trim().replaceAll(/\s+/g, ' ')),
    ways: new Map(section('ways').flatMap(readWay)),
    tunnels: new Map(section('link').flatMap(readTunnel)),
    fouPorts: new Map(section('fou').flatMap(readFouPort)),
    marks: readMarks(section('marks')),
    masquerades: readMasquerades(section('marks')),
    files,
    daemons,
    pool: file === undefined || !daemons.has('keepalived') ? NO_POOL : keepalivedPool(file, virtualServices),
    neighbours: readNeighbours(section('neighbours')),
    listens: sockets === undefined ? undefined : readSockets(sockets, own, unread),
    ruleset: readFirewall(sections.get('firewall')),
    connections: readConnections(section('connections')),
    traffic: readTraffic(thresholds, readListing(section('traffic')), section('sync')),
    missingModules: new Set(modules.filter(([, state]) => state === 'missing').map(([module]) => module)),
    userId: Number.isInteger(userId) ? userId : undefined,
    sshPeer: facts.get('ssh')?.split(' ')[0],
    sshAddress: facts.get('ssh')?.split(' ')[2],
    tools: new Set((facts.get('tools') ?? '').split(' ')),
    owned: ownedEntries(section('owned')),
    confirmed: recorded(sections.get('wanted')),
    transaction: section('transaction')[0],
    previous: recorded(sections.get('previous')),
    managers: readManagers(section('networkd'), section('networkmanager'), namesByNumber(section('link'))),
    others: readOthers(section('others')),
    unread,
  }
}

function recorded(lines: readonly string[] | undefined): RecordedSetting[] | undefined {
  return lines?.flatMap((line) => {
    const [kind, key, state] = line.split('\t')
    return kind === undefined || key === undefined || state === undefined ? [] : [{ kind, key, state }]
  })
}

function ownedEntries(lines: readonly string[]): OwnedEntry[] {
  return (recorded(lines) ?? []).map(({ kind, key, state }) => ({ kind, key, before: state }))
}

/** `CLUSTER wanted KIND KEY STATE` and `CLUSTER owned KIND KEY BEFORE`, with tabs. */
function readOthers(lines: readonly string[]): OtherCluster[] {
  const clusters = new Map<string, { readonly wanted: string[]; readonly owned: string[] }>()
  for (const line of lines) {
    const [name, rest] = splitOnce(line, '\t')
    const [part, words] = splitOnce(rest, '\t')
    const lists = clusters.get(name) ?? { wanted: [], owned: [] }
    clusters.set(name, lists)
    if (part === 'wanted' || part === 'owned') lists[part].push(words)
  }
  return [...clusters].map(([name, { wanted, owned }]) => ({
    name,
    wanted: recorded(wanted) ?? [],
    owned: ownedEntries(owned),
  }))
}

function splitSections(output: string): Map<string, string[]> {
  const sections = new Map<string, string[]>()
  let current: string[] = []
  for (const raw of output.split('\n')) {
    const line = withoutUnseen(raw)
    if (line.startsWith('== ')) {
      current = []
      sections.set(line.slice(3), current)
    } else if (line !== '') current.push(line)
  }
  return sections
}

function splitOnce(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator)
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
}

/** `2: eth0@if9: <…`. */
function namesByNumber(links: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    links
      .flatMap((line) => [...line.matchAll(/^(\d+): ([^:@ ]+)/g)])
      .map(([, at = '', name = '']) => [at, name]),
  )
}

/** `ip -d -o link` and `ip -o address`: one line each, the oldest format every iproute2 prints. */
function readInterfaces(
  links: readonly string[],
  addresses: readonly string[],
  unread: string[],
): Map<string, InterfaceState> {
  const byName = new Map<string, { -readonly [K in keyof InterfaceState]: InterfaceState[K] }>()
  const addressesOf = new Map<string, AddressState[]>()
  for (const line of links) {
    const match = /^\d+: ([^:@ ]+)(?:@[^:]*)?: <([^>]*)> mtu (\d+)/.exec(line)
    const [, name, flags, mtu] = match ?? []
    if (name === undefined || flags === undefined) {
      unread.push(`ip link: ${line}`)
      continue
    }
    const list: AddressState[] = []
    addressesOf.set(name, list)
    byName.set(name, {
      name,
      network: undefined,
      mac: /link\/ether ([0-9a-f:]{17})/.exec(line)?.[1],
      mtu: Number(mtu),
      up: flags.split(',').includes('UP'),
      addresses: list,
    })
  }
  for (const line of addresses) {
    const match = /^\d+: (\S+)\s+inet6? (\S+?)(?:\/(\d+))? /.exec(`${line} `)
    const [, name = '', text = '', prefix] = match ?? []
    // `inet 10.0.0.1 peer 10.0.0.2/32` has no prefix of its own: a point-to-point link.
    const address = parseAddress(text)
    if (address === undefined) {
      unread.push(`ip address: ${line}`)
      continue
    }
    addressesOf.get(name)?.push({
      address,
      prefix: prefix === undefined ? (address.includes(':') ? 128 : 32) : Number(prefix),
      deprecated: / deprecated( |$)/.test(line) || line.includes('preferred_lft 0sec'),
    })
  }
  return byName
}

/** `gre remote any local 10.1.0.11 ttl inherit icsum …` after the line's backslashes, of `ip -d -o link`. */
function readTunnel(line: string): [string, string][] {
  const match = /^\d+: ([^:@ ]+).*\\ +(gre|ip6gre|ip6tnl|ipip|sit)( \S+)? remote any local (\S+) (.*)$/.exec(
    line,
  )
  const [, name, kind = '', mode, local = '', rest = ''] = match ?? []
  if (name === undefined || local === 'any') return []
  const words = [kind, ...(mode === undefined ? [] : ['mode', mode.trim()]), 'local', local, 'remote any']
  return [[name, [...words, ...(` ${rest} `.includes(' icsum ') ? ['icsum'] : [])].join(' ')]]
}

/** `port 6080 gue -6` of `ip fou show`. */
function readFouPort(line: string): [string, string][] {
  const match = /^port (\d+) (.+)$/.exec(line.trim())
  const [, port, what] = match ?? []
  if (port === undefined || what === undefined) return []
  const family = / -6( |$)/.test(what) ? 6 : 4
  return [[`${family} ${port}`, what.replace(/ -6(?= |$)/, '')]]
}

/** A line of `ip route show table main`. Kinds other than unicast are not ours to understand and left out. */
function readRoute(line: string, family: Family): { route: RouteState; words: string }[] {
  const words = line.trim().split(/\s+/)
  const [to = ''] = words
  const destination = to === 'default' ? 'default' : subnetOrHost(to, family)
  if (destination === undefined) return []
  const after = (word: string) => {
    const at = words.indexOf(word)
    return at < 0 ? undefined : words[at + 1]
  }
  const via = after('via')
  return [
    {
      route: {
        to: destination,
        family,
        via: via === undefined ? undefined : parseAddress(via),
        interface: after('dev'),
        metric: Number(after('metric') ?? 0),
        ...(words.includes('onlink') ? { onlink: true } : {}),
      },
      // What the kernel notes for itself, or what ticks, is no part of the route.
      words: words
        .filter((word) => word !== 'linkdown' && word !== 'dead')
        .join(' ')
        .replace(/ expires \d+sec/, ''),
    },
  ]
}

/** Routes that refuse; every host may have some of IPv6 for what is nobody's address. */
const REFUSING_ROUTE = /^(blackhole|unreachable|prohibit|throw) (default|[\d.]+|[23][0-9a-f]{3}:)/

/** Of `ip rule`: what every host has. */
const STANDARD_RULE =
  /^(0:\s+from all lookup local|32766:\s+from all lookup main|32767:\s+from all lookup default)\s*$/

/** A line of `ip -o route get`: a kind where it is not unicast, the address, then words in pairs. */
function readWay(line: string): [IpAddress, ObservedWay][] {
  const words = line.trim().split(/\s+/)
  const [first = '', second = ''] = words
  const plain = parseAddress(first)
  const address = plain ?? parseAddress(second)
  if (address === undefined) return []
  const after = (word: string) => {
    const at = words.indexOf(word)
    return at < 0 ? undefined : words[at + 1]
  }
  const addressAfter = (word: string) => {
    const text = after(word)
    return text === undefined || text === 'inet6' ? undefined : parseAddress(text)
  }
  const local = plain === undefined && first === 'local'
  return [
    [address, { local, via: addressAfter('via'), interface: after('dev'), source: addressAfter('src') }],
  ]
}

/** Whether a host takes packets for an address as its own: by the kernel's word where it was asked. */
export function takesAsOwn({ ways, state }: ObservedHost, address: IpAddress): boolean {
  const known = ways.get(address)
  if (known !== undefined) return known.local
  return [...state.interfaces.values()].some(
    ({ up, addresses }) => up && addresses.some((own) => own.address === address),
  )
}

function subnetOrHost(text: string, family: Family): RouteState['to'] | undefined {
  const parsed = parseSubnet(text.includes('/') ? text : `${text}/${family === 4 ? 32 : 128}`)
  return parsed.ok ? parsed.subnet : undefined
}
