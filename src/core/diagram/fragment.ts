import { isAlias, isMap, isScalar, visit } from 'yaml'
import type { Document, Node, ParsedNode } from 'yaml'
import { said, say, toSay } from '../speech/say.js'
import type { Named, Written } from '../topology/edit.js'
import { editTopology } from '../topology/edits.js'
import { parseTopology } from '../topology/parse.js'
import type { ParsedTopology } from '../topology/parse.js'
import { pathOf } from '../topology/path.js'
import { applyTextEdits } from '../topology/position.js'
import type { Position } from '../topology/types.js'
import type { Subject } from './scene.js'

/** A part of a drawing with everything the file says of it, unknown keys included: what is copied and pasted. */
export interface Fragment {
  readonly entries: readonly FragmentEntry[]
}

export interface FragmentEntry {
  readonly subject: Subject
  readonly value: ReadonlyMap<string, Written>
  /** Where a person put it. */
  readonly at: Position | undefined
}

const SECTIONS = { network: 'networks', host: 'hosts', service: 'services' } as const
const KINDS = ['network', 'host', 'service'] as const satisfies readonly Named[]

/** What a file says of some of its things, in the order of the file. */
export function fragmentOf(parsed: ParsedTopology, subjects: readonly Subject[]): Fragment {
  const wanted = new Set(subjects.map(keyOf))
  const entries = allEntries(parsed).filter(({ subject }) => wanted.has(keyOf(subject)))
  return { entries }
}

export type FragmentText =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }

/**
 * The same as text, as the file has it: with its comments and spacing, since it is the file without everything else.
 * It can be pasted into a topology or into any text.
 */
export function fragmentText(parsed: ParsedTopology, subjects: readonly Subject[]): FragmentText {
  const fragment = fragmentOf(parsed, subjects)
  if (fragment.entries.length === 0)
    return { ok: false, reason: say`Nothing is selected that could be copied.` }
  return { ok: true, text: withoutTheRest(parsed, fragment) ?? writtenAnew(fragment) }
}

function withoutTheRest(parsed: ParsedTopology, fragment: Fragment): string | undefined {
  const root = parsed.document?.contents
  if (!isMap(root)) return undefined
  const wanted = new Set(fragment.entries.map(({ subject }) => keyOf(subject)))
  const placed = new Set(
    fragment.entries.flatMap(({ subject, at }) => (at === undefined ? [] : [keyOf(subject)])),
  )
  const away: string[] = []
  for (const key of keysOf(root)) {
    if (key === 'layout' && placed.size > 0) continue
    const kind = KINDS.find((each) => SECTIONS[each] === key)
    const names = kind === undefined ? [] : keysOf(mapAt(root, key))
    if (kind === undefined || !names.some((name) => wanted.has(keyOf({ what: kind, name })))) {
      away.push(pathOf(key))
    } else {
      for (const name of names) if (!wanted.has(keyOf({ what: kind, name }))) away.push(pathOf(key, name))
    }
  }
  if (placed.size > 0) {
    const layout = mapAt(root, 'layout')
    // A copy is as long as what hangs on it.
    if (mapAt(layout, 'lengths') !== undefined) away.push(pathOf('layout', 'lengths'))
    for (const kind of KINDS) {
      const names = keysOf(mapAt(layout, SECTIONS[kind]))
      const left = names.filter((name) => placed.has(keyOf({ what: kind, name })))
      if (names.length > 0 && left.length === 0) away.push(pathOf('layout', SECTIONS[kind]))
      else
        for (const name of names) if (!left.includes(name)) away.push(pathOf('layout', SECTIONS[kind], name))
    }
  }
  const result = editTopology(
    parsed,
    away.map((path) => ({ kind: 'unset', path })),
  )
  // What is copied from elsewhere in the file (an alias) cannot stand without it.
  if (!result.ok) return undefined
  const text = applyTextEdits(parsed.text, result.edits)
  const left = parseTopology(text)
  // The comment at the head of the file is about the file.
  const starts = [...Object.values(SECTIONS), 'layout'].flatMap(
    (key) => left.source.place(pathOf(key))?.key?.start ?? [],
  )
  const own = text.slice(Math.min(...starts)).trimEnd()
  const same = fragmentOf(
    parseTopology(own),
    fragment.entries.map(({ subject }) => subject),
  )
  return same.entries.length === fragment.entries.length ? `${own}\n` : undefined
}

function writtenAnew({ entries }: Fragment): string {
  const empty = parseTopology('')
  const result = editTopology(
    empty,
    entries.flatMap(({ subject: { what, name }, value, at }) => [
      { kind: 'add', what, name, value } as const,
      ...(at === undefined ? [] : [{ kind: 'move', what, name, to: at } as const]),
    ]),
  )
  if (!result.ok) throw new Error(`a fragment cannot be written: ${result.reason}`)
  return applyTextEdits('', result.edits)
}

export type ReadFragment =
  { readonly ok: true; readonly fragment: Fragment } | { readonly ok: false; readonly reason: string }

