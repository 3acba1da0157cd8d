import { parseAddress, parseSubnet } from '../topology/address.js'
import type { Field, Value } from './ruleset.js'

/** JSON of a host: nothing about its shape is taken for granted. */
export type Json = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

/** The elements of a set that has a name; undefined: there is none that could be read. */
export type SetOf = (name: string) => readonly unknown[] | undefined

/** The values of one side of a match; undefined: not understood. */
export function valuesOf(field: Field, right: unknown, setOf: SetOf): readonly Value[] | undefined {
  if (typeof right === 'string' && right.startsWith('@')) {
    const elements = setOf(right.slice(1))
    return elements === undefined ? undefined : allOf(elements.map((each) => valuesOf(field, each, setOf)))
  }
  if (typeof right === 'string' || typeof right === 'number') return oneValue(field, String(right))
  if (Array.isArray(right)) return allOf(right.map((each: unknown) => valuesOf(field, each, setOf)))
  if (!isObject(right)) return undefined
  const { set, prefix, range, elem, '|': either } = right
  if (Array.isArray(either)) return valuesOf(field, either, setOf)
  if (Array.isArray(set)) return allOf(set.map((each: unknown) => valuesOf(field, each, setOf)))
  if (isObject(elem)) return valuesOf(field, elem['val'], setOf)
  if (isObject(prefix)) {
    const subnet = parseSubnet(`${textOf(prefix['addr'])}/${textOf(prefix['len'])}`)
    return subnet.ok ? [{ kind: 'subnet', subnet: subnet.subnet }] : undefined
  }
  if (Array.isArray(range)) {
    const [from, to] = range.map(textOf)
    if (from === undefined || to === undefined) return undefined
    const first = parseAddress(from)
    const last = parseAddress(to)
    if (first !== undefined && last !== undefined) return [{ kind: 'addresses', from: first, to: last }]
    const numbers = [Number(from), Number(to)]
    return numbers.every(Number.isInteger)
      ? [{ kind: 'from-to', from: numbers[0] ?? 0, to: numbers[1] ?? 0 }]
      : undefined
  }
  return undefined
}

function allOf(lists: readonly (readonly Value[] | undefined)[]): readonly Value[] | undefined {
  const values: Value[] = []
  for (const list of lists) {
    if (list === undefined) return undefined
    values.push(...list)
  }
  return values
}

/** Names that nft gives numbers, as they are compared here. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  icmp: '1',
  igmp: '2',
  ipip: '4',
  ipencap: '4',
  tcp: '6',
  udp: '17',
  ipv6: '41',
  gre: '47',
  esp: '50',
  ah: '51',
  'ipv6-icmp': '58',
  icmpv6: '58',
  vrrp: '112',
  sctp: '132',
}
const ICMP_TYPES: Readonly<Record<string, string>> = {
  'echo-reply': '0',
  'destination-unreachable': '3',
  redirect: '5',
  'echo-request': '8',
  'time-exceeded': '11',
  'parameter-problem': '12',
}
const ICMPV6_TYPES: Readonly<Record<string, string>> = {
  'destination-unreachable': '1',
  'packet-too-big': '2',
  'time-exceeded': '3',
  'parameter-problem': '4',
  'echo-request': '128',
  'echo-reply': '129',
  'nd-router-solicit': '133',
  'nd-router-advert': '134',
  'nd-neighbor-solicit': '135',
  'nd-neighbor-advert': '136',
}

/** One value as nft or iptables writes it; undefined: not understood. */
export function oneValue(field: Field, text: string): readonly Value[] | undefined {
  const exactly = (value: string | undefined): readonly Value[] | undefined =>
    value === undefined ? undefined : [{ kind: 'exactly', value }]
  const number = /^\d+$/.test(text) ? text : undefined
  switch (field) {
    case 'iif':
    case 'oif':
      return text.endsWith('*') ? [{ kind: 'begins', with: text.slice(0, -1) }] : exactly(text)
    case 'family':
      return exactly(text === 'ipv4' ? '4' : text === 'ipv6' ? '6' : undefined)
    case 'protocol':
      return exactly(number ?? PROTOCOLS[text])
    case 'src':
    case 'dst':
      return exactly(parseAddress(text))
    case 'sport':
    case 'dport':
    case 'icmp-code':
    case 'icmpv6-code':
      return exactly(number)
    case 'icmp-type':
      return exactly(number ?? ICMP_TYPES[text])
    case 'icmpv6-type':
      return exactly(number ?? ICMPV6_TYPES[text])
    case 'ct-state':
      return exactly(text)
    case 'tcp-flags':
      return undefined
  }
}

export function shown(right: unknown): string {
  if (typeof right === 'string' || typeof right === 'number') return String(right)
  if (Array.isArray(right)) return right.map(shown).join(',')
  if (!isObject(right)) return '?'
  const { set, prefix, range, elem } = right
  if (Array.isArray(set)) return `{ ${set.map(shown).join(', ')} }`
  if (isObject(prefix)) return `${textOf(prefix['addr'])}/${textOf(prefix['len'])}`
  if (Array.isArray(range)) return range.map(shown).join('-')
  if (isObject(elem)) return shown(elem['val'])
  return '?'
}
