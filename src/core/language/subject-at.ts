import type { Pair } from 'yaml'
import { isMap, isNode, isScalar } from 'yaml'
import type { Subject } from '../diagram/scene.js'
import { subjectsOf } from '../diagram/scene-of.js'
import type { ParsedTopology } from '../topology/parse.js'
import { pathOf } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Span } from '../topology/position.js'

const SECTION = { host: 'hosts', network: 'networks', service: 'services' } as const

/** Where a host, network or service stands in a file. */
export function subjectPath({ what, name }: Subject): Path {
  return pathOf(SECTION[what], name)
}

/** The entry of a host, network or service from its key on; undefined where the text has none. */
export function placeOf({ source }: ParsedTopology, subject: Subject): Span | undefined {
  const place = source.place(subjectPath(subject))
  return place && { start: (place.key ?? place.value).start, end: place.value.end }
}

/**
 * The host, network or service whose entry an offset stands in: from its key to the next one, comments and blank
 * lines between them included. Undefined elsewhere in the file.
 */
export function subjectAt({ document }: ParsedTopology, offset: number): Subject | undefined {
  const root = document?.contents
  if (!isMap(root)) return undefined
  const section = entryAt(root.items, offset)
  if (section === undefined || !isMap(section.pair.value)) return undefined
  const { items, flow = false } = section.pair.value
  const entry = entryAt(items, offset)
  if (entry === undefined) return undefined
  // In brackets an entry ends where its words do.
  const { key, value } = entry.pair
  if (flow && offset > Math.max(wordsEnd(key), wordsEnd(value))) return undefined
  return subjectsOf(pathOf(section.name, entry.name))[0]
}

/** The last entry that begins at or before an offset. */
function entryAt(
  items: readonly Pair[],
  offset: number,
): { readonly name: string; readonly pair: Pair } | undefined {
  const pair = items.findLast(({ key }) => isScalar(key) && (key.range?.[0] ?? Infinity) <= offset)
  if (pair === undefined || !isScalar(pair.key)) return undefined
  const { value, source } = pair.key
  return { name: typeof value === 'string' ? value : (source ?? ''), pair }
}

function wordsEnd(node: unknown): number {
  return isNode(node) ? (node.range?.[1] ?? 0) : 0
}
