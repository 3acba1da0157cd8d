import { say } from '../../speech/say.js'
import { familyOf, parseAddress } from '../../topology/address.js'
import type { IpAddress } from '../../topology/address.js'
import type { Span } from '../../topology/position.js'
import type { Given } from './invocation.js'
import type { Tell } from './problem.js'

/** `192.0.2.1:80`, `[2001:db8::1]:80`; without a port every one is meant. */
export function placeOf(
  text: string,
  span: Span,
  needsPort: boolean,
  tell: Tell,
): { address: IpAddress; port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]*)|([0-9a-fA-F:]+))(?::([^:\]]+))?$/.exec(text)
  const host = match?.[1] ?? match?.[2] ?? match?.[3] ?? ''
  const portText = match?.[4]
  const address = parseAddress(host)
  if (match === null || (address === undefined && !/^[A-Za-z]/.test(host))) {
    tell('IPVS-VALUE', span, say`"${text}" is not address:port`)
    return undefined
  }
  const port =
    portText === undefined
      ? 0
      : /^\d{1,5}$/.test(portText) && Number(portText) <= 65_535
        ? Number(portText)
        : undefined
  if (address === undefined || port === undefined) {
    const named = address === undefined || /^[A-Za-z]/.test(portText ?? '')
    if (named)
      tell(
        'IPVS-NAME',
        span,
        say`"${text}" is looked up when the rules are loaded: without a resolver the line is lost. "ipvsadm -S -n" writes numbers`,
      )
    else tell('IPVS-VALUE', span, say`"${portText ?? ''}" is no port`)
    return undefined
  }
  if (
    portText === undefined &&
    needsPort &&
    text.includes(':') &&
    familyOf(address) === 6 &&
    match[1] === undefined
  ) {
    tell('IPVS-VALUE', span, say`an IPv6 address with a port stands in brackets`, `[${address}]:80`)
  }
  return { address, port }
}

export function numberOf(
  given: Given | undefined,
  least: number,
  most: number,
  absent: number,
  tell: Tell,
): number {
  if (given?.value === undefined) return absent
  const { text, span } = given.value
  if (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text)
  tell('IPVS-VALUE', span, say`a whole number from ${least} to ${most} is wanted, not "${text}"`)
  return absent
}
