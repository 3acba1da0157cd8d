import type { Alias, Node, Pair, YAMLMap } from 'yaml'
import { isAlias, isNode, isScalar } from 'yaml'
import { say } from '../speech/say.js'
import { below } from './path.js'
import type { Path } from './path.js'
import type { Span } from './position.js'
import type { Fix, Problem, ProblemCode } from './problem.js'
import type { Part, Place } from './source-map.js'

/** Takes one `key: value` of a map being read, its alias followed. */
export type ReadEntry = (key: string, at: Path, node: Node | null) => void

/** Takes one item of a list. */
export type ReadItem = (at: Path, node: Node | null) => void

/**
 * Elements that may be read through aliases before it counts as an alias bomb. The grammar has a fixed depth, so
 * expansion is bounded anyway; this keeps it and what follows from it within a second. Copies of 5,000 hosts have 25,000.
 */
const MAX_ALIASED_ELEMENTS = 30_000

/** Of one text: each costs time and memory wherever it is told, and nobody reads so many. Nothing is read after them. */
const MOST_PROBLEMS = 10_000

/** What is expected somewhere; told only where something else stands, since most files are right in most places. */
export type Expected = () => string

/** What one reading of a document gathers: where everything stands, and every problem. */
export interface Reading {
  readonly report: (
    code: ProblemCode,
    path: Path,
    part: Part,
    message: string,
    fixes?: readonly Fix[],
  ) => void
  /** Reports that a node is not what is expected there. */
  readonly wrongType: (node: Node | null, path: Path, expected: Expected, fixes?: readonly Fix[]) => undefined
  /** A scalar as written (`10` and `true` too: people do not quote names), or undefined with a report. */
  readonly text: (node: Node | null, path: Path, expected: Expected) => string | undefined
  readonly entries: (map: YAMLMap<unknown, unknown> | 'empty', path: Path, read: ReadEntry) => void
  readonly items: (items: readonly unknown[], path: Path, read: ReadItem) => void
  readonly has: (path: Path) => boolean
}

export interface Gathered {
  readonly reading: Reading
  readonly places: Map<Path, Place>
  readonly problems: Problem[]
}

export function startReading(anchors: ReadonlyMap<Alias, Node>): Gathered {
  const places = new Map<Path, Place>()
  const problems: Problem[] = []
  let aliased = 0
  let aliasDepth = 0

  const keep = (problem: Problem): void => {
    if (problems.length < MOST_PROBLEMS || problem.code === 'FILE-LIMIT') problems.push(problem)
    if (problems.length !== MOST_PROBLEMS) return
    const message = say`there are more than ${MOST_PROBLEMS / 1000},000 faults; what follows is not read before these are mended`
    problems.push({ ...problem, code: 'FILE-LIMIT', message, fixes: [] })
  }
  const report: Reading['report'] = (code, path, part, message, fixes = []) => {
    keep({ code, path, part, message, fixes })
  }

  /** Follows an alias once (an anchor cannot carry another alias), within the bound. */
  const follow = (node: unknown, path: Path): Node | null => {
    if (!isNode(node)) return null
    if (!isAlias(node)) return node
    const target = anchors.get(node)
    if (target === undefined) {
      report('FILE-SYNTAX', path, 'value', say`no value is marked &${node.source} before this`)
      return null
    }
    return target
  }

  /** Reads what stands in a place; in a copy, what it is a copy of. */
  const readAt = (source: unknown, at: Path, read: (node: Node | null) => void): void => {
    const isCopy = isAlias(source)
    if (isCopy) aliasDepth += 1
    read(follow(source, at))
    if (isCopy) aliasDepth -= 1
  }

  const withinBound = (path: Path): boolean => {
    if (problems.length > MOST_PROBLEMS) return false
    if (aliasDepth === 0) return true
    aliased += 1
    if (aliased === MAX_ALIASED_ELEMENTS) {
      report(
        'FILE-LIMIT',
        path,
        'value',
        say`aliases make this file expand beyond what is read; write the values out`,
      )
    }
    return aliased < MAX_ALIASED_ELEMENTS
  }

  const entries: Reading['entries'] = (map, path, read) => {
    if (map === 'empty') return
    for (const pair of map.items) {
      if (problems.length > MOST_PROBLEMS) return
      const key = keyText(pair)
      if (key === undefined) {
        const span = isNode(pair.key) ? spanOf(pair.key) : undefined
        keep({
          code: 'VALUE-TYPE',
          path,
          part: 'value',
          message: say`a key must be plain text`,
          fixes: [],
          ...(span === undefined ? {} : { span }),
        })
        continue
      }
      const at = below(path, key)
      if (!withinBound(at)) return
      const keySpan = isNode(pair.key) ? spanOf(pair.key) : undefined
      if (places.has(at)) {
        keep({
          code: 'KEY-DUPLICATE',
          path: at,
          part: 'key',
          message: say`"${key}" stands here twice; only the first is read`,
          fixes: [],
          ...(keySpan === undefined ? {} : { span: keySpan }),
        })
        continue
      }
      const valueSpan = isNode(pair.value) ? spanOf(pair.value) : undefined
      const end = keySpan?.end ?? 0
      places.set(at, { key: keySpan, value: valueSpan ?? { start: end, end } })
      readAt(pair.value, at, (node) => {
        read(key, at, node)
      })
    }
  }

  const items: Reading['items'] = (list, path, read) => {
    for (const [index, item] of list.entries()) {
      const at = below(path, index)
      if (!withinBound(at)) return
      if (isNode(item)) places.set(at, { key: undefined, value: spanOf(item) ?? { start: 0, end: 0 } })
      readAt(item, at, (node) => {
        read(at, node)
      })
    }
  }

  const wrongType: Reading['wrongType'] = (node, path, expected, fixes = []) => {
    const empty = node === null || (isScalar(node) && node.value === null)
    report(
      'VALUE-TYPE',
      path,
      'value',
      empty ? say`a value is missing: ${expected()}` : say`this must be ${expected()}`,
      fixes,
    )
    return undefined
  }

  const text: Reading['text'] = (node, path, expected) => {
    if (!isScalar(node) || node.value === null) return wrongType(node, path, expected)
    return typeof node.value === 'string' ? node.value : node.source
  }

  return {
    reading: { report, wrongType, text, entries, items, has: (path) => places.has(path) },
    places,
    problems,
  }
}

function keyText(pair: Pair): string | undefined {
  if (!isScalar(pair.key)) return undefined
  const { value, source } = pair.key
  return typeof value === 'string' ? value : source
}

function spanOf(node: Node): Span | undefined {
  return node.range ? { start: node.range[0], end: node.range[1] } : undefined
}
