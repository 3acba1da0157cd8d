import type { HostKeyQuestion, SecretQuestion } from '../protocol/engine.js'

/** What a request has of the person who made it. */
export interface EngineCall {
  /** Aborted when the person cancels, and when the window that asked is gone. */
  readonly signal: AbortSignal
  /** One line, without full stop. */
  readonly tell: (message: string) => void
  /** Only true accepts the key. */
  readonly confirmHostKey: (question: HostKeyQuestion) => Promise<boolean>
  /** Undefined: no answer is given. */
  readonly askSecret: (question: SecretQuestion) => Promise<string | undefined>
  /** From here on hosts may be changed: a fault of ours is an unknown outcome and no mere failure. */
  readonly changing: () => void
}
