import { severityOf } from '../checks/severity-of.js'
import type { FileKind } from '../formats/file-kind.js'
import { keepalivedConfiguration } from '../formats/keepalived/configuration.js'
import { readKeepalived } from '../formats/keepalived/tree.js'
import type { KeepalivedTree } from '../formats/keepalived/tree.js'
import type { SourceFiles, SourceText } from '../formats/source-text.js'
import { textLines } from '../topology/position.js'
import type { FoundDirector, ImportNote } from './found.js'
import { fromKeepalived } from './from-keepalived.js'
import { fromLdirectord } from './from-ldirectord.js'
import { fromRules } from './from-rules.js'

/** What a topology can be made from. */
export type ImportKind = Exclude<FileKind, 'topology'>

export interface FoundInSource {
  readonly directors: readonly FoundDirector[]
  readonly notes: readonly ImportNote[]
}

/** Directors of one file: one, or one for each configuration id that a keepalived.conf names. Never throws. */
export function readSource(kind: ImportKind, source: SourceText, files: SourceFiles): FoundInSource {
  switch (kind) {
    case 'keepalived':
      return readConfiguration(source, files)
    case 'ipvsadm': {
      const { director, notes } = fromRules(source)
      return { directors: [director], notes }
    }
    case 'ldirectord': {
      const { director, notes } = fromLdirectord(source)
      return { directors: [director], notes }
    }
  }
}

/** Machines that one file speaks of; more are not one cluster. */
const MOST_IDS = 8
/** An id that no file names. */
const NO_ID = '\u0000'

function readConfiguration(source: SourceText, files: SourceFiles): FoundInSource {
  const first = readKeepalived(source, { files, id: NO_ID })
  const ids = [...first.ids].slice(0, MOST_IDS)
  const trees =
    ids.length === 0
      ? [{ tree: first, id: undefined }]
      : ids.map((id) => ({ tree: readKeepalived(source, { files, id }), id }))
  const notes = new Map<string, ImportNote>()
  const add = (note: ImportNote): void => {
    notes.set(`${note.source} ${note.line ?? 0} ${note.message}`, note)
  }
  const directors = trees.map(({ tree, id }) => {
    const { director, notes: own } = fromKeepalived(keepalivedConfiguration(tree))
    for (const note of [...unreadIn(tree), ...own]) add(note)
    return id === undefined ? director : { ...director, name: id, source: `${director.source} (@${id})` }
  })
  return { directors, notes: [...notes.values()] }
}

function unreadIn({ problems }: KeepalivedTree): ImportNote[] {
  const lines = new Map<SourceText, ReturnType<typeof textLines>>()
  return problems
    .filter(({ code }) => severityOf(code) === 'error')
    .map(({ code, source, span, message }) => {
      const known = lines.get(source) ?? textLines(source.text)
      lines.set(source, known)
      return {
        code: 'IMPORT-UNREAD',
        source: source.name,
        line: known.position(span.start).line + 1,
        message: `${message} (${code})`,
      }
    })
}
