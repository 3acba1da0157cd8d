import { say } from '../../speech/say.js'
import type { DefinedLine } from './definitions.js'
import { INCLUDES, include } from './includes.js'
import type { Tell } from './problem.js'
import { counts, hand, leaveOut, stop } from './reading.js'
import type { Reading } from './reading.js'
import { parseSequence } from './sequence.js'
import type { SourceText } from '../source-text.js'
import type { Word } from './words.js'

/** A definition in a definition in a definition …: keepalived itself goes on until the line is full. */
const MAX_DEPTH = 64
/** What definitions and sequences may write out. */
const MAX_LINES = 100_000

/** A password may begin with a dollar sign, and is shown in no message. */
function isSecret([first]: readonly Word[]): boolean {
  return first?.text === 'auth_pass'
}
const IN_SILENCE: Tell = () => undefined

/** A line with its definitions put in; one of several lines may end a line and goes on below it. */
export function expand(reading: Reading, words: readonly Word[], source: SourceText, depth: number): void {
  const { reader, definitions } = reading
  const last = words[words.length - 1]
  if (depth > MAX_DEPTH) {
    const span = { start: words[0]?.start ?? 0, end: last?.end ?? 0 }
    reader.tell('KA-LIMIT', source, span, say`definitions stand in each other without end`)
    leaveOut(reading)
    return
  }
  const several = last === undefined ? undefined : definitions.several(last)
  const head = several === undefined ? words : words.slice(0, -1)
  const filled = head.flatMap((word) =>
    definitions.fill(word, source, isSecret(words) ? IN_SILENCE : reader.tell),
  )
  const [first] = filled
  if (first?.kind === 'plain' && first.text.startsWith('@') && several === undefined) {
    // What a definition put in may itself be a condition.
    if (counts(reading, first)) hand(reader, filled.slice(1), source)
    return
  }
  if (first?.kind === 'plain' && INCLUDES.has(first.text) && filled.length > 1) {
    // "$I", or "$I NAME".
    const rest = filled.slice(1)
    const [name] = rest
    const text = rest.map((word) => word.text).join(' ')
    if (name !== undefined)
      include(reading, source, first, { ...name, text, end: rest.at(-1)?.end ?? name.end })
  } else if (filled.length > 0) hand(reader, filled, source)
  if (several === undefined) return
  const outermost = !reading.putIn.has(several.name)
  reading.putIn.add(several.name)
  for (const line of several.lines) {
    if (!count(reading, line)) break
    reading.readLine(line, depth + 1)
  }
  if (outermost) reading.putIn.delete(several.name)
}

/** `~SEQ(…) rest` and `~LST(…) rest`: the rest of the line, once for each value. */
export function writeOut(reading: Reading, line: DefinedLine, depth: number): void {
  const { reader, definitions } = reading
  const sequence = parseSequence(line)
  if (!sequence.ok) {
    reader.tell('KA-SEQUENCE', line.source, line, sequence.reason)
    return
  }
  if (depth > MAX_DEPTH) {
    reader.tell('KA-LIMIT', line.source, line, say`sequences stand in each other without end`)
    leaveOut(reading)
    return
  }
  for (const values of sequence.rounds()) {
    if (!count(reading, line)) return
    sequence.names.forEach((name, index) => {
      definitions.set(name, values[index] ?? '')
    })
    reading.readLine({ ...line, start: sequence.rest }, depth + 1)
  }
}

function count(reading: Reading, { source, start, end }: DefinedLine): boolean {
  if (reading.full) return false
  reading.written += 1
  if (reading.written <= MAX_LINES) return true
  const message = say`definitions and sequences write out more than ${MAX_LINES} lines; what follows was not read`
  stop(reading, source, { start, end }, message)
  return false
}
