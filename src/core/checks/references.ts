import { say } from '../speech/say.js'
import { similarNames } from '../topology/names.js'

/** Names a file may get wrong before no more are guessed: comparing each with thousands of names takes its time. */
const GUESSED = 20

/** Tells what an unknown name was most likely meant to be, best first; for the first few names it is asked of. */
export function guesser(): (given: string, known: () => Iterable<string>) => readonly string[] {
  let left = GUESSED
  return (given, known) => {
    if (left === 0) return []
    left -= 1
    return similarNames(given, known()).slice(0, 3)
  }
}

/** The end of a message about an unknown name. */
export function didYouMean([best]: readonly string[]): string {
  return best === undefined ? '' : say`; did you mean "${best}"?`
}
