/** What an edit may touch in a text, and what must be as it was: for tests only. */
import { isAlias, isMap, isNode, isPair, isScalar, isSeq } from 'yaml'
import type { Node } from 'yaml'
import { withLineFeeds } from './line-ends.js'
import type { ParsedTopology } from './parse.js'
import type { Span, TextEdit } from './position.js'

/** The edits that undo `edits`: applied to the text after, they give back the text before. */
export function inverseOf(text: string, edits: readonly TextEdit[]): TextEdit[] {
  let shift = 0
  return edits.map(({ span, newText }) => {
    const start = span.start + shift
    shift += newText.length - (span.end - span.start)
    return { span: { start, end: start + newText.length }, newText: text.slice(span.start, span.end) }
  })
}

/** Why edits are not as small as they could be; undefined where they are. */
export function notMinimal(text: string, edits: readonly TextEdit[]): string | undefined {
  let end = -1
  for (const { span, newText } of edits) {
    const old = text.slice(span.start, span.end)
    const shown = `${JSON.stringify(old)} → ${JSON.stringify(newText)}`
    if (old === newText) return `nothing changes: ${shown}`
    if (span.start <= end) return `two changes in one place: ${shown}`
    end = span.end
    if (old === '' || newText === '') continue
    if (/^\s/.test(old) && newText.startsWith(old.charAt(0))) return `the same blank before: ${shown}`
    if (/\s$/.test(old) && newText.endsWith(old.slice(-1))) return `the same blank after: ${shown}`
    const lines = old.split(/(?<=\n)/)
    const newLines = newText.split(/(?<=\n)/)
    if (lines[0]?.endsWith('\n') === true && lines[0] === newLines[0]) return `the same first line: ${shown}`
    if (newLines.length > 1 && lines.length > 1 && lines.at(-1) === newLines.at(-1))
      return `the same last line: ${shown}`
  }
  return undefined
}

/** Where the text says what `after` no longer says: entries with their lines and comments, values by themselves. */
export function lostSpans(parsed: ParsedTopology, after: unknown): Span[] {
  const text = withLineFeeds(parsed.text)
  const spans: Span[] = []
  const isEmpty = (node: unknown) =>
    !isNode(node) || (isScalar(node) && node.value === null) || (isMap(node) && node.items.length === 0)
  const look = (node: unknown, now: unknown, whole: Span): void => {
    if (isMap(node) && now instanceof Map) {
      for (const { key, value } of node.items) {
        if (!isScalar(key) || !isNode(key)) continue
        const start = key.range?.[0] ?? 0
        const end = Math.max(isNode(value) ? (value.range?.[1] ?? start) : start, key.range?.[1] ?? start)
        const name = String(key.value)
        if (now.has(name)) look(value, now.get(name), { start, end })
        else spans.push(withComments(text, { start, end }))
      }
    } else if (isSeq(node) && Array.isArray(now) && now.length === node.items.length) {
      for (const [at, item] of node.items.entries()) look(item, now[at], whole)
    } else if (isEmpty(node)) {
      spans.push({ start: 0, end: 0 })
    } else if (isScalar(node) && node.range) {
      if (node.value !== now) spans.push({ start: node.range[0], end: node.range[1] })
    } else if (!isAlias(node) || !same(node, now, parsed)) {
      spans.push(withComments(text, whole))
    }
  }
  look(parsed.document?.contents, after, { start: 0, end: text.length })
  return spans
}

function same(alias: Node, now: unknown, { document }: ParsedTopology): boolean {
  if (document === undefined || !isAlias(alias)) return false
  const target = alias.resolve(document)
  return isMap(target) ? now instanceof Map : isSeq(target) && Array.isArray(now)
}

/** A span with the rest of its lines, its comment directly above and what is commented out below, if it has lines of its own. */
function withComments(text: string, { start, end }: Span): Span {
  const line = text.lastIndexOf('\n', start - 1) + 1
  const lead = /^\ufeff?(?:[\s-]|\? )*$/.exec(text.slice(line, start))?.[0]
  if (lead === undefined) return { start, end }
  const column = lead.replace('\ufeff', '').search(/\S|$/)
  let top = line
  for (let next = line; next > 0; top = next) {
    next = text.lastIndexOf('\n', next - 2) + 1
    if (next >= top) break
    const at = /^\ufeff?([ \t]*)#/.exec(text.slice(next, top))?.[1]?.length
    if (at !== column && at !== start - line) break
  }
  const deeper = new RegExp(`^[^\\n]*(?:\\n[ \\t]{${column + 1},}#[^\\n]*)*\\n?`)
  return { start: top, end: end + (deeper.exec(text.slice(end))?.[0].length ?? 0) }
}

/** A comment and what it is attached to. */
export interface Attached {
  readonly comment: string
  readonly to: string
}

interface Start {
  readonly at: number
  readonly line: number
  readonly column: number
  readonly path: readonly string[]
}

/**
 * Every comment with what a reader takes it to be about. Behind something: that. On a line of its own: what comes
 * next, unless that stands further to the left; then the end of what the comment is indented below.
 */
export function attachments(parsed: ParsedTopology): Attached[] {
  const text = withLineFeeds(parsed.text)
  const bom = text.startsWith('\ufeff') ? 1 : 0
  const lineOf = (at: number) => Math.max(bom, text.lastIndexOf('\n', at - 1) + 1)
  const starts: Start[] = []
  const brackets: Span[] = []
  const add = (at: number, path: readonly string[]) => {
    const line = lineOf(at)
    starts.push({ at, line, column: at - line, path })
  }
  const look = (node: unknown, path: readonly string[]): void => {
    if (!isMap(node) && !isSeq(node)) return
    if (node.flow === true) {
      // Inside brackets only that a comment is there, and in which order, is looked at.
      brackets.push({ start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0 })
      return
    }
    const token = node.srcToken
    const items = token !== undefined && 'items' in token ? token.items : []
    for (const [at, item] of node.items.entries()) {
      const lead = items[at]?.start.find(({ type }) => /-ind$|anchor|tag/.test(type))
      const pair = isPair(item) ? item : undefined
      const key = pair?.key
      const name = isScalar(key) ? String(key.value) : '*'
      const start = lead?.offset ?? (isNode(key) ? key.range?.[0] : undefined) ?? 0
      add(start, [...path, name])
      look(pair === undefined ? item : pair.value, [...path, name])
    }
  }
  look(parsed.document?.contents, [])
  return [...text.matchAll(/# c\d+\./g)].map(({ 0: comment, index }) => {
    const line = lineOf(index)
    const before = starts.findLast(({ at }) => at < index)
    if (brackets.some(({ start, end }) => start < index && index < end)) return { comment, to: 'in brackets' }
    if (text.slice(line, index).trim() !== '')
      return { comment, to: `behind ${before?.path.join('/') ?? ''}` }
    const column = index - line
    const next = starts.find(({ at }) => at > index)
    if (next !== undefined && column <= next.column) return { comment, to: `above ${next.path.join('/')}` }
    const around = before?.path.map((_, depth) => before.path.slice(0, depth + 1)) ?? []
    const columnOf = (path: readonly string[]) =>
      starts.findLast((start) => start.at <= (before?.at ?? 0) && start.path.join('/') === path.join('/'))?.column ?? 0 // prettier-ignore
    const owner = around.findLast((path) => columnOf(path) < column)
    return { comment, to: `below ${owner?.join('/') ?? ''}` }
  })
}
