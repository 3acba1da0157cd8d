import { said } from '../../speech/say.js'
import { readLdirectord } from '../../formats/ldirectord/configuration.js'
import { INDENT, linesIn } from '../../formats/ldirectord/lines.js'
import { GLOBAL_WORDS, VIRTUAL_WORDS } from '../../formats/ldirectord/words.js'
import type { LdirectordWord } from '../../formats/ldirectord/words.js'
import type { FileCompletion, FileLanguage } from './file-language.js'
import { snippetText, wordBefore } from './file-language.js'

/** ldirectord.cf as an editor sees it. Indentation says what a line is about, so it has no shape of its own. */
export function ldirectordLanguage(text: string): FileLanguage {
  return {
    hoverAt: (offset) => {
      for (const line of linesIn(text)) {
        if (line.kind !== 'setting' || offset < line.name.span.start || offset > line.name.span.end) continue
        const word = wordsAt(line.indent).get(line.name.text)
        return word === undefined ? undefined : { markdown: markdownOf(word), span: line.name.span }
      }
      return undefined
    },
    completeAt: (offset) => completeAt(text, offset),
    symbols: () =>
      readLdirectord(text).virtuals.map(({ opening, reals, end }) => ({
        kind: 'service',
        name: opening.value?.text ?? '',
        detail: opening.name.text,
        whole: { start: opening.span.start, end },
        key: opening.span,
        children: reals.map(({ setting, destination }) => ({
          kind: 'real-server',
          name: destination.address,
          detail: destination.method,
          whole: setting.span,
          key: setting.span,
          children: [],
        })),
      })),
    format: undefined,
    definitionsAt: () => [],
    referencesAt: () => [],
  }
}

function wordsAt(indent: number): ReadonlyMap<string, LdirectordWord> {
  return indent > 0 ? VIRTUAL_WORDS : GLOBAL_WORDS
}

function markdownOf({ name, value, meaning }: LdirectordWord): string {
  const takes =
    value.kind === 'words' ? `${name} = ${value.words.filter((word) => word !== '').join('|')}` : `${name} =`
  return `\`\`\`\n${takes}\n\`\`\`\n\n${said(meaning)}`
}

function completeAt(text: string, offset: number): FileCompletion[] {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const line = text.slice(start, offset)
  if (line.includes('#')) return []
  const span = wordBefore(text, offset)
  const indent = /^[ \t]*/.exec(line)?.[0].replaceAll('\t', ' '.repeat(INDENT)).length ?? 0
  const words = wordsAt(indent)
  const equals = line.indexOf('=')
  if (equals < 0) {
    return [...words.values()].map((word) => ({
      label: word.name,
      kind: 'key',
      detail: '',
      documentation: markdownOf(word),
      insert: `${snippetText(word.name)}=`,
      span,
    }))
  }
  const value = words.get(line.slice(0, equals).trim())?.value
  return (value?.kind === 'words' ? value.words : [])
    .filter((label) => label !== '')
    .map((label) => ({
      label,
      kind: 'value',
      detail: '',
      documentation: '',
      insert: snippetText(label),
      span,
    }))
}
