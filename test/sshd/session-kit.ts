import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Endpoint } from '../../src/remote/ssh/endpoint.js'
import { SshFailure } from '../../src/remote/ssh/failure.js'
import { openSession, type OpenOptions, type Session } from '../../src/remote/ssh/session.js'
import type { HostKeyQuestion } from '../../src/remote/trust/host-key-check.js'
import type { Sshd } from './start-sshd.js'

/** Sessions of one test: its own known_hosts, the questions it was asked, all closed at the end. */
export interface SessionKit {
  folder: string
  /** In a folder that is not there yet. */
  knownHosts: string
  asked: HostKeyQuestion[]
  /** The way to an sshd, with the key it accepts. */
  to: (host: Sshd, changes?: Partial<Endpoint>) => Endpoint
  open: (
    endpoint: Endpoint,
    options?: Omit<OpenOptions, 'confirmHostKey'> & { answer?: () => unknown },
  ) => Promise<Session>
  closeSessions: () => Promise<void>
  stop: () => Promise<void>
}

export function sessionKit(): SessionKit {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-session-'))
  const knownHosts = join(folder, 'dot-ssh', 'known_hosts')
  const asked: HostKeyQuestion[] = []
  const sessions: Session[] = []
  const closeSessions = async (): Promise<void> => {
    await Promise.all(sessions.splice(0).map((session) => session.close()))
  }
  return {
    folder,
    knownHosts,
    asked,
    to: (host, changes = {}) => ({
      host: 'lb1',
      label: 'lb1',
      hostName: '127.0.0.1',
      port: host.port,
      user: host.user,
      sudo: false,
      identityFiles: [{ path: host.userKey.file, named: true }],
      identitiesOnly: false,
      userKnownHostsFiles: [knownHosts],
      globalKnownHostsFiles: [],
      strictHostKeyChecking: 'ask',
      jumps: [],
      ...changes,
    }),
    open: async (endpoint, { answer = () => true, ...options } = {}) => {
      const session = await openSession(endpoint, {
        ...options,
        confirmHostKey: (question) => {
          asked.push(question)
          return Promise.resolve(answer() as boolean)
        },
      })
      sessions.push(session)
      return session
    },
    closeSessions,
    stop: async () => {
      await closeSessions()
      if (existsSync(folder)) rmSync(folder, { recursive: true })
    },
  }
}

/** The failure a promise ends with; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<SshFailure> {
  const outcome: unknown = await promise.then(
    () => 'no failure',
    (error: unknown) => error,
  )
  if (outcome instanceof SshFailure) return outcome
  throw new Error(`not an SshFailure: ${String(outcome)}`, { cause: outcome })
}

/** A TCP server on loopback that is no sshd. */
export async function listen(
  onConnection: (socket: Socket) => void,
): Promise<{ port: number; server: Server }> {
  const server = createServer(onConnection)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, server }
}
