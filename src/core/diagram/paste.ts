import { contains, parseAddress, parseSubnet } from '../topology/address.js'
import type { IpAddress, Subnet } from '../topology/address.js'
import type { Named, TopologyEdit, Written } from '../topology/edit.js'
import { isList } from '../topology/yaml-text.js'
import type { Fragment, FragmentEntry } from './fragment.js'
import { freeAddress, freeNameLike, takenAddresses } from './free-names.js'
import type { Scene, SceneService, Subject } from './scene.js'

/** What putting a fragment into a drawing means for its file, and what is there then. */
export interface Pasted {
  readonly edits: readonly TopologyEdit[]
  readonly made: readonly Subject[]
}

/** A copy stands a little beside what it is a copy of. */
const ASIDE = 32

type Entry = ReadonlyMap<string, Written>
interface Names {
  readonly network: ReadonlyMap<string, string>
  readonly host: ReadonlyMap<string, string>
  readonly service: ReadonlyMap<string, string>
}

/**
 * Puts a fragment into a drawing. Where a name, an address or a VIP is taken the copy gets the next free one, and what
 * refers to it inside of the fragment follows; what refers to something else stays as it is.
 */
export function paste(scene: Scene, { entries }: Fragment): Pasted {
  const names: Names = {
    network: newNames(scene.networks, entries, 'network'),
    host: newNames(scene.hosts, entries, 'host'),
    service: newNames(scene.services, entries, 'service'),
  }
  const named = (subject: Subject) => names[subject.what].get(subject.name) ?? subject.name
  const taken = takenAddresses(scene)
  const subnets = [
    ...scene.networks.flatMap((network) => network.subnets),
    ...entries.flatMap(({ subject, value }) =>
      subject.what === 'network' ? texts(value.get('subnet')).flatMap(subnetIn) : [],
    ),
  ]
  const edits: TopologyEdit[] = []
  const places: TopologyEdit[] = []
  const services = [...scene.services.map(({ target, protocol }) => `${protocol} ${target ?? ''}`)]
  for (const { subject, value, at } of entries) {
    const name = named(subject)
    const copied = name !== subject.name
    const changed = () => {
      switch (subject.what) {
        case 'network':
          return value
        case 'host':
          return hostEntry(value, { names, copied, taken, subnets })
        case 'service':
          return serviceEntry(value, { names, copied, taken, subnets, services, scene })
      }
    }
    edits.push({ kind: 'add', what: subject.what, name, value: changed() })
    if (at !== undefined) {
      const by = copied ? ASIDE : 0
      places.push({ kind: 'move', what: subject.what, name, to: { x: at.x + by, y: at.y + by } })
    }
  }
  return {
    edits: [...edits, ...places],
    made: entries.map(({ subject }) => ({ what: subject.what, name: named(subject) })),
  }
}

/** The same things once more in their own drawing: a real server that is copied serves what the first one serves. */
export function duplicate(scene: Scene, fragment: Fragment, whole: Fragment): Pasted {
  const pasted = paste(scene, fragment)
  const within = new Set(
    fragment.entries.flatMap(({ subject }) => (subject.what === 'service' ? [subject.name] : [])),
  )
  const serving = fragment.entries.flatMap(({ subject }, index): TopologyEdit[] => {
    const copy = pasted.made[index]
    if (subject.what !== 'host' || copy === undefined) return []
    return whole.entries.flatMap(({ subject: service, value }): TopologyEdit[] => {
      if (service.what !== 'service' || within.has(service.name)) return []
      const servers = value.get('real-servers')
      const entry = isEntry(servers) ? servers.get(subject.name) : undefined
      if (entry === undefined) return []
      // Its address is that of the first one.
      const own = isEntry(entry)
        ? new Map([...entry].filter(([key]) => key !== 'address'))
        : new Map<string, Written>()
      return [{ kind: 'add-real-server', service: service.name, host: copy.name, value: own }]
    })
  })
  // Positions come last, as they stand in the file.
  const places = pasted.edits.filter(({ kind }) => kind === 'move')
  const others = pasted.edits.filter(({ kind }) => kind !== 'move')
  return { ...pasted, edits: [...others, ...serving, ...places] }
}

