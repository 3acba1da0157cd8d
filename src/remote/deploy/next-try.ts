import { say } from '../../core/speech/say.js'
import { SshFailure } from '../ssh/failure.js'
import type { SshFailureReason } from '../ssh/failure.js'
import type { HostFailure } from './connections.js'

/** Where another try is another failed login, for which hosts lock people out, or the same question once more. */
const FINAL: ReadonlySet<SshFailureReason> = new Set([
  'authentication-failed',
  'host-key-unknown-refused',
  'host-key-changed',
  'host-key-revoked',
  'known-hosts-unwritable',
])
/** Of the rounds that are left out between two tries: half a minute, where one is two seconds. */
const MOST_LEFT_OUT = 15

/** Of hosts that are asked in rounds: which one is not tried in this round, since it could not be reached before. */
export interface NextTries {
  /** What stands for another try, to be asked once a round; undefined: it is to be tried. */
  readonly inPlace: (host: string) => HostFailure | undefined
  readonly failed: (failure: HostFailure, error: unknown) => void
  readonly reached: (host: string) => void
}

/** After each failure in a row twice as many rounds go by; after some, all of them. */
export function nextTries(): NextTries {
  const waiting = new Map<string, { readonly failure: HostFailure; readonly pause: number; left: number }>()
  return {
    inPlace: (host) => {
      const wait = waiting.get(host)
      if (wait === undefined || wait.left === 0) return undefined
      wait.left -= 1
      return wait.failure
    },
    failed: (failure, error) => {
      if (error instanceof SshFailure && FINAL.has(error.reason)) {
        const message = say`${failure.message} It is not tried again: mend that, then start anew.`
        waiting.set(failure.host, { failure: { ...failure, message }, pause: Infinity, left: Infinity })
        return
      }
      const before = waiting.get(failure.host)
      const pause = before === undefined ? 0 : Math.min(2 * before.pause + 1, MOST_LEFT_OUT)
      waiting.set(failure.host, { failure, pause, left: pause })
    },
    reached: (host) => {
      waiting.delete(host)
    },
  }
}
