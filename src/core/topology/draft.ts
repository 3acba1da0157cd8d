import type { Alias, Document, Node, ParsedNode, YAMLMap, YAMLSeq } from 'yaml'
import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml'
import type { Written } from './edit.js'
import { aliasOriginals } from './yaml-anchors.js'
import type { Original } from './yaml-anchors.js'
import type { Item } from './yaml-place.js'
import { isList, isScalar as isPlainValue } from './yaml-text.js'

/**
 * A document as it is to become. Maps and lists are looked at when an edit gets there, so an edit costs what it
 * touches; what nobody touched has no draft and keeps its text.
 */
export interface Draft {
  readonly root: Slot
  readonly originals: () => ReadonlyMap<Alias, Original>
}

/** An entry of a map, an item of a list, or the root. */
export interface Slot {
  /** Undefined for list items, the root, and keys that are no plain text. */
  key: string | undefined
  /** Its key in the text, before it was renamed. */
  readonly keyBefore: string | undefined
  /** What the text has here; undefined for the root and for what is new. */
  readonly item: Item | undefined
  readonly keyNode: Node | undefined
  readonly node: Node | undefined
  /** Undefined until it is looked at. */
  value: Value | undefined
  /** `value` was not made from `node`. */
  replaced: boolean
  removed: boolean
}

export type Value = MapValue | ListValue | LeafValue | AliasValue

export interface MapValue {
  readonly kind: 'map'
  readonly node: YAMLMap<unknown, unknown> | undefined
  readonly slots: Slot[]
  /** As the parser reads: the first of several with one key. */
  readonly byKey: Map<string, Slot>
  readonly duplicates: Set<string>
}

export interface ListValue {
  readonly kind: 'list'
  readonly node: YAMLSeq | undefined
  readonly slots: Slot[]
}

export interface LeafValue {
  readonly kind: 'leaf'
  /** Null where nothing is written. */
  readonly value: unknown
  /** A string, or what is written for a number or boolean: people do not quote names. */
  readonly text: string
}

export interface AliasValue {
  readonly kind: 'alias'
  readonly node: Alias
}

/** Why an edit cannot be made. Thrown inside `editTopology` only, which returns the reason. */
export class Refusal extends Error {}

export function openDraft(document: Document<ParsedNode> | undefined): Draft {
  let originals: ReadonlyMap<Alias, Original> | undefined
  return {
    root: slot({ node: document?.contents ?? undefined }),
    originals: () => (originals ??= document === undefined ? new Map() : aliasOriginals(document)),
  }
}

function slot(known: Partial<Slot>): Slot {
  return {
    key: undefined,
    keyBefore: known.key,
    item: undefined,
    keyNode: undefined,
    node: undefined,
    value: undefined,
    replaced: false,
    removed: false,
    ...known,
  }
}

export function valueOf(slot: Slot): Value {
  return (slot.value ??= look(slot.node))
}

function look(node: Node | undefined): Value {
  if (node === undefined) return leaf(null)
  if (isAlias(node)) return { kind: 'alias', node }
  if (isMap(node)) return lookAtMap(node)
  if (isSeq(node)) {
    const token = node.srcToken
    const items = token !== undefined && 'items' in token ? token.items : []
    const slots = node.items.map((item, at) =>
      slot({ node: isNode(item) ? item : undefined, item: items[at] }),
    )
    return { kind: 'list', node, slots }
  }
  return isScalar(node) ? leaf(node.value, node.source) : leaf(null)
}

function leaf(value: unknown, source?: string): LeafValue {
  return {
    kind: 'leaf',
    value,
    text: textOf(value, source),
  }
}

function textOf(value: unknown, source: string | undefined): string {
  return typeof value === 'string' ? value : (source ?? String(value))
}

function lookAtMap(node: YAMLMap<unknown, unknown>): MapValue {
  const map: MapValue = { kind: 'map', node, slots: [], byKey: new Map(), duplicates: new Set() }
  for (const pair of node.items) {
    const key = isScalar(pair.key) ? textOf(pair.key.value, pair.key.source) : undefined
    // Written out: every edit looks at thousands of these.
    const entry: Slot = {
      key,
      keyBefore: key,
      item: pair.srcToken,
      keyNode: isNode(pair.key) ? pair.key : undefined,
      node: isNode(pair.value) ? pair.value : undefined,
      value: undefined,
      replaced: false,
      removed: false,
    }
    map.slots.push(entry)
    if (key === undefined) continue
    if (map.byKey.has(key)) map.duplicates.add(key)
    else map.byKey.set(key, entry)
  }
  return map
}

/** A value that is nowhere in the text yet. */
export function fresh(value: Written | null): Value {
  if (value === null || isPlainValue(value)) return leaf(value)
  if (isList(value)) {
    return { kind: 'list', node: undefined, slots: value.map((item) => slot({ value: fresh(item) })) }
  }
  const map: MapValue = { kind: 'map', node: undefined, slots: [], byKey: new Map(), duplicates: new Set() }
  for (const [key, item] of value) append(map, key).value = fresh(item)
  return map
}

