import { say } from '../speech/say.js'
import { parseAddress, parseSubnet } from '../topology/address.js'
import type { BaseChain, Chain, ChainFamily, Field, Hook, Rule, RuleVerdict, Test, Value } from './ruleset.js'
import { oneValue } from './ruleset-values.js'

/**
 * Reads what `iptables-save` of the legacy kind prints of one family (iptables-save(8), iptables-extensions(8)). What is
 * not understood becomes a test or a verdict that is unknown, in its place.
 */
export function readIptables(
  lines: readonly string[],
  family: Exclude<ChainFamily, 'inet'>,
): readonly Chain[] {
  const chains: (Omit<Chain, 'rules'> & { readonly rules: Rule[] })[] = []
  let table = ''
  const chainOf = (name: string) =>
    chains.find((each) => each.table === tableName(table) && each.name === name)
  for (const line of lines) {
    if (line.startsWith('*')) table = line.slice(1).trim()
    else if (line.startsWith(':')) {
      const [name = '', policy = ''] = line.slice(1).split(' ')
      chains.push({ family, table: tableName(table), name, base: baseOf(table, name, policy), rules: [] })
    } else if (line.startsWith('-A ')) {
      const [, name = '', ...words] = wordsOf(line)
      chainOf(name)?.rules.push(readRule(words, (target) => chainOf(target) !== undefined))
    }
  }
  return chains
}

/** The tables of iptables-nft have the same names, and are others. */
function tableName(table: string): string {
  return say`${table} of iptables-legacy`
}

/** Where the chains of a table are called (netfilter_ipv4.h `nf_ip_hook_priorities`); those of nat at two places. */
const PRIORITIES: Readonly<Record<string, Readonly<Partial<Record<Hook, number>>>>> = {
  raw: { prerouting: -300, output: -300 },
  mangle: { prerouting: -150, input: -150, forward: -150, output: -150, postrouting: -150 },
  nat: { prerouting: -100, input: 100, output: -100, postrouting: 100 },
  filter: { input: 0, forward: 0, output: 0 },
  security: { input: 50, forward: 50, output: 50 },
}
const HOOKS_OF_CHAINS: Readonly<Record<string, Hook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
}

function baseOf(table: string, chain: string, policy: string): BaseChain | undefined {
  const hook = HOOKS_OF_CHAINS[chain]
  const priority = hook === undefined ? undefined : PRIORITIES[table]?.[hook]
  return hook === undefined || priority === undefined
    ? undefined
    : { hook, nat: table === 'nat', priority, accepts: policy !== 'DROP' }
}

/** What has a blank or a mark in it stands in quotes, with backslashes before quotes (xtables.c `xtables_save_string`). */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, quoted, plain = '']) => quoted?.replace(/\\(.)/g, '$1') ?? plain,
  )
}

function readRule(words: readonly string[], isChain: (target: string) => boolean): Rule {
  const text = words.join(' ')
  const tests: Test[] = []
  let not = false
  for (let at = 0; at < words.length;) {
    const word = words[at] ?? ''
    const after = words[at + 1] ?? ''
    if (word === '!') {
      not = true
      at += 1
    } else if (word === '-j' || word === '-g') {
      return { text, tests, verdict: verdictOf(word, after, words.slice(at + 2), isChain) }
    } else if (word === '-m') {
      if (!UNDERSTOOD.has(after)) tests.push({ kind: 'unknown', what: `-m ${after}` })
      at += 2
    } else if (word === '--comment') {
      at += 2
    } else {
      const next = words.findIndex((each, index) => index > at && (each === '!' || /^--?[a-z]/i.test(each)))
      const end = next < 0 ? words.length : next
      tests.push(testOf(word, words.slice(at + 1, end), not))
      not = false
      at = end
    }
  }
  return { text, tests, verdict: { kind: 'continue' } }
}

const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...['tcp', 'udp', 'sctp', 'icmp', 'icmp6', 'multiport'],
  ...['state', 'conntrack', 'iprange', 'comment'],
])

