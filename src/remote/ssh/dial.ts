import { connect, type Socket } from 'node:net'
import { say } from '../../core/speech/say.js'
import type { Endpoint } from './endpoint.js'
import { addressAndPort, saying, SshFailure, systemCode } from './failure.js'
import type { TimeLimit } from './time-limit.js'

/**
 * Opens a TCP connection, paused as the SSH library wants it.
 *
 * @throws SshFailure `unreachable`, `timed-out`, `cancelled`
 */
export function dialTcp(endpoint: Endpoint, limit: TimeLimit): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: endpoint.hostName, port: endpoint.port, noDelay: true })
    const leave = limit.onEnd((end) => {
      socket.destroy()
      reject(end === 'cancelled' ? cancelled(endpoint) : tcpTimedOut(endpoint))
    })
    socket.once('connect', () => {
      leave()
      socket.removeListener('error', failed)
      // Between here and the library's own listener an error must not end the process.
      socket.on('error', () => undefined)
      resolve(socket)
    })
    const failed = (error: Error): void => {
      leave()
      socket.destroy()
      reject(unreachable(endpoint, whyUnreachable(error)))
    }
    socket.once('error', failed)
  })
}

/** What the system's error means to a person, and what to look at. */
function whyUnreachable(error: Error): string {
  switch (systemCode(error) ?? systemCode(firstOf(error))) {
    case 'ECONNREFUSED':
      return say`nothing listens there (connection refused). Check that sshd runs and the port is right`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say`the name has no address. Check ssh.address in the topology or HostName in the SSH configuration`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return say`there is no route to it. Check the network between here and the host`
    case 'ETIMEDOUT':
      return say`it does not answer. Check the address, and firewalls on the way`
    default:
      return say`${saying(error)}. Check the address and the port`
  }
}

/** A name with several addresses fails with one error for each (AggregateError). */
function firstOf(error: Error): unknown {
  return error instanceof AggregateError ? (error.errors as unknown[])[0] : undefined
}

export function unreachable({ host, label, hostName, port }: Endpoint, why: string): SshFailure {
  return new SshFailure(
    'unreachable',
    host,
    say`${label}: ${addressAndPort(hostName, port)} cannot be reached: ${why}.`,
  )
}

export function cancelled({ host, label }: Endpoint): SshFailure {
  return new SshFailure('cancelled', host, say`${label}: connecting was cancelled.`)
}

function tcpTimedOut({ host, label, hostName, port }: Endpoint): SshFailure {
  return new SshFailure(
    'timed-out',
    host,
    say`${label}: ${addressAndPort(hostName, port)} does not answer. Check the address, and firewalls on the way.`,
  )
}
