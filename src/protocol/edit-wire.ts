import type { TopologyEdit, Written } from '../core/topology/edit.js'
import { isFlag, kindsOf, listOf, oneOf, shape, textUpTo } from './shape.js'
import type { Guard } from './shape.js'

/*
 * Edits as they travel. A message is JSON, which has no maps that keep their order whatever their keys: they travel as
 * { pairs: [[key, value], …] }.
 */

export type WireValue =
  | string
  | number
  | boolean
  | readonly WireValue[]
  | { readonly pairs: readonly (readonly [string, WireValue])[] }

type Wired<E> = E extends { readonly value: Written | ReadonlyMap<string, Written> }
  ? Omit<E, 'value'> & { readonly value: WireValue }
  : E
export type WireEdit = Wired<TopologyEdit>

export function wireEdits(edits: readonly TopologyEdit[]): WireEdit[] {
  return edits.map((edit) => ('value' in edit ? { ...edit, value: wireValue(edit.value) } : edit))
}

function wireValue(value: Written): WireValue {
  if (isMap(value)) return { pairs: [...value].map(([key, each]) => [key, wireValue(each)]) }
  return isList(value) ? value.map(wireValue) : value
}

/** The edits that a wired list says. */
export function unwireEdits(edits: readonly WireEdit[]): TopologyEdit[] {
  return edits.map((edit): TopologyEdit => {
    switch (edit.kind) {
      case 'add':
      case 'add-real-server': {
        const value = unwireValue(edit.value)
        return { ...edit, value: isMap(value) ? value : new Map() }
      }
      case 'set':
        return { ...edit, value: unwireValue(edit.value) }
      default:
        return edit
    }
  })
}

function unwireValue(value: WireValue): Written {
  if (typeof value !== 'object') return value
  if ('pairs' in value) return new Map(value.pairs.map(([key, each]) => [key, unwireValue(each)]))
  return value.map(unwireValue)
}

function isMap(value: Written): value is ReadonlyMap<string, Written> {
  return value instanceof Map
}

function isList(value: Written): value is readonly Written[] {
  return Array.isArray(value)
}

const isName = textUpTo(100_000)
const isWhat = oneOf('host', 'network', 'service')
const isCoordinate: Guard<number> = (value): value is number => Number.isFinite(value)
/** No value of the language is nested deeper. */
const MAX_DEPTH = 12

function isWireMap(value: unknown): value is WireValue {
  return typeof value === 'object' && !Array.isArray(value) && isWireValue(value)
}

function isWireValue(value: unknown, depth = 0): value is WireValue {
  if (depth > MAX_DEPTH) return false
  if (isFlag(value) || isCoordinate(value) || isName(value)) return true
  if (Array.isArray(value)) return value.every((each) => isWireValue(each, depth + 1))
  return shape<{ readonly pairs: readonly unknown[] }>({
    pairs: listOf(
      (entry): entry is unknown =>
        Array.isArray(entry) && entry.length === 2 && isName(entry[0]) && isWireValue(entry[1], depth + 1),
    ),
  })(value)
}

type Of<K extends WireEdit['kind']> = Extract<WireEdit, { readonly kind: K }>

/** What an edit from the page must be; what it changes is for `editTopology` to take or refuse. */
export const isWireEdit: Guard<WireEdit> = kindsOf<WireEdit>({
  add: shape<Of<'add'>>({ kind: oneOf('add'), what: isWhat, name: isName, value: isWireMap }),
  'add-real-server': shape<Of<'add-real-server'>>({
    kind: oneOf('add-real-server'),
    service: isName,
    host: isName,
    value: isWireMap,
  }),
  'remove-real-server': shape<Of<'remove-real-server'>>({
    kind: oneOf('remove-real-server'),
    service: isName,
    host: isName,
  }),
  remove: shape<Of<'remove'>>({ kind: oneOf('remove'), what: isWhat, name: isName }),
  rename: shape<Of<'rename'>>({ kind: oneOf('rename'), what: isWhat, from: isName, to: isName }),
  set: shape<Of<'set'>>({
    kind: oneOf('set'),
    path: isName,
    value: (value): value is WireValue => isWireValue(value),
  }),
  unset: shape<Of<'unset'>>({ kind: oneOf('unset'), path: isName }),
  'rename-key': shape<Of<'rename-key'>>({ kind: oneOf('rename-key'), path: isName, to: isName }),
  move: shape<Of<'move'>>({
    kind: oneOf('move'),
    what: isWhat,
    name: isName,
    to: shape({ x: isCoordinate, y: isCoordinate }),
  }),
})
