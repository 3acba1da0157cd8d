import { say } from '../../speech/say.js'
import type { Span } from '../../topology/position.js'
import { ALL_WORDS } from './all-words.js'
import { checkDirective } from './arguments.js'
import { readLines } from './lines.js'
import type { ReadLines, ReadOptions } from './lines.js'
import type { Definitions } from './definitions.js'
import type { KeepalivedProblem, Tell } from './problem.js'
import type { Include } from './reading.js'
import type { SourceText } from '../source-text.js'
import { tellUnknown } from './unknown-word.js'
import type { Keyword, LinesOf, Vocabulary } from './vocabulary.js'
import type { Word } from './words.js'

/** A line of a configuration, and the block that belongs to it. */
export interface Directive {
  /** Its keyword; in a block of lines, the first of its values. */
  readonly name: string
  /** All words, the keyword first. */
  readonly words: readonly Word[]
  readonly source: SourceText
  readonly parent: Directive | undefined
  /** Undefined: not a keyword of keepalived at this place, or a line of values. */
  readonly keyword: Keyword | undefined
  /** It is a line of values in a block of this kind. */
  readonly lineOf: LinesOf | undefined
  /** Undefined without a block. */
  readonly children: readonly Directive[] | undefined
  /** False where something in its block was not looked at: nobody can say what the block lacks. */
  readonly whole: boolean
  /** The braces of its block, as far as they are there. */
  readonly braces: Braces
}

/** A configuration, as far as it could be read. */
export interface KeepalivedTree {
  readonly sources: readonly SourceText[]
  readonly directives: readonly Directive[]
  /** False where something outside of every block was not looked at: an include, or what is beyond a limit. */
  readonly whole: boolean
  readonly problems: readonly KeepalivedProblem[]
  /** Ids that conditions (`@id`) name. */
  readonly ids: ReadonlySet<string>
  readonly definitions: Definitions
  readonly includes: readonly Include[]
}

/** Blocks in blocks: the deepest of keepalived's own is four. */
const MAX_NESTING = 32
/** A file of nothing but faults says the same a million times. */
const MAX_PROBLEMS = 2_000
const MAX_SETTINGS = 100

interface Building {
  name: string
  words: readonly Word[]
  source: SourceText
  parent: Building | undefined
  keyword: Keyword | undefined
  lineOf: LinesOf | undefined
  children: Building[] | undefined
  whole: boolean
  braces: Braces
}

interface Braces {
  readonly open: Span | undefined
  readonly close: Span | undefined
}
const NO_BRACES: Braces = { open: undefined, close: undefined }

/** Reads a configuration, with what it includes. Never throws: whatever the text, there is a tree. */
export function readKeepalived(main: SourceText, options: ReadOptions): KeepalivedTree {
  const problems: KeepalivedProblem[] = []
  const tell: Tell = (code, source, { start, end }, message, fixes = [], severity) => {
    if (problems.length < MAX_PROBLEMS)
      problems.push({ code, message, source, span: { start, end }, fixes, severity })
  }
  const builder = treeBuilder(tell, () => problems.length >= MAX_PROBLEMS)
  const { ended, ...read }: ReadLines = readLines(main, options, {
    line: builder.line,
    brace: builder.brace,
    unread: builder.unread,
    tell,
  })
  if (ended) builder.end()
  else builder.breakOff()
  return { ...read, directives: builder.roots, whole: builder.isWhole(), problems }
}

