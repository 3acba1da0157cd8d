import { say } from '../speech/say.js'
import type { IpAddress } from '../topology/address.js'
import type { Scheduler, SchedulerFlag } from '../topology/types.js'

/** What is said of an entry of the IPVS table alike, whether it was drawn or read from a file. */

export const byDestination = (scheduler: Scheduler, vip: IpAddress, service: string): string =>
  say`the scheduler ${scheduler} chooses by destination address, and that is ${vip} for every client of "${service}", so one real server gets them all`

export const ignoresWeights = (scheduler: Scheduler, service: string, weighted: Scheduler): string =>
  say`the scheduler ${scheduler} gives every real server of "${service}" the same share and ignores their different weights; ${weighted} heeds them`

export const neverOverflows = (scheduler: Scheduler, service: string): string =>
  say`${scheduler} counts active connections, and UDP has none, so one real server of "${service}" gets all of them`

export const overflowsAtOnce = (scheduler: Scheduler, service: string): string =>
  say`${scheduler} takes a weight for the number of connections a real server can have, and no real server of "${service}" has one above 1`

export const byClientAddress = (scheduler: Scheduler, service: string): string =>
  say`${scheduler} goes by the client’s address alone, so all connections from one address to "${service}" get the same real server`

export const needsTwos = (service: string, where: string): string =>
  say`"${service}" needs the scheduler twos on ${where}, and Debian’s kernels, among others, are built without it`

export const refusedByHash = (service: string, names: string, why: string): string =>
  say`requests of "${service}" are refused where dh leads them to ${names} and that takes no connections (${why}); it gives them no other`

export const refusedWithoutFallback = (
  service: string,
  names: string,
  why: string,
  fallback: SchedulerFlag,
): string =>
  say`clients of "${service}" whose address leads to ${names} are refused when that takes no connections (${why}); ${fallback} gives them another`

export const repliesAsThemselves = (service: string, names: string): string =>
  say`"${service}" schedules every packet by itself, so replies of its NAT real servers (${names}) leave the director with their own address instead of the VIP`

export const notToLoopback = (address: IpAddress, service: string, name: string, director: string): string =>
  say`${address}, where "${service}" is to reach ${name}, is ${director} itself, and NAT does not send what comes from outside there`

export const dataNotFound = (service: string, names: string): string =>
  say`"${service}" is FTP, and without persistence its data connections do not find ${names}`

export const sendersStay = (what: string, service: string): string =>
  say`senders of ${what} keep their port, so each stays with one real server of "${service}" as long as it sends`

/** Why a real server takes none of the connections that lead to it. */
export function refusalReasons(refusing: readonly { readonly weight: number }[]): string {
  return [
    ...(refusing.some(({ weight }) => weight === 0) ? [say`weight 0`] : []),
    ...(refusing.some(({ weight }) => weight > 0) ? [say`a connection limit`] : []),
  ].join(', ')
}
