import type { Alias, Document, Node, ParsedNode } from 'yaml'
import { Composer, isAlias, isScalar, visit } from 'yaml'
import { say } from '../speech/say.js'
import { SCRIPT_USER } from './keys/management.js'
import { FORMAT_VERSION, TOPOLOGY_FILE } from './language.js'
import { withLineFeeds } from './line-ends.js'
import { pathOf } from './path.js'
import type { Problem } from './problem.js'
import { startReading } from './reading.js'
import { sourceMap } from './source-map.js'
import type { Place, SourceMap } from './source-map.js'
import type { Topology } from './types.js'
import { MAX_DEPTH, MAX_ENTRIES, MAX_LEXEMES, tokensOf } from './yaml-tokens.js'

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
/**
 * Reads a topology file. Never throws: what cannot be used is a problem, and the rest is read all the same. A byte
 * order mark is skipped. Merge keys are not part of the language, aliases are, within bounds.
 */
export function parseTopology(text: string): ParsedTopology {
  if (text.length > MAX_LENGTH) {
    return beyondLimits(
      text,
      say`this file is larger than ${MAX_LENGTH / 1_000_000} million characters; split the cluster`,
    )
  }
  const tokens = tokensOf(withLineFeeds(text))
  if ('limit' in tokens) return beyondLimits(text, BEYOND[tokens.limit](), tokens.at)
  const composer = new Composer({ keepSourceTokens: true, uniqueKeys: false, merge: false })
  const documents = withoutStacks(() => [...composer.compose(tokens)])
  const document = documents[0] as Document<ParsedNode> | undefined

  const { reading, places, problems } = startReading(
    // Going through all of a text for what few have takes long.
    document === undefined || !text.includes('&') ? new Map() : aliasTargets(document),
  )
  const errors = (document?.errors ?? []).filter(
    ({ code, pos }) =>
      // More than one document is reported below, once, in our own words.
      code !== 'MULTIPLE_DOCS' && !(code === 'TAB_AS_INDENT' && isBlankLine(text, pos[0])),
  )
  for (const { message, pos } of errors.slice(0, MAX_SYNTAX_PROBLEMS)) {
    // The library adds a drawing of the place on further lines; ours is drawn from the span.
    const [first = ''] = message.split(/ at line \d+, column|\n/)
    problems.push(syntaxProblem(text, say`this is not YAML: ${first}`, pos[0], pos[1]))
  }
  const foreign = foreignCharacter(text)
  if (foreign !== undefined) problems.push(syntaxProblem(text, foreign.message, foreign.at, foreign.at + 1))
  const second = documents[1]
  if (second !== undefined) {
    problems.push(
      syntaxProblem(
        text,
        say`a topology file is one document; what follows "---" is not read`,
        second.range[0],
      ),
    )
  }

  const root = document?.contents ?? null
  places.set('', { key: undefined, value: { start: 0, end: firstLineEnd(text) } })
  if (root === null || isEmptyScalar(root)) {
    problems.push({
      code: 'FILE-EMPTY',
      path: '',
      part: 'value',
      message: say`this topology is empty; a file starts with "lvs: 1", a name, networks, hosts and services`,
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
      say`this is version ${topology.lvs} of the format; this program reads version ${FORMAT_VERSION}`,
      [{ title: say`Change to ${FORMAT_VERSION}`, edits: [{ kind: 'set', path, value: FORMAT_VERSION }] }],
    )
  }
  return { text, topology, source: sourceMap(places), problems, document }
}

const BEYOND = {
  depth: () => say`values are nested more than ${MAX_DEPTH} levels deep; a topology has eight`,
  words: () => say`this file has more than ${MAX_LEXEMES / 1000},000 words and separators; split the cluster`,
  entries: () =>
    say`more than ${MAX_ENTRIES / 1000},000 entries stand here in one place; split the cluster, or take out what stands here again and again`,
}

/** Most of the time a broken text takes is for the stack traces of errors nobody throws. */
function withoutStacks<T>(work: () => T): T {
  const errors = Error as ErrorConstructor & { stackTraceLimit?: number }
  const limit = errors.stackTraceLimit
  // Other engines than V8 do not know it.
  if (limit === undefined) return work()
  errors.stackTraceLimit = 0
  try {
    return work()
  } finally {
    errors.stackTraceLimit = limit
  }
}

/** What YAML 1.2 (5.1) leaves out of its character set, the surrogates apart. */
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/
/** Half of a pair: no file can hold it, so that saving the text would put something else in its place. */
const LONE_SURROGATE = /\p{Surrogate}/u

/** What whoever decodes a file puts in the place of bytes it cannot read; saving the text would lose them. */
const REPLACEMENT = '\ufffd'

/** The first character that cannot stand in a text file. */
function foreignCharacter(text: string): { readonly at: number; readonly message: string } | undefined {
  const control = CONTROL_CHARACTER.exec(text)
  if (control !== null) {
    const message = say`the character ${codePoint(control[0])} cannot stand in a text file; is this one?`
    return { at: control.index, message }
  }
  const half = LONE_SURROGATE.exec(text)
  if (half !== null) {
    const message = say`${codePoint(half[0])} is half of a character, which no file can hold; write it anew`
    return { at: half.index, message }
  }
  const lost = text.indexOf(REPLACEMENT)
  if (lost < 0) return undefined
  return {
    at: lost,
    message: say`here are bytes that are not UTF-8, or the U+FFFD that took their place; save the file as UTF-8`,
  }
}

function codePoint(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** A topology that says nothing. */
const NOTHING: Topology = {
  lvs: undefined,
  name: undefined,
  networks: new Map(),
  hosts: new Map(),
  services: new Map(),
  manage: { director: 'ipvsadm', scriptUser: SCRIPT_USER },
  vrrp: undefined,
  layout: { hosts: new Map(), networks: new Map(), services: new Map(), lengths: new Map() },
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

/** A tab on a line with nothing else on it indents nothing (YAML 1.2, 6.6), whatever the library says. */
function isBlankLine(text: string, offset: number): boolean {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1
  return /^[ \t]*$/.test(/^[^\r\n]*/.exec(text.slice(start))?.[0] ?? '')
}

function firstLineEnd(text: string): number {
  const end = text.search(/[\r\n]/)
  return end < 0 ? text.length : end
}
