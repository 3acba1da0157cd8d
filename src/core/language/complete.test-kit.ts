import { readFileSync } from 'node:fs'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { completeAt } from './complete.js'
import type { Completion } from './completion.js'

/** The text around a caret that is written as `|`. */
export function unmarked(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('|')
  if (offset < 0) throw new RangeError('the text has no caret')
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset }
}

/** What is offered where `|` stands. */
export function completions(marked: string): readonly Completion[] {
  const { text, offset } = unmarked(marked)
  return completionsAt(text, offset)
}

export function completionsAt(text: string, offset: number): readonly Completion[] {
  const parsed = parseTopology(text)
  return completeAt(parsed, deriveCluster(parsed.topology), offset)
}

export function labels(marked: string): readonly string[] {
  return completions(marked).map(({ label }) => label)
}

/** The text once the completion of a label was taken, its placeholders left as they are. */
export function taken(marked: string, label: string): string {
  const { text } = unmarked(marked)
  const found = completions(marked).find((completion) => completion.label === label)
  if (found === undefined) throw new RangeError(`${label} is not offered`)
  return applied(text, found)
}

export function applied(text: string, { span, insert, snippet }: Completion): string {
  return text.slice(0, span.start) + (snippet ? filledIn(insert) : insert) + text.slice(span.end)
}

/** A snippet as an editor leaves it when nothing is typed into it. */
export function filledIn(snippet: string): string {
  return snippet
    .replace(/(?<!\\)\$\{\d+:((?:\\.|[^\\}])*)\}/g, '$1')
    .replace(/(?<!\\)\$\d/g, '')
    .replace(/\\([\\$}])/g, '$1')
}

export const nat = readFileSync('samples/nat.lvs.yaml', 'utf8')

/** The NAT sample with one place written otherwise. */
export function within(plain: string, marked: string): string {
  if (!nat.includes(plain)) throw new RangeError(`the sample has no "${plain}"`)
  return nat.replace(plain, marked)
}

/** The line the caret is on once the completion of a label was taken, and those it brings. */
export function lines(marked: string, label: string): string {
  const before = unmarked(marked)
  const after = taken(marked, label)
  const start = before.text.lastIndexOf('\n', before.offset - 1) + 1
  const rest = before.text.length - nextBreak(before.text, before.offset)
  return after.slice(start, after.length - rest)
}

function nextBreak(text: string, offset: number): number {
  const at = text.indexOf('\n', offset)
  return at < 0 ? text.length : at
}
