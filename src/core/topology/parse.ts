import type { Alias, Document, Node, ParsedNode } from 'yaml'
import { Composer, Parser, isAlias, isScalar, visit } from 'yaml'
import type { CST } from 'yaml'
import { FORMAT_VERSION, TOPOLOGY_FILE } from './language.js'
import { pathOf } from './path.js'
import type { Problem } from './problem.js'
import { startReading } from './reading.js'
import { sourceMap } from './source-map.js'
import type { Place, SourceMap } from './source-map.js'
import type { Topology } from './types.js'

/** Everything there is to know of a topology file: what it says, where it says it, and what could not be read. */
export interface ParsedTopology {
  readonly text: string
  readonly topology: Topology
  readonly source: SourceMap
  readonly problems: readonly Problem[]
  /** The YAML document with its comments and layout, for edits; undefined when the text is beyond the limits. */
  readonly document: Document<ParsedNode> | undefined
}

/** UTF-16 units. A file of 5,000 real servers has about 440,000. */
const MAX_LENGTH = 16_000_000
/** One stray bracket makes an error of every line below it: what follows the first few says nothing. */
const MAX_SYNTAX_PROBLEMS = 3
/** Levels of nesting; the language itself needs eight. */
const MAX_DEPTH = 64

/**
 * Reads a topology file. Never throws: what cannot be used is a problem, and the rest is read all the same. A byte
 * order mark is skipped. Merge keys are not part of the language, aliases are, within bounds.
 */
export function parseTopology(text: string): ParsedTopology {
  if (text.length > MAX_LENGTH) {
    return beyondLimits(
      text,
      `this file is larger than ${MAX_LENGTH / 1_000_000} million characters; split the cluster`,
    )
  }
  // The composer recurses, and a stack overflow is not a finding.
  const deepAt = absurdNesting(text, MAX_DEPTH)
  if (deepAt !== undefined) return beyondLimits(text, TOO_DEEP, deepAt)
  const tokens: CST.Token[] = []
  for (const token of new Parser().parse(text)) {
    const deep = nestingBeyond(token, MAX_DEPTH)
    if (deep !== undefined) return beyondLimits(text, TOO_DEEP, deep)
    tokens.push(token)
  }
  const documents = [
    ...new Composer({ keepSourceTokens: true, uniqueKeys: false, merge: false }).compose(tokens),
  ]
  const document = documents[0] as Document<ParsedNode> | undefined

  const { reading, places, problems } = startReading(
    document === undefined ? new Map() : aliasTargets(document),
  )
  for (const { code, message, pos } of (document?.errors ?? []).slice(0, MAX_SYNTAX_PROBLEMS)) {
    // More than one document is reported below, once, in our own words.
    if (code === 'MULTIPLE_DOCS') continue
    // The library adds a drawing of the place on further lines; ours is drawn from the span.
    const [first = ''] = message.split(/ at line \d+, column|\n/)
    problems.push(syntaxProblem(text, `this is not YAML: ${first}`, pos[0], pos[1]))
  }
  const control = CONTROL_CHARACTER.exec(text)
  if (control !== null) {
    const code = (control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    const message = `the character U+${code} cannot stand in a text file; is this one?`
    problems.push(syntaxProblem(text, message, control.index, control.index + 1))
  }
  const second = documents[1]
  if (second !== undefined) {
    problems.push(
      syntaxProblem(text, 'a topology file is one document; what follows "---" is not read', second.range[0]),
    )
  }

  const root = document?.contents ?? null
  places.set('', { key: undefined, value: { start: 0, end: firstLineEnd(text) } })
  if (root === null || isEmptyScalar(root)) {
    problems.push({
      code: 'FILE-EMPTY',
      path: '',
      part: 'value',
      message: 'this topology is empty; a file starts with "lvs: 1", a name, networks, hosts and services',
      fixes: [],
    })
    return { text, topology: NOTHING, source: sourceMap(places), problems, document }
  }
  const topology = TOPOLOGY_FILE.read(root, '', reading) ?? NOTHING
  if (topology.lvs !== undefined && topology.lvs !== FORMAT_VERSION) {
    const path = pathOf('lvs')
    reading.report(
      'FILE-VERSION',
      path,
      'value',
      `this is version ${topology.lvs} of the format; this program reads version ${FORMAT_VERSION}`,
      [{ title: `Change to ${FORMAT_VERSION}`, edits: [{ kind: 'set', path, value: FORMAT_VERSION }] }],
    )
  }
  return { text, topology, source: sourceMap(places), problems, document }
}

const TOO_DEEP = `values are nested more than ${MAX_DEPTH} levels deep; a topology has eight`

/** What YAML 1.2 (5.1) leaves out of its character set, the surrogates apart. */
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

/** A topology that says nothing. */
const NOTHING: Topology = {
  lvs: undefined,
  name: undefined,
  networks: new Map(),
  hosts: new Map(),
  services: new Map(),
  manage: { director: 'ipvsadm' },
  vrrp: undefined,
  layout: { hosts: new Map(), networks: new Map(), services: new Map() },
}

function beyondLimits(text: string, message: string, at = 0): ParsedTopology {
  const places = new Map<string, Place>([['', { key: undefined, value: { start: 0, end: 0 } }]])
  const problem: Problem = {
    code: 'FILE-LIMIT',
    path: '',
    part: 'value',
    message,
    span: { start: at, end: Math.min(at + 1, text.length) },
    fixes: [],
  }
  return { text, topology: NOTHING, source: sourceMap(places), problems: [problem], document: undefined }
}

function syntaxProblem(text: string, message: string, start: number, end = start): Problem {
  const span = { start: Math.min(start, text.length), end: Math.min(Math.max(end, start), text.length) }
  return {
    code: 'FILE-SYNTAX',
    path: '',
    part: 'value',
    message,
    span,
    fixes: [],
  }
}

/** The node each alias stands for: the last one with that anchor before it (YAML 1.2, 3.2.2.2). */
function aliasTargets(document: Document<ParsedNode>): ReadonlyMap<Alias, Node> {
  const targets = new Map<Alias, Node>()
  if (document.contents === null) return targets
  const anchors = new Map<string, Node>()
  visit(document.contents, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source)
        if (target !== undefined) targets.set(node, target)
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node)
      }
    },
  })
  return targets
}

