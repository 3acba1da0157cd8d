import { say } from '../../speech/say.js'
import { NO_FILES } from '../source-text.js'
import { readKeepalived } from './tree.js'
import type { Directive } from './tree.js'

/** A line of keepalived.conf that is to be written: its words, the keyword first, and the lines of its block. */
export interface Statement {
  readonly words: readonly Token[]
  readonly block?: readonly Statement[]
}

/** A word; `quoted` may have spaces in it, and is written in double quotes. */
export type Token = string | number | { readonly quoted: string }

export function statement(...words: readonly Token[]): Statement {
  return { words }
}

export function block(words: readonly Token[], lines: readonly Statement[]): Statement {
  return { words, block: lines }
}

export interface WrittenKeepalived {
  readonly text: string
  /** Words that keepalived would read as something else than they say, as they are; then `text` must not be used. */
  readonly refused: readonly string[]
}

/**
 * What is safe in a word wherever it stands: comments (`#`, `!`), definitions and escapes (`$`, `\`), conditions (`@`),
 * sequences (`~`), blocks and quotes all have a meaning of their own somewhere (lib/parser.c).
 */
const SAFE_WORD = /^[^\s"'{}#$@~%!\\\u0000-\u001f\u007f-\uffff]+$/
const SAFE_TEXT =
  /^[^\s"'{}#$@~%!\\\u0000-\u001f\u007f-\uffff]+( [^\s"'{}#$@~%!\\\u0000-\u001f\u007f-\uffff]+)*$/

/** Whether a text may stand in keepalived.conf, alone or within quotes. */
export function isSafeInKeepalived(text: string): boolean {
  return SAFE_TEXT.test(text)
}

export function writeKeepalived(
  statements: readonly Statement[],
  heading: readonly string[] = [],
): WrittenKeepalived {
  const refused: string[] = []
  const lines = heading.map((line) => `# ${line.replace(/[^ -~]/g, '?')}`)
  const write = (all: readonly Statement[], indent: string): void => {
    for (const { words, block: inner } of all) {
      const line = `${indent}${words.map((word) => wordText(word, refused)).join(' ')}`
      if (inner === undefined) lines.push(line)
      else {
        if (indent === '' && lines.length > 0) lines.push('')
        lines.push(`${line} {`)
        write(inner, `${indent}    `)
        lines.push(`${indent}}`)
      }
    }
  }
  write(statements, '')
  return { text: `${lines.join('\n')}\n`, refused }
}

function wordText(word: Token, refused: string[]): string {
  if (typeof word === 'object') {
    if (!SAFE_TEXT.test(word.quoted)) refused.push(word.quoted)
    return `"${word.quoted}"`
  }
  const text = String(word)
  if (!SAFE_WORD.test(text)) refused.push(text)
  return text
}

/**
 * Reads a written text back and says where it is not what was to be written; undefined where it is. The reader is the
 * one that is held against keepalived itself.
 */
export function misread(text: string, statements: readonly Statement[]): string | undefined {
  const { directives, problems } = readKeepalived({ name: 'keepalived.conf', text }, { files: NO_FILES })
  const problem = problems.find(({ code }) => code !== 'KA-VERSION')
  return problem?.message ?? difference(directives, statements)
}

function difference(directives: readonly Directive[], statements: readonly Statement[]): string | undefined {
  // An include is put in place by the reader and leaves no line of its own.
  const lines = statements.filter(({ words }) => words[0] !== 'include')
  for (let at = 0; at < Math.max(directives.length, lines.length); at++) {
    const [directive, line] = [directives[at], lines[at]]
    const wanted = line === undefined ? '(nothing)' : line.words.map(plainText).join(' ')
    const read = directive === undefined ? '(nothing)' : directive.words.map(({ text }) => text).join(' ')
    if (wanted !== read) return say`"${wanted}" is read as "${read}"`
    const inner = difference(directive?.children ?? [], line?.block ?? [])
    if (inner !== undefined) return inner
  }
  return undefined
}

function plainText(word: Token): string {
  return typeof word === 'object' ? word.quoted : String(word)
}
