import { setTimeout as sleep } from 'node:timers/promises'
import type { Duplex } from 'node:stream'
import { say } from '../../core/speech/say.js'
import type { ConfirmHostKey } from '../trust/host-key-check.js'
import { connectOver, Dropped, type Connection, type ConnectOptions } from './connection.js'
import { cancelled, dialTcp, unreachable } from './dial.js'
import type { Endpoint } from './endpoint.js'
import { execOver, type ExecOptions, type ExecResult } from './exec.js'
import { forwardThrough } from './forward.js'
import type { Secrets } from './secrets.js'
import { createSlots } from './slots.js'
import { startTimeLimit } from './time-limit.js'

/** An authenticated connection to a host, on which commands run. */
export interface Session {
  /** The host's name in the drawing. */
  readonly host: string
  readonly endpoint: Endpoint
  readonly hostKey: { type: string; sha256: string }
  /**
   * Runs a command. A command that cannot be followed to its end throws an SshFailure (`deadline`, `cancelled`,
   * `output-too-large`, `channel-refused`, `connection-lost`): what it did is unknown.
   */
  exec(command: string, options: ExecOptions): Promise<ExecResult>
  /** Ends the connection and those to its jump hosts; takes a second at most for each. Never throws. */
  close(): Promise<void>
}

export interface OpenOptions {
  /** Asked about the key of a host that is not known; only `true` accepts. The clock stands still meanwhile. */
  confirmHostKey: ConfirmHostKey
  /** Passphrases, passwords and what else hosts ask for; absent: nobody can answer. The clock stands still meanwhile. */
  secrets?: Secrets | undefined
  /** Cancels the opening; once a session is open it has no part in it. */
  signal?: AbortSignal
  /** For the lines of a verbose log. */
  log?: (line: string) => void
  /** Milliseconds for TCP, handshake and authentication of each hop; 20 s unless told. */
  connectTimeoutMs?: number
  /** Milliseconds between signs of life; a host that leaves three unanswered is gone. 5 s unless told. */
  keepaliveMs?: number
}

const DEFAULT_CONNECT_MS = 20_000
/** A half-open connection is noticed after four times this. */
const DEFAULT_KEEPALIVE_MS = 5_000
/** G23: sshd's MaxStartups drops connections when many handshakes run at once (10:30:100). */
const HANDSHAKES_AT_ONCE = 8
/** G23: sshd's MaxSessions is 10, and often less. */
const CHANNELS_PER_CONNECTION = 4
/** Waits before a host that dropped the connection unheard is tried again, in milliseconds. */
const BACK_OFF_MS = [200, 400, 800, 1_600, 3_200]

const handshakes = createSlots(HANDSHAKES_AT_ONCE)

/**
 * Connects to a host, through its jump hosts if it has any; every host on the way has its key checked and is
 * authenticated to in its own right.
 *
 * @throws SshFailure, whatever the reason
 */
export async function openSession(endpoint: Endpoint, options: OpenOptions): Promise<Session> {
  const way: Connection[] = []
  try {
    for (const hop of [...endpoint.jumps, endpoint]) way.push(await connectHop(hop, way.at(-1), options))
  } catch (error) {
    await closeAll(way)
    throw error
  }
  const connection = way.at(-1)
  if (connection === undefined) throw new Error('a way has at least one hop')
  const channels = createSlots(CHANNELS_PER_CONNECTION)
  return {
    host: endpoint.host,
    endpoint,
    hostKey: connection.hostKey,
    exec: (command, execOptions) => execOver(connection, channels, command, execOptions),
    close: () => closeAll(way),
  }
}

/** The far end first: it says goodbye through the others. */
async function closeAll(way: readonly Connection[]): Promise<void> {
  for (const connection of [...way].reverse()) await connection.close()
}

async function connectHop(
  endpoint: Endpoint,
  through: Connection | undefined,
  options: OpenOptions,
): Promise<Connection> {
  const { confirmHostKey, secrets, signal, log } = options
  const { connectTimeoutMs = DEFAULT_CONNECT_MS, keepaliveMs = DEFAULT_KEEPALIVE_MS } = options
  const limit = startTimeLimit(connectTimeoutMs, signal)
  try {
    for (const wait of [...BACK_OFF_MS, undefined]) {
      try {
        const connection = await oneAttempt(endpoint, through, {
          confirmHostKey,
          secrets,
          signal,
          limit,
          keepaliveMs,
        })
        log?.(`${endpoint.label}: connected, host key ${connection.hostKey.sha256}`)
        return connection
      } catch (error) {
        if (!(error instanceof Dropped)) throw error
        if (wait === undefined) break
        log?.(
          `${endpoint.label}: the host closed the connection before the handshake; trying again in ${wait} ms`,
        )
        await pausedFor(wait, endpoint, signal)
      }
    }
    throw unreachable(
      endpoint,
      say`it closes every connection before the handshake. Check that sshd answers at this port, and its MaxStartups and penalties`,
    )
  } finally {
    limit.stop()
  }
}

async function oneAttempt(
  endpoint: Endpoint,
  through: Connection | undefined,
  options: ConnectOptions & { signal: AbortSignal | undefined },
): Promise<Connection> {
  const { limit, signal } = options
  // Waiting for others to finish is not the host's fault.
  limit.pause()
  const release = await handshakes.take(signal).catch(() => {
    throw cancelled(endpoint)
  })
  try {
    limit.resume()
    const openStream = (): Promise<Duplex> =>
      through === undefined ? dialTcp(endpoint, limit) : forwardThrough(through, endpoint, limit)
    return await connectOver(openStream, endpoint, options)
  } finally {
    release()
  }
}

/** Up to half as long again, so that many who were dropped together do not come back together. */
async function pausedFor(waitMs: number, endpoint: Endpoint, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(waitMs * (1 + Math.random() / 2), undefined, signal === undefined ? {} : { signal })
  } catch {
    throw cancelled(endpoint)
  }
}
