/** Random topologies and random edits: for tests only. */
import fc from 'fast-check'
import type { Named, TopologyEdit, Written } from './edit.js'
import { below, pathOf } from './path.js'

export type Model = Map<string, ModelValue>
export type ModelValue = string | number | boolean | ModelValue[] | Model

/** Few names, some in need of quotes, so that edits meet what is there. */
export const NAMES = ['rs1', 'rs2', 'lb1', '10', 'true', 'null', '1e3', 'a.b']
const PLACES = ['back', 'front', 'über uns', 'no', '0x1f', '網路', '𝒳net']
const ADDRESSES = ['10.0.0.1', '::1', 'fd00::', 'fd00::1', '192.0.2.77', '10.0.0.9']
const TEXTS = ['x', 'true', '~', ' x ', 'a: b', 'a #b', '- a', "it's", '"q"', 'a,b', '[x]', '02:00:00:00:00:01', '', '@', '1_0', 'tab\there', 'two\nlines', '…é', '*a', '&a', '!t', '%', '`', '\\', '---', '?', ':', '-', 'x:', '#', '/healthz', '\u0085', 'ÿ\ufeff', '=', '<<', '😀', 'a b'] // prettier-ignore

const name = fc.constantFrom(...NAMES)
const place = fc.constantFrom(...PLACES)
const address = fc.constantFrom(...ADDRESSES)
const LONG = `${'very '.repeat(300)}long`
const scalar = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 15, arbitrary: fc.integer({ min: -5, max: 99999 }) },
  { weight: 15, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(LONG) },
)
const oneOrMany = (one: fc.Arbitrary<string>): fc.Arbitrary<ModelValue> =>
  fc.oneof(one, fc.array(one, { maxLength: 3 }))

function map(keys: Record<string, fc.Arbitrary<ModelValue>>): fc.Arbitrary<Model> {
  const entries = Object.entries(keys).map(([key, value]) => value.map((some) => [key, some] as const))
  return fc
    .tuple(
      fc.tuple(...entries),
      fc.array(fc.boolean(), { minLength: entries.length, maxLength: entries.length }),
    )
    .map(([all, there]) => new Map(all.filter((_, at) => there[at])))
}

function mapOf(key: fc.Arbitrary<string>, value: fc.Arbitrary<ModelValue>): fc.Arbitrary<Model> {
  return fc.array(fc.tuple(key, value), { maxLength: 4 }).map((entries) => new Map(entries))
}

const anything = fc.letrec<{ value: ModelValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    mapOf(fc.oneof(name, fc.constantFrom(...TEXTS)), tie('value')),
  ),
})).value

const networkInterface = map({ network: place, address: oneOrMany(address), mtu: fc.constant(1500) })
const route = map({ to: fc.constantFrom('10.9.0.0/16', '::/0'), via: address })
const host = map({
  role: fc.constantFrom('client', 'real-server'),
  interfaces: mapOf(fc.constantFrom('eth0', 'eth1', 'lo'), networkInterface),
  gateway: oneOrMany(address),
  routes: fc.array(route, { maxLength: 3 }),
  sysctls: mapOf(fc.constantFrom('net.ipv4.ip_forward', 'net.a.b'), fc.constantFrom(0, 1, '1')),
  'x-note': anything,
})
const service = map({
  mode: fc.constantFrom('nat', 'dr'),
  director: oneOrMany(name),
  vip: address,
  port: fc.constantFrom(80, 443),
  'real-servers': mapOf(name, map({ weight: fc.nat(9), port: fc.constant(8080) })),
})
const position = map({ x: fc.integer({ min: -99, max: 99 }), y: fc.nat(99) })

const unshared: fc.Arbitrary<Model> = map({
  lvs: fc.constant(1),
  networks: mapOf(place, map({ subnet: fc.constant('10.0.0.0/24'), gateway: oneOrMany(address) })),
  hosts: mapOf(name, host),
  services: mapOf(place, service),
  vrrp: map({ id: fc.constant(51), network: place }),
  layout: map({ hosts: mapOf(name, position), networks: mapOf(place, position) }),
  'x-more': anything,
})

/** Some models have collections that stand in several places: written down, those are aliases of the first. */
export const model: fc.Arbitrary<Model> = fc
  .tuple(unshared, fc.array(fc.tuple(fc.nat(99), fc.nat(99)), { maxLength: 3 }), fc.nat(3))
  .map(([root, pairs, sharing]) => (sharing === 0 ? shareSome(root, pairs) : root))

function shareSome(root: Model, pairs: readonly (readonly [number, number])[]): Model {
  for (const [from, to] of pairs) {
    const places = collectionsIn(root, '')
    const source = places[from % places.length]
    if (source === undefined) continue
    // Of one level and section: neither holds the other, and the copy makes sense where it stands.
    const targets = places.filter(
      ({ level, value }) => level === source.level && Array.isArray(value) === Array.isArray(source.value),
    )
    const target = targets[to % targets.length]
    if (target !== undefined && targets.indexOf(target) > targets.indexOf(source)) {
      target.put(source.value)
    }
  }
  return root
}

interface Collection {
  readonly level: string
  readonly value: ModelValue[] | Model
  readonly put: (value: ModelValue) => void
}