function treeBuilder(tell: Tell, enough: () => boolean) {
  const roots: Building[] = []
  const open: Building[] = []
  /** The line before, which an opening brace belongs to. */
  let last: Building | undefined
  let tooDeep = 0
  let whole = true
  /** Something was not looked at, and definitions may stand in it. */
  let anyUnread = false

  const unread = (): void => {
    anyUnread = true
    const block = open[open.length - 1]
    if (block === undefined) whole = false
    else block.whole = false
  }

  /** What follows is not looked at, and may stand in any block that is open, or outside of them. */
  const breakOff = (): void => {
    whole = false
    for (const block of open) block.whole = false
    if (last !== undefined) last.whole = false
  }

  const wordsIn = (block: Building | undefined): Vocabulary | undefined =>
    block === undefined
      ? ALL_WORDS
      : block.keyword?.block?.kind === 'keywords'
        ? block.keyword.block.words
        : undefined

  /** A keyword that must have a block, and has not got its brace yet, goes on as if it had. */
  const openWithoutBrace = (): void => {
    if (last?.keyword?.block === undefined || last.children !== undefined) return
    const { source, words, name } = last
    const place = words[words.length - 1]
    if (place !== undefined) {
      tell('KA-BRACE', source, words[0] ?? place, say`${name} has a block, and its "{" is missing`, [
        {
          title: say`Put the brace in`,
          edits: [{ span: { start: place.end, end: place.end }, newText: ' {' }],
        },
      ])
    }
    last.children = []
    open.push(last)
  }

  const line = (words: readonly Word[], source: SourceText): void => {
    const [first] = words
    if (first === undefined || tooDeep > 0) return
    openWithoutBrace()
    let block = open[open.length - 1]
    const name = first.text
    let keyword = wordsIn(block)?.get(name)
    if (keyword === undefined && block !== undefined && isBlockElsewhere(name, block)) {
      unclosed(name, first, source)
      block = open[open.length - 1]
      keyword = wordsIn(block)?.get(name)
    }
    const vocabulary = wordsIn(block)
    const lines = block?.keyword?.block
    const lineOf = lines?.kind === 'lines' ? lines.of : undefined
    const directive: Building = {
      name,
      words,
      source,
      parent: block,
      keyword,
      lineOf,
      children: undefined,
      whole: true,
      braces: NO_BRACES,
    }
    const unsaid = anyUnread && words.some(({ text }) => text.includes('$'))
    if (unsaid) unread()
    ;(block?.children ?? roots).push(directive)
    last = directive
    if (keyword === undefined) {
      if (vocabulary !== undefined && !(unsaid && name.includes('$')) && !enough())
        tellUnknown(first, source, vocabulary, block?.name, tell)
      return
    }
    checkDirective(directive, keyword, tell)
    once(directive, block)
  }

  /** Most settings count once; a second one is ignored, or replaces the first, and neither was meant. */
  const once = (directive: Building, block: Building | undefined): void => {
    const beside = block?.children
    if (block === undefined || beside === undefined || directive.keyword?.repeats === true) return
    // A block has few settings; what there are many of may repeat.
    if (beside.length > MAX_SETTINGS) return
    let earlier: Building | undefined
    for (const other of beside) {
      if (other === directive) break
      if (other.keyword === directive.keyword) earlier = other
    }
    const [word] = directive.words
    if (earlier === undefined || word === undefined) return
    // Of programs that are told something, and of tracked files, the first counts, and keepalived complains of the second; of others the last does.
    const first =
      /^(notify|quorum)_|^(file|notify)$/.test(directive.name) ||
      (block.name === 'DNS_CHECK' && directive.name === 'name')
    const severity = first ? 'error' : undefined
    const message = say`${directive.name} stands in this ${block.name} a second time; only one of them counts`
    tell('KA-TWICE', directive.source, word, message, [], severity)
  }

  /** A block that can only begin further out: the ones between lack their closing brace. */
  const unclosed = (name: string, word: Word, source: SourceText): void => {
    while (open.length > 0) {
      const block = open[open.length - 1]
      if (block === undefined || wordsIn(block)?.has(name) === true) break
      open.pop()
      const [at] = block.words
      if (at === undefined) continue
      tell(
        'KA-UNCLOSED',
        block.source,
        at,
        say`${block.name} is not closed before ${name} begins${block.source === source ? '' : say` in ${source.name}`}: a "}" is missing`,
        [
          {
            title: say`Close it before ${name}`,
            edits:
              block.source === source
                ? [{ span: { start: word.start, end: word.start }, newText: '}\n' }]
                : [],
          },
        ],
      )
    }
  }

  const brace = (word: Word, source: SourceText): void => {
    if (word.kind === 'open') {
      if (open.length >= MAX_NESTING) {
        if (tooDeep === 0) {
          tell(
            'KA-LIMIT',
            source,
            word,
            say`blocks stand in each other more than ${MAX_NESTING} deep; what is further in was not read`,
          )
          breakOff()
        }
        tooDeep++
        return
      }
      if (last === undefined || last.children !== undefined) {
        tell('KA-BRACE', source, word, say`no keyword stands before this "{"; keepalived passes over it`)
        const stray = strayBlock(word, source, open[open.length - 1])
        ;(open[open.length - 1]?.children ?? roots).push(stray)
        open.push(stray)
        last = undefined
        return
      }
      if (last.keyword !== undefined && last.keyword.block === undefined) {
        tell(
          'KA-BRACE',
          source,
          word,
          say`${last.name} has no block; keepalived passes over this "{", and the "}" that goes with it closes the block around`,
        )
      } else if (last.lineOf !== undefined) {
        tell('KA-BRACE', source, word, say`there is no block within this one`)
      }
      last.children = []
      last.braces = { open: word, close: undefined }
      open.push(last)
      last = undefined
      return
    }
    if (tooDeep > 0) {
      tooDeep--
      return
    }
    openWithoutBrace()
    last = undefined
    const block = open.pop()
    if (block === undefined) {
      tell('KA-BRACE', source, word, say`this "}" closes nothing`, [
        { title: say`Take it out`, edits: [{ span: { start: word.start, end: word.end }, newText: '' }] },
      ])
      return
    }
    block.braces = { open: block.braces.open, close: word }
  }

  const end = (): void => {
    if (last?.keyword?.block !== undefined && last.children === undefined) {
      const [word] = last.words
      if (word !== undefined)
        tell('KA-UNCLOSED', last.source, word, say`the file ends before the block of ${last.name} begins`)
    }
    for (const block of open) {
      const [word] = block.words
      if (word === undefined) continue
      const place = block.source.text.length
      const newline = block.source.text.endsWith('\n') ? '' : '\n'
      tell(
        'KA-UNCLOSED',
        block.source,
        word,
        say`the file ends before ${block.name} is closed: a "}" is missing, or the file was cut off`,
        [
          {
            title: say`Close it at the end`,
            edits: [{ span: { start: place, end: place }, newText: `${newline}}\n` }],
          },
        ],
      )
    }
  }

  return { roots: roots as readonly Directive[], isWhole: () => whole, line, brace, unread, breakOff, end }
}

function strayBlock(word: Word, source: SourceText, parent: Building | undefined): Building {
  const braces = { open: word, close: undefined }
  return {
    name: '{',
    words: [word],
    source,
    parent,
    keyword: undefined,
    lineOf: undefined,
    children: [],
    whole: true,
    braces,
  }
}

/** Whether a block of this name may stand in one of those around, though not in the innermost. */
function isBlockElsewhere(name: string, block: Building): boolean {
  let around = block.parent
  while (around !== undefined) {
    const words = around.keyword?.block?.kind === 'keywords' ? around.keyword.block.words : undefined
    if (words?.get(name)?.block !== undefined) return true
    around = around.parent
  }
  return ALL_WORDS.get(name)?.block !== undefined
}
