import { addressKind, familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Listen, Protocol } from '../topology/types.js'

/** What a daemon must be bound to, to get a packet. */
export interface Target {
  readonly address: IpAddress
  /** 0: whatever port the client asked for. */
  readonly port: number
  readonly protocol: Protocol
}

export function hears(listen: Listen, target: Target): boolean {
  return hearsPort(listen, target) && hearsAddress(listen, target)
}

export function hearsPort({ protocol, port }: Listen, target: Target): boolean {
  return (protocol ?? 'tcp') === target.protocol && (target.port === 0 || port === target.port)
}

export function hearsAddress({ address }: Listen, target: Target): boolean {
  if (address === undefined || address === target.address) return true
  // A socket bound to :: also takes IPv4 unless bindv6only says otherwise; one bound to 0.0.0.0 takes IPv4 only.
  return addressKind(address) === 'unspecified' && (familyOf(address) === 6 || familyOf(target.address) === 4)
}
