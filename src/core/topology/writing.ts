import type { ListValue, MapValue, Slot } from './draft.js'
import { valueOf, writtenOf } from './draft.js'
import type { Written } from './edit.js'
import type { TextChanges } from './text-changes.js'
import { hasWords, tokenEnd } from './yaml-place.js'
import type { Item } from './yaml-place.js'
import type { Form, Quote, YamlStyle } from './yaml-text.js'
import { inlineEntry, inlineText, scalarText } from './yaml-text.js'

/** What the parts that write a draft as changes of the text share. */
export interface Writing {
  readonly text: string
  readonly style: YamlStyle
  readonly changes: TextChanges
  /** Writes what changed in the value of an entry that stays. */
  readonly writeValue: (slot: Slot, steps: readonly string[], around: Around) => void
  /** Takes note that what stands in a slot will be gone. */
  readonly lose: (slot: Slot) => void
}

/** What stands around a value. */
export interface Around {
  /** In brackets there are no lines. */
  readonly flow: boolean
  readonly inMap: boolean
  readonly like: Form
}

/** An entry or item of the text. */
export interface OldSlot extends Slot {
  readonly item: Item
}

export interface Parted {
  readonly old: readonly OldSlot[]
  readonly added: readonly Slot[]
}

export function parted(collection: MapValue | ListValue): Parted {
  return {
    old: collection.slots.filter((slot): slot is OldSlot => slot.item !== undefined),
    added: collection.slots.filter((slot) => slot.item === undefined && !slot.removed),
  }
}

/** Writes what changed inside the entries that stay, and takes note of those that do not. */
export function writeInside(
  writing: Writing,
  collection: MapValue | ListValue,
  steps: readonly string[],
  flow: boolean,
): void {
  const inMap = collection.kind === 'map'
  for (const slot of collection.slots) {
    if (slot.item === undefined) continue
    if (slot.removed) {
      writing.lose(slot)
      continue
    }
    const { key: token } = slot.item
    if (slot.key !== undefined && slot.key !== slot.keyBefore && token) {
      const span = { start: token.offset, end: tokenEnd(token) }
      writing.changes.replace(span, scalarText(slot.key, writing.style.quote, quoteOf(token.type)))
    }
    if (slot.value === undefined) continue
    const like = flow ? undefined : formBeside(collection, slot)
    writing.writeValue(slot, [...steps, slot.key ?? '-'], { flow, inMap, like })
  }
}

/** How the last map among the entries beside `slot` is written, if it holds something. */
export function formBeside(collection: MapValue | ListValue, slot?: Slot): Form {
  const beside = collection.slots.findLast(({ item }) => {
    const value = item?.value
    return (
      item !== undefined &&
      item !== slot?.item &&
      (value?.type === 'block-map' ||
        (value?.type === 'flow-collection' && value.start.source === '{' && value.items.some(hasWords)))
    )
  })
  if (beside === undefined) return undefined
  return beside.item?.value?.type === 'block-map' ? 'block' : 'flow'
}

export function quoteOf(type: string): Quote | undefined {
  if (type === 'single-quoted-scalar') return "'"
  return type === 'double-quoted-scalar' ? '"' : undefined
}

/** What a slot is to hold. */
export function wantedIn(slot: Slot): Written {
  return writtenOf(valueOf(slot)) ?? new Map<string, Written>()
}

/** A new entry or item on one line. */
export function slotText(slot: Slot, quote: Quote): string {
  const value = wantedIn(slot)
  return slot.key === undefined ? inlineText(value, quote) : inlineEntry(slot.key, value, quote)
}
