import { say } from '../speech/say.js'
import { freeHostName, freeNetworkName, freeServiceName } from '../diagram/free-names.js'
import type { Cluster } from '../hosts/cluster.js'
import type { Written } from '../topology/edit.js'
import type { Mode, Role } from '../topology/types.js'
import { MODES, ROLES } from '../topology/types.js'
import { entryLines, inlineEntry, mapLines } from '../topology/yaml-text.js'
import { freeOn, freeVips, newSubnet } from './complete-addresses.js'
import { exampleFile } from './complete-files.js'
import type { Proposal, Writing } from './completion.js'
import { firstSentence } from './completion.js'
import { literal } from './markdown-text.js'
import { holesFor, mapOf } from './snippet-text.js'
import type { Holes } from './snippet-text.js'
import { meaningOf } from './word-meaning.js'

/** A whole entry, ready to be filled in. */
interface Snippet {
  readonly label: string
  readonly detail: string
  readonly documentation: string
  readonly entry: (holes: Holes) => readonly [key: string, value: Written]
}

/** Whole entries for a map whose names people choose. */
export function snippetsIn(writing: Writing): Proposal[] {
  if (writing.slot.named) return []
  return snippetsOf(writing).map(({ entry, ...about }) => {
    const holes = holesFor(writing.style.quote)
    const [key, value] = entry(holes)
    return {
      ...about,
      kind: 'snippet',
      insert: entryText(writing, key, value, holes),
      snippet: true,
      again: false,
    }
  })
}

function snippetsOf({ cluster, place, slot }: Writing): Snippet[] {
  switch (place.pattern) {
    case 'networks':
      return [networkSnippet(cluster)]
    case 'hosts':
      return ROLES.map((role) => hostSnippet(cluster, role))
    case 'services':
      return MODES.map((mode) => serviceSnippet(cluster, mode))
    case 'services/:/real-servers':
      return [realServerSnippet(cluster, slot.taken)]
    case 'hosts/:/interfaces':
      return [interfaceSnippet(cluster, slot.steps[1] ?? '', slot.taken)]
    default:
      return []
  }
}

function entryText({ slot, style }: Writing, key: string, value: Written, { fill }: Holes): string {
  const lines = slot.flow
    ? [inlineEntry(key, value, style.quote)]
    : entryLines(value, [...slot.steps, key], slot.column, style)
  return fill(lines.join(style.newline).trimStart())
}

function networkSnippet(cluster: Cluster): Snippet {
  const name = freeNetworkName({ networks: named(cluster.topology.networks) })
  const subnet = newSubnet(cluster)[0]?.address ?? '10.0.0.0/24'
  return {
    label: 'network',
    detail: say`a new network: a segment and its subnet`,
    documentation: say`An L2 segment. Hosts are on it by their interfaces.`,
    entry: ({ hole }) => [hole(name), mapOf({ subnet: hole(subnet) })],
  }
}

function hostSnippet(cluster: Cluster, role: Role): Snippet {
  const { topology } = cluster
  const hosts = [...topology.hosts].map(([name, host]) => ({ name, role: host.role }))
  const name = freeHostName({ hosts }, role)
  return {
    label: role,
    detail: say`a new host: ${role}`,
    documentation: literal(meaningOf('hosts/:/role', [], role) ?? role),
    entry: ({ hole }) => {
      const key = hole(name)
      const interfaces = networksFor(cluster, role).map((network, index): [string, Written] => {
        return [`eth${index}`, attachment(cluster, network, role, hole)]
      })
      return [key, mapOf({ role, interfaces: new Map(interfaces) })]
    },
  }
}

/** Where one more host of a role goes: where the last of them is; else clients are outside, real servers inside. */
function networksFor({ topology }: Cluster, role: Role): string[] {
  const peer = [...topology.hosts.values()].findLast((host) => host.role === role)
  const networks = [...topology.networks.keys()]
  const known = [...(peer?.interfaces.values() ?? [])].flatMap(({ network }) => network ?? [])
  if (known.length > 0) return known
  if (networks.length === 0) return ['net1']
  if (role === 'client') return networks.slice(0, 1)
  return role === 'real-server' ? networks.slice(-1) : networks.slice(0, 2)
}

