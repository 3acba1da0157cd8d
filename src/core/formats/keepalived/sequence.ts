import { say } from '../../speech/say.js'
import type { DefinedLine } from './definitions.js'

/** `~SEQ(var, start, step, end) rest` or `~LST({a, b}, {1, 2}, {3, 4}) rest`. */
export type Sequence =
  | {
      readonly ok: true
      readonly names: readonly string[]
      /** The values of the names, one round after the other. */
      readonly rounds: () => Iterable<readonly string[]>
      /** Where the rest of the line begins. */
      readonly rest: number
    }
  | { readonly ok: false; readonly reason: string }

export function parseSequence({ source, start, end }: DefinedLine): Sequence {
  const text = source.text.slice(start, end)
  const head = /^~(SEQx?|LST)[ \t]*\(/.exec(text)
  const close = head === null ? -1 : closing(text, head[0].length)
  if (head === null || close < 0)
    return { ok: false, reason: say`a sequence is written ~SEQ(variable, start, step, end)` }
  const parts = split(text.slice(head[0].length, close))
  const rest = start + close + 1
  return head[1] === 'LST' ? list(parts, rest) : numbers(parts, head[1] === 'SEQx', rest)
}

function numbers([name = '', ...values]: readonly string[], hexadecimal: boolean, rest: number): Sequence {
  if (!NAME.test(name)) return { ok: false, reason: say`"${name}" is no name for the variable of a sequence` }
  if (values.length === 0 || values.length > 3) {
    return { ok: false, reason: say`~SEQ takes a variable and one to three numbers, not ${values.length}` }
  }
  const wrong = values.find((value) => !/^[+-]?(0x[0-9a-f]+|\d+)$/i.test(value))
  if (wrong !== undefined) return { ok: false, reason: say`"${wrong}" is no number` }
  const [first = 0, second = 0, third = 0] = values.map(integer)
  const [from, step, to] =
    values.length === 1
      ? [first < 0 ? -1 : 1, first < 1 ? -1 : 1, first]
      : values.length === 2
        ? [first, first <= second ? 1 : -1, second]
        : [first, second, third]
  if (step === 0 || (from < to && step < 0) || (from > to && step > 0)) {
    return { ok: false, reason: say`from ${from} in steps of ${step} never ends at ${to}` }
  }
  if (hexadecimal && (from < 0 || to < 0)) return { ok: false, reason: say`~SEQx takes no negative numbers` }
  return {
    ok: true,
    names: [name],
    rest,
    rounds: function* () {
      for (let value = from; step > 0 ? value <= to : value >= to; value += step) {
        yield [value.toString(hexadecimal ? 16 : 10)]
      }
    },
  }
}

function list([names = '', ...values]: readonly string[], rest: number): Sequence {
  const variables = unbraced(names)
  const wrong = variables.find((name) => !NAME.test(name))
  if (wrong !== undefined) return { ok: false, reason: say`"${wrong}" is no name for the variable of a list` }
  if (values.length === 0) return { ok: false, reason: say`~LST takes at least one value` }
  const rounds = values.map(unbraced)
  const long = rounds.find((round) => round.length > variables.length)
  if (long !== undefined) {
    return { ok: false, reason: say`{${long.join(',')}} has more values than there are variables` }
  }
  return { ok: true, names: variables, rest, rounds: () => rounds }
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** strtol with base 0. */
function integer(text: string): number {
  const negative = text.startsWith('-')
  const digits = text.replace(/^[+-]/, '')
  const value = /^0x/i.test(digits)
    ? Number.parseInt(digits, 16)
    : Number.parseInt(digits, /^0\d/.test(digits) ? 8 : 10)
  return negative ? -value : value
}

function unbraced(text: string): string[] {
  const inside = /^\{(.*)\}$/.exec(text)?.[1]
  return inside === undefined ? [text] : inside.split(',').map((part) => part.trim())
}

/** The closing parenthesis, with what braces hold passed over. */
function closing(text: string, from: number): number {
  return text.indexOf(')', from)
}

/** At commas, but not at those within braces. */
function split(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at <= text.length; at++) {
    const letter = text.charAt(at)
    if (letter === '{') depth++
    else if (letter === '}') depth--
    else if (at === text.length || (letter === ',' && depth === 0)) {
      parts.push(text.slice(from, at).trim())
      from = at + 1
    }
  }
  return parts
}
