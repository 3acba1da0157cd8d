import { setTimeout as sleep } from 'node:timers/promises'
import { say } from '../../core/speech/say.js'
import type { Connection } from './connection.js'
import { addressAndPort, printable, saying, SshFailure } from './failure.js'
import type { Slots } from './slots.js'
import type { ClientChannel } from './ssh2.js'
import { startTimeLimit } from './time-limit.js'

export interface ExecOptions {
  /** What the command reads; end of file follows. Absent: end of file at once. */
  stdin?: string | Uint8Array
  /** Milliseconds from the call until the command has ended, waiting for a free channel included. */
  deadlineMs: number
  /** Bytes of stdout and stderr together; 1 MiB unless told. */
  maxOutputBytes?: number
  signal?: AbortSignal
}

export interface ExecResult {
  /** 0–255; null: the channel closed without a status (killed, or lost with its sshd): the outcome is unknown, never 0. */
  status: number | null
  /** `SIGKILL` …: the signal that ended the command, where the host says so. */
  signal?: string
  /** UTF-8; what is none is replaced. Untrusted: may hold control characters. */
  stdout: string
  stderr: string
}

const DEFAULT_OUTPUT_BYTES = 1024 * 1024

/**
 * Milliseconds between tries for the only channel. sshd gives the place of a closed channel free only after it has gone
 * through all packets it has read, so a new one that comes right behind the close is refused (channels.c).
 */
const REFUSED_WAITS_MS = [20, 50, 100, 200, 400]

/**
 * Runs a command. It resolves when the command has ended; in every other case it throws, the channel is closed, and the
 * command is asked to end (SIGTERM, where the host passes it on): whether it did is unknown.
 *
 * @throws SshFailure `deadline`, `cancelled`, `output-too-large`, `channel-refused`, `connection-lost`
 */
export async function execOver(
  connection: Connection,
  slots: Slots,
  command: string,
  options: ExecOptions,
): Promise<ExecResult> {
  const limit = startTimeLimit(options.deadlineMs, options.signal)
  const over = new AbortController()
  const leave = limit.onEnd((end) => {
    over.abort(
      end === 'cancelled'
        ? failure(connection, 'cancelled', say`the command was cancelled; whether it took effect is unknown`)
        : failure(
            connection,
            'deadline',
            say`the command did not end within ${options.deadlineMs} ms; whether it took effect is unknown. Look at the host's load, then try again`,
          ),
    )
  })
  const leaveConnection = connection.onLost((lost) => {
    over.abort(lost)
  })
  const waits = [...REFUSED_WAITS_MS]
  try {
    for (;;) {
      const release = await slots.take(over.signal)
      const atOnce = slots.taken
      try {
        const channel = await openChannel(connection, command, over.signal)
        if (channel !== 'busy') return await follow(connection, channel, options, over.signal)
        if (atOnce <= 1) {
          const wait = waits.shift()
          if (wait === undefined) throw refusedChannel(connection)
          await sleep(wait, undefined, { signal: over.signal }).catch(() => {
            throw reasonOf(over.signal)
          })
        }
        // sshd allows fewer sessions at once (MaxSessions) than we thought: from now on one less than were asked for.
        slots.shrink(atOnce - 1)
      } finally {
        release()
      }
    }
  } finally {
    leave()
    leaveConnection()
    limit.stop()
  }
}

function failure({ endpoint }: Connection, reason: SshFailure['reason'], what: string): SshFailure {
  return new SshFailure(
    reason,
    endpoint.host,
    `${endpoint.label}: ${what} (${addressAndPort(endpoint.hostName, endpoint.port)}).`,
  )
}

function refusedChannel(connection: Connection): SshFailure {
  return failure(
    connection,
    'channel-refused',
    say`the host refuses to run commands over this connection. Check MaxSessions and ForceCommand in its sshd_config`,
  )
}

/** Asks the host to start the command. `busy`: it opens no further channel now. */
function openChannel(
  { client, lost }: Connection,
  command: string,
  signal: AbortSignal,
): Promise<ClientChannel | 'busy'> {
  return new Promise((resolve, reject) => {
    if (lost !== undefined) {
      reject(lost)
      return
    }
    const abandon = (): void => {
      reject(reasonOf(signal))
    }
    if (signal.aborted) {
      abandon()
      return
    }
    signal.addEventListener('abort', abandon, { once: true })
    client.exec(command, { allowHalfOpen: true }, (error, channel) => {
      signal.removeEventListener('abort', abandon)
      if (error !== undefined) {
        resolve('busy')
        return
      }
      // Nobody waits any more for a channel that opens late.
      if (signal.aborted) giveUp(channel)
      else resolve(channel)
    })
  })
}

function follow(
  connection: Connection,
  channel: ClientChannel,
  { stdin, maxOutputBytes = DEFAULT_OUTPUT_BYTES }: ExecOptions,
  signal: AbortSignal,
): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let bytes = 0
    let exit: { status: number | null; signal?: string } = { status: null }
    let open = 2
    let settled = false

    const settle = (): boolean => {
      if (settled) return false
      settled = true
      signal.removeEventListener('abort', abandon)
      return true
    }
    const stop = (reason: Error): void => {
      if (!settle()) return
      giveUp(channel)
      reject(reason)
    }
    const abandon = (): void => {
      stop(reasonOf(signal))
    }
    const take =
      (chunks: Buffer[]) =>
      (chunk: Buffer): void => {
        bytes += chunk.length
        if (bytes <= maxOutputBytes) chunks.push(chunk)
        else {
          stop(
            failure(
              connection,
              'output-too-large',
              say`the command wrote more than ${maxOutputBytes} bytes and was cut off; whether it took effect is unknown`,
            ),
          )
        }
      }
    const closed = (): void => {
      if (--open > 0 || !settle()) return
      resolve({
        ...exit,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      })
    }

    channel.on('data', take(stdout))
    channel.stderr.on('data', take(stderr))
    channel.on('exit', (status: number | null, name?: string) => {
      exit = name === undefined ? { status } : { status, signal: printable(name, 40) }
    })
    channel.on('error', (error: Error) => {
      stop(failure(connection, 'connection-lost', say`the command's channel broke: ${saying(error)}`))
    })
    channel.stderr.on('error', () => undefined)
    // Both ends: the library closes the channel when stdout has been read, with stderr perhaps still in its buffer.
    channel.once('close', closed)
    channel.stderr.once('close', closed)
    if (signal.aborted) abandon()
    else {
      signal.addEventListener('abort', abandon, { once: true })
      channel.end(stdin === undefined || typeof stdin === 'string' ? stdin : Buffer.from(stdin))
    }
  })
}

/** Ends a channel nobody reads any more. */
function giveUp(channel: ClientChannel): void {
  channel.on('error', () => undefined)
  channel.removeAllListeners('data')
  channel.stderr.removeAllListeners('data')
  // Not reading closes the window: a flood stops at 2 MiB, and what comes beyond it the library drops.
  channel.pause()
  channel.stderr.pause()
  // sshd leaves a command running whose channel is closed; where it can it passes a signal on (OpenSSH 7.9).
  channel.signal('TERM')
  channel.close()
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  return reason instanceof Error ? reason : new Error('cancelled')
}
