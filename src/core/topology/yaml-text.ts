import type { Written } from './edit.js'

export type Quote = "'" | '"'

/** How a file is written, so that what is added looks like the rest of it. */
export interface YamlStyle {
  readonly newline: string
  /** Columns one level is indented. */
  readonly step: number
  /** Columns a block list stands to the right of its key; 0 in some files. */
  readonly listStep: number
  readonly quote: Quote
}

/** Columns a line may have before a map or list that could stand on it is written over several. */
const WIDTH = 110

/**
 * Strings that need no quotes wherever they stand, in block and in flow context. Deliberately narrower than YAML:
 * whatever holds a colon (IPv6, MAC addresses, URLs) or an indicator is quoted, as the samples do.
 */
const PLAIN = /^[\p{L}\p{N}_/][\p{L}\p{N}\p{M}_./@+%=()$;-]*(?: [\p{L}\p{N}\p{M}_./@+%=()$;-]+)*$/u
/** What YAML 1.2, or the 1.1 of many other tools, reads as something else than a string. */
const OTHER_TYPE = [
  /^(?:null|true|false|yes|no|on|off)$/i,
  /^\d[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?$/i,
  /^0(?:x[\da-f_]*|o[0-7_]*|b[01_]*)$/i,
  /^\d{4}-\d\d?-\d\d?(?:$|[Tt ])/,
]
/** Only double quotes can escape these; a line break inside quotes would be folded. */
const NEEDS_ESCAPES = /[\p{Cc}\p{Cs}\u2028\u2029\ufeff]/u

/** A scalar on one line. `quoted` is how a string that stands there now is quoted: it stays so. */
export function scalarText(value: string | number | boolean, quote: Quote, quoted?: Quote): string {
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return numberText(value)
  if (quoted === undefined && PLAIN.test(value) && !OTHER_TYPE.some((type) => type.test(value))) return value
  if ((quoted ?? quote) === '"' || NEEDS_ESCAPES.test(value)) {
    return JSON.stringify(value).replace(
      /[\u007f-\u009f\u2028\u2029\ufeff]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
  }
  return `'${value.replaceAll("'", "''")}'`
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  return String(value)
}

/** Any value on one line, maps and lists in flow style. */
export function inlineText(value: Written, quote: Quote): string {
  if (isScalar(value)) return scalarText(value, quote)
  if (isList(value)) return `[${value.map((item) => inlineText(item, quote)).join(', ')}]`
  const entries = [...value].map(([key, item]) => inlineEntry(key, item, quote))
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

export function inlineEntry(key: string, value: Written, quote: Quote): string {
  return `${scalarText(key, quote)}: ${inlineText(value, quote)}`
}

/** How the entries beside a new one are written; undefined: there are none, or they do not tell. */
export type Form = 'block' | 'flow' | undefined

/** Whether the value at `steps` goes over several lines, in a place where it could. */
export function goesOverLines(
  value: Written,
  steps: readonly string[],
  column: number,
  like: Form,
  quote: Quote,
): boolean {
  if (isScalar(value) || isEmpty(value)) return false
  const key = steps.at(-1) ?? ''
  if (column + inlineEntry(key, value, quote).length > WIDTH) return true
  return !isList(value) && (like === undefined || !isNamedThing(steps) ? readByLine(steps) : like === 'block')
}

/**
 * The house look: what holds named things is read line by line, and so are hosts and services; an interface, a
 * network, a position and other small maps stand on one line.
 */
function readByLine(steps: readonly string[]): boolean {
  const [section = '', , part = ''] = steps
  switch (steps.length) {
    case 1:
      return ['networks', 'hosts', 'services', 'layout'].includes(section)
    case 2:
      return ['hosts', 'services', 'layout'].includes(section)
    case 3:
      return ['hosts/interfaces', 'services/real-servers'].includes(`${section}/${part}`)
    default:
      return false
  }
}

/** Whether `steps` lead to one of several things of a kind, which are all written alike. */
function isNamedThing(steps: readonly string[]): boolean {
  const [section = '', , part = ''] = steps
  switch (steps.length) {
    case 2:
      return ['networks', 'hosts', 'services', 'layout'].includes(section)
    case 3:
      return section === 'layout'
    case 4:
      return ['hosts/interfaces', 'services/real-servers'].includes(`${section}/${part}`)
    default:
      return false
  }
}

/** The lines of `key: value` in a block map at `column`. `steps` lead to the value and end with its key. */
export function entryLines(
  value: Written,
  steps: readonly string[],
  column: number,
  style: YamlStyle,
  like?: Form,
): string[] {
  const key = steps.at(-1) ?? ''
  const indent = ' '.repeat(column)
  if (!goesOverLines(value, steps, column, like, style.quote)) {
    return [indent + inlineEntry(key, value, style.quote)]
  }
  return [`${indent}${scalarText(key, style.quote)}:`, ...blockLines(value, steps, column, style)]
}

/** The lines below a key at `column` whose value goes over several. */
export function blockLines(
  value: Written,
  steps: readonly string[],
  column: number,
  style: YamlStyle,
): string[] {
  if (isScalar(value)) return [' '.repeat(column + style.step) + scalarText(value, style.quote)]
  if (isList(value)) {
    return value.flatMap((item) => itemLines(item, steps, column + style.listStep, style, undefined))
  }
  return mapLines(value, steps, column + style.step, style)
}

export function mapLines(
  value: ReadonlyMap<string, Written>,
  steps: readonly string[],
  column: number,
  style: YamlStyle,
): string[] {
  return [...value].flatMap(([key, item]) => entryLines(item, [...steps, key], column, style))
}

/** The lines of a list item whose dash stands at `column`; `steps` lead to the list. */
export function itemLines(
  value: Written,
  steps: readonly string[],
  column: number,
  style: YamlStyle,
  like: Form,
): string[] {
  const inline = inlineText(value, style.quote)
  const over = like === 'block' || column + 2 + inline.length > WIDTH
  if (isScalar(value) || isList(value) || isEmpty(value) || !over) return [`${' '.repeat(column)}- ${inline}`]
  const [first = '', ...rest] = mapLines(value, steps, column + 2, style)
  return [`${' '.repeat(column)}- ${first.trimStart()}`, ...rest]
}

export function isScalar(value: Written): value is string | number | boolean {
  return typeof value !== 'object'
}

export function isList(value: Written): value is readonly Written[] {
  return Array.isArray(value)
}

function isEmpty(value: readonly Written[] | ReadonlyMap<string, Written>): boolean {
  return (isList(value) ? value.length : value.size) === 0
}
