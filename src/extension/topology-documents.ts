import type { TextDocument, Uri } from 'vscode'
import { LANGUAGE } from './catalogue.js'

/** Ours by its language, or by its name where a person gave it another language. */
export function isTopology(document: TextDocument): boolean {
  return document.languageId === LANGUAGE || isTopologyName(document.uri)
}

export function isTopologyName({ path }: Uri): boolean {
  return /\.lvs\.ya?ml$/.test(path)
}

/** Older states of a file, as they are shown in diffs: nobody can mend them. */
const PAST: readonly string[] = [
  'git',
  'gitlens',
  'gitfs',
  'review',
  'vscode-local-history',
  'conflictResolution',
]

export function isPast({ uri }: TextDocument): boolean {
  return PAST.includes(uri.scheme)
}
