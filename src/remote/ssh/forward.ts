import type { Duplex } from 'node:stream'
import { say } from '../../core/speech/say.js'
import type { Connection } from './connection.js'
import { cancelled, unreachable } from './dial.js'
import type { Endpoint } from './endpoint.js'
import { saying, SshFailure } from './failure.js'
import type { TimeLimit } from './time-limit.js'

/** RFC 4254 section 5.1, SSH_OPEN_ADMINISTRATIVELY_PROHIBITED. */
const PROHIBITED = 1

/**
 * A stream to the next host through a jump host (a direct-tcpip channel, RFC 4254 section 7.2): what `ssh -W` does.
 *
 * @throws SshFailure `unreachable`, `jump-unsupported`, `timed-out`, `cancelled`, `connection-lost`
 */
export function forwardThrough(jump: Connection, endpoint: Endpoint, limit: TimeLimit): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    if (jump.lost !== undefined) {
      reject(jump.lost)
      return
    }
    let over = false
    const listening: (() => void)[] = []
    const leave = (): void => {
      over = true
      for (const off of listening) off()
    }
    const fail = (failure: SshFailure): void => {
      if (over) return
      leave()
      reject(failure)
    }
    listening.push(
      jump.onLost(fail),
      limit.onEnd((end) => {
        fail(
          end === 'cancelled'
            ? cancelled(endpoint)
            : unreachable(endpoint, say`${jump.endpoint.label} did not get through to it in time`),
        )
      }),
    )
    jump.client.forwardOut('127.0.0.1', 0, endpoint.hostName, endpoint.port, (error, channel) => {
      if (over) {
        // Too late: nobody waits for it. An error in its place needs nobody either.
        if (error === undefined) channel.close()
        return
      }
      leave()
      if (error === undefined) {
        channel.on('error', () => undefined)
        resolve(channel)
        return
      }
      reject(
        'reason' in error && error.reason === PROHIBITED
          ? new SshFailure(
              'jump-unsupported',
              endpoint.host,
              say`${jump.endpoint.label} does not forward connections (AllowTcpForwarding or PermitOpen in its sshd_config), so ${endpoint.label} cannot be reached through it.`,
            )
          : unreachable(endpoint, say`${jump.endpoint.label} gets no connection to it: ${saying(error)}`),
      )
    })
  })
}
