import { say } from '../speech/say.js'
import { Refusal, append, appendItem, follow, fresh, live, replace, take, valueOf } from './draft.js'
import type { Draft, ListValue, MapValue, Slot, Value } from './draft.js'
import type { JsonSchema } from './json-schema.js'
import { TOPOLOGY_FILE } from './language.js'

/** The slot at `steps`, made with everything on the way to it where it is not there. */
export function makeSlot(draft: Draft, steps: readonly string[]): Slot {
  let found = draft.root
  for (const [depth, step] of steps.entries()) {
    const way = steps.slice(0, depth)
    const inside = open(found, way, step)
    found =
      inside.kind === 'map' ? (inside.byKey.get(step) ?? append(inside, step)) : makeItem(inside, step, way)
  }
  return found
}

/** The map at `steps`, made where it is not there. */
export function makeMap(draft: Draft, steps: readonly string[], forKey: string): MapValue {
  const inside = open(makeSlot(draft, steps), steps, forKey)
  if (inside.kind === 'map') return inside
  throw new Refusal(
    say`${named(steps)} is a list here, and "${forKey}" can only stand in a map; mend the text first`,
  )
}

/** The map or list to be changed in a slot; an empty slot becomes one. */
function open(slot: Slot, way: readonly string[], step: string): MapValue | ListValue {
  const value = valueOf(slot)
  if (value.kind === 'map' || value.kind === 'list') return changeable(value, way)
  if (value.kind === 'alias') throw copied(value.node.source, way)
  if (value.value !== null) {
    throw new Refusal(
      say`${named(way)} is the single value "${value.text}", so nothing can be put at "${step}" below it`,
    )
  }
  const made = fresh(holdsList(way) ? [] : new Map())
  replace(slot, made)
  return open(slot, way, step)
}

function makeItem(list: ListValue, step: string, way: readonly string[]): Slot {
  if (way.length === 0) throw new Refusal(say`the file is a list; a topology is a map of keys`)
  const slots = live(list)
  const index = step === '-' ? slots.length : indexOf(step)
  const found = index === undefined ? undefined : slots[index]
  if (found !== undefined) return found
  if (index === slots.length) return appendItem(list)
  throw new Refusal(say`${named(way)} is a list of ${slots.length}; it has no place "${step}"`)
}

export interface Found {
  readonly inside: MapValue | ListValue
  readonly slot: Slot
}

/** The slot at `steps`, if it is there. What is there only in a copy cannot be changed. */
export function findSlot(draft: Draft, steps: readonly string[]): Found | undefined {
  let slot = draft.root
  let inside: MapValue | ListValue | undefined
  let copy: Refusal | undefined
  for (const [depth, step] of steps.entries()) {
    const way = steps.slice(0, depth)
    const value = valueOf(slot)
    if (value.kind === 'alias') copy ??= copied(value.node.source, way)
    const collection = follow(draft, value)
    if (collection?.kind === 'map') {
      const next = collection.byKey.get(step)
      if (next === undefined) return undefined
      slot = next
      inside = changeable(collection, way)
    } else if (collection?.kind === 'list') {
      const next = live(collection)[indexOf(step) ?? -1]
      if (next === undefined) return undefined
      slot = next
      inside = changeable(collection, way)
    } else return undefined
  }
  if (copy !== undefined) throw copy
  return inside === undefined ? undefined : { inside, slot }
}

export function renameKey(map: MapValue, from: string, to: string, way: readonly string[]): void {
  const slot = map.byKey.get(from)
  if (slot === undefined || from === to) return
  if (map.byKey.has(to)) throw new Refusal(say`"${to}" is already in ${named(way)}; choose another name`)
  if (map.duplicates.has(from)) {
    throw new Refusal(
      say`"${from}" stands twice in ${named(way)}; remove or rename one of them in the text first`,
    )
  }
  changeable(map, way)
  map.byKey.delete(from)
  map.byKey.set(to, slot)
  slot.key = to
}

export function takeSlot({ inside, slot }: Found): void {
  if (inside.kind === 'map' && slot.key !== undefined) take(inside, slot.key)
  else slot.removed = true
}

/** How a person is told which element is meant. */
export function named(steps: readonly string[]): string {
  return steps.length === 0 ? say`the file` : `"${steps.join('/')}"`
}

function copied(anchor: string, way: readonly string[]): Refusal {
  return new Refusal(
    say`${named(way)} is a copy of &${anchor}; change the original, or write the copy out in the text first`,
  )
}

/** `[a: 1]` is a map without brackets of its own, in which there is no room for more. */
function changeable<T extends Value & (MapValue | ListValue)>(value: T, way: readonly string[]): T {
  if (value.node === undefined || value.node.srcToken !== undefined) return value
  throw new Refusal(say`${named(way)} is a pair without braces in a list; put it in braces in the text first`)
}

function indexOf(step: string): number | undefined {
  return /^(?:0|[1-9]\d{0,8})$/.test(step) ? Number(step) : undefined
}

/** Whether the language has a list (or lets one stand) at `steps`. */
function holdsList(steps: readonly string[]): boolean {
  let schema: JsonSchema | undefined = TOPOLOGY_FILE.schema
  for (const step of steps) {
    schema = schemaBelow(schema, step)
    if (schema === undefined) return false
  }
  return [schema, ...(schema.anyOf ?? [])].some(({ type }) => type === 'array')
}

function schemaBelow(schema: JsonSchema, step: string): JsonSchema | undefined {
  const { properties, additionalProperties, items } = schema
  if (properties !== undefined && Object.hasOwn(properties, step)) return properties[step]
  return typeof additionalProperties === 'object' ? additionalProperties : items
}
