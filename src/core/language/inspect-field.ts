import type { Node } from 'yaml'
import { say } from '../speech/say.js'
import type { Cluster } from '../hosts/cluster.js'
import { pathSteps } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Control, Field } from './inspection.js'
import { namesFor } from './names-here.js'
import { docOf, itemsOf } from './schema-place.js'
import type { SchemaPlace } from './schema-place.js'
import { unsaid } from './unsaid.js'
import type { Look, Written } from './written.js'

/** Entries shown of one map or list. */
export const MOST_ENTRIES = 100
/** Characters shown of one value. */
const MOST_CHARACTERS = 1000

export const SYSCTL = 'hosts/:/sysctls/:'
/** What a text field may hold as a number too: people write `1`, not `'1'`. */
const NUMBERS_TOO: readonly string[] = [SYSCTL, 'services/:/persistence/netmask']

/** What a panel is made from. */
export interface Panel {
  readonly text: string
  readonly cluster: Cluster
  readonly look: Look
  /** Entries that may still be shown, over all sections. */
  left: number
}

/** One place of the file, present or not. */
export interface Spot {
  readonly place: SchemaPlace
  readonly path: Path
  readonly key: string
  readonly node: Node | undefined
  readonly present: boolean
  /** It stands below an alias, where nothing can be changed. */
  readonly copied: boolean
  readonly required: boolean
}

export function valueField(panel: Panel, spot: Spot, found: Written): Field {
  const { place, path, key, node, present, copied, required } = spot
  const value = present ? shownValue(panel, found, node) : undefined
  const control = controlOf(panel, place, path, value?.text)
  return {
    key,
    path,
    doc: docOf(place.schema) ?? '',
    control,
    value: value?.text,
    derived: unsaid(place.pattern, pathSteps(path), panel.cluster),
    required,
    locked: copied || value?.whole === false || (found.kind === 'list' && control.kind !== 'list'),
  }
}

/** A key the language does not have there: kept, shown, and of no effect. */
export function unknownField(
  panel: Panel,
  path: Path,
  key: string,
  node: Node | undefined,
  copied: boolean,
): Field {
  const found = panel.look(node)
  const { text, whole } = shownValue(panel, found, node)
  const written = found.kind === 'single' ? found.value : undefined
  return {
    key,
    path,
    doc: say`This key means nothing here; it is kept and has no effect.`,
    control:
      typeof written === 'number'
        ? { kind: 'number', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }
        : typeof written === 'boolean'
          ? { kind: 'boolean' }
          : { kind: 'text', numbers: false },
    value: text,
    derived: undefined,
    required: false,
    locked: copied || !whole || found.kind === 'list',
  }
}

/** A value in one line, and whether that is all of it, so that the line can be changed and written back. */
function shownValue(
  panel: Panel,
  found: Written,
  node: Node | undefined,
): { readonly text: string; readonly whole: boolean } {
  switch (found.kind) {
    case 'nothing':
      return { text: '', whole: true }
    case 'single':
      return oneLine(found.text, true)
    case 'list': {
      const texts = found.items.slice(0, MOST_ENTRIES).map((item) => panel.look(item))
      if (found.items.length > MOST_ENTRIES || texts.some(({ kind }) => kind !== 'single')) break
      const items = texts.map((item) => (item.kind === 'single' ? item.text : ''))
      // Split at its commas again, an item that has one would become two.
      return oneLine(items.join(', '), !items.some((item) => item.includes(',')))
    }
    case 'map':
      break
  }
  const [start = 0, end = 0] = node?.range ?? []
  return oneLine(panel.text.slice(start, Math.min(end, start + MOST_CHARACTERS * 4)), false)
}

function oneLine(text: string, whole: boolean): { readonly text: string; readonly whole: boolean } {
  const line = text.slice(0, MOST_CHARACTERS * 4).replace(/\s*[\r\n]+\s*/g, ' ')
  return line.length > MOST_CHARACTERS
    ? { text: `${line.slice(0, MOST_CHARACTERS)}…`, whole: false }
    : { text: line, whole: whole && line === text }
}

export function controlOf(
  { cluster }: Panel,
  place: SchemaPlace,
  path: Path,
  value: string | undefined,
): Control {
  const { schema, pattern } = place
  const names = namesFor(pattern, pathSteps(path), cluster)
  const items = itemsOf(schema)
  if (items !== undefined) {
    const values = names ?? items.enum?.map(String)
    return { kind: 'list', values, alone: schema.anyOf !== undefined }
  }
  const values = names ?? schema.enum?.map(String)
  if (values !== undefined) {
    // What the file says stays a choice, also where it is not one of those known.
    const current = value === undefined || value === '' || values.includes(value) ? [] : [value]
    return { kind: 'choice', values: [...values, ...current] }
  }
  switch (schema.type) {
    case 'boolean':
      return { kind: 'boolean' }
    case 'integer':
    case 'number': {
      const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema
      return { kind: 'number', minimum, maximum }
    }
    default:
      return { kind: 'text', numbers: NUMBERS_TOO.includes(pattern) }
  }
}
