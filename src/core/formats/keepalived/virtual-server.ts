import { addressBits, familyOf } from '../../topology/address.js'
import type { Family, IpAddress } from '../../topology/address.js'
import { SCHEDULERS, SCHEDULER_FLAGS } from '../../topology/types.js'
import type { Mode, Protocol, Scheduler, SchedulerFlag, Tunnel } from '../../topology/types.js'
import { addressOf, shortAddressOf } from './address-word.js'
import { METHODS, portOf, realServer, sorryServer } from './real-server.js'
import type { KeepalivedRealServer } from './real-server.js'
import { valueOf, wholeOf } from './settings.js'
import type { Directive } from './tree.js'
import { tunnelOf } from './tunnel-words.js'

export type KeepalivedTarget =
  | { readonly kind: 'address'; readonly address: IpAddress; readonly port: number }
  | { readonly kind: 'mark'; readonly mark: number }
  | { readonly kind: 'group'; readonly name: string }

export interface KeepalivedService {
  readonly directive: Directive
  /** Undefined where it cannot be read; keepalived leaves such a block out. */
  readonly target: KeepalivedTarget | undefined
  /** As it is written, for messages. */
  readonly title: string
  /** Undefined: it does not say, or nothing that is known, which means UDP. */
  readonly protocol: Protocol | undefined
  /** Undefined: it does not say, or nothing that is known, which means NAT. */
  readonly method: Mode | undefined
  readonly tunnel: Tunnel | undefined
  readonly scheduler: Scheduler | undefined
  readonly flags: readonly SchedulerFlag[]
  readonly onePacket: boolean
  /** Seconds. */
  readonly persistence: number | undefined
  readonly granularity: Directive | undefined
  readonly engine: string | undefined
  readonly quorum: number
  readonly hysteresis: number
  readonly family: Family | undefined
  readonly realServers: readonly KeepalivedRealServer[]
  readonly sorryServer: KeepalivedRealServer | undefined
}

/** What a virtual_server says. */
export function virtualServer(directive: Directive): KeepalivedService {
  let protocol: Protocol | undefined
  let method: Directive | undefined
  let scheduler: Scheduler | undefined
  let onePacket = false
  let persistence: number | undefined
  let granularity: Directive | undefined
  let engine: string | undefined
  let weight = 1
  let quorum = 1
  let hysteresis = 0
  let family: Family | undefined
  let sorry: Directive | undefined
  let sorryMethod: Directive | undefined
  const flags: SchedulerFlag[] = []
  const realServers: Directive[] = []
  for (const child of directive.children ?? []) {
    switch (child.name) {
      case 'protocol': {
        const text = valueOf(child)?.toLowerCase()
        if (text === 'tcp' || text === 'udp' || text === 'sctp') protocol = text
        break
      }
      case 'lb_kind':
      case 'lvs_method':
        method = child
        break
      case 'lb_algo':
      case 'lvs_sched':
        scheduler = SCHEDULERS.find((known) => known === valueOf(child)) ?? scheduler
        break
      case 'ops':
        onePacket = true
        break
      case 'persistence_timeout':
        persistence = child.words.length < 2 ? 360 : (wholeOf(child, 1, 2_678_400) ?? persistence)
        break
      case 'persistence_granularity':
        granularity = child
        persistence ??= 360
        break
      case 'persistence_engine':
        engine = valueOf(child)
        break
      case 'weight':
        weight = wholeOf(child, 1, 2_147_483_647) ?? weight
        break
      case 'quorum':
        quorum = wholeOf(child, 1, 2_147_483_647) ?? 1
        break
      case 'hysteresis':
        hysteresis = wholeOf(child, 0, 2_147_483_647) ?? 0
        break
      case 'ip_family':
        family = valueOf(child) === 'inet6' ? 6 : valueOf(child) === 'inet' ? 4 : undefined
        break
      case 'sorry_server':
        sorry = child
        break
      case 'sorry_server_lvs_method':
        sorryMethod = child
        break
      case 'real_server':
        realServers.push(child)
        break
      default: {
        const flag = SCHEDULER_FLAGS.find((known) => known === child.name)
        if (flag !== undefined) flags.push(flag)
      }
    }
  }
  const mode = METHODS.get(valueOf(method) ?? '')
  const tunnel = tunnelOf(method)
  const target = targetOf(directive)
  const of = { method: mode ?? 'nat', tunnel, weight } as const
  const read = realServers.map((each) => realServer(each, of))
  return {
    directive,
    target,
    title: directive.words
      .slice(1, 3)
      .map(({ text }) => text)
      .join(' '),
    protocol,
    method: mode,
    tunnel,
    scheduler,
    flags,
    onePacket,
    persistence,
    granularity,
    engine,
    quorum,
    hysteresis,
    family: target?.kind === 'address' ? familyOf(target.address) : (family ?? familyAmong(read)),
    realServers: read,
    sorryServer: sorry === undefined ? undefined : sorryServer(sorry, sorryMethod, of),
  }
}

function familyAmong(realServers: readonly KeepalivedRealServer[]): Family | undefined {
  const address = (realServers.find(({ method }) => method !== 'tun') ?? realServers[0])?.address
  return address === undefined ? undefined : familyOf(address)
}

function targetOf({ words }: Directive): KeepalivedTarget | undefined {
  const [, first, second] = words
  if (first === undefined) return undefined
  if (first.text === 'group') return second === undefined ? undefined : { kind: 'group', name: second.text }
  if (first.text === 'fwmark') {
    const mark = Number(second?.text)
    return /^\d+$/.test(second?.text ?? '') && mark <= 4_294_967_295 ? { kind: 'mark', mark } : undefined
  }
  const address = addressOf(first.text)
  const port = portOf(second?.text)
  return address === undefined || port === undefined ? undefined : { kind: 'address', address, port }
}

/** The prefix length a client mask stands for; undefined where it is none, or has holes. */
export function granularityLength(text: string, family: Family): number | undefined {
  if (family === 6) {
    const length = /^\d{1,3}$/.test(text) ? Number(text) : 0
    return length >= 1 && length <= addressBits(6) ? length : undefined
  }
  const mask = shortAddressOf(text)
  if (mask === undefined) return undefined
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits) && bits !== '0'.repeat(32)
    ? !bits.includes('0')
      ? 32
      : bits.indexOf('0')
    : undefined
}
