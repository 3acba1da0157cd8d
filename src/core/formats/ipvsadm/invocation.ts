import { say } from '../../speech/say.js'
import type { Span } from '../../topology/position.js'
import { ALLOWED, OPTIONS } from './options.js'

/** One line of rules: a call of ipvsadm. */
export interface Invocation {
  /** Of the whole line, without blanks around. */
  readonly span: Span
  /** Undefined where none could be read. */
  readonly command: Given | undefined
  readonly options: ReadonlyMap<string, Given>
}

/** An option as it is given, with its value where it has one. */
export interface Given {
  readonly name: string
  readonly span: Span
  readonly value: Valued | undefined
}

export interface Valued {
  readonly text: string
  readonly span: Span
}

export type InvocationFault = (span: Span, message: string, newText?: string) => void

interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Reads the words of a line; what is wrong is told, and the rest is read. */
export function readInvocation(
  text: string,
  start: number,
  end: number,
  fault: InvocationFault,
): Invocation | undefined {
  const words = wordsOf(text, start, end)
  const [first] = words
  if (first !== undefined && /(^|\/)ipvsadm$/.test(first.text)) words.shift()
  const last = words[words.length - 1]
  if (words[0] === undefined || last === undefined) return undefined
  const span = { start: words[0].start, end: last.end }
  let command: Given | undefined
  const options = new Map<string, Given>()
  const give = (given: Given, isCommand: boolean): void => {
    if (isCommand) {
      if (command !== undefined)
        fault(
          given.span,
          say`one call does one thing: ${text.slice(command.span.start, command.span.end)} stands before`,
        )
      else if (options.size > 0)
        fault(given.span, say`the command stands first; ipvsadm reads from left to right`)
      command ??= given
    } else if (options.has(given.name))
      fault(given.span, say`${text.slice(given.span.start, given.span.end)} is given twice`)
    else options.set(given.name, given)
  }
  for (let at = 0; at < words.length; at++) {
    const word = words[at]
    if (word === undefined) break
    // ipvsadm complains of the first word it does not want; what follows a comment is no fault of its own.
    if (at > 0 && words[at - 1]?.text.startsWith('#') === true) break
    for (const { option, letters, attached } of optionsIn(word, fault)) {
      let value = attached
      const next = words[at + 1]
      if (value === undefined && next !== undefined) {
        const take =
          option.takes === 'value' ||
          option.takes === 'three' ||
          (option.takes === 'number-if-any' && /^\d+$/.test(next.text))
        if (take) {
          value = next
          at++
          if (option.takes === 'three') {
            const [second, third] = words.slice(at + 1, at + 3)
            if (second !== undefined && third !== undefined)
              value = { text: `${next.text} ${second.text} ${third.text}`, start: next.start, end: third.end }
            at += 2
          }
        }
      }
      if (value === undefined && (option.takes === 'value' || option.takes === 'three')) {
        fault(letters, say`${text.slice(letters.start, letters.end)} lacks its value`)
        continue
      }
      give(
        {
          name: option.name,
          span: letters,
          value:
            value === undefined
              ? undefined
              : { text: value.text, span: { start: value.start, end: value.end } },
        },
        option.command,
      )
    }
  }
  if (command === undefined) fault(span, say`there is no command, such as -A or -a`)
  else checkAllowed(command, options, text, fault)
  return { span, command, options }
}

function checkAllowed(
  command: Given,
  options: ReadonlyMap<string, Given>,
  text: string,
  fault: InvocationFault,
): void {
  const allowed = ALLOWED.get(command.name)
  for (const option of options.values()) {
    if (allowed?.has(option.name) === true) continue
    fault(
      option.span,
      say`${text.slice(option.span.start, option.span.end)} does not go with ${text.slice(command.span.start, command.span.end)}`,
    )
  }
}

interface Read {
  readonly option: { readonly name: string; readonly takes: string; readonly command: boolean }
  readonly letters: Span
  readonly attached: Word | undefined
}

/** `--long`, `--long=value`, `-A`, `-At`, `-t192.0.2.1:80`: as popt takes them apart. */
function optionsIn({ text, start, end }: Word, fault: InvocationFault): Read[] {
  const whole = { start, end }
  if (text.startsWith('--')) {
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    const option = OPTIONS.get(name)
    if (option === undefined) {
      fault(whole, say`${name} is no option of ipvsadm`)
      return []
    }
    const attached = equals < 0 ? undefined : { text: text.slice(equals + 1), start: start + equals + 1, end }
    return [{ option, letters: { start, end: start + name.length }, attached }]
  }
  if (!text.startsWith('-') || text.length < 2) {
    fault(
      whole,
      text.startsWith('#')
        ? say`ipvsadm -R knows no comments: it ends here, and the rest of the table is lost`
        : say`"${text}" belongs to no option`,
    )
    return []
  }
  const found: Read[] = []
  for (let at = 1; at < text.length; at++) {
    const option = OPTIONS.get(`-${text.charAt(at)}`)
    const letters = { start: at === 1 ? start : start + at, end: start + at + 1 }
    if (option === undefined) {
      fault(whole, say`-${text.charAt(at)} is no option of ipvsadm`)
      return found
    }
    if (option.takes !== 'nothing' && at + 1 < text.length) {
      found.push({ option, letters, attached: { text: text.slice(at + 1), start: start + at + 1, end } })
      return found
    }
    found.push({ option, letters, attached: undefined })
  }
  return found
}

function wordsOf(text: string, start: number, end: number): Word[] {
  const words: Word[] = []
  const pattern = /"[^"]*"|'[^']*'|[^\s"']+/g
  for (const match of text.slice(start, end).matchAll(pattern)) {
    const quoted = /^["']/.test(match[0])
    const from = start + match.index
    words.push({ text: quoted ? match[0].slice(1, -1) : match[0], start: from, end: from + match[0].length })
  }
  return words
}