function collectionsIn(inside: Model, level: string): Collection[] {
  return [...inside].flatMap(([key, value]): Collection[] => {
    if (typeof value !== 'object' || (Array.isArray(value) ? value.length : value.size) === 0) return []
    const own = { level, value, put: (other: ModelValue) => inside.set(key, other) }
    const depth = level.split('/').length
    return [
      own,
      ...(value instanceof Map ? collectionsIn(value, depth % 2 ? `${level}/${key}` : `${level}/*`) : []),
    ]
  })
}

const written = (value: fc.Arbitrary<ModelValue>) => value as fc.Arbitrary<Written>
const writtenMap = (value: fc.Arbitrary<Model>) => value as fc.Arbitrary<ReadonlyMap<string, Written>>
const odd = fc.constantFrom('-no', '', 'new', 'a/b')
const whose = (one: fc.Arbitrary<string>) => fc.oneof({ weight: 9, arbitrary: one }, odd)
/** Something that may well be there. */
const something = fc.oneof(
  fc.record({ what: fc.constant<Named>('host'), name: whose(name), to: whose(name) }),
  fc.record({ what: fc.constantFrom<Named>('network', 'service'), name: whose(place), to: whose(place) }),
)
const anyName = whose(fc.constantFrom(...NAMES, ...PLACES))
const step = fc.oneof(
  name,
  place,
  fc.constantFrom('interfaces', 'eth0', 'routes', '0', '1', '-', 'x-note', 'via'),
)
const path = fc.oneof(
  fc
    .tuple(fc.constantFrom('hosts', 'services', 'networks', 'x-more'), name, step, step)
    .map((s) => pathOf(...s)),
  fc.tuple(name, fc.constantFrom('role', 'gateway', 'routes/0', 'routes/1/via', 'gateway/0', 'interfaces/eth0/network', 'interfaces/eth1', 'x-note', 'x-note/0', 'sysctls/net.a.b')).map(([n, rest]) => `/hosts/${n}/${rest}`), // prettier-ignore
  fc.tuple(place, fc.constantFrom('director', 'director/1', 'port', 'real-servers', 'real-servers/rs1/weight', 'tunnel')).map(([n, rest]) => `/services/${n}/${rest}`), // prettier-ignore
  fc.constantFrom(
    '/lvs',
    '/name',
    '/hosts',
    '/layout',
    '/layout/hosts',
    '/vrrp/network',
    '/x-more',
    '/manage/director',
  ),
)

export const edit: fc.Arbitrary<TopologyEdit> = fc.oneof(
  fc.record({ kind: fc.constant('add'), what: fc.constant('host'), name: anyName, value: writtenMap(host) }),
  fc.record({
    kind: fc.constant('add'),
    what: fc.constant('service'),
    name: anyName,
    value: writtenMap(service),
  }),
  fc.record({
    kind: fc.constant('add'),
    what: fc.constant('network'),
    name: anyName,
    value: writtenMap(map({ subnet: fc.constant('10.0.0.0/24'), gateway: oneOrMany(address) })),
  }),
  fc.record({
    kind: fc.constant('add-real-server'),
    service: place,
    host: whose(name),
    value: writtenMap(position),
  }),
  fc.record({ kind: fc.constant('remove-real-server'), service: place, host: name }),
  something.map(({ what, name }) => ({ kind: 'remove' as const, what, name })),
  something.map(({ what, name, to }) => ({ kind: 'rename' as const, what, from: name, to })),
  fc.record({
    kind: fc.constant('set'),
    path,
    value: written(fc.oneof(scalar, anything, oneOrMany(address))),
  }),
  fc.record({ kind: fc.constant('unset'), path }),
  fc.record({ kind: fc.constant('rename-key'), path, to: fc.oneof(name, fc.constantFrom(...TEXTS)) }),
  fc
    .tuple(
      something,
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      fc.constantFrom(-0.4, 7, 1e6, 1e6 + 1, NaN),
    )
    .map(([{ what, name }, x, y]) => ({ kind: 'move' as const, what, name, to: { x, y } })),
)

/** Numbers that decide how a topology is written down, used over and over. */
export const choices = fc.array(fc.nat(999), { minLength: 12, maxLength: 48 })

/** The edit, but of something that is there: those made up from a few names mostly meet nothing. */
export function aimed(root: Model, one: TopologyEdit, number: number): TopologyEdit {
  const nameIn = (section: ModelValue | undefined): string | undefined => {
    const names = section instanceof Map ? [...section.keys()] : []
    return names[number % names.length]
  }
  switch (one.kind) {
    case 'set':
    case 'unset':
    case 'rename-key': {
      const paths = pathsIn(root, '')
      return { ...one, path: paths[number % paths.length] ?? one.path }
    }
    case 'remove':
    case 'move':
      return { ...one, name: nameIn(root.get(`${one.what}s`)) ?? one.name }
    case 'rename':
      return { ...one, from: nameIn(root.get(`${one.what}s`)) ?? one.from }
    case 'remove-real-server': {
      const services = root.get('services')
      const service = nameIn(services) ?? one.service
      const found = services instanceof Map ? services.get(service) : undefined
      const host = nameIn(found instanceof Map ? found.get('real-servers') : undefined) ?? one.host
      return { ...one, service, host }
    }
    case 'add-real-server':
      return { ...one, service: nameIn(root.get('services')) ?? one.service }
    case 'add':
      return one
  }
}

function pathsIn(value: ModelValue, path: string): string[] {
  if (typeof value !== 'object') return []
  return [...value.entries()].flatMap(([key, item]) => {
    const at = below(path, key)
    return [at, ...pathsIn(item, at)]
  })
}