/** One option of a rule, and what it looks at. */
const FIELDS: Readonly<Record<string, Field>> = {
  '-s': 'src',
  '-d': 'dst',
  '-i': 'iif',
  '-o': 'oif',
  '-p': 'protocol',
  '--sport': 'sport',
  '--dport': 'dport',
  '--sports': 'sport',
  '--dports': 'dport',
  '--src-range': 'src',
  '--dst-range': 'dst',
  '--icmp-type': 'icmp-type',
  '--icmpv6-type': 'icmpv6-type',
  '--state': 'ct-state',
  '--ctstate': 'ct-state',
  '--tcp-flags': 'tcp-flags',
}

function testOf(option: string, given: readonly string[], not: boolean): Test {
  const field = FIELDS[option]
  const what = [...(not ? ['!'] : []), option, ...given].join(' ')
  const values = field === undefined ? undefined : valuesOf(field, given)
  return field === undefined || values === undefined
    ? { kind: 'unknown', what }
    : { kind: 'is', field, not, values }
}

function valuesOf(field: Field, given: readonly string[]): readonly Value[] | undefined {
  const [first = '', second = ''] = given
  if (field === 'tcp-flags') return [{ kind: 'flags', among: flagsOf(first), are: flagsOf(second) }]
  if (given.length !== 1) return undefined
  const values = first.split(',').map((each) => valueOf(field, each))
  return values.every((value) => value !== undefined) ? values : undefined
}

function flagsOf(list: string): readonly string[] {
  if (list === 'NONE') return []
  return list === 'ALL' ? ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'] : list.toLowerCase().split(',')
}

function valueOf(field: Field, text: string): Value | undefined {
  switch (field) {
    case 'src':
    case 'dst':
      return addressesOf(text)
    case 'sport':
    case 'dport': {
      const [from, to] = text.split(':').map(Number)
      return from !== undefined && to !== undefined && Number.isInteger(from) && Number.isInteger(to)
        ? { kind: 'from-to', from, to }
        : oneValue(field, text)?.[0]
    }
    case 'iif':
    case 'oif':
      return oneValue(field, text.replace(/\+$/, '*'))?.[0]
    case 'ct-state':
      // What a packet was translated to is not known here.
      return STATES.has(text) ? { kind: 'exactly', value: text.toLowerCase() } : undefined
    default:
      // An ICMP type with its code is more than a value.
      return oneValue(field, text)?.[0]
  }
}

const STATES: ReadonlySet<string> = new Set(['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'])

function addressesOf(text: string): Value | undefined {
  const [from, to] = text.split('-').map(parseAddress)
  if (from !== undefined && to !== undefined) return { kind: 'addresses', from, to }
  if (from !== undefined) return { kind: 'exactly', value: from }
  const subnet = parseSubnet(text)
  return subnet.ok ? { kind: 'subnet', subnet: subnet.subnet } : undefined
}

/** Targets after which a packet is what it was, as far as ways and rules go by it, and goes on. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...['LOG', 'NFLOG', 'ULOG', 'TRACE', 'AUDIT', 'MARK', 'CONNMARK', 'SECMARK', 'CONNSECMARK'],
  ...['TCPMSS', 'CHECKSUM', 'CLASSIFY', 'DSCP', 'TOS'],
])

function verdictOf(
  word: '-j' | '-g',
  target: string,
  options: readonly string[],
  isChain: (target: string) => boolean,
): RuleVerdict {
  if (isChain(target)) return { kind: word === '-j' ? 'jump' : 'goto', chain: target }
  switch (target) {
    case 'ACCEPT':
      return { kind: 'accept' }
    case 'DROP':
      return { kind: 'drop' }
    case 'RETURN':
      return { kind: 'return' }
    case 'REJECT':
      return { kind: 'reject', by: options.includes('tcp-reset') ? 'reset' : 'icmp' }
    case 'NOTRACK':
      return { kind: 'untrack' }
    case 'CT':
      if (options.includes('--notrack')) return { kind: 'untrack' }
      return { kind: options.includes('--zone') ? 'unknown' : 'continue' }
    default:
      return { kind: HARMLESS.has(target) ? 'continue' : 'unknown' }
  }
}
