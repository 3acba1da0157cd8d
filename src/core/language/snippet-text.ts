import type { Written } from '../topology/edit.js'
import { scalarText } from '../topology/yaml-text.js'
import type { Quote } from '../topology/yaml-text.js'
import { snippetText } from './completion.js'

/** Words of a value that wait to be replaced by what a person means. */
export interface Holes {
  /** A word that stands for one, in a value that is yet to be written as text. */
  readonly hole: (standard: string | number) => string
  /** The text of such a value as a snippet: each hole with what stands there until it is replaced. */
  readonly fill: (text: string) => string
}

/** The same words everywhere in a value are one hole: what is typed into it is written in all places. */
export function holesFor(quote: Quote): Holes {
  const standards: (string | number)[] = []
  return {
    hole: (standard) => {
      standards.push(standard)
      return mark(standards.length)
    },
    fill: (text) =>
      snippetText(text).replace(MARK, (_, number: string) => {
        const standard = standards[Number(number) - 1] ?? ''
        return `\${${number}:${snippetText(scalarText(standard, quote))}}`
      }),
  }
}

/** Written without quotes wherever it stands, and no name of anybody's. */
function mark(number: number): string {
  return `hole_${number}_of_snippet`
}

const MARK = /hole_(\d+)_of_snippet/g

/** A map as it is written, in the order of its entries. */
export function mapOf(entries: Readonly<Record<string, Written>>): ReadonlyMap<string, Written> {
  return new Map(Object.entries(entries))
}
