import { connect } from 'node:net'
import type { IpAddress } from '../../core/topology/address.js'
import { parseAddress } from '../../core/topology/address.js'

/** Long enough for a lost SYN to be sent three times (RFC 6298: after 1 and 3 seconds). */
const LIMIT_MS = 5000

/**
 * Opens a TCP connection to a service from the machine this runs on, closes it, and says where it came from;
 * undefined when none came about, which proves nothing: this machine may simply have no way there.
 */
export function connectFromHere(
  address: IpAddress,
  port: number,
  signal?: AbortSignal,
): Promise<{ readonly address: IpAddress; readonly port: number } | undefined> {
  return new Promise((resolve) => {
    const socket = connect({
      host: address,
      port,
      timeout: LIMIT_MS,
      ...(signal === undefined ? {} : { signal }),
    })
    const finish = (from: { address: IpAddress; port: number } | undefined) => {
      socket.destroy()
      resolve(from)
    }
    socket.once('connect', () => {
      const own = parseAddress(socket.localAddress ?? '')
      finish(
        own === undefined || socket.localPort === undefined
          ? undefined
          : { address: own, port: socket.localPort },
      )
    })
    socket.once('timeout', () => {
      finish(undefined)
    })
    socket.once('error', () => {
      finish(undefined)
    })
  })
}