function newNames(
  there: readonly { readonly name: string }[],
  entries: readonly FragmentEntry[],
  what: Named,
): ReadonlyMap<string, string> {
  const taken = new Set(there.map(({ name }) => name))
  const own = entries.flatMap(({ subject }) => (subject.what === what ? [subject.name] : []))
  const names = new Map<string, string>()
  // Whoever may keep a name keeps it, before others look for a free one.
  for (const name of own) if (!taken.has(name)) names.set(name, name)
  const all = new Set([...taken, ...own])
  for (const name of own) {
    if (names.has(name)) continue
    const free = freeNameLike(name, all)
    all.add(free)
    names.set(name, free)
  }
  return names
}

interface Surroundings {
  readonly names: Names
  /** It has another name than what it is a copy of. */
  readonly copied: boolean
  /** Grows with every address that is given. */
  readonly taken: Set<IpAddress>
  readonly subnets: readonly Subnet[]
}

function hostEntry(value: Entry, around: Surroundings): Entry {
  const interfaces = value.get('interfaces')
  if (!isEntry(interfaces)) return value
  const changed = new Map(
    [...interfaces].map(([name, one]) => [name, isEntry(one) ? interfaceEntry(one, around) : one]),
  )
  return replaced(value, 'interfaces', changed)
}

function interfaceEntry(value: Entry, { names, copied, taken, subnets }: Surroundings): Entry {
  let result = value
  const network = value.get('network')
  if (typeof network === 'string') result = replaced(result, 'network', names.network.get(network) ?? network)
  const address = value.get('address')
  if (address !== undefined) {
    const given = texts(address).map((text) => addressFor(text, taken, subnets))
    result = replaced(result, 'address', isList(address) ? given : (given[0] ?? address))
  }
  // No two hosts have one MAC address.
  return copied ? new Map([...result].filter(([key]) => key !== 'mac')) : result
}

function serviceEntry(
  value: Entry,
  {
    names,
    copied,
    taken,
    subnets,
    services,
    scene,
  }: Surroundings & { readonly services: string[]; readonly scene: Scene },
): Entry {
  let result = value
  const servers = value.get('real-servers')
  if (isEntry(servers)) {
    const renamed = new Map([...servers].map(([host, entry]) => [names.host.get(host) ?? host, entry]))
    result = replaced(result, 'real-servers', renamed)
  }
  const director = value.get('director')
  if (director !== undefined) {
    const renamed = texts(director).map((name) => names.host.get(name) ?? name)
    result = replaced(result, 'director', isList(director) ? renamed : (renamed[0] ?? director))
  }
  const vip = value.get('vip')
  if (typeof vip === 'string') {
    const clash = copied || scene.services.some((other) => sameDoor(other, value, vip))
    if (clash) result = replaced(result, 'vip', addressFor(vip, taken, subnets))
    else taken.add(vip as IpAddress)
  }
  const mark = value.get('mark')
  if (typeof mark === 'number') {
    let free = mark
    while (services.some((target) => target.endsWith(` mark ${free}`))) free += 1
    services.push(`tcp mark ${free}`)
    if (free !== mark) result = replaced(result, 'mark', free)
  }
  return result
}

function sameDoor(other: SceneService, value: Entry, vip: string): boolean {
  const port = value.get('port')
  const protocol = value.get('protocol') ?? 'tcp'
  return (
    other.vip === parseAddress(vip) &&
    other.protocol === protocol &&
    (other.target?.endsWith(`:${typeof port === 'number' ? port : ''}`) ?? false)
  )
}

/** The address itself where it is free, else the next free one of its subnet; taken from then on. */
function addressFor(text: string, taken: Set<IpAddress>, subnets: readonly Subnet[]): string {
  const address = parseAddress(text)
  if (address === undefined) return text
  if (!taken.has(address)) {
    taken.add(address)
    return text
  }
  const subnet = subnets.find((each) => contains(each, address))
  const free = subnet === undefined ? undefined : freeAddress(subnet, taken, address)
  if (free !== undefined) taken.add(free)
  // Where none is free, the finding about the address says so.
  return free ?? text
}

function subnetIn(text: string): Subnet[] {
  const parsed = parseSubnet(text)
  return parsed.ok ? [parsed.subnet] : []
}

function replaced(entry: Entry, key: string, value: Written): Entry {
  return new Map([...entry].map(([each, old]) => [each, each === key ? value : old]))
}

function texts(value: Written | undefined): string[] {
  if (value === undefined || isEntry(value)) return []
  return isList(value) ? value.filter((each) => typeof each === 'string') : [String(value)]
}

function isEntry(value: Written | undefined): value is Entry {
  return value instanceof Map
}