function serviceSnippet(cluster: Cluster, mode: Mode): Snippet {
  const { topology } = cluster
  const name = freeServiceName({ services: named(topology.services) })
  const ofRole = (role: Role) =>
    [...topology.hosts].flatMap(([host, each]) => (each.role === role ? [host] : []))
  const directors = ofRole('director')
  const realServers = ofRole('real-server').slice(0, 2)
  const meaning = meaningOf('services/:/mode', [], mode) ?? mode
  return {
    label: say`service ${mode}`,
    detail: say`a new service: ${firstSentence(meaning)}`,
    documentation: literal(meaning),
    entry: ({ hole }) => [
      hole(name),
      mapOf({
        mode,
        director: hole(directors[0] ?? 'lb1'),
        vip: hole(freeVips(cluster, '')[0]?.address ?? '192.0.2.100'),
        port: hole(80),
        scheduler: hole('wlc'),
        ...(mode === 'tun' ? { tunnel: mapOf({ type: hole('ipip') }) } : {}),
        'real-servers': new Map(
          (realServers.length > 0 ? realServers : ['rs1', 'rs2']).map((host) => [hole(host), new Map()]),
        ),
      }),
    ],
  }
}

function realServerSnippet({ topology }: Cluster, taken: ReadonlySet<string>): Snippet {
  const free = [...topology.hosts].find(([name, { role }]) => role === 'real-server' && !taken.has(name))
  return {
    label: say`real server`,
    detail: say`one more real server, with a weight`,
    documentation: say`A host that serves what the director hands to it.`,
    entry: ({ hole }) => [hole(free?.[0] ?? 'rs1'), mapOf({ weight: hole(1) })],
  }
}

function interfaceSnippet(cluster: Cluster, hostName: string, taken: ReadonlySet<string>): Snippet {
  const host = cluster.topology.hosts.get(hostName)
  const used = new Set([...(host?.interfaces.values() ?? [])].flatMap((each) => each.network ?? []))
  const [network = 'net1'] = [...cluster.topology.networks.keys()].filter((name) => !used.has(name))
  let number = 0
  while (taken.has(`eth${number}`)) number += 1
  return {
    label: 'interface',
    detail: say`an interface on a network, with its address`,
    documentation: say`A network interface by its name on the host.`,
    entry: ({ hole }) => [hole(`eth${number}`), attachment(cluster, network, host?.role, hole)],
  }
}

/** An interface on a network, with the next free address there. */
function attachment(
  cluster: Cluster,
  network: string,
  role: Role | undefined,
  hole: Holes['hole'],
): ReadonlyMap<string, Written> {
  const [free] = freeOn(cluster, network, role)
  const on = { network: hole(network) }
  return mapOf(free === undefined ? on : { ...on, address: hole(free.address) })
}

function named(entries: ReadonlyMap<string, unknown>): { readonly name: string }[] {
  return [...entries.keys()].map((name) => ({ name }))
}

/** Of the file as a whole: one to begin with, and what a pair of directors needs. */
export function fileSnippets(writing: Writing): Proposal[] {
  const { slot, place, style, parsed } = writing
  if (place.pattern !== '' || slot.flow || slot.named) return []
  const empty =
    slot.taken.size === 0 && slot.column === 0 && !/^\s*[^\s#]/m.test(beside(parsed.text, slot.word))
  if (!empty) return slot.taken.has('vrrp') ? [] : [pairSnippet(writing)]
  return MODES.map((mode) => {
    const holes = holesFor(style.quote)
    const lines = mapLines(exampleFile(mode, holes), [], 0, style)
    const meaning = meaningOf('services/:/mode', [], mode) ?? mode
    return {
      label: say`topology ${mode}`,
      kind: 'snippet',
      detail: say`a small cluster: ${firstSentence(meaning)}`,
      documentation: literal(meaning),
      insert: holes.fill(lines.join(style.newline) + style.newline),
      snippet: true,
      again: false,
    }
  })
}

function beside(text: string, { start, end }: Writing['slot']['word']): string {
  return `${text.slice(0, start).replace(/^\ufeff/, '')}\n${text.slice(end)}`
}

function pairSnippet({ cluster, slot, style }: Writing): Proposal {
  const holes = holesFor(style.quote)
  const directors = [...cluster.topology.services.values()].flatMap((service) => service.directors)
  const [network = [...cluster.topology.networks.keys()][0] ?? 'net1'] = directors.flatMap((name) =>
    [...(cluster.topology.hosts.get(name)?.interfaces.values() ?? [])].flatMap((each) => each.network ?? []),
  )
  const parts = new Map<string, Written>([
    ['vrrp', mapOf({ id: holes.hole(51), network: holes.hole(network), sync: true })],
    ...(slot.taken.has('manage') ? [] : [['manage', mapOf({ director: 'keepalived' })] as const]),
  ])
  return {
    label: say`pair of directors`,
    kind: 'snippet',
    detail: say`active and backup by VRRP, with connections kept in step`,
    documentation: say`What an active/backup pair needs beside \`director: [lb1, lb2]\` of its services: VRRP, and keepalived as the manager.`,
    insert: holes.fill(mapLines(parts, [], slot.column, style).join(style.newline).trimStart()),
    snippet: true,
    again: false,
  }
}
