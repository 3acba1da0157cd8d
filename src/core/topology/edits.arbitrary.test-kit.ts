/** Random topologies, random ways to write one down, and random edits: for tests only. */
import fc from 'fast-check'
import type { Named, TopologyEdit, Written } from './edit.js'
import { pathOf } from './path.js'

export type Model = Map<string, ModelValue>
export type ModelValue = string | number | boolean | ModelValue[] | Model

/** Few names, some in need of quotes, so that edits meet what is there. */
export const NAMES = ['rs1', 'rs2', 'lb1', '10', 'true', 'null', '1e3', 'a.b']
const PLACES = ['back', 'front', 'über uns', 'no', '0x1f']
const ADDRESSES = ['10.0.0.1', '::1', 'fd00::', 'fd00::1', '192.0.2.77', '10.0.0.9']
const TEXTS = ['x', 'true', '~', ' x ', 'a: b', 'a #b', '- a', "it's", '"q"', 'a,b', '[x]', '02:00:00:00:00:01', '', '@', '1_0', 'tab\there', 'two\nlines', '…é', '*a', '&a', '!t', '%', '`', '\\', '---', '?', ':', '-', 'x:', '#', '/healthz', '\u0085', 'ÿ\ufeff', '=', '<<'] // prettier-ignore

const name = fc.constantFrom(...NAMES)
const place = fc.constantFrom(...PLACES)
const address = fc.constantFrom(...ADDRESSES)
const scalar = fc.oneof(fc.constantFrom(...TEXTS), fc.integer({ min: -5, max: 99999 }), fc.boolean())
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

export const model: fc.Arbitrary<Model> = map({
  lvs: fc.constant(1),
  networks: mapOf(place, map({ subnet: fc.constant('10.0.0.0/24'), gateway: oneOrMany(address) })),
  hosts: mapOf(name, host),
  services: mapOf(place, service),
  vrrp: map({ id: fc.constant(51), network: place }),
  layout: map({ hosts: mapOf(name, position), networks: mapOf(place, position) }),
  'x-more': anything,
})

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

/** Writes a model as YAML in one of many ways: a writer of its own, which shares nothing with what is tested. */
export function writeAnyhow(root: Model, numbers: readonly number[]): string {
  let used = 0
  const choose = (options: number): number => (numbers[used++ % numbers.length] ?? 0) % options
  const chance = (percent: number) => choose(100) < percent
  const eol = chance(30) ? '\r\n' : '\n'
  const indent = 1 + choose(4)
  const listIndent = chance(50) ? 0 : indent
  const commented = choose(3) * 20
  let comments = 0
  const comment = () => `# c${++comments}.`
  const trailing = () => (chance(commented) ? `  ${comment()}` : '')

  const text = (value: string): string => {
    const plain =
      /^[a-z][a-z.-]*\d?$|^\d+\.\d+\.\d+\.\d+$/.test(value) && !/^(true|null|no|yes|on|off)$/.test(value)
    if (plain && chance(70)) return value
    return /[\n\t\u0085\ufeff]/.test(value) || chance(40) ? quoted(value) : `'${value.replaceAll("'", "''")}'`
  }
  const leaf = (value: string | number | boolean) => (typeof value === 'string' ? text(value) : String(value))

  const flow = (value: ModelValue, column: number, lines: boolean): string => {
    if (typeof value !== 'object') return leaf(value)
    const [open, close] = Array.isArray(value) ? '[]' : '{}'
    const items = Array.isArray(value)
      ? value.map((item) => flow(item, column + indent, lines && chance(50)))
      : [...value].map(([key, item]) => {
          if (item instanceof Map && item.size === 0 && chance(30)) return `${text(key)}:`
          return `${text(key)}: ${flow(item, column + indent, lines && chance(50))}`
        })
    if (items.length === 0) return lines && chance(20) ? `${open} ${close}` : `${open}${close}`
    const last = chance(20) ? ',' : ''
    if (!lines) {
      const blank = chance(50) ? ' ' : ''
      return `${open}${blank}${items.join(chance(80) ? ', ' : ' , ')}${last}${blank || (items.at(-1)?.endsWith(':') === true ? ' ' : '')}${close}`
    }
    const inner = ' '.repeat(column + indent)
    const rows = items.map((item, at) => {
      const above = chance(commented / 2) ? `${inner}${comment()}${eol}` : ''
      return `${above}${inner}${item}${at < items.length - 1 ? ',' : last}${trailing()}`
    })
    return `${open}${trailing()}${eol}${rows.join(eol)}${eol}${inner}${close}`
  }

  const block = (value: ModelValue[] | Model, column: number): string[] => {
    const pad = ' '.repeat(column)
    const rows: string[] = []
    for (const [key, item] of Array.isArray(value) ? value.entries() : value) {
      if (chance(commented / 2)) rows.push(pad + comment())
      if (chance(10)) rows.push('')
      const head = typeof key === 'number' ? '-' : `${text(key)}:`
      const size = typeof item === 'object' ? (Array.isArray(item) ? item.length : item.size) : 0
      if (size === 0 || typeof item !== 'object' || chance(40)) {
        const empty = item instanceof Map && size === 0 && choose(3)
        const shown = empty === 1 ? '' : empty === 2 ? ' null' : ` ${flow(item, column + 1, chance(40))}`
        rows.push(pad + head + shown + trailing())
        continue
      }
      const list = Array.isArray(item)
      const inner = block(item, column + (typeof key === 'number' ? 2 : list ? listIndent : indent))
      if (typeof key === 'number' && chance(70) && !/^\s*(#|$)/.test(inner[0] ?? '')) {
        rows.push(`${pad}- ${(inner[0] ?? '').trimStart()}`, ...inner.slice(1))
      } else rows.push(pad + head + trailing(), ...inner)
      if (chance(commented / 4)) rows.push(`${pad}    ${comment()}`)
    }
    return rows
  }

  const rows = chance(10) ? [flow(root, 0, chance(50))] : block(root, 0)
  if (chance(commented)) rows.push(comment())
  return (chance(20) ? '\ufeff' : '') + rows.join(eol) + (chance(70) ? eol : '')
}

function quoted(value: string): string {
  return JSON.stringify(value).replaceAll('\u0085', '\\u0085').replaceAll('\ufeff', '\\ufeff')
}
