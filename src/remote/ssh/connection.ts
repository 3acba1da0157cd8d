import type { Duplex } from 'node:stream'
import { say } from '../../core/speech/say.js'
import { sha256Fingerprint } from '../trust/host-key.js'
import { prepareHostKeyCheck, type ConfirmHostKey, type HostKeyCheck } from '../trust/host-key-check.js'
import { authentication, type Authentication, type Progress } from './authentication.js'
import { gatherCredentials, type Credentials } from './credentials.js'
import { cancelled } from './dial.js'
import type { Endpoint } from './endpoint.js'
import { addressAndPort, printable, saying, SshFailure } from './failure.js'
import type { Secrets } from './secrets.js'
import { HOST_KEY_TYPES, startClient, type Client } from './ssh2.js'
import type { TimeLimit } from './time-limit.js'

/** An authenticated connection to one host. */
export interface Connection {
  readonly endpoint: Endpoint
  readonly client: Client
  readonly hostKey: { type: string; sha256: string }
  /** Set from the moment the connection is gone. */
  readonly lost: SshFailure | undefined
  /** Calls `listener` once when it goes (at once if it is gone); returns how to take it off again. */
  onLost(listener: (failure: SshFailure) => void): () => void
  close(): Promise<void>
}

export interface ConnectOptions {
  confirmHostKey: ConfirmHostKey
  /** Absent: nobody is there to be asked. */
  secrets: Secrets | undefined
  limit: TimeLimit
  /** Milliseconds between signs of life; a peer is gone after three without an answer. */
  keepaliveMs: number
}

/** The host closed before it showed its key: with sshd's MaxStartups a wait and another try help. */
export class Dropped extends Error {
  override readonly name = 'Dropped'
}

/** How long a host may take to answer our goodbye. */
const GOODBYE_MS = 1_000

/**
 * SSH over the stream `openStream` gives: handshake, the host's key, authentication. Keys and known hosts are read before
 * it is opened, so that a host does not wait (nor an agent's question count) for what can be known beforehand.
 *
 * @throws SshFailure, or Dropped if the host closed before anything was said
 */
export async function connectOver(
  openStream: () => Promise<Duplex>,
  endpoint: Endpoint,
  options: ConnectOptions,
): Promise<Connection> {
  const { limit } = options
  const ended = new AbortController()
  let credentials: Credentials | undefined
  let check: HostKeyCheck | undefined
  try {
    credentials = await gatherCredentials(endpoint, options.secrets !== undefined)
    check = await prepareHostKeyCheck(endpoint, HOST_KEY_TYPES, {
      confirm: options.confirmHostKey,
      onAsking: limit.pause,
      onAnswered: limit.resume,
      signal: ended.signal,
    })
    return await handshake(await openStream(), endpoint, {
      check,
      credentials,
      authentication: authentication(endpoint, credentials, patient(options.secrets, limit)),
      limit,
      keepaliveMs: options.keepaliveMs,
    })
  } finally {
    ended.abort()
    check?.release()
    credentials?.dispose()
  }
}

/** A person who is asked takes the time it takes. */
function patient(secrets: Secrets | undefined, limit: TimeLimit): Secrets | undefined {
  if (secrets === undefined) return undefined
  return {
    ...secrets,
    ask: async (question, refused) => {
      limit.pause()
      try {
        return await secrets.ask(question, refused)
      } finally {
        limit.resume()
      }
    },
  }
}

interface Parts {
  check: HostKeyCheck
  credentials: Credentials
  authentication: Authentication
  limit: TimeLimit
  keepaliveMs: number
}

function handshake(stream: Duplex, endpoint: Endpoint, parts: Parts): Promise<Connection> {
  const { check, limit } = parts
  return new Promise((resolve, reject) => {
    const { progress, next } = parts.authentication
    let recorded: Promise<void> | undefined
    let settled = false
    let leave = (): void => undefined
    const fail = (error: Error): void => {
      if (settled) return
      settled = true
      leave()
      stream.destroy()
      reject(error)
    }
    const client = startClient(stream, {
      user: endpoint.user,
      hostKeyTypes: check.types,
      keepaliveMs: parts.keepaliveMs,
      verifyHostKey: check.verify,
      nextCredential: next,
    })
    const connection = track(client, stream, endpoint, check)
    leave = limit.onEnd((end) => {
      fail(end === 'cancelled' ? cancelled(endpoint) : silent(endpoint, progress, check))
    })
    client.once('handshake', () => {
      recorded = check.record()
      recorded.catch(fail)
    })
    client.on('error', (error) => {
      // One key that cannot sign is not the end; the library goes on with the next.
      if (isAboutOneKey(error)) progress.note = saying(error)
      else fail(explain(endpoint, error, progress, parts))
    })
    client.once('close', () => {
      fail(explain(endpoint, undefined, progress, parts))
    })
    client.once('ready', () => {
      leave()
      Promise.resolve(recorded).then(() => {
        if (settled) return
        settled = true
        resolve(connection)
      }, fail)
    })
  })
}

