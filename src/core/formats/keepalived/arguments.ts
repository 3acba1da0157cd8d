import { said, say, toSay } from '../../speech/say.js'
import { addressOf } from './address-word.js'
import type { FileFix } from '../text-problem.js'
import type { KeepalivedProblemCode, Tell } from './problem.js'
import { similar } from '../similar-word.js'
import type { SourceText } from '../source-text.js'
import type { Argument, Keyword } from './vocabulary.js'
import type { Word } from './words.js'

interface Written {
  readonly name: string
  readonly words: readonly Word[]
  readonly source: SourceText
}

/** Holds the values of a line against what its keyword takes. */
export function checkDirective({ name, words, source }: Written, keyword: Keyword, tell: Tell): void {
  const [first] = words
  if (first === undefined) return
  if (keyword.since !== undefined) {
    tell(
      'KA-VERSION',
      source,
      first,
      say`${name} came with keepalived ${keyword.since}; an older one takes it for an error`,
    )
  } else if (keyword.obsolete !== undefined) {
    tell('KA-OBSOLETE', source, first, say`${name} should not be used any longer. ${said(keyword.obsolete)}`)
  }
  const { takes, open } = keyword
  for (let at = 0; at < takes.length; at++) {
    const argument = takes[at]
    const word = words[at + 1]
    if (argument === undefined) return
    if (word === undefined) {
      if (argument.optional) return
      // null_strvec: it is not only this line that is lost.
      tell(
        'KA-MISSING',
        source,
        first,
        say`${name} lacks a value (${keyword.signature}); keepalived ends here, and does not start`,
      )
      return
    }
    const wrong = wrongWith(word, argument)
    if (wrong !== undefined) {
      const { code, what } = CONSEQUENCE.get(name) ?? LEFT_OUT
      const written = SECRETS.has(name) ? '' : ` ${visible(word)}`
      tell(code, source, word, `${name}${written}: ${wrong.reason}${said(what)}`, wrong.fixes)
    }
  }
  const extra = words[takes.length + 1]
  const last = words[words.length - 1]
  if (open || extra === undefined || last === undefined) return
  const span = { start: extra.start, end: last.end }
  const what = words
    .slice(takes.length + 1)
    .map(visible)
    .join(' ')
  const passed = SECRETS.has(name) ? say`what stands behind it` : `"${what}"`
  tell('KA-EXTRA', source, span, say`${name} takes nothing more: ${passed} is not read`)
}

interface Wrong {
  readonly reason: string
  readonly fixes: readonly FileFix[]
}

/** What keepalived makes of a value it does not know, where that is something else than leaving the line out. */
interface Consequence {
  readonly code: KeepalivedProblemCode
  readonly what: string
}
const LEFT_OUT: Consequence = { code: 'KA-VALUE', what: '' }
const METHOD: Consequence = { code: 'METHOD-NAT', what: toSay`, in capitals; keepalived goes on with NAT` }
const SCHEDULER: Consequence = { code: 'SCHED-DFLT', what: toSay`; keepalived goes on with wlc` }
const CONSEQUENCE: ReadonlyMap<string, Consequence> = new Map([
  ['lb_kind', METHOD],
  ['lvs_method', METHOD],
  ['sorry_server_lvs_method', METHOD],
  ['lb_algo', SCHEDULER],
  ['lvs_sched', SCHEDULER],
  ['protocol', { code: 'PROTO-UDP', what: toSay`; keepalived goes on with UDP` }],
])

const BOOLS: ReadonlySet<string> = new Set(['on', 'off', 'true', 'false', 'yes', 'no'])
const MAX_INTERFACE = 15

export const WHOLE = /^\s*[+-]?\d+$/
/** Microseconds are the least that keepalived counts. */
const DECIMAL = /^\s*[+-]?(\d+\.?\d{0,6}|\.\d{1,6})$/

function wrongWith(word: Word, argument: Argument): Wrong | undefined {
  const { text } = word
  // A variable that is not defined is told of as such.
  if (text.includes('$')) return undefined
  switch (argument.kind) {
    case 'whole': {
      const { least, most } = argument
      if (!WHOLE.test(text)) return plain(say`a whole number is wanted, from ${least} to ${most}`)
      const value = Number(text)
      return value < least || value > most ? plain(say`it must be from ${least} to ${most}`) : undefined
    }
    case 'seconds': {
      const { least, most } = argument
      if (!DECIMAL.test(text)) return plain(say`seconds are wanted, such as 3 or 0.5`)
      const value = Number(text)
      if (value >= least && value <= most) return undefined
      return plain(
        least === 0.000001
          ? say`it must be above 0, and at most ${most}`
          : say`it must be from ${least} to ${most} seconds`,
      )
    }
    case 'bool':
      return BOOLS.has(text) ? undefined : plain(say`on, off, true, false, yes or no is wanted`)
    case 'choice': {
      const { choices, anyCase } = argument
      if (choices.includes(text) || (anyCase && choices.includes(text.toUpperCase()))) return undefined
      const meant = similar(text, choices)
      const fixes =
        meant === undefined
          ? []
          : [
              {
                title: say`Write ${meant}`,
                edits: [{ span: { start: word.start, end: word.end }, newText: meant }],
              },
            ]
      return {
        reason: say`${choices.length === 1 ? '' : say`one of `}${choices.join(', ')} is wanted`,
        fixes,
      }
    }
    case 'address':
      return addressOf(text) === undefined ? plain(say`an IPv4 or IPv6 address is wanted`) : undefined
    case 'port':
      return WHOLE.test(text) && Number(text) >= argument.least && Number(text) <= 65_535
        ? undefined
        : plain(say`a port from ${argument.least} to 65535 is wanted`)
    case 'interface':
      return text.length > MAX_INTERFACE
        ? plain(say`the name of an interface has at most ${MAX_INTERFACE} characters`)
        : undefined
    case 'script':
    case 'word':
      return text === '' ? plain(say`it is empty`) : undefined
  }
}

function plain(reason: string): Wrong {
  return { reason, fixes: [] }
}

/** Settings of which no message shows what is written. */
const SECRETS = new Set(['auth_pass'])

function visible({ text }: Word): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
