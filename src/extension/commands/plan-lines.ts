import { say } from '../../core/speech/say.js'
import type { PlannedHost } from '../../protocol/engine.js'

/** A dialog is as high as its text: with more hosts they stand in one line. */
const MOST_LINES = 20
const MOST_NOTES = 5

/** How much is changed on which hosts. */
export function hostLines(hosts: readonly PlannedHost[]): string[] {
  const changed = hosts.filter(({ steps }) => steps.length > 0)
  const same = hosts.filter(({ steps }) => steps.length === 0).map(({ host }) => host)
  const lines = changed.map(
    ({ host, steps }) => say`${host}: ${steps.length} change${steps.length === 1 ? '' : 's'}`,
  )
  return [
    ...(lines.length > MOST_LINES ? [lines.join('; ')] : lines),
    ...(same.length > 0 ? [say`No change: ${same.join(', ')}`] : []),
  ]
}

/** What is to be known beside the changes, below an empty line; the same on many hosts is said once. */
export function noteLines(hosts: readonly PlannedHost[]): string[] {
  const byNote = new Map<string, string[]>()
  for (const { host, notes } of hosts) {
    for (const note of notes) byNote.set(note, [...(byNote.get(note) ?? []), host])
  }
  const lines = [...byNote].map(([note, names]) => `${names.join(', ')}: ${note}`)
  if (lines.length === 0) return []
  const more = lines.length - MOST_NOTES
  return [
    '',
    ...lines.slice(0, MOST_NOTES),
    ...(more > 0 ? [say`and ${more} more note${more === 1 ? '' : 's'}`] : []),
  ]
}