/** What the library adds to an Error; `code` of a disconnect message is a number. */
function levelOf(error: Error): string | undefined {
  return 'level' in error && typeof error.level === 'string' ? error.level : undefined
}

function isAboutOneKey(error: Error): boolean {
  return levelOf(error) === 'agent' || error.message.startsWith('Error signing data with key')
}

function explain(
  endpoint: Endpoint,
  error: Error | undefined,
  progress: Progress,
  { check, credentials }: Parts,
): Error {
  if (check.failure !== undefined) return check.failure
  const { host, label } = endpoint
  const address = addressAndPort(endpoint.hostName, endpoint.port)
  if (progress.exhausted || (progress.offered.length > 0 && /too many auth/i.test(error?.message ?? ''))) {
    return authenticationFailed(endpoint, progress, credentials.left)
  }
  const said = error === undefined ? say`the connection was closed` : saying(error)
  if (check.shown === undefined) {
    const level = error && levelOf(error)
    if (error === undefined || level === 'client-socket' || /before handshake/i.test(said))
      return new Dropped(said)
    return new SshFailure(
      'handshake-failed',
      host,
      say`${label}: no SSH connection to ${address} came about: ${said}. Check that sshd answers at this port and takes algorithms without SHA-1 and CBC.`,
    )
  }
  const during = progress.offered.length > 0 ? say`during authentication` : say`during the handshake`
  return new SshFailure(
    'connection-lost',
    host,
    say`${label}: ${address} ended the connection ${during} (${said}). Look into the host's sshd log, then try again.`,
  )
}

function authenticationFailed(endpoint: Endpoint, progress: Progress, left: readonly string[]): SshFailure {
  const { host, label, user } = endpoint
  const offered = progress.offered.length > 0 ? say` Offered: ${progress.offered.join(', ')}.` : ''
  const notes = [...left, ...(progress.note === undefined ? [] : [progress.note])]
  const notOffered = notes.length > 0 ? say` Not offered: ${notes.join('; ')}.` : ''
  const methods = printable((progress.accepted ?? []).join(', '))
  const takes = methods === '' ? '' : say` It takes: ${methods}.`
  const reason = progress.partial
    ? say`took the first proof and wants a second one, for which there is no answer`
    : say`did not accept ${user}`
  return new SshFailure(
    'authentication-failed',
    host,
    say`${label}: ${addressAndPort(endpoint.hostName, endpoint.port)} ${reason}.${offered}${notOffered}${takes} Check the user, and that one of these keys is in its authorized_keys; with many keys in an agent, name one with IdentityFile and IdentitiesOnly.`,
  )
}

function silent(endpoint: Endpoint, progress: Progress, check: HostKeyCheck): SshFailure {
  const stage =
    check.shown === undefined
      ? say`accepted the connection but did not speak SSH in time. Check that sshd listens at this port`
      : progress.offered.length > 0
        ? say`did not finish authentication in time. Look into its sshd log, and whether a key waits for a touch`
        : say`did not finish the handshake in time. Try again`
  return new SshFailure(
    'timed-out',
    endpoint.host,
    say`${endpoint.label}: ${addressAndPort(endpoint.hostName, endpoint.port)} ${stage}.`,
  )
}

/** Follows a connection to its end. */
function track(client: Client, stream: Duplex, endpoint: Endpoint, check: HostKeyCheck): Connection {
  const listeners = new Set<(failure: SshFailure) => void>()
  let lost: SshFailure | undefined
  let lastError: Error | undefined
  let closing = false
  const end = (): void => {
    if (lost !== undefined) return
    const why = closing
      ? say`it was closed here`
      : lastError === undefined
        ? say`the host closed it`
        : saying(lastError)
    lost = new SshFailure(
      'connection-lost',
      endpoint.host,
      say`${endpoint.label}: the connection to ${addressAndPort(endpoint.hostName, endpoint.port)} is gone (${why}). What ran there has an unknown outcome; connect again and look.`,
    )
    for (const listener of [...listeners]) listener(lost)
    listeners.clear()
  }
  client.on('error', (error) => {
    lastError = error
    // After a fatal error the library only says goodbye; a host that does not answer would keep us waiting.
    if (!isAboutOneKey(error)) stream.destroy()
  })
  client.once('close', end)
  return {
    endpoint,
    client,
    get hostKey() {
      const { shown } = check
      return { type: shown?.type ?? '', sha256: shown === undefined ? '' : sha256Fingerprint(shown.blob) }
    },
    get lost() {
      return lost
    },
    onLost: (listener) => {
      if (lost !== undefined) {
        listener(lost)
        return () => undefined
      }
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () =>
      new Promise((resolve) => {
        closing = true
        if (lost !== undefined) {
          resolve()
          return
        }
        const timer = setTimeout(() => {
          stream.destroy()
          end()
          resolve()
        }, GOODBYE_MS)
        client.once('close', () => {
          clearTimeout(timer)
          resolve()
        })
        client.end()
      }),
  }
}
