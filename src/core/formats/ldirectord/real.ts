import { say } from '../../speech/say.js'
import { addressAfter, compareAddresses, familyOf, parseAddress } from '../../topology/address.js'
import type { IpAddress } from '../../topology/address.js'
import type { Mode } from '../../topology/types.js'
import type { Destination, ServiceTarget } from '../ipvs-table.js'
import type { Setting } from './configuration.js'
import type { Tell } from './problem.js'

const METHODS: ReadonlyMap<string, Mode> = new Map([
  ['gate', 'dr'],
  ['masq', 'nat'],
  ['ipip', 'tun'],
])
/** A range may name a whole network; a table has no use for more. */
const MOST_OF_RANGE = 1_024

const REAL =
  /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+?)(?:->(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+))?(?::([A-Za-z0-9_-]+))?\s+(\S+)(.*)$/

/** `address[->address][:port] gate|masq|ipip [weight] ["request", "receive"] [l:N] [u:N]`. */
export function destinationsOf(
  { value, span }: Setting,
  target: ServiceTarget | undefined,
  tell: Tell,
): Destination[] {
  if (value === undefined) return []
  const { text } = value
  const at = value.span
  const wrong = (message: string): Destination[] => {
    tell('LD-VALUE', text === '' ? span : at, say`${message}; ldirectord stops here and does not start`)
    return []
  }
  const match = REAL.exec(text)
  if (match === null)
    return wrong(say`"${text}" is no real server: address[:port] and gate, masq or ipip are wanted`)
  const [, from = '', to, portText, methodText = '', more = ''] = match
  const method = METHODS.get(methodText)
  if (method === undefined)
    return wrong(say`"${methodText}" is no forwarding method; gate, masq and ipip are`)
  const rest = restOf(more)
  if (rest.left !== '') return wrong(say`"${rest.left}" is not understood`)
  const first = parseAddress(from.replace(/^\[|\]$/g, ''))
  const last = to === undefined ? first : parseAddress(to.replace(/^\[|\]$/g, ''))
  const port = portText === undefined ? 0 : /^\d+$/.test(portText) ? Number(portText) : undefined
  if (first === undefined || last === undefined || port === undefined) {
    if (/^[\d.]+$|^\[/.test(from) && first === undefined) return wrong(say`"${from}" is no address`)
    tell(
      'LD-NAME',
      at,
      say`"${text}" has a name that is looked up when ldirectord starts; without a resolver it does not start. Write numbers`,
    )
    return []
  }
  if (port > 65_535) return wrong(say`${port} is no port`)
  const addresses = rangeOf(first, last)
  if (addresses === undefined)
    return wrong(say`the range ends before it begins, or has more than ${MOST_OF_RANGE} addresses`)
  const own = ownPort(port, method, target, at, tell)
  checkFamily(first, method, target, at, tell)
  if (rest.lower > rest.upper)
    tell(
      'THRESH',
      at,
      say`a lower threshold of ${rest.lower} is above the upper one of ${rest.upper}: "Numerical result out of range"`,
    )
  return addresses.map((address) => ({
    address,
    port: own,
    method,
    weight: rest.weight,
    upper: rest.upper,
    lower: rest.lower,
    tunnel: method === 'tun' ? { type: 'ipip', port: undefined, checksum: 'none' } : undefined,
  }))
}

function ownPort(
  port: number,
  method: Mode,
  target: ServiceTarget | undefined,
  span: { readonly start: number; readonly end: number },
  tell: Tell,
): number {
  const served = target?.kind === 'address' ? target.port : 0
  if (port === 0) return served
  if (method === 'nat' && target?.kind !== 'mark') return port
  if (target !== undefined && port !== served)
    tell(
      method === 'tun' ? 'TUN-PORT' : 'DR-PORT',
      span,
      target.kind === 'mark'
        ? say`a service by firewall mark has no port; ${port} is only asked by checks`
        : say`ldirectord takes port ${served} instead of ${port}: only masq can change the port`,
    )
  return served
}

function checkFamily(
  address: IpAddress,
  method: Mode,
  target: ServiceTarget | undefined,
  span: { readonly start: number; readonly end: number },
  tell: Tell,
): void {
  const family = target?.kind === 'address' ? familyOf(target.address) : target?.family
  if (family === undefined || family === familyOf(address) || method === 'tun') return
  tell('TUN-FAM', span, say`real server and service are of different families, which only a tunnel can join`)
}

/** What stands behind the method, in this order. */
function restOf(text: string): {
  readonly weight: number
  readonly upper: number
  readonly lower: number
  readonly left: string
} {
  let left = text
  const take = (pattern: RegExp): string | undefined => {
    const match = pattern.exec(left)
    if (match === null) return undefined
    left = left.slice(match[0].length)
    return match[1] ?? ''
  }
  const weight = take(/^\s+(\d+)(?=\s|$)/)
  take(/^\s+".*"[, ]\s*".*"/)
  const lower = take(/^\s+l:(\d+)/)
  const upper = take(/^\s+u:(\d+)/)
  return {
    weight: weight === undefined ? 1 : Number(weight),
    upper: Number(upper ?? 0),
    lower: Number(lower ?? 0),
    left: left.trim(),
  }
}

function rangeOf(first: IpAddress, last: IpAddress): IpAddress[] | undefined {
  if (familyOf(first) !== familyOf(last) || compareAddresses(first, last) > 0) return undefined
  const addresses: IpAddress[] = []
  for (let at: IpAddress | undefined = first; at !== undefined; at = addressAfter(at, 1)) {
    addresses.push(at)
    if (at === last) return addresses
    if (addresses.length >= MOST_OF_RANGE) return undefined
  }
  return undefined
}

/** `address[:port]`; undefined for a name. */
export function serverAt(
  text: string,
): { readonly address: IpAddress; readonly port: number | undefined } | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(text)
  const address = parseAddress(match?.[1] ?? match?.[2] ?? '')
  return address === undefined
    ? undefined
    : { address, port: match?.[3] === undefined ? undefined : Number(match[3]) }
}
