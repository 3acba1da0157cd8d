import type { ExitStatus, Io } from './io.js'

export interface Command {
  readonly name: string
  /** Behind `lvs-designer`. */
  readonly usage: string
  /** One line. */
  readonly summary: string
  /** Its exit status is what has become of hosts, whether or not its output could be written. */
  readonly changesHosts?: true
  /** @throws UsageError when the call or the input cannot be used. */
  readonly run: (argv: readonly string[], io: Io) => Promise<ExitStatus>
}
