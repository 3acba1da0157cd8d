import { addressKind, familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import { below, pathOf } from '../topology/path.js'
import type { Listen, Protocol } from '../topology/types.js'
import type { Fix } from '../topology/problem.js'
import type { FindingPlace } from './rule.js'
import type { Delivery } from './deliveries.js'
import { keyAt, takingOut, valueAt } from './places.js'

/** Where a request arrives on the real server: what its daemon must be bound to. */
export interface Target {
  readonly address: IpAddress
  /** 0: whatever port the client asked for. */
  readonly port: number
  readonly protocol: Protocol
}

export interface Deafness {
  readonly place: FindingPlace
  /** What it is bound to instead, for messages. */
  readonly bound: string
  readonly fixes: readonly Fix[]
}

/** Why the daemon of a real server does not hear a request; undefined where it does, or the file says nothing. */
export function deafness({ host }: Delivery, target: Target): Deafness | undefined {
  const { listens } = host.drawn
  if (listens === undefined || listens.some((listen) => hears(listen, target))) return undefined
  const list = pathOf('hosts', host.name, 'listens')
  const indexed = listens.map((listen, index) => ({ listen, path: below(list, index) }))
  const bound = listens.length === 0 ? 'on nothing' : `only on ${listens.map(listenText).join(', ')}`
  const otherAddress = indexed.find(({ listen }) => samePort(listen, target))
  if (otherAddress !== undefined) {
    const path = below(otherAddress.path, 'address')
    const fixes = [
      takingOut(path, 'Listen on every address'),
      {
        title: `Listen on ${target.address}`,
        edits: [{ kind: 'set', path, value: target.address } as const],
      },
    ]
    return { place: valueAt(path), bound, fixes }
  }
  const [only] = indexed
  if (only !== undefined && indexed.length === 1 && sameAddress(only.listen, target)) {
    if ((only.listen.protocol ?? 'tcp') !== target.protocol) {
      const path = below(only.path, 'protocol')
      const title = `Listen for ${target.protocol}`
      return {
        place: valueAt(only.listen.protocol === undefined ? only.path : path),
        bound,
        fixes: [{ title, edits: [{ kind: 'set', path, value: target.protocol }] }],
      }
    }
    const path = below(only.path, 'port')
    const title = `Listen on port ${target.port}`
    return {
      place: valueAt(path),
      bound,
      fixes: [{ title, edits: [{ kind: 'set', path, value: target.port }] }],
    }
  }
  return { place: keyAt(list), bound, fixes: [] }
}

function hears(listen: Listen, target: Target): boolean {
  return samePort(listen, target) && sameAddress(listen, target)
}

function samePort({ protocol, port }: Listen, target: Target): boolean {
  return (protocol ?? 'tcp') === target.protocol && (target.port === 0 || port === target.port)
}

function sameAddress({ address }: Listen, target: Target): boolean {
  if (address === undefined || address === target.address) return true
  // A socket bound to :: also takes IPv4 unless bindv6only says otherwise; one bound to 0.0.0.0 takes IPv4 only.
  return addressKind(address) === 'unspecified' && (familyOf(address) === 6 || familyOf(target.address) === 4)
}

function listenText({ address, port, protocol }: Listen): string {
  const at = `port ${port ?? '?'}/${protocol ?? 'tcp'}`
  return address === undefined ? at : `${address} ${at}`
}

/** Where a request arrives, as messages write it. */
export function targetText({ address, port, protocol }: Target): string {
  return port === 0 ? `${address} (${protocol})` : `${address} port ${port}/${protocol}`
}
