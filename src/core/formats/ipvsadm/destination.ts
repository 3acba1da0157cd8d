import { say } from '../../speech/say.js'
import { addressKind, familyOf } from '../../topology/address.js'
import type { Family } from '../../topology/address.js'
import type { Span } from '../../topology/position.js'
import { TUNNEL_CHECKSUMS, TUNNEL_TYPES } from '../../topology/types.js'
import type { Mode, Tunnel } from '../../topology/types.js'
import type { Destination, ServiceTarget } from '../ipvs-table.js'
import type { Given, Invocation } from './invocation.js'
import type { Tell } from './problem.js'
import { numberOf, placeOf } from './value.js'

export interface PlacedDestination extends Destination {
  readonly span: Span
}

export function destinationOf(
  { options, span }: Invocation,
  given: Given,
  target: ServiceTarget,
  tell: Tell,
): PlacedDestination | undefined {
  const { value } = given
  if (value === undefined) return undefined
  const place = placeOf(value.text, value.span, false, tell)
  if (place === undefined) return undefined
  const method: Mode = options.has('m') ? 'nat' : options.has('i') ? 'tun' : 'dr'
  const methods = ['m', 'i', 'g'].flatMap((name) => options.get(name) ?? [])
  if (methods[1] !== undefined)
    tell('IPVS-SYNTAX', methods[1].span, say`a real server has one forwarding method`)
  const own = target.kind === 'mark' ? 0 : target.port
  const said = /\]:|^[^:]*:[^:]*$/.test(value.text)
  let { port } = place
  if (!said) port = own
  if (method !== 'nat' && port !== own) {
    tell(
      method === 'dr' ? 'DR-PORT' : 'TUN-PORT',
      value.span,
      say`ipvsadm takes port ${own} instead of ${port} and says nothing: only NAT can change the port`,
    )
    port = own
  }
  const family: Family = target.kind === 'mark' ? target.family : familyOf(target.address)
  if (familyOf(place.address) !== family && method !== 'tun') {
    tell(
      'TUN-FAM',
      value.span,
      say`real server and service are of different families, which only a tunnel can join`,
    )
  }
  const kind = addressKind(place.address)
  if (kind === 'multicast' || kind === 'broadcast' || kind === 'unspecified') {
    tell('RS-ADDR', value.span, say`${place.address} is no address of one host; the kernel refuses it`)
  }
  const upper = numberOf(options.get('x'), 0, 4_294_967_295, 0, tell)
  const lower = numberOf(options.get('y'), 0, 4_294_967_295, 0, tell)
  const low = options.get('y')
  if (low !== undefined && lower > upper)
    tell(
      'THRESH',
      low.value?.span ?? low.span,
      say`a lower threshold of ${lower} is above the upper one of ${upper}: "Numerical result out of range"`,
    )
  const weight = numberOf(options.get('w'), 0, 2_147_483_647, 1, tell)
  return {
    ...place,
    port,
    method,
    weight,
    upper,
    lower,
    tunnel: method === 'tun' ? tunnelOf(options, span, tell) : undefined,
    span,
  }
}

function tunnelOf(options: Invocation['options'], span: Span, tell: Tell): Tunnel {
  const named = options.get('tun-type')?.value
  const type = named === undefined ? 'ipip' : TUNNEL_TYPES.find((name) => name === named.text)
  if (type === undefined)
    tell(
      'IPVS-VALUE',
      named?.span ?? span,
      say`"${named?.text ?? ''}" is no type of tunnel; ipip, gue and gre are`,
    )
  const portGiven = options.get('tun-port')
  const port = portGiven === undefined ? undefined : numberOf(portGiven, 1, 65_535, 0, tell) || undefined
  if (type === 'gue' && portGiven === undefined) tell('TUN-GUE', span, say`a gue tunnel needs --tun-port`)
  const checksum = TUNNEL_CHECKSUMS.find((name) => options.has(`tun-${name}`)) ?? 'none'
  return { type: type ?? 'ipip', port, checksum }
}
