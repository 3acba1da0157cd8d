import { said, say } from '../../speech/say.js'
import { ALL_WORDS } from '../../formats/keepalived/all-words.js'
import { readKeepalived } from '../../formats/keepalived/tree.js'
import type { Directive, KeepalivedTree } from '../../formats/keepalived/tree.js'
import type { Keyword, Vocabulary } from '../../formats/keepalived/vocabulary.js'
import { scanLine } from '../../formats/keepalived/words.js'
import type { SourceFiles, SourceText } from '../../formats/source-text.js'
import type { Span } from '../../topology/position.js'
import type { FileCompletion, FileHover, FileLanguage, FileSymbol } from './file-language.js'
import { snippetText, wordBefore } from './file-language.js'
import { formatKeepalived } from './keepalived-format.js'
import { definitionsAt, namesOfKind, referencesAt } from './keepalived-names.js'

/** keepalived.conf as an editor sees it, with the files it includes as far as they can be looked at. */
export function keepalivedLanguage(source: SourceText, files: SourceFiles): FileLanguage {
  let read: KeepalivedTree | undefined
  const tree = (): KeepalivedTree => (read ??= readKeepalived(source, { files, id: undefined }))
  return {
    hoverAt: (offset) => hoverAt(directiveAt(tree(), source, offset), offset),
    completeAt: (offset) => completeAt(tree(), source, offset),
    symbols: () => symbolsIn(tree().directives, source),
    format: (tabSize) => formatKeepalived(source.text, tabSize),
    definitionsAt: (offset) => definitionsAt(tree(), source, offset),
    referencesAt: (offset) => referencesAt(tree(), source, offset),
  }
}

/** The directive whose line an offset is on. */
function directiveAt(tree: KeepalivedTree, source: SourceText, offset: number): Directive | undefined {
  const within = (directives: readonly Directive[]): Directive | undefined => {
    for (const directive of directives) {
      const found = directive.children === undefined ? undefined : within(directive.children)
      if (found !== undefined) return found
      const [first] = directive.words
      const last = directive.words.at(-1)
      if (directive.source !== source || first === undefined || last === undefined) continue
      if (first.start <= offset && offset <= last.end) return directive
    }
    return undefined
  }
  return within(tree.directives)
}

function hoverAt(directive: Directive | undefined, offset: number): FileHover | undefined {
  const [word] = directive?.words ?? []
  const keyword = directive?.keyword
  if (word === undefined || keyword === undefined || offset < word.start || offset > word.end)
    return undefined
  return { markdown: keywordMarkdown(keyword), span: { start: word.start, end: word.end } }
}

function keywordMarkdown({ signature, meaning, since, obsolete }: Keyword): string {
  return [
    `\`\`\`\n${signature}\n\`\`\``,
    said(meaning),
    ...(since === undefined ? [] : [say`Since keepalived ${since}.`]),
    ...(obsolete === undefined ? [] : [say`Should not be used any longer: ${said(obsolete)}`]),
  ].join('\n\n')
}

/** The innermost block an offset is in. */
function blockAt(tree: KeepalivedTree, source: SourceText, offset: number): Directive | undefined {
  let found: Directive | undefined
  const look = (directives: readonly Directive[]): void => {
    for (const directive of directives) {
      const { children, braces } = directive
      if (children === undefined || directive.source !== source || braces.open === undefined) continue
      if (offset <= braces.open.start || offset > (braces.close?.start ?? Infinity)) continue
      found = directive
      look(children)
      return
    }
  }
  look(tree.directives)
  return found
}

function completeAt(tree: KeepalivedTree, source: SourceText, offset: number): FileCompletion[] {
  const { text } = source
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const { words, comment } = scanLine(text, lineStart, offset, [])
  if (comment < offset) return []
  const span = wordBefore(text, offset)
  const before = words
    .filter(({ end, kind }) => end <= span.start && kind !== 'close')
    .map((word) => word.text)
  // What follows a brace on its line is in the block.
  const brace = before.lastIndexOf('{')
  const [name, ...values] = brace < 0 ? before : before.slice(brace + 1)
  const block = blockAt(tree, source, offset)
  const kind = block?.keyword?.block
  if (kind?.kind === 'lines') return names(namesOfKind(tree, kind.of, block?.name ?? ''), span)
  const vocabulary: Vocabulary | undefined =
    block === undefined ? ALL_WORDS : kind?.kind === 'keywords' ? kind.words : undefined
  if (vocabulary === undefined) return []
  if (name === undefined) return [...vocabulary.values()].map((keyword) => keywordOffer(keyword, span))
  if (name === 'virtual_server') {
    if (values[0] === 'group') return names(namesOfKind(tree, 'group', name), span)
    return values.length === 0 ? choices(['fwmark', 'group'], span, '') : []
  }
  const keyword = vocabulary.get(name)
  const taken = keyword?.takes[values.length]
  if (taken?.kind === 'choice') return choices(taken.choices, span, said(keyword?.meaning ?? ''))
  if (taken?.kind === 'bool') return choices(['on', 'off'], span, said(keyword?.meaning ?? ''))
  return []
}

function keywordOffer(keyword: Keyword, span: Span): FileCompletion {
  const { name, signature, block, takes } = keyword
  const values = takes
    .filter(({ optional }) => !optional)
    .map(
      (each, index) =>
        ` \${${index + 1}${each.kind === 'choice' ? `|${each.choices.join(',')}|` : `:${hint(each.kind)}`}}`,
    )
  const body = block === undefined ? '' : ' {\n\t$0\n}'
  return {
    label: name,
    kind: 'key',
    detail: signature,
    documentation: keywordMarkdown(keyword),
    insert: `${snippetText(name)}${values.join('')}${body}`,
    span,
  }
}

function hint(kind: string): string {
  return kind === 'word' ? 'name' : kind
}

function choices(values: readonly string[], span: Span, detail: string): FileCompletion[] {
  return values.map((label) => ({
    label,
    kind: 'value',
    detail,
    documentation: '',
    insert: snippetText(label),
    span,
  }))
}

function names(values: readonly string[], span: Span): FileCompletion[] {
  return values.map((label) => ({
    label,
    kind: 'name',
    detail: '',
    documentation: '',
    insert: snippetText(label),
    span,
  }))
}

const SYMBOL_KIND: Readonly<Record<string, FileSymbol['kind']>> = {
  virtual_server: 'service',
  real_server: 'real-server',
  vrrp_instance: 'vrrp',
}

/** Every block, below those around it. Checkers of thousands of real servers would be of no use. */
function symbolsIn(directives: readonly Directive[], source: SourceText): FileSymbol[] {
  return directives.flatMap((directive): FileSymbol[] => {
    const { words, children, braces, name } = directive
    const [first] = words
    const last = words.at(-1)
    if (children === undefined || directive.source !== source || first === undefined || last === undefined)
      return []
    const end = braces.close?.end ?? endOf(children) ?? last.end
    return [
      {
        kind: SYMBOL_KIND[name] ?? 'section',
        name: words
          .slice(name in SYMBOL_KIND && words.length > 1 ? 1 : 0)
          .map(({ text }) => text)
          .join(' '),
        detail: name in SYMBOL_KIND ? name : '',
        whole: { start: first.start, end: Math.max(end, last.end) },
        key: { start: first.start, end: last.end },
        children: name === 'real_server' ? [] : symbolsIn(children, source),
      },
    ]
  })
}

function endOf(children: readonly Directive[]): number | undefined {
  const last = children.at(-1)
  return last?.braces.close?.end ?? last?.words.at(-1)?.end
}