function isEmptyScalar(node: ParsedNode): boolean {
  return isScalar(node) && node.value === null && node.range[0] === node.range[1]
}

function firstLineEnd(text: string): number {
  const end = text.search(/[\r\n]/)
  return end < 0 ? text.length : end
}

/**
 * The offset at which brackets, or the `- - -` at the start of one line, nest far deeper than `limit`. A scan, not a
 * parse: it only keeps what is absurd away from the parser, whose cost grows with every open level.
 */
function absurdNesting(text: string, limit: number): number | undefined {
  let brackets = 0
  let indicators = 0
  let lineStart = true
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '[' || char === '{') brackets += 1
    else if ((char === ']' || char === '}') && brackets > 0) brackets -= 1
    if (char === '\n') {
      indicators = 0
      lineStart = true
    } else if (lineStart && (char === '-' || char === '?' || char === ':')) indicators += 1
    else if (char !== ' ' && char !== '\t') lineStart = false
    if (brackets > limit * 4 || indicators > limit * 4) return at
  }
  return undefined
}

/** The offset at which a token holds collections nested deeper than `limit`. Iterative: depth is what is feared. */
function nestingBeyond(token: CST.Token, limit: number): number | undefined {
  const open: { readonly token: CST.Token; readonly depth: number }[] = [{ token, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token: inner, depth } = next
    if (depth > limit) return inner.offset
    if (inner.type === 'document') {
      if (inner.value) open.push({ token: inner.value, depth })
    } else if ('items' in inner) {
      for (const item of inner.items) {
        if (item.key) open.push({ token: item.key, depth: depth + 1 })
        if (item.value) open.push({ token: item.value, depth: depth + 1 })
      }
    }
  }
  return undefined
}
