import { importTopology } from '../core/import/import-topology.js'
import { noteText } from '../core/import/note-text.js'
import { readSource } from '../core/import/read-source.js'
import type { FilePlace, FileSymbol } from '../core/language/files/file-language.js'
import { ruleAnchor } from '../core/language/rule-anchor.js'
import { textLines } from '../core/topology/position.js'
import type { FilePlaceShown, FileSymbolShown, OfferedFix, OfferedText } from '../protocol/reader.js'
import type { AnswersTo } from './answers.js'
import type { ReadDocument } from './document.js'
import { fileDocument, filesAround } from './file-document.js'
import { changesIn, offsetIn, rangeIn, touch } from './places.js'

/** What a text editor asks of files that are no topology. */
export const FILE_ANSWERS: AnswersTo<
  | 'file-findings'
  | 'file-fixes'
  | 'file-hover'
  | 'file-completion'
  | 'file-symbols'
  | 'file-format'
  | 'file-definition'
  | 'file-references'
  | 'file-import'
> = {
  'file-findings': (document, ask) =>
    fileDocument(document, ask)
      .findings()
      .map(({ code, severity, message, span }) => ({
        code,
        severity,
        message,
        range: rangeIn(document, span),
        anchor: ruleAnchor(code),
      })),
  'file-fixes': (document, ask) => {
    const findings = fileDocument(document, ask).findings()
    return findings.flatMap(({ code, span, fixes }): OfferedFix[] => {
      const range = rangeIn(document, span)
      if (!touch(range, ask.range)) return []
      return fixes
        .filter(({ edits }) => edits.length > 0)
        .map(({ title, edits }) => ({
          title,
          changes: changesIn(document, edits),
          code,
          range,
          preferred: fixes.length === 1,
          ignores: false,
          alike: 1,
        }))
    })
  },
  'file-hover': (document, ask) => {
    const found = fileDocument(document, ask).language.hoverAt(offsetIn(document, ask.position))
    return found && { markdown: found.markdown, range: rangeIn(document, found.span) }
  },
  'file-completion': (document, ask) =>
    fileDocument(document, ask)
      .language.completeAt(offsetIn(document, ask.position))
      .map(({ span, ...offered }): OfferedText => ({
        ...offered,
        range: rangeIn(document, span),
        snippet: true,
        sort: offered.label,
        filter: undefined,
        again: false,
      })),
  'file-symbols': (document, ask) =>
    fileDocument(document, ask)
      .language.symbols()
      .map((symbol) => symbolIn(document, symbol)),
  'file-format': (document, ask) =>
    changesIn(document, fileDocument(document, ask).language.format?.(ask.tabSize) ?? []),
  'file-definition': (document, ask) =>
    placesIn(document, fileDocument(document, ask).language.definitionsAt(offsetIn(document, ask.position))),
  'file-references': (document, ask) =>
    placesIn(document, fileDocument(document, ask).language.referencesAt(offsetIn(document, ask.position))),
  'file-import': (document, ask) => {
    const sources = [{ ...ask, text: document.text }, ...ask.others].map((each) =>
      readSource(each.language, { name: each.name, text: each.text }, filesAround(document, each)),
    )
    const drawn = importTopology({ directors: sources.flatMap(({ directors }) => directors), hosts: [] })
    const notes = [...sources.flatMap((source) => source.notes), ...drawn.notes]
    return {
      text: drawn.text,
      hosts: drawn.hosts,
      services: drawn.services,
      notes: notes.map(noteText),
    }
  },
}

function symbolIn(document: ReadDocument, { whole, key, children, ...symbol }: FileSymbol): FileSymbolShown {
  return {
    ...symbol,
    whole: rangeIn(document, whole),
    key: rangeIn(document, key),
    children: children.map((child) => symbolIn(document, child)),
  }
}

function placesIn(document: ReadDocument, places: readonly FilePlace[]): FilePlaceShown[] {
  return places.map(({ file, text, span }) =>
    text === document.text
      ? { file: undefined, range: rangeIn(document, span) }
      : { file, range: textLines(text).range(span) },
  )
}
