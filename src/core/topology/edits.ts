import { said, say } from '../speech/say.js'
import { assign, fresh, follow, live, openDraft, replace, append, take, valueOf, Refusal } from './draft.js'
import type { Draft, MapValue, Slot, Value } from './draft.js'
import { findSlot, makeMap, makeSlot, named, renameKey, takeSlot } from './draft-path.js'
import type { Named, TopologyEdit, Written } from './edit.js'
import { lineEndOf, withLineFeeds } from './line-ends.js'
import { HOST_NAME, PLAIN_NAME } from './names.js'
import type { ParsedTopology } from './parse.js'
import { pathSteps } from './path.js'
import type { TextEdit } from './position.js'
import { writeDraft } from './yaml-splice.js'

export type EditResult =
  { readonly ok: true; readonly edits: readonly TextEdit[] } | { readonly ok: false; readonly reason: string }

/**
 * The smallest change of the text that makes the edits; or a refusal that says why. Applied in order.
 *
 * All edits are made on one draft of the document, which knows for every entry that was touched whether it is the
 * text's own, changed, removed or new; the draft is then written as changes of the one text. So a later edit sees
 * what an earlier one did, nothing is parsed again, and edits that undo each other leave no trace. It is all or
 * nothing: one refused edit refuses the list.
 *
 * - What is removed goes with the lines it stands on, the comment lines directly above it (same indentation, no
 *   blank line between) and those directly below it that are indented deeper. The first comment of a section stays:
 *   it may be about all of it. Between blank lines only one gap is left.
 * - What is new comes after the last entry of its section, written like the entries beside it.
 * - Removing what is not there does nothing. Renaming, moving, or adding to what is not there is refused.
 * - Below an alias nothing is changed; removing a value others are copies of is refused. A reference that stands in
 *   a copied part is changed in the original, and so in all copies.
 */
export function editTopology(parsed: ParsedTopology, edits: readonly TopologyEdit[]): EditResult {
  const limit = parsed.problems.find(({ code }) => code === 'FILE-LIMIT')
  if (parsed.document === undefined && limit !== undefined) return { ok: false, reason: limit.message }
  // An alias that leads nowhere is reported under the same code, but has no span and harms nothing.
  const broken = parsed.problems.find(({ code, span }) => code === 'FILE-SYNTAX' && span !== undefined)
  if (broken !== undefined) return { ok: false, reason: say`mend the text first: ${broken.message}` }
  try {
    const draft = openDraft(parsed.document)
    for (const edit of edits) apply(draft, edit)
    return {
      ok: true,
      edits: writeDraft(withLineFeeds(parsed.text), lineEndOf(parsed.text), parsed.document, draft),
    }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.message }
    throw error
  }
}

const SECTION = { host: 'hosts', network: 'networks', service: 'services' } as const
const NAME = { host: HOST_NAME, network: PLAIN_NAME, service: PLAIN_NAME }
/** As far as the language lets a coordinate go. */
const FARTHEST = 1_000_000

function apply(draft: Draft, edit: TopologyEdit): void {
  switch (edit.kind) {
    case 'add': {
      const section = SECTION[edit.what]
      add(draft, [section], edit.what, edit.name, edit.value)
      return
    }
    case 'add-real-server': {
      mustExist(draft, 'service', edit.service)
      add(draft, [SECTION.service, edit.service, 'real-servers'], 'host', edit.host, edit.value)
      return
    }
    case 'remove-real-server': {
      const found = findSlot(draft, [SECTION.service, edit.service, 'real-servers', edit.host])
      if (found !== undefined) takeSlot(found)
      return
    }
    case 'remove':
      remove(draft, edit.what, edit.name)
      return
    case 'rename':
      rename(draft, edit.what, edit.from, edit.to)
      return
    case 'set': {
      const steps = pathSteps(edit.path)
      if (steps.length === 0 && !(edit.value instanceof Map))
        throw new Refusal(say`a topology file is a map of keys`)
      assign(draft, makeSlot(draft, steps), edit.value)
      return
    }
    case 'unset': {
      const steps = pathSteps(edit.path)
      if (steps.length === 0) throw new Refusal(say`the whole file cannot be taken out; delete it instead`)
      const found = findSlot(draft, steps)
      if (found !== undefined) takeSlot(found)
      return
    }
    case 'rename-key': {
      const steps = pathSteps(edit.path)
      const found = findSlot(draft, steps)
      if (found === undefined) throw new Refusal(say`there is no ${named(steps)} to rename`)
      if (found.inside.kind === 'list') throw new Refusal(say`${named(steps)} is a list item: it has no key`)
      renameKey(found.inside, found.slot.key ?? '', edit.to, steps.slice(0, -1))
      return
    }
    case 'move':
      move(draft, edit.what, edit.name, edit.to)
  }
}

function add(
  draft: Draft,
  section: readonly string[],
  what: Named,
  name: string,
  value: ReadonlyMap<string, Written>,
): void {
  mustBeName(what, name)
  const map = makeMap(draft, section, name)
  if (map.byKey.has(name))
    throw new Refusal(say`"${name}" is already in ${named(section)}; choose another name`)
  replace(append(map, name), fresh(value))
}