const NOT_OURS = toSay`The clipboard has no networks, hosts or services. Copy some on the canvas, or their lines in a topology file.`
/** Longer than anything that is copied by hand. */
const LONGEST = 4_000_000

/**
 * Reads what was copied: sections as the canvas copies them, a whole topology, or only entries of one section, as a
 * person takes them out of a text.
 */
export function readFragment(text: string): ReadFragment {
  if (text.trim() === '' || text.length > LONGEST) return { ok: false, reason: said(NOT_OURS) }
  const parsed = [text, indentedAsRest(text)].map(parseTopology).find(isRead)
  if (parsed === undefined) return { ok: false, reason: said(NOT_OURS) }
  const root = parsed.document?.contents
  if (!isMap(root)) return { ok: false, reason: said(NOT_OURS) }
  const sections = allEntries(parsed)
  const entries = sections.length > 0 ? sections : bareEntries(parsed, keysOf(root))
  return entries.length > 0 ? { ok: true, fragment: { entries } } : { ok: false, reason: said(NOT_OURS) }
}

function isRead({ document, problems }: ParsedTopology): boolean {
  return (
    document !== undefined && !problems.some(({ code }) => code === 'FILE-SYNTAX' || code === 'FILE-LIMIT')
  )
}

/** A selection in a text often begins behind the indentation of its first line. */
function indentedAsRest(text: string): string {
  const [first = '', ...rest] = text.split(/\r\n|\r|\n/)
  const indents = rest
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length)
  const least = indents.length === 0 ? 0 : Math.min(...indents)
  return [' '.repeat(least) + first.trimStart(), ...rest].join('\n')
}

function bareEntries({ document }: ParsedTopology, names: readonly string[]): FragmentEntry[] {
  if (document === undefined) return []
  const found = names.map((name): FragmentEntry | undefined => {
    const value = writtenAt(document, [name])
    const what = value === undefined ? undefined : kindOf(value)
    return what === undefined || value === undefined
      ? undefined
      : { subject: { what, name }, value, at: undefined }
  })
  const known = found.flatMap((entry) => entry ?? [])
  // Half of it would be a surprise.
  return known.length === names.length ? known : []
}

const TELLING: readonly (readonly [Named, readonly string[]])[] = [
  ['host', ['role', 'interfaces']],
  ['service', ['mode', 'vip', 'director', 'real-servers']],
  ['network', ['subnet', 'gateway']],
]

function kindOf(value: ReadonlyMap<string, Written>): Named | undefined {
  return TELLING.find(([, keys]) => keys.some((key) => value.has(key)))?.[0]
}

function allEntries({ document, topology }: ParsedTopology): FragmentEntry[] {
  const root = document?.contents
  if (document === undefined || !isMap(root)) return []
  return KINDS.flatMap((what) =>
    keysOf(mapAt(root, SECTIONS[what])).flatMap((name) => {
      const value = writtenAt(document, [SECTIONS[what], name])
      const at = {
        host: topology.layout.hosts,
        network: topology.layout.networks,
        service: topology.layout.services,
      }[what].get(name)
      return value === undefined ? [] : [{ subject: { what, name }, value, at }]
    }),
  )
}

function keyOf({ what, name }: Subject): string {
  return `${what} ${name}`
}

function mapAt(map: unknown, key: string): unknown {
  return isMap(map) ? map.items.find((item) => keyText(item.key) === key)?.value : undefined
}

function keysOf(map: unknown): string[] {
  if (!isMap(map)) return []
  return [...new Set(map.items.flatMap(({ key }) => keyText(key) ?? []))]
}

function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined
  return typeof key.value === 'string' ? key.value : key.source
}

/** A map of the file as it would be written anew, aliases resolved; undefined where there is none. */
function writtenAt(
  document: Document<ParsedNode>,
  steps: readonly string[],
): Map<string, Written> | undefined {
  let node: unknown = document.contents
  for (const step of steps) {
    node = mapAt(node, step)
    if (isAlias(node)) node = node.resolve(document)
  }
  if (!isMap(node)) return isEmpty(node) ? new Map<string, Written>() : undefined
  try {
    const value = written(withExactNumbers(node).toJS(document, { mapAsMap: true, maxAliasCount: 100 }))
    return value instanceof Map ? value : undefined
  } catch {
    // An alias that leads nowhere, or to far too much.
    return undefined
  }
}

function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null)
}

/** `6.10` is the name of a kernel, not the number 6.1. */
function withExactNumbers(node: Node): Node {
  const copy = node.clone() as Node
  visit(copy, {
    Scalar: (_, scalar) => {
      const { value, source } = scalar
      if (
        typeof value === 'number' &&
        source !== undefined &&
        /^\d+\.\d+$/.test(source) &&
        String(value) !== source
      )
        scalar.value = source
    },
  })
  return copy
}

function written(value: unknown): Written {
  if (value instanceof Map)
    return new Map([...value].map(([key, each]: [unknown, unknown]) => [String(key), written(each)]))
  if (Array.isArray(value)) return value.map(written)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return typeof value === 'bigint' ? String(value) : new Map<string, Written>()
}
