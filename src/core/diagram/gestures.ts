import { said, say, toSay } from '../speech/say.js'
import { contains, familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { TopologyEdit, Written } from '../topology/edit.js'
import { pathOf } from '../topology/path.js'
import type { Position, Role } from '../topology/types.js'
import {
  freeAddress,
  freeHostName,
  freeNetworkName,
  freeServiceName,
  freeSubnet,
  takenAddresses,
} from './free-names.js'
import type { Scene, SceneHost, SceneNetwork, Subject } from './scene.js'

/** What a gesture on the canvas means for the file, and what is selected afterwards; or why it cannot be. */
export type Gesture =
  | {
      readonly ok: true
      readonly edits: readonly TopologyEdit[]
      readonly subject: Subject
      readonly said: string
    }
  | { readonly ok: false; readonly reason: string }

/** What the palette offers. */
export type PaletteItem = Role | 'network' | 'service'
export const PALETTE: readonly PaletteItem[] = [
  'client',
  'router',
  'director',
  'real-server',
  'network',
  'service',
]

/** Where something new goes. */
export interface Drop {
  /** Where a person put it down; undefined: wherever the layout puts it. */
  readonly at?: Position
  /** What it was put down on, if anything. */
  readonly on?: Subject
}

/** One more of something, with the name, network and addresses a person would most likely give it. */
export function addFromPalette(scene: Scene, item: PaletteItem, drop: Drop): Gesture {
  switch (item) {
    case 'network':
      return addNetwork(scene, drop)
    case 'service':
      return addService(scene, drop)
    default:
      return addHost(scene, item, drop)
  }
}

function addHost(scene: Scene, role: Role, { at, on }: Drop): Gesture {
  const name = freeHostName(scene, role)
  const network = networkFor(scene, role, on)
  const interfaces =
    network === undefined ? new Map() : new Map([['eth0', interfaceOn(scene, network, role)]])
  const value = new Map<string, Written>([
    ['role', role],
    ['interfaces', interfaces],
  ])
  const edits: TopologyEdit[] = [{ kind: 'add', what: 'host', name, value }]
  if (role === 'real-server' && on?.what === 'service') {
    edits.push({ kind: 'add-real-server', service: on.name, host: name, value: new Map() })
  }
  if (role === 'director' && on?.what === 'service') {
    edits.push({ kind: 'set', path: pathOf('services', on.name, 'director'), value: name })
  }
  const where = network === undefined ? '' : say` on ${network.name}`
  return done(edits, { what: 'host', name }, at, say`Added ${spoken(role)} ${name}${where}`)
}

/** The network it was dropped on; else that of the last host of its role; else the only one. */
function networkFor(
  { hosts, networks, services }: Scene,
  role: Role,
  on: Subject | undefined,
): SceneNetwork | undefined {
  const named = (name: string | undefined) => networks.find((network) => network.name === name)
  if (on?.what === 'network') return named(on.name)
  const peers =
    on?.what === 'service'
      ? (services.find(({ name }) => name === on.name)?.realServers.map(({ host }) => host) ?? [])
      : []
  const peer =
    hosts.findLast((host) => host.role === role && peers.includes(host.name)) ??
    hosts.findLast((host) => host.role === role)
  const ofPeer = named(peer?.interfaces.find(({ network }) => network !== undefined)?.network)
  return ofPeer ?? (networks.length === 1 ? networks[0] : undefined)
}

/** An interface on a network with one free address for each of its subnets. */
function interfaceOn(scene: Scene, network: SceneNetwork, role: Role | undefined): Map<string, Written> {
  const taken = takenAddresses(scene)
  const peers = scene.hosts.filter((host) => host.role === role)
  const addresses = network.subnets.flatMap((subnet) => {
    const near = peers
      .flatMap(({ interfaces }) => interfaces)
      .filter((each) => each.network === network.name)
      .flatMap((each) => each.addresses)
      .findLast((address) => familyOf(address) === familyOf(subnet))
    return freeAddress(subnet, taken, near) ?? []
  })
  return new Map<string, Written>([['network', network.name], ...addressEntry(addresses)])
}

function addressEntry(addresses: readonly IpAddress[]): [string, Written][] {
  const [first, ...more] = addresses
  if (first === undefined) return []
  return [['address', more.length === 0 ? first : addresses]]
}

function addNetwork(scene: Scene, { at }: Drop): Gesture {
  const name = freeNetworkName(scene)
  const subnet = freeSubnet(scene)
  const value = new Map<string, Written>(subnet === undefined ? [] : [['subnet', subnet]])
  return done(
    [{ kind: 'add', what: 'network', name, value }],
    { what: 'network', name },
    at,
    say`Added network ${name}`,
  )
}

function addService(scene: Scene, { at, on }: Drop): Gesture {
  const name = freeServiceName(scene)
  const director = directorFor(scene, on)
  if (director === undefined) {
    return {
      ok: false,
      reason: say`A service needs a director to run on: put a director on the canvas first.`,
    }
  }
  const vip = vipFor(scene, director)
  const value = new Map<string, Written>([
    // As the others here; to begin with the one that asks least of real servers.
    ['mode', scene.services.findLast((each) => each.mode !== undefined)?.mode ?? 'nat'],
    ['director', director.name],
    ...(vip === undefined ? [] : [['vip', vip] as [string, Written]]),
    ['port', 80],
    ['real-servers', new Map()],
  ])
  const edits: TopologyEdit[] = [{ kind: 'add', what: 'service', name, value }]
  // Above its director, as services stand; only one that was put down elsewhere has a place of its own.
  return done(
    edits,
    { what: 'service', name },
    on?.what === 'host' ? undefined : at,
    say`Added service ${name} on ${director.name}`,
  )
}

function directorFor({ hosts }: Scene, on: Subject | undefined): SceneHost | undefined {
  const target = on?.what === 'host' ? hosts.find(({ name }) => name === on.name) : undefined
  return target?.role === 'director' ? target : hosts.find(({ role }) => role === 'director')
}

/** A free address next to the VIPs there are, or where the director's first network has one. */
function vipFor(scene: Scene, director: SceneHost): IpAddress | undefined {
  const taken = takenAddresses(scene)
  const networks = director.interfaces.flatMap(
    ({ network }) => scene.networks.find(({ name }) => name === network) ?? [],
  )
  const subnets = networks.flatMap(({ subnets: of }) => of)
  const own = director.interfaces.flatMap(({ addresses }) => addresses)
  for (const subnet of subnets) {
    const near = [...own, ...scene.services.flatMap(({ vip }) => vip ?? [])].findLast((each) =>
      contains(subnet, each),
    )
    const address = freeAddress(subnet, taken, near)
    if (address !== undefined) return address
  }
  return undefined
}

/** What dragging a line from one thing to another means. */
export function connect(scene: Scene, from: Subject, to: Subject): Gesture {
  if (from.what === to.what && from.name === to.name)
    return { ok: false, reason: say`That is the same thing twice.` }
  const [first, second] = [from, to].sort((a, b) => ORDER.indexOf(a.what) - ORDER.indexOf(b.what))
  if (first?.what === 'host' && second?.what === 'network') return plug(scene, first.name, second.name)
  if (first?.what === 'service' && second?.what === 'host') return serve(scene, first.name, second.name)
  if (first?.what === 'host' && second?.what === 'host') {
    return {
      ok: false,
      reason: say`Hosts meet on networks: connect ${from.name} and ${to.name} to the same network.`,
    }
  }
  if (first?.what === 'network' && second?.what === 'network') {
    return {
      ok: false,
      reason: say`Networks are joined by a host on both: put a router on ${from.name} and ${to.name}.`,
    }
  }
  return {
    ok: false,
    reason: say`A service is on the networks of its director: connect the director to the network.`,
  }
}

const ORDER = ['service', 'host', 'network'] as const

function plug(scene: Scene, hostName: string, networkName: string): Gesture {
  const host = scene.hosts.find(({ name }) => name === hostName)
  const network = scene.networks.find(({ name }) => name === networkName)
  if (host === undefined || network === undefined)
    return { ok: false, reason: say`It has just been removed.` }
  const known = host.interfaces.find((each) => each.network === networkName)
  if (known !== undefined) {
    return { ok: false, reason: say`${hostName} is on ${networkName} already, with ${known.name}.` }
  }
  const said = say`Connected ${hostName} to ${networkName}`
  const subject: Subject = { what: 'host', name: hostName }
  const made = interfaceOn(scene, network, host.role)
  // An interface that is on no network yet is the one that was meant.
  const loose = host.interfaces.find((each) => each.network === undefined)
  if (loose !== undefined) {
    const at = ['hosts', hostName, 'interfaces', loose.name] as const
    const address = loose.addresses.length > 0 ? undefined : made.get('address')
    return {
      ok: true,
      subject,
      said,
      edits: [
        { kind: 'set', path: pathOf(...at, 'network'), value: networkName },
        ...(address === undefined
          ? []
          : [{ kind: 'set', path: pathOf(...at, 'address'), value: address } as const]),
      ],
    }
  }
  const taken = new Set(host.interfaces.map(({ name }) => name))
  let number = 0
  while (taken.has(`eth${number}`)) number += 1
  const path = pathOf('hosts', hostName, 'interfaces', `eth${number}`)
  return { ok: true, edits: [{ kind: 'set', path, value: made }], subject, said }
}

function serve(scene: Scene, serviceName: string, hostName: string): Gesture {
  const host = scene.hosts.find(({ name }) => name === hostName)
  const service = scene.services.find(({ name }) => name === serviceName)
  if (host === undefined || service === undefined)
    return { ok: false, reason: say`It has just been removed.` }
  const subject: Subject = { what: 'service', name: serviceName }
  switch (host.role) {
    case 'real-server':
      if (service.realServers.some((each) => each.host === hostName)) {
        return { ok: false, reason: say`${hostName} is a real server of ${serviceName} already.` }
      }
      return {
        ok: true,
        edits: [{ kind: 'add-real-server', service: serviceName, host: hostName, value: new Map() }],
        subject,
        said: say`${hostName} is now a real server of ${serviceName}`,
      }
    case 'director':
      if (service.directors[0] === hostName) {
        return { ok: false, reason: say`${serviceName} runs on ${hostName} already.` }
      }
      return {
        ok: true,
        edits: [{ kind: 'set', path: pathOf('services', serviceName, 'director'), value: hostName }],
        subject,
        said: say`${serviceName} now runs on ${hostName}`,
      }
    default:
      return {
        ok: false,
        reason: say`${hostName} is a ${spoken(host.role)}: a service runs on a director and is served by real servers.`,
      }
  }
}

/** Takes things out, with everything that refers to them. */
export function removal(subjects: readonly Subject[]): readonly TopologyEdit[] {
  return subjects.map(({ what, name }) => ({ kind: 'remove', what, name }))
}

/** Where a person moved things. */
export function moves(
  moved: readonly { readonly subject: Subject; readonly to: Position }[],
): readonly TopologyEdit[] {
  return moved.map(({ subject: { what, name }, to }) => ({ kind: 'move', what, name, to }))
}

/** A network drawn so long; one that would be no longer than what hangs on it goes by that again. */
export function resizing(
  { networks }: Scene,
  name: string,
  length: number,
  { least }: { readonly least: number },
): readonly TopologyEdit[] {
  const path = pathOf('layout', 'lengths', name)
  const before = networks.find((network) => network.name === name)?.length
  const after = Math.round(length)
  if (after > least) return after === before ? [] : [{ kind: 'set', path, value: after }]
  return before === undefined ? [] : [{ kind: 'unset', path }]
}

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  client: toSay`client`,
  router: toSay`router`,
  director: toSay`director`,
  'real-server': toSay`real server`,
}

export function spoken(role: Role | undefined): string {
  return said(role === undefined ? toSay`host` : ROLE_WORDS[role])
}

function done(
  edits: readonly TopologyEdit[],
  subject: Subject,
  at: Position | undefined,
  sentence: string,
): Gesture {
  const all = at === undefined ? edits : [...edits, ...moves([{ subject, to: at }])]
  return { ok: true, edits: all, subject, said: sentence }
}
