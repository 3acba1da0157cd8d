import { said, toSay } from '../core/speech/say.js'
import type { HostOutcomeMark } from './designer.js'

const WORDS: Readonly<Record<HostOutcomeMark['outcome'], string>> = {
  UNCHANGED: toSay`unchanged`,
  COMMITTED: toSay`committed`,
  PASSED: toSay`passed`,
  REVERTED: toSay`reverted`,
  FAILED: toSay`failed`,
  UNKNOWN: toSay`unknown`,
  IN_SYNC: toSay`in sync`,
  DRIFTED: toSay`drifted`,
}

/** What became of a host, in a word. */
export function outcomeWord({ outcome }: Pick<HostOutcomeMark, 'outcome'>): string {
  return said(WORDS[outcome])
}
