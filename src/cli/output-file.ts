import { stat } from 'node:fs/promises'
import { UsageError } from './io.js'
import { readText } from './open-topology.js'
import { writeWhole } from './whole-file.js'

export interface OutputRules {
  /** What the call reads. */
  readonly inputs: readonly string[]
  /** What this command writes: `a report of "check"`. */
  readonly what: string
  /** Whether a text was written by this command. */
  readonly isOurs: (text: string) => boolean
}

/**
 * Where a result goes. What is there already is replaced only where the same command has written it, or where it is
 * empty; what is no file, as /dev/stdout, is written into.
 *
 * @throws UsageError at once, before anything is worked out, where the file is an input or somebody else's
 */
export async function outputFile(
  option: string,
  file: string,
  { inputs, what, isOurs }: OutputRules,
): Promise<(text: string) => Promise<void>> {
  const there = await stat(file).catch(() => undefined)
  if (there?.isFile() === true) {
    for (const input of inputs) {
      const read = await stat(input).catch(() => undefined)
      if (read?.dev === there.dev && read.ino === there.ino) {
        throw new UsageError(`${option} ${file} is what is read; name another file`)
      }
    }
    if (there.size > 0 && !isOurs(await readText(file))) {
      throw new UsageError(`${file} is there already, and is not ${what}; name another file, or take it away`)
    }
  }
  return (text) => writeWhole(file, text)
}
