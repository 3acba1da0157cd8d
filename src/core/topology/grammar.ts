import type { Node, YAMLMap } from 'yaml'
import { isMap, isScalar, isSeq } from 'yaml'
import { said, say, toSay } from '../speech/say.js'
import type { JsonSchema } from './json-schema.js'
import { similarNames } from './names.js'
import { below } from './path.js'
import type { Path } from './path.js'
import type { Fix } from './problem.js'
import type { Expected, Reading } from './reading.js'

/**
 * What a part of the file may be. One value of this type knows how to read the part (never throwing, reporting what
 * it cannot take) and how to describe it as JSON Schema, so that the two cannot disagree.
 */
export interface Grammar<T> {
  /** The value, or undefined when there is none that could be used; every reason is reported to `reading`. */
  readonly read: (node: Node | null, path: Path, reading: Reading) => T | undefined
  readonly schema: JsonSchema
}

export interface Field<T> {
  readonly key: string | undefined
  readonly doc: string
  readonly grammar: Grammar<unknown>
  readonly required: boolean
  /** What the property is when the key is absent or its value could not be used. */
  readonly absent: T
}

interface FieldOptions {
  /** The key in the file, where it is not the property's name in kebab-case. */
  readonly key?: string
}

/** A key that may be absent. */
export function optional<T>(
  grammar: Grammar<T>,
  doc: string,
  options: FieldOptions = {},
): Field<T | undefined> {
  return { key: options.key, doc, grammar, required: false, absent: undefined }
}

/** A key the file cannot do without; reading goes on without it all the same. */
export function required<T>(
  grammar: Grammar<T>,
  doc: string,
  options: FieldOptions = {},
): Field<T | undefined> {
  return { key: options.key, doc, grammar, required: true, absent: undefined }
}

/** A key with a default of its own. */
export function defaulted<T>(
  grammar: Grammar<T>,
  absent: NoInfer<T>,
  doc: string,
  options: FieldOptions = {},
): Field<T> {
  return { key: options.key, doc, grammar, required: false, absent }
}

type Fields = Readonly<Record<string, Field<unknown>>>
type ObjectOf<F extends Fields> = { readonly [K in keyof F]: F[K]['absent'] }

/** A map with a fixed set of keys. An absent value (`rs1:`) reads as an empty map. */
export function object<F extends Fields>(fields: F): Grammar<ObjectOf<F>> {
  const entries = Object.entries(fields).map(([property, field]) => ({
    property,
    field,
    key: field.key ?? property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  }))
  const byKey = new Map(entries.map((entry) => [entry.key, entry]))
  const blank = Object.fromEntries(entries.map(({ property, field }) => [property, field.absent]))
  const mandatory = entries.filter(({ field }) => field.required)
  const expected = () => say`a map with ${[...byKey.keys()].slice(0, 4).join(', ')} …`
  return {
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(
        entries.map(({ key, field }) => [key, { description: field.doc, ...field.grammar.schema }]),
      ),
      ...(mandatory.length > 0 ? { required: mandatory.map(({ key }) => key) } : {}),
    },
    read: (node, path, reading) => {
      const map = asMap(node, path, reading, expected)
      if (map === undefined) return undefined
      const result: Record<string, unknown> = { ...blank }
      const seen = new Set<string>()
      reading.entries(map, path, (key, at, child) => {
        const entry = byKey.get(key)
        if (entry === undefined) {
          reportUnknownKey(key, path, byKey.keys(), reading)
          return
        }
        seen.add(key)
        const value = entry.field.grammar.read(child, at, reading)
        if (value !== undefined) result[entry.property] = value
      })
      for (const { key } of mandatory) {
        if (!seen.has(key)) reading.report('KEY-MISSING', path, 'key', say`"${key}" is missing here`)
      }
      return result as ObjectOf<F>
    },
  }
}

function reportUnknownKey(key: string, path: Path, known: Iterable<string>, reading: Reading): void {
  const free = [...known].filter((name) => !reading.has(below(path, name)))
  const [best] = similarNames(key, free)
  const at = below(path, key)
  const message = say`"${key}" is not a key of the topology language here${best === undefined ? '' : say`; did you mean "${best}"?`}`
  const fixes =
    best === undefined
      ? []
      : [{ title: say`Change to "${best}"`, edits: [{ kind: 'rename-key', path: at, to: best } as const] }]
  reading.report('KEY-UNKNOWN', at, 'key', message, fixes)
}

/** A map whose keys are names given by people. */
export function mapOf<T>(
  names: { readonly pattern: RegExp; readonly what: string },
  item: Grammar<T>,
): Grammar<ReadonlyMap<string, T>> {
  return {
    schema: {
      type: 'object',
      propertyNames: { pattern: names.pattern.source },
      additionalProperties: item.schema,
    },
    read: (node, path, reading) => {
      const map = asMap(
        node,
        path,
        reading,
        () => say`a map of ${said(names.what)}s`,
        namesAsMap(node, path, names.pattern),
      )
      if (map === undefined) return undefined
      const result = new Map<string, T>()
      reading.entries(map, path, (key, at, child) => {
        if (!names.pattern.test(key)) {
          reading.report('NAME-SYNTAX', at, 'key', say`"${key}" cannot be the name of a ${said(names.what)}`)
          return
        }
        const value = item.read(child, at, reading)
        if (value !== undefined) result.set(key, value)
      })
      return result
    },
  }
}

