import type { TextDocument, Uri } from 'vscode'
import { LANGUAGE } from './catalogue.js'

/** Ours by its language, or by its name where a person gave it another language. */
export function isTopology(document: TextDocument): boolean {
  return document.languageId === LANGUAGE || isTopologyName(document.uri)
}

export function isTopologyName({ path }: Uri): boolean {
  return /\.lvs\.ya?ml$/.test(path)
}
