import type { IpAddress } from '../../topology/address.js'
import type { Mode, Tunnel } from '../../topology/types.js'
import { addressOf } from './address-word.js'
import { valueOf, wholeOf } from './settings.js'
import type { Directive } from './tree.js'
import { tunnelOf } from './tunnel-words.js'

export interface KeepalivedRealServer {
  readonly directive: Directive
  readonly address: IpAddress | undefined
  /** As it is written; undefined: that of the service. */
  readonly port: number | undefined
  readonly weight: number
  readonly method: Mode
  readonly tunnel: Tunnel | undefined
  readonly upper: number
  readonly lower: number
}

/** Upper case only: in lower case keepalived falls back to NAT. */
export const METHODS: ReadonlyMap<string, Mode> = new Map([
  ['NAT', 'nat'],
  ['DR', 'dr'],
  ['TUN', 'tun'],
])

/** 0 where none is given; undefined where it is none. */
export function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return 0
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined
}

/** What a real server has from its virtual server where it does not say so itself. */
export interface ServiceDefaults {
  readonly method: Mode
  readonly tunnel: Tunnel | undefined
  readonly weight: number
}

export function realServer(directive: Directive, of: ServiceDefaults): KeepalivedRealServer {
  let { weight, method, tunnel } = of
  let upper = 0
  let lower = 0
  for (const child of directive.children ?? []) {
    switch (child.name) {
      case 'weight':
        weight = wholeOf(child, 0, 2_147_483_647) ?? weight
        break
      case 'uthreshold':
        upper = wholeOf(child) ?? upper
        break
      case 'lthreshold':
        lower = wholeOf(child) ?? lower
        break
      case 'lvs_method': {
        const known = METHODS.get(valueOf(child) ?? '')
        if (known === undefined) break
        method = known
        tunnel = tunnelOf(child)
        break
      }
    }
  }
  return { directive, ...placeOf(directive), weight, method, tunnel, upper, lower }
}

export function sorryServer(
  directive: Directive,
  method: Directive | undefined,
  of: ServiceDefaults,
): KeepalivedRealServer {
  const known = METHODS.get(valueOf(method) ?? '')
  return {
    directive,
    ...placeOf(directive),
    weight: 1,
    method: known ?? of.method,
    tunnel: known === undefined ? of.tunnel : tunnelOf(method),
    upper: 0,
    lower: 0,
  }
}

function placeOf({ words }: Directive): Pick<KeepalivedRealServer, 'address' | 'port'> {
  const [, address, port] = words
  const number = portOf(port?.text)
  return { address: addressOf(address?.text ?? ''), port: number === 0 ? undefined : number }
}