/** For who has listed names alone, which need nothing said of them. */
function namesAsMap(node: Node | null, path: Path, pattern: RegExp): Fix[] {
  if (!isSeq(node) || node.items.length === 0) return []
  const names = node.items.map((item) => (isScalar(item) ? String(item.value) : ''))
  if (new Set(names).size < names.length || !names.every((name) => pattern.test(name))) return []
  const value = new Map(names.map((name) => [name, new Map()]))
  const shown = names.map((name) => `${name}: {}`).join(', ')
  return [{ title: say`Change to ${`{ ${shown} }`}`, edits: [{ kind: 'set', path, value }] }]
}

/** A list; items that could not be read are left out (and reported). */
export function listOf<T>(item: Grammar<T>): Grammar<readonly T[]> {
  return {
    schema: { type: 'array', items: item.schema },
    read: (node, path, reading) => {
      if (!isSeq(node)) return reading.wrongType(node, path, () => say`a list`)
      return readItems(node.items, item, path, reading)
    },
  }
}

/** A value alone, or a list of such. */
export function oneOrMany<T>(item: Grammar<T>): Grammar<readonly T[]> {
  return {
    schema: { anyOf: [item.schema, { type: 'array', items: item.schema }] },
    read: (node, path, reading) => {
      if (isSeq(node)) return readItems(node.items, item, path, reading)
      const value = item.read(node, path, reading)
      return value === undefined ? undefined : [value]
    },
  }
}

function readItems<T>(items: readonly unknown[], item: Grammar<T>, path: Path, reading: Reading): T[] {
  const result: T[] = []
  reading.items(items, path, (at, node) => {
    const value = item.read(node, at, reading)
    if (value !== undefined) result.push(value)
  })
  return result
}

/** A whole number within bounds; `expected` completes "this must be …" where the bounds do not say it best. */
export function integer(minimum: number, maximum: number, expected?: string): Grammar<number> {
  return numeric(
    minimum,
    maximum,
    Number.isSafeInteger,
    () => (expected === undefined ? say`a whole number from ${minimum} to ${maximum}` : said(expected)),
    'integer',
  )
}

/** A number within bounds. */
export function number(minimum: number, maximum: number): Grammar<number> {
  return numeric(
    minimum,
    maximum,
    Number.isFinite,
    () => say`a number from ${minimum} to ${maximum}`,
    'number',
  )
}

function numeric(
  minimum: number,
  maximum: number,
  valid: (value: number) => boolean,
  expected: Expected,
  type: 'integer' | 'number',
): Grammar<number> {
  return {
    schema: { type, minimum, maximum },
    read: (node, path, reading) => {
      const value = isScalar(node) ? node.value : undefined
      const fits = (number: number) => valid(number) && number >= minimum && number <= maximum
      if (typeof value !== 'number') {
        // In quotes it is text.
        const meant = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN
        const edit = { kind: 'set', path, value: meant } as const
        return reading.wrongType(
          node,
          path,
          expected,
          fits(meant) ? [{ title: say`Change to ${meant}`, edits: [edit] }] : [],
        )
      }
      if (fits(value)) return value
      reading.report('VALUE-RANGE', path, 'value', say`this must be ${expected()}`)
      return undefined
    },
  }
}

export const boolean: Grammar<boolean> = {
  schema: { type: 'boolean' },
  read: (node, path, reading) =>
    isScalar(node) && typeof node.value === 'boolean'
      ? node.value
      : reading.wrongType(node, path, () => say`true or false`),
}

/** One of a closed set of words. */
export function oneOf<const T extends string>(
  values: readonly T[],
  code: 'VALUE-UNKNOWN' | 'SCHED-UNKNOWN' = 'VALUE-UNKNOWN',
  what = toSay`value`,
): Grammar<T> {
  return {
    schema: { enum: values },
    read: (node, path, reading) => {
      const text = reading.text(node, path, () => say`one of ${values.join(', ')}`)
      if (text === undefined) return undefined
      const match = values.find((value) => value === text)
      if (match !== undefined) return match
      const fixes = similarNames(text, values)
        .slice(0, 3)
        .map((value) => ({ title: say`Change to ${value}`, edits: [{ kind: 'set', path, value } as const] }))
      reading.report(
        code,
        path,
        'value',
        say`"${text}" is no ${said(what)}; known are ${values.join(', ')}`,
        fixes,
      )
      return undefined
    },
  }
}

/** Text that must match a pattern; `expected` completes "this must be …". */
export function matching(pattern: RegExp, expected: string): Grammar<string> {
  return {
    schema: { type: 'string', pattern: pattern.source },
    read: (node, path, reading) => {
      const text = reading.text(node, path, () => said(expected))
      if (text === undefined || pattern.test(text)) return text
      reading.report('VALUE-RANGE', path, 'value', say`this must be ${said(expected)}`)
      return undefined
    },
  }
}

/** The map, 'empty' where nothing is written, undefined (reported) where something else is. */
function asMap(
  node: Node | null,
  path: Path,
  reading: Reading,
  expected: Expected,
  fixes: readonly Fix[] = [],
): YAMLMap<unknown, unknown> | undefined | 'empty' {
  if (isMap(node)) return node
  if (node === null || (isScalar(node) && node.value === null)) return 'empty'
  return reading.wrongType(node, path, expected, fixes)
}
