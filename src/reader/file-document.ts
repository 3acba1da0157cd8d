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

const known = new WeakMap<ReadDocument, FileDocument>()

export function fileDocument(document: ReadDocument, ask: FileAsk): FileDocument {
  const before = known.get(document)
  if (before !== undefined) return before
  const source = { name: ask.name, text: document.text }
  let findings: readonly FileFinding[] | undefined
  const made: FileDocument = {
    source,
    language: languageOf(source, ask, document),
    findings: () => (findings ??= findingsOf(source, ask, document)),
  }
  known.set(document, made)
  return made
}

export function filesAround({ files }: ReadDocument, { onDisk }: FileAsk): SourceFiles {
  return onDisk ? files : NO_FILES
}

function languageOf(source: SourceText, ask: FileAsk, document: ReadDocument): FileLanguage {
  switch (ask.language) {
    case 'keepalived':
      return keepalivedLanguage(source, filesAround(document, ask))
    case 'ipvsadm':
      return ipvsadmLanguage(source.text)
    case 'ldirectord':
      return ldirectordLanguage(source.text)
  }
}

function findingsOf(source: SourceText, ask: FileAsk, document: ReadDocument): readonly FileFinding[] {
  const { settings } = document
  switch (ask.language) {
    case 'keepalived':
      return checkKeepalived(source, filesAround(document, ask), settings).findings.filter(
        (finding) => finding.source.name === source.name,
      )
    case 'ipvsadm':
      return checkIpvsadm(source, settings)
    case 'ldirectord':
      return checkLdirectord(source, settings)
  }
}