function remove(draft: Draft, what: Named, name: string): void {
  for (const steps of [
    [SECTION[what], name],
    ...layoutsOf(what).map((section) => ['layout', section, name]),
  ]) {
    const found = findSlot(draft, steps)
    if (found !== undefined) takeSlot(found)
  }
  if (what === 'host') {
    for (const service of members(draft, SECTION.service)) {
      const realServers = mapIn(draft, service.byKey.get('real-servers'))
      if (realServers !== undefined) take(realServers, name)
      for (const director of directors(draft, service).items) {
        if (textOf(draft, director) === name) director.removed = true
      }
    }
  } else if (what === 'network') {
    for (const host of members(draft, SECTION.host)) {
      const interfaces = mapIn(draft, host.byKey.get('interfaces'))
      for (const slot of interfaces === undefined ? [] : [...interfaces.byKey.values()]) {
        const on = mapIn(draft, slot)?.byKey.get('network')
        if (interfaces !== undefined && textOf(draft, on) === name) take(interfaces, slot.key ?? '')
      }
    }
  }
}

/** Where the layout speaks of things of a kind. */
function layoutsOf(what: Named): readonly string[] {
  return what === 'network' ? [SECTION.network, 'lengths'] : [SECTION[what]]
}

function rename(draft: Draft, what: Named, from: string, to: string): void {
  mustExist(draft, what, from)
  if (from === to) return
  mustBeName(what, to)
  const section = SECTION[what]
  renameKey(makeMap(draft, [section], to), from, to, [section])
  // A position without the thing it was for is in the way; the one that is moved along is meant.
  for (const ofLayout of layoutsOf(what)) {
    const layout = findSlot(draft, ['layout', ofLayout, from])
    if (layout?.inside.kind !== 'map') continue
    take(layout.inside, to)
    renameKey(layout.inside, from, to, ['layout', ofLayout])
  }
  if (what === 'host') {
    for (const [name, service] of membersByName(draft, SECTION.service)) {
      const realServers = mapIn(draft, service.byKey.get('real-servers'))
      if (realServers !== undefined) renameKey(realServers, from, to, [SECTION.service, name, 'real-servers'])
      const { single, items } = directors(draft, service)
      for (const director of [single, ...items]) refer(draft, director, from, to)
    }
  } else if (what === 'network') {
    for (const host of members(draft, SECTION.host)) {
      for (const slot of mapIn(draft, host.byKey.get('interfaces'))?.byKey.values() ?? []) {
        refer(draft, mapIn(draft, slot)?.byKey.get('network'), from, to)
      }
    }
    refer(draft, mapIn(draft, rootMap(draft)?.byKey.get('vrrp'))?.byKey.get('network'), from, to)
  }
}

function move(draft: Draft, what: Named, name: string, to: { readonly x: number; readonly y: number }): void {
  mustExist(draft, what, name)
  // No -0: it would be written, and read, as another value than 0.
  const x = Math.round(to.x) + 0
  const y = Math.round(to.y) + 0
  if (!(Math.abs(x) <= FARTHEST && Math.abs(y) <= FARTHEST)) {
    throw new Refusal(say`(${to.x}, ${to.y}) is no place on the canvas; move it nearer`)
  }
  const slot = makeSlot(draft, ['layout', SECTION[what], name])
  const value = valueOf(slot)
  if (value.kind !== 'map') {
    assign(draft, slot, new Map(Object.entries({ x, y })))
    return
  }
  assign(draft, makeSlot(draft, ['layout', SECTION[what], name, 'x']), x)
  assign(draft, makeSlot(draft, ['layout', SECTION[what], name, 'y']), y)
}

function mustExist(draft: Draft, what: Named, name: string): void {
  const section = mapIn(draft, rootMap(draft)?.byKey.get(SECTION[what]))
  if (section?.byKey.has(name) !== true)
    throw new Refusal(say`there is no ${said(what)} "${name}"; it may just have been removed`)
}

function mustBeName(what: Named, name: string): void {
  if (NAME[what].test(name)) return
  throw new Refusal(
    what === 'host'
      ? say`"${name}" cannot be the name of a host: up to 63 letters, digits, dots, dashes and underscores, with a letter or digit at both ends`
      : say`"${name}" cannot be the name of a ${said(what)}: up to 63 letters, digits, dots, dashes, spaces and underscores, starting with a letter, a digit or "_"`,
  )
}

function rootMap(draft: Draft): MapValue | undefined {
  return mapIn(draft, draft.root)
}

/** The map in a slot, a copied one too. */
function mapIn(draft: Draft, slot: Slot | undefined): MapValue | undefined {
  const value = slot === undefined ? undefined : follow(draft, valueOf(slot))
  return value?.kind === 'map' ? value : undefined
}

function membersByName(draft: Draft, section: string): readonly [string, MapValue][] {
  const slots = mapIn(draft, rootMap(draft)?.byKey.get(section))?.byKey ?? []
  return [...slots].flatMap(([name, slot]) => {
    const map = mapIn(draft, slot)
    return map === undefined ? [] : [[name, map] as [string, MapValue]]
  })
}

function members(draft: Draft, section: string): readonly MapValue[] {
  return membersByName(draft, section).map(([, map]) => map)
}

function directors(draft: Draft, service: MapValue): { single: Slot | undefined; items: readonly Slot[] } {
  const slot = service.byKey.get('director')
  const value: Value | undefined = slot === undefined ? undefined : follow(draft, valueOf(slot))
  return value?.kind === 'list' ? { single: undefined, items: live(value) } : { single: slot, items: [] }
}

function textOf(draft: Draft, slot: Slot | undefined): string | undefined {
  const value = slot === undefined ? undefined : follow(draft, valueOf(slot))
  return value?.kind === 'leaf' && value.value !== null ? value.text : undefined
}

/** Lets a reference to `from` lead to `to`. */
function refer(draft: Draft, slot: Slot | undefined, from: string, to: string): void {
  if (slot !== undefined && textOf(draft, slot) === from) assign(draft, slot, to)
}
