import type { FileFinding } from '../core/checks/file-finding.js'
import { checkIpvsadm } from '../core/checks/ipvsadm/check.js'
import { checkKeepalived } from '../core/checks/keepalived/check.js'
import { checkLdirectord } from '../core/checks/ldirectord/check.js'
import { NO_FILES } from '../core/formats/source-text.js'
import type { SourceFiles, SourceText } from '../core/formats/source-text.js'
import type { FileLanguage } from '../core/language/files/file-language.js'
import { ipvsadmLanguage } from '../core/language/files/ipvsadm-language.js'
import { keepalivedLanguage } from '../core/language/files/keepalived-language.js'
import { ldirectordLanguage } from '../core/language/files/ldirectord-language.js'
import type { FileAsk } from '../protocol/reader.js'
import type { ReadDocument } from './document.js'

/** A text that is no topology, with everything that follows from it, each part made when it is first asked for. */
export interface FileDocument {
  readonly source: SourceText
  readonly language: FileLanguage
  /** Of this file; those of files that it includes are shown where those are open. */
  readonly findings: () => readonly FileFinding[]
}

const known = new WeakMap<ReadDocument, { readonly around: string; readonly made: FileDocument }>()

export function fileDocument(document: ReadDocument, ask: FileAsk): FileDocument {
  // A workspace may come to be trusted while a file of it is open.
  const around = JSON.stringify(ask.around)
  const before = known.get(document)
  if (before?.around === around) return before.made
  const source = { name: ask.name, text: document.text }
  const files = filesAround(document, ask)
  let findings: readonly FileFinding[] | undefined
  const made: FileDocument = {
    source,
    language: languageOf(source, ask, files),
    findings: () => (findings ??= findingsOf(source, ask, document, files)),
  }
  known.set(document, { around, made })
  return made
}

export function filesAround({ filesOn }: ReadDocument, { around }: FileAsk): SourceFiles {
  if (around === 'nothing' || filesOn === undefined) return NO_FILES
  return filesOn(around === 'disk' ? undefined : around.within)
}

function languageOf(source: SourceText, ask: FileAsk, files: SourceFiles): FileLanguage {
  switch (ask.language) {
    case 'keepalived':
      return keepalivedLanguage(source, files)
    case 'ipvsadm':
      return ipvsadmLanguage(source.text)
    case 'ldirectord':
      return ldirectordLanguage(source.text)
  }
}

function findingsOf(
  source: SourceText,
  ask: FileAsk,
  { settings }: ReadDocument,
  files: SourceFiles,
): readonly FileFinding[] {
  switch (ask.language) {
    case 'keepalived':
      return checkKeepalived(source, files, settings).findings.filter(
        (finding) => finding.source.name === source.name,
      )
    case 'ipvsadm':
      return checkIpvsadm(source, settings)
    case 'ldirectord':
      return checkLdirectord(source, settings)
  }
}
