import { setTimeout as sleep } from 'node:timers/promises'
import { OPERATOR } from '../src/lab/index.js'
import { runProgram } from './run-program.js'

/** What was asked of one host. */
export interface HostCounts {
  /** Authenticated connections. */
  readonly handshakes: number
  /** Commands asked for on them. */
  readonly execs: number
}

export type SessionCounts = ReadonlyMap<string, HostCounts>

export interface LogReach {
  readonly sshConfig: string
  readonly hosts: readonly string[]
  readonly signal: AbortSignal
}

const TRIES = 20
const TRY_AGAIN_MS = 500

/**
 * Has the sshd of every host log each command (`Starting session`, session.c; level VERBOSE): the host's own account of
 * what was asked of it, whichever program asked. The hosts must be ours alone, such as a lab's.
 */
export async function logEverySession(reach: LogReach): Promise<void> {
  await Promise.all(
    reach.hosts.map(async (host) => {
      await onHost(
        reach,
        'root',
        host,
        'echo LogLevel VERBOSE >>/etc/ssh/sshd_config && kill -HUP $(cat /run/sshd.pid)',
      )
      for (let left = TRIES; ; left -= 1) {
        try {
          // It does not listen while it reads its configuration.
          await onHost(reach, 'root', host, 'true')
          break
        } catch (error) {
          if (left === 0 || reach.signal.aborted) throw error
          await sleep(TRY_AGAIN_MS)
        }
      }
    }),
  )
}

/** How often root has come to each host so far. Read as somebody else, so that reading counts for nothing. */
export async function sessionCounts(reach: LogReach): Promise<SessionCounts> {
  return new Map(
    await Promise.all(
      reach.hosts.map(async (host) => {
        const log = await onHost(
          reach,
          OPERATOR,
          host,
          'cat /var/log/syslog.0 /var/log/syslog 2>/dev/null; true',
        )
        return [
          host,
          {
            handshakes: occurrences(log, /sshd.*: Accepted \S+ for root from /g),
            execs: occurrences(log, /sshd.*: Starting session: command for root from /g),
          },
        ] as const
      }),
    ),
  )
}

export function countsBetween(before: SessionCounts, after: SessionCounts): SessionCounts {
  return new Map(
    [...after].map(([host, { handshakes, execs }]) => {
      const earlier = before.get(host) ?? { handshakes: 0, execs: 0 }
      return [host, { handshakes: handshakes - earlier.handshakes, execs: execs - earlier.execs }]
    }),
  )
}

async function onHost(
  { sshConfig, signal }: LogReach,
  user: string,
  host: string,
  command: string,
): Promise<string> {
  const args = ['-F', sshConfig, '-o', 'BatchMode=yes', '-o', `User=${user}`, host, command]
  return (await runProgram('ssh', args, signal)).stdout
}

function occurrences(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length
}
