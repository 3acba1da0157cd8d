import { say } from '../speech/say.js'
import { compareAddresses, contains, familyOf, parseAddress } from '../topology/address.js'
import { isMasqueradeChain } from './masquerade.js'
import type { IpAddress } from '../topology/address.js'
import type { Chain, Field, Hook, Rule, Ruleset, Test, Value } from './ruleset.js'

/** What is known of a packet; `unknown` where it cannot be told, absent where the packet has no such thing. */
export type Facts = Readonly<Partial<Record<Field, string | typeof UNKNOWN>>>

export const UNKNOWN = Symbol('not known')

/** What becomes of a packet at a hook. */
export type Filtered =
  | { readonly kind: 'passes' }
  | { readonly kind: 'drop' | 'reset' | 'refuse'; readonly by: string }
  /** It depends on what could not be read. */
  | { readonly kind: 'unknown'; readonly what: string }

/** How deep chains call one another (nf_tables.h NFT_JUMP_STACK_SIZE). */
const MOST_JUMPS = 16

/**
 * What the chains of a hook do with a packet (nf_tables_core.c `nft_do_chain`): each in the order of priorities; a drop
 * is final, an accept ends one chain. Where a rule may or may not hold, both are followed: what is said is certain.
 */
export function filterPacket({ chains, unread }: Ruleset, hook: Hook, facts: Facts): Filtered {
  const [missing] = unread
  if (missing !== undefined) return { kind: 'unknown', what: missing }
  const family = facts.family === '6' ? 'ip6' : 'ip'
  const own = chains
    .filter((chain) => chain.base?.hook === hook && (chain.family === 'inet' || chain.family === family))
    .filter((chain) => !isMasqueradeChain(chain))
    .sort((a, b) => (a.base?.priority ?? 0) - (b.base?.priority ?? 0))
  let current = facts
  let doubt: string | undefined
  for (const chain of own) {
    if (chain.base === undefined || (chain.base.nat && !mayBeginConnection(current))) continue
    const run = runBase(chain, chains, current)
    if (run.untracked)
      current = { ...current, 'ct-state': run.untracked === 'surely' ? 'untracked' : UNKNOWN }
    const [only, ...others] = run.ends
    if (only !== undefined && others.length === 0) {
      if (only.kind === 'passes') continue
      // An earlier chain may have taken it out already; that it does not pass is sure all the same.
      return only
    }
    doubt ??= run.ends.find((end) => end.kind === 'unknown')?.what ?? run.doubt
  }
  return doubt === undefined ? { kind: 'passes' } : { kind: 'unknown', what: doubt }
}

function mayBeginConnection(facts: Facts): boolean {
  const state = facts['ct-state']
  return state === 'new' || state === UNKNOWN
}

interface Run {
  /** Every way it can end, each kind once. */
  readonly ends: readonly Filtered[]
  /** The first thing that was not known. */
  readonly doubt: string
  readonly untracked: 'surely' | 'maybe' | undefined
}

function runBase(chain: Chain, chains: readonly Chain[], facts: Facts): Run {
  const ends = new Map<Filtered['kind'], Filtered>()
  let doubt: string | undefined
  let untracked: Run['untracked']
  let current = facts
  const where = ({ name, table, family }: Chain) => say`chain ${name} of table ${family} ${table}`
  const end = (filtered: Filtered) => {
    if (!ends.has(filtered.kind)) ends.set(filtered.kind, filtered)
  }

  /** Whether the packet surely, maybe or never comes out at the end of the chain. */
  const walk = (at: Chain, depth: number, sure: boolean): 'surely' | 'maybe' | 'never' => {
    let here: 'surely' | 'maybe' = sure ? 'surely' : 'maybe'
    let returned = false
    for (const rule of at.rules) {
      const holds = ruleHolds(rule, current)
      if (holds === 'no') continue
      if (holds === 'maybe') doubt ??= say`"${rule.text}" in ${where(at)}`
      const surely = holds === 'yes' && here === 'surely'
      const by = say`"${rule.text}" in ${where(at)}`
      const { verdict } = rule
      switch (verdict.kind) {
        case 'continue':
          continue
        case 'untrack':
          untracked = surely ? 'surely' : 'maybe'
          current = { ...current, 'ct-state': surely ? 'untracked' : UNKNOWN }
          continue
        case 'accept':
          end({ kind: 'passes' })
          break
        case 'drop':
          end({ kind: 'drop', by })
          break
        case 'reject':
          end({ kind: verdict.by === 'reset' ? 'reset' : 'refuse', by })
          break
        case 'unknown':
          end({ kind: 'unknown', what: by })
          break
        case 'return':
          if (holds === 'yes') return here
          returned = true
          here = 'maybe'
          continue
        case 'jump':
        case 'goto': {
          const target = chains.find(
            (each) => each.family === at.family && each.table === at.table && each.name === verdict.chain,
          )
          if (target === undefined || depth >= MOST_JUMPS) {
            end({ kind: 'unknown', what: by })
            break
          }
          const back = walk(target, depth + 1, surely)
          // After a goto the chain it came from is not gone on with.
          if (verdict.kind === 'goto') {
            if (holds === 'yes') return back
            returned ||= back !== 'never'
            here = 'maybe'
            continue
          }
          if (back === 'never') break
          if (holds === 'yes' && back === 'maybe') here = 'maybe'
          continue
        }
      }
      // The rule ended it, where it held.
      if (holds === 'yes') return returned ? 'maybe' : 'never'
      here = 'maybe'
    }
    return here
  }

  const out = walk(chain, 0, true)
  if (out !== 'never') {
    end(
      chain.base?.accepts === false
        ? { kind: 'drop', by: say`the policy of ${where(chain)}` }
        : { kind: 'passes' },
    )
  }
  return { ends: [...ends.values()], doubt: doubt ?? say`what ${where(chain)} does`, untracked }
}

type Holds = 'yes' | 'no' | 'maybe'

function ruleHolds({ tests }: Rule, facts: Facts): Holds {
  let result: Holds = 'yes'
  for (const test of tests) {
    const holds = testHolds(test, facts)
    if (holds === 'no') return 'no'
    if (holds === 'maybe') result = 'maybe'
  }
  return result
}

function testHolds(test: Test, facts: Facts): Holds {
  if (test.kind === 'unknown') return 'maybe'
  const fact = facts[test.field]
  if (fact === undefined) return 'no'
  if (fact === UNKNOWN) return 'maybe'
  return test.values.some((value) => valueHolds(value, fact)) !== test.not ? 'yes' : 'no'
}

function valueHolds(value: Value, fact: string): boolean {
  switch (value.kind) {
    case 'exactly':
      return fact === value.value
    case 'begins':
      return fact.startsWith(value.with)
    case 'from-to':
      return Number(fact) >= value.from && Number(fact) <= value.to
    case 'subnet': {
      const address = parseAddress(fact)
      return (
        address !== undefined &&
        familyOf(address) === familyOf(value.subnet) &&
        contains(value.subnet, address)
      )
    }
    case 'flags': {
      const set = fact.split(',')
      return value.among.every((flag) => set.includes(flag) === value.are.includes(flag))
    }
    case 'addresses': {
      const address = parseAddress(fact)
      return address !== undefined && isBetween(address, value.from, value.to)
    }
  }
}

function isBetween(address: IpAddress, from: IpAddress, to: IpAddress): boolean {
  return (
    familyOf(address) === familyOf(from) &&
    compareAddresses(from, address) <= 0 &&
    compareAddresses(address, to) <= 0
  )
}
