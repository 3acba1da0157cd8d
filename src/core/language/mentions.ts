import type { Alias, Node } from 'yaml'
import { isAlias, isMap, isSeq } from 'yaml'
import { parseAddress } from '../topology/address.js'
import type { ParsedTopology } from '../topology/parse.js'
import { below, pathSteps } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Span } from '../topology/position.js'
import type { Part } from '../topology/source-map.js'
import { aliasOriginals } from '../topology/yaml-anchors.js'
import type { Original } from '../topology/yaml-anchors.js'
import { entriesOf, wordOf } from './entries.js'
import { MENTION_ROOT } from './mention-places.js'
import type { MentionPlace } from './mention-places.js'

/** What a word of the file stands for. */
export type Referent =
  | { readonly what: 'host' | 'network' | 'service'; readonly name: string }
  | { readonly what: 'interface'; readonly host: string; readonly name: string }
  /** `name` is its canonical text: `::1` and `0:0::1` are one. */
  | { readonly what: 'address'; readonly name: string }

/** A word of the file that stands for something. */
export interface Mention {
  readonly of: Referent
  /** The word, in its quotes; of a sysctl only the interface in it. */
  readonly span: Span
  /** The thing is made here, not only referred to. */
  readonly declares: boolean
  /** The `key: value` it stands in. */
  readonly entry: Span
  readonly path: Path
  readonly part: Part
}

export interface Mentions {
  /** In the order of the text. A word that is read in several places through aliases may stand for several things. */
  readonly all: readonly Mention[]
  readonly of: (referent: Referent) => readonly Mention[]
}

/** Places that are read through aliases before no more are: a file can multiply itself. */
const MAX_ALIASED = 100_000

const known = new WeakMap<ParsedTopology, Mentions>()

/** Every name and address of a file; gathered once for each reading of it. */
export function mentionsIn(parsed: ParsedTopology): Mentions {
  const found = known.get(parsed) ?? gather(parsed)
  known.set(parsed, found)
  return found
}

/** The mention an offset stands in or touches. */
export function mentionAt(parsed: ParsedTopology, offset: number): Mention | undefined {
  return mentionsIn(parsed).all.find(({ span }) => span.start <= offset && offset <= span.end)
}

function gather({ document, text }: ParsedTopology): Mentions {
  const byReferent = new Map<string, Mention[]>()
  const seen = new Set<string>()
  let originals: ReadonlyMap<Alias, Original> | undefined
  let copies = 0
  let aliased = 0

  const mention = (of: Referent, rest: Omit<Mention, 'of'>): void => {
    const key = keyOf(of)
    // What is read twice through an alias is one word all the same.
    const once = `${rest.span.start} ${key}`
    if (seen.has(once)) return
    seen.add(once)
    const others = byReferent.get(key)
    if (others === undefined) byReferent.set(key, [{ of, ...rest }])
    else others.push({ of, ...rest })
  }

  const word = (
    { means, declares }: NonNullable<MentionPlace['key']>,
    { text: said, span }: { readonly text: string; readonly span: Span },
    at: Omit<Mention, 'of' | 'span' | 'declares'>,
  ): void => {
    const host = () => pathSteps(at.path)[1] ?? ''
    switch (means) {
      case 'host':
      case 'network':
      case 'service':
        mention({ what: means, name: said }, { ...at, span, declares })
        return
      case 'interface':
        mention({ what: 'interface', host: host(), name: said }, { ...at, span, declares })
        return
      case 'address': {
        const address = parseAddress(said)
        if (address !== undefined) mention({ what: 'address', name: address }, { ...at, span, declares })
        return
      }
      case 'sysctl': {
        const part = interfaceOfSysctl(said)
        if (part === undefined) return
        const start = text.indexOf(part, span.start)
        if (start < 0 || start + part.length > span.end) return
        const of = { what: 'interface', host: host(), name: part.replaceAll('/', '.') } as const
        mention(of, { ...at, span: { start, end: start + part.length }, declares })
      }
    }
  }

  const read = (
    node: Node | undefined,
    place: MentionPlace,
    path: Path,
    entry: Span,
    inList = false,
  ): void => {
    if (isAlias(node)) {
      originals ??= document === undefined ? new Map() : aliasOriginals(document)
      const original = originals.get(node)?.node
      if (original === undefined) return
      copies += 1
      read(original, place, path, entry, inList)
      copies -= 1
      return
    }
    if (copies > 0 && ++aliased > MAX_ALIASED) return
    if (isMap(node)) {
      for (const { name, key, whole, value, repeated } of entriesOf(node)) {
        const next = place.below.get(name) ?? place.below.get(':')
        if (next === undefined) continue
        const at = below(path, name)
        if (next.key !== undefined) {
          word(
            repeated ? { ...next.key, declares: false } : next.key,
            { text: name, span: key },
            { entry: whole, path: at, part: 'key' },
          )
        }
        read(value, next, at, whole)
      }
      return
    }
    if (isSeq(node)) {
      // The items of a value that may be a list are single values: what is its own item ends here.
      const next = place.value === undefined ? place.below.get(':') : inList ? undefined : place
      if (next === undefined) return
      for (const [index, item] of node.items.entries()) {
        read(item as Node, next, below(path, index), entry, true)
      }
      return
    }
    const said = wordOf(node)
    if (said !== undefined && place.value !== undefined)
      word(place.value, said, { entry, path, part: 'value' })
  }

  read(document?.contents ?? undefined, MENTION_ROOT, '', { start: 0, end: 0 })
  const inOrder = (one: Mention, other: Mention) => one.span.start - other.span.start
  for (const some of byReferent.values()) some.sort(inOrder)
  return {
    all: [...byReferent.values()].flat().sort(inOrder),
    of: (referent) => byReferent.get(keyOf(referent)) ?? [],
  }
}

/** Of `net.ipv4.conf.eth0/100.rp_filter` the part `eth0/100`: a slash stands for a dot inside a name. */
function interfaceOfSysctl(key: string): string | undefined {
  const name = /^net\.ipv[46]\.(?:conf|neigh)\.([^.]+)\./.exec(key)?.[1]
  return name === 'all' || name === 'default' ? undefined : name
}

function keyOf(of: Referent): string {
  return of.what === 'interface' ? `interface\n${of.host}\n${of.name}` : `${of.what}\n${of.name}`
}