/** What a value that is nowhere in the text yet is written as. */
export function writtenOf(value: Value): Written | null {
  switch (value.kind) {
    case 'map':
      return new Map(
        live(value).map((slot) => [slot.key ?? '', writtenOf(valueOf(slot)) ?? new Map<string, Written>()]),
      )
    case 'list':
      return live(value).map((slot) => writtenOf(valueOf(slot)) ?? new Map<string, Written>())
    case 'leaf':
      return value.value as string | number | boolean | null
    case 'alias':
      return null
  }
}

export function live(collection: MapValue | ListValue): readonly Slot[] {
  return collection.slots.filter((slot) => !slot.removed)
}

/** The value itself, or what it is a copy of; undefined for an alias that leads nowhere. */
export function follow(draft: Draft, value: Value): Value | undefined {
  if (value.kind !== 'alias') return value
  const original = draft.originals().get(value.node)
  if (original === undefined) return undefined
  if (original.route === undefined) return look(original.node)
  let found = draft.root
  for (const index of original.route) {
    const inside = valueOf(found)
    const next = inside.kind === 'map' || inside.kind === 'list' ? inside.slots[index] : undefined
    // Something on the way was replaced; whether the copy may stay is decided when the edits are written.
    if (next === undefined) return look(original.node)
    found = next
  }
  return valueOf(found)
}

/** Whether the text already says this. An empty value is an empty map, as the parser reads it. */
export function says(draft: Draft, value: Value, wanted: Written): boolean {
  const found = follow(draft, value)
  if (found === undefined) return false
  if (isPlainValue(wanted)) return found.kind === 'leaf' && found.value === wanted
  if (isList(wanted)) {
    if (found.kind !== 'list') return false
    const slots = live(found)
    return (
      slots.length === wanted.length &&
      wanted.every((item, at) => {
        const slot = slots[at]
        return slot !== undefined && says(draft, valueOf(slot), item)
      })
    )
  }
  if (found.kind === 'leaf') return found.value === null && wanted.size === 0
  if (found.kind !== 'map' || found.byKey.size !== wanted.size) return false
  return [...wanted].every(([key, item]) => {
    const slot = found.byKey.get(key)
    return slot !== undefined && says(draft, valueOf(slot), item)
  })
}

/** Gives a slot a value, changing what differs and no more. The order of a map's entries stays that of the text. */
export function assign(draft: Draft, slot: Slot, wanted: Written): void {
  const isNew = slot.item === undefined && slot.node === undefined
  const value = valueOf(slot)
  if (!(isNew && value.kind === 'leaf') && says(draft, value, wanted)) return
  if (value.kind === 'map' && !isPlainValue(wanted) && !isList(wanted)) {
    for (const key of [...value.byKey.keys()]) if (!wanted.has(key)) take(value, key)
    for (const [key, item] of wanted) assign(draft, value.byKey.get(key) ?? append(value, key), item)
  } else if (value.kind === 'list' && !isPlainValue(wanted) && isList(wanted)) {
    assignItems(draft, value, wanted)
  } else {
    replace(slot, fresh(wanted))
  }
}

/** Items that stay keep their lines: a shorter list loses its middle, a longer one grows at its end. */
function assignItems(draft: Draft, list: ListValue, wanted: readonly Written[]): void {
  const slots = live(list)
  const surplus = Math.max(0, slots.length - wanted.length)
  let head = 0
  const saysAt = (slot: Slot | undefined, item: Written | undefined) =>
    slot !== undefined && item !== undefined && says(draft, valueOf(slot), item)
  while (surplus > 0 && saysAt(slots[head], wanted[head])) head += 1
  for (const slot of slots.slice(head, head + surplus)) slot.removed = true
  const rest = slots.filter((slot) => !slot.removed)
  for (const [at, item] of wanted.entries()) assign(draft, rest[at] ?? appendItem(list), item)
}

export function replace(slot: Slot, value: Value): void {
  slot.value = value
  slot.replaced = true
}

export function append(map: MapValue, key: string): Slot {
  const added = slot({ key, value: fresh(null) })
  map.slots.push(added)
  map.byKey.set(key, added)
  return added
}

export function appendItem(list: ListValue): Slot {
  const added = slot({ value: fresh(null) })
  list.slots.push(added)
  return added
}

/** Takes a key out, and every repetition of it: otherwise the next one would be read. */
export function take(map: MapValue, key: string): boolean {
  const found = map.byKey.get(key)
  if (found === undefined) return false
  found.removed = true
  map.byKey.delete(key)
  if (map.duplicates.delete(key)) {
    for (const slot of map.slots) if (slot.key === key) slot.removed = true
  }
  return true
}
