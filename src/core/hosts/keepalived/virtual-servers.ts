import { block, statement } from '../../formats/keepalived/writing.js'
import type { Statement, Token } from '../../formats/keepalived/writing.js'
import type { Destination, PersistenceState, VirtualService } from '../../formats/ipvs-table.js'
import { dottedMask } from '../../formats/ipvsadm.js'
import { addressBits } from '../../topology/address.js'
import type { Family } from '../../topology/address.js'
import type { Mode, SorryServer, Tunnel } from '../../topology/types.js'
import type { ServiceModel } from '../services.js'
import { CHECK_INTERVAL, checkers } from './checkers.js'

const METHOD: Readonly<Record<Mode, string>> = { nat: 'NAT', dr: 'DR', tun: 'TUN' }

/** The virtual_server of a service, as keepalived puts it into the table of IPVS; undefined where that is not known. */
export function virtualServer(service: ServiceModel, scriptUser: string): Statement | undefined {
  const { drawn, virtualService, family } = service
  if (virtualService === undefined) return undefined
  const { target, scheduler, flags, persistence, onePacket, destinations } = virtualService
  const { health, quorum, hysteresis, mode = 'nat' } = drawn
  const checks = checkers(health, scriptUser)
  const lines: Statement[] = [
    statement('delay_loop', health?.interval ?? CHECK_INTERVAL),
    statement('lvs_sched', scheduler),
    ...flags.map((flag) => statement(flag)),
    statement('lvs_method', ...methodWords(mode, drawn.tunnel)),
    ...(target.kind === 'address' ? [statement('protocol', target.protocol.toUpperCase())] : []),
    ...(target.kind === 'mark' && family === 6 ? [statement('ip_family', 'inet6')] : []),
    ...(onePacket ? [statement('ops')] : []),
    ...persistenceLines(persistence, family),
    ...(health?.startsDown === true ? [statement('alpha')] : []),
    ...(quorum === undefined ? [] : [statement('quorum', quorum)]),
    ...(hysteresis === undefined ? [] : [statement('hysteresis', hysteresis)]),
    ...sorryLines(drawn.sorryServer, virtualService, mode),
    ...destinations.map((destination) =>
      realServer(destination, { mode, tunnel: drawn.tunnel, checks }, target.kind === 'mark'),
    ),
  ]
  return block(['virtual_server', ...targetWords(virtualService)], lines)
}

function targetWords({ target }: VirtualService): Token[] {
  if (target.kind === 'mark') return ['fwmark', target.mark]
  return target.port === 0 ? [target.address] : [target.address, target.port]
}

function methodWords(mode: Mode, { type, port, checksum }: Tunnel): Token[] {
  if (mode !== 'tun' || type === 'ipip') return [METHOD[mode]]
  return [
    METHOD[mode],
    'type',
    type,
    ...(type === 'gue' && port !== undefined ? ['port', port] : []),
    checksum === 'none' ? 'nocsum' : checksum,
  ]
}

function persistenceLines(persistence: PersistenceState | undefined, family: Family): Statement[] {
  if (persistence === undefined) return []
  const { timeout, granularity, engine } = persistence
  return [
    statement('persistence_timeout', timeout),
    ...(granularity < addressBits(family)
      ? [statement('persistence_granularity', family === 6 ? granularity : dottedMask(granularity))]
      : []),
    ...(engine === undefined ? [] : [statement('persistence_engine', engine)]),
  ]
}

function sorryLines(sorry: SorryServer | undefined, { target }: VirtualService, mode: Mode): Statement[] {
  if (sorry?.address === undefined) return []
  // Only NAT rewrites ports.
  const port = target.kind === 'mark' ? 0 : mode === 'nat' ? (sorry.port ?? target.port) : target.port
  return [statement('sorry_server', sorry.address, ...(port === 0 ? [] : [port]))]
}

interface OfService {
  readonly mode: Mode
  readonly tunnel: Tunnel
  readonly checks: readonly Statement[]
}

function realServer(
  { address, port, weight, method, tunnel, upper, lower }: Destination,
  service: OfService,
  byMark: boolean,
): Statement {
  const own = method !== service.mode || (tunnel !== undefined && !sameTunnel(tunnel, service.tunnel))
  return block(
    ['real_server', address, ...(byMark || port === 0 ? [] : [port])],
    [
      statement('weight', weight),
      ...(own ? [statement('lvs_method', ...methodWords(method, tunnel ?? service.tunnel))] : []),
      ...(upper > 0 ? [statement('uthreshold', upper)] : []),
      ...(lower > 0 ? [statement('lthreshold', lower)] : []),
      ...service.checks,
    ],
  )
}

function sameTunnel(one: Tunnel, other: Tunnel): boolean {
  return one.type === other.type && one.port === other.port && one.checksum === other.checksum
}
