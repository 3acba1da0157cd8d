import { say } from '../../speech/say.js'
import { ALL_WORDS } from './all-words.js'
import type { Tell } from './problem.js'
import { removed } from './removed-words.js'
import { similar } from '../similar-word.js'
import type { SourceText } from '../source-text.js'
import type { Vocabulary } from './vocabulary.js'
import type { Word } from './words.js'

/** Tells of a word that is no keyword where it stands: what became of it, what may be meant, or where it belongs. */
export function tellUnknown(
  word: Word,
  source: SourceText,
  vocabulary: Vocabulary,
  /** The name of the block around; undefined outside of every one. */
  block: string | undefined,
  tell: Tell,
): void {
  const where = block === undefined ? say`outside of a block` : say`in ${block}`
  const gone = removed(word.text, block)
  if (gone !== undefined) {
    tell('KA-KEYWORD', source, word, say`${word.text} is no keyword ${where}: ${gone.why}`, gone.fixes(word))
    return
  }
  const meant = similar(word.text, vocabulary.keys())
  const elsewhere = meant === undefined ? placeOf(word.text) : undefined
  const more =
    meant !== undefined ? say`; ${meant} is` : elsewhere === undefined ? '' : say`; it belongs ${elsewhere}`
  const fixes =
    meant === undefined
      ? []
      : [
          {
            title: say`Write ${meant}`,
            edits: [{ span: { start: word.start, end: word.end }, newText: meant }],
          },
        ]
  tell('KA-KEYWORD', source, word, say`${word.text} is no keyword ${where}${more}`, fixes)
}

/** Where a keyword does belong, as the rest of a sentence; undefined for one there is nowhere. */
function placeOf(name: string): string | undefined {
  if (ALL_WORDS.has(name)) return say`outside of every block`
  const places = PLACES.get(name)
  return places === undefined ? undefined : say`in ${[...places].slice(0, 3).join(say` or `)}`
}

const PLACES: ReadonlyMap<string, ReadonlySet<string>> = (() => {
  const places = new Map<string, Set<string>>()
  const visit = (words: Vocabulary): void => {
    for (const { name, block } of words.values()) {
      if (block?.kind !== 'keywords') continue
      for (const inner of block.words.keys()) {
        const known = places.get(inner) ?? new Set()
        known.add(name)
        places.set(inner, known)
      }
      visit(block.words)
    }
  }
  visit(ALL_WORDS)
  return places
})()
