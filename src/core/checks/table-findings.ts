import type { Destination, VirtualService } from '../formats/ipvs-table.js'
import { targetText } from '../hosts/needs.js'
import { SCHEDULER_FACTS } from '../hosts/schedulers.js'
import { isFtp } from '../hosts/service-needs.js'
import { say } from '../speech/say.js'
import { addressKind, withPort } from '../topology/address.js'
import type { Scheduler } from '../topology/types.js'
import { ONE_SOCKET } from './one-socket.js'
import {
  byClientAddress,
  byDestination,
  dataNotFound,
  ignoresWeights,
  needsTwos,
  neverOverflows,
  notToLoopback,
  overflowsAtOnce,
  refusalReasons,
  refusedByHash,
  refusedWithoutFallback,
  repliesAsThemselves,
  sendersStay,
} from './table-wording.js'
import { listed } from './wording.js'

/** What the catalogue says of an entry of the IPVS table, whatever file makes it. */
export interface TableFinding {
  readonly code: string
  readonly message: string
  /** What of the entry it is about. */
  readonly at: 'service' | 'scheduler' | 'one-packet' | Destination
  /** Schedulers that would do. */
  readonly schedulers?: readonly Scheduler[]
}

/** Every rule about clusters that the table alone decides. */
export function tableFindings(service: VirtualService): TableFinding[] {
  return [...ofScheduler(service), ...ofHash(service), ...ofForwarding(service), ...ofSenders(service)]
}

function ofScheduler(service: VirtualService): TableFinding[] {
  const { target, scheduler, destinations } = service
  const name = targetText(target)
  const { by, weighted, weights, countsUdp } = SCHEDULER_FACTS[scheduler]
  const found: TableFinding[] = []
  const tell = (code: string, message: string, schedulers: readonly Scheduler[]): void => {
    found.push({ code, message, at: 'scheduler', schedulers })
  }
  if (by === 'destination' && target.kind === 'address' && destinations.length > 1)
    tell('SCHED-DST', byDestination(scheduler, target.address, name), ['wlc', 'sh'])
  const different = new Set(destinations.map(({ weight }) => weight).filter((weight) => weight > 0))
  if (weighted !== undefined && different.size > 1)
    tell('SCHED-W', ignoresWeights(scheduler, name, weighted), [weighted])
  if (weights === 'connections' && destinations.length > 0) {
    if (!countsUdp && target.kind === 'address' && target.protocol === 'udp')
      tell('SCHED-OVF', neverOverflows(scheduler, name), ['wlc'])
    else if (Math.max(...different, 0) === 1) tell('SCHED-OVF', overflowsAtOnce(scheduler, name), ['wlc'])
  }
  if (scheduler === 'twos') tell('SCHED-TWOS', needsTwos(name, say`its director`), ['wlc'])
  return found
}

/** Schedulers that lead a client by a hash. */
function ofHash({ target, scheduler, flags: own, destinations }: VirtualService): TableFinding[] {
  const { flags } = SCHEDULER_FACTS[scheduler]
  if (flags === undefined && scheduler !== 'dh') return []
  const name = targetText(target)
  const found: TableFinding[] = []
  // flag-1 and flag-2 are the same bits by their general names.
  if (flags !== undefined && !own.includes(flags.port) && !own.includes('flag-2') && destinations.length > 1)
    found.push({ code: 'SCHED-HASH', message: byClientAddress(scheduler, name), at: 'scheduler' })
  if (flags !== undefined && (own.includes(flags.fallback) || own.includes('flag-1'))) return found
  const refusing = destinations.filter(
    ({ weight, upper }) => (weight === 0 && scheduler !== 'mh') || (weight > 0 && upper > 0),
  )
  if (refusing.length === 0 || destinations.every(({ weight }) => weight === 0)) return found
  const [names, why] = [listed(refusing.map(titleOf)), refusalReasons(refusing)]
  const message =
    flags === undefined
      ? refusedByHash(name, names, why)
      : refusedWithoutFallback(name, names, why, flags.fallback)
  const more = flags === undefined ? { schedulers: ['wlc'] as const } : {}
  return [...found, { code: 'SCHED-FALLBACK', message, at: 'scheduler', ...more }]
}

function ofForwarding({ target, persistence, onePacket, destinations }: VirtualService): TableFinding[] {
  const name = targetText(target)
  const found: TableFinding[] = []
  const natted = destinations.filter(({ method }) => method === 'nat')
  if (onePacket && natted.length > 0 && target.kind === 'address' && target.protocol === 'udp')
    found.push({
      code: 'NAT-OPS',
      message: repliesAsThemselves(name, listed(natted.map(titleOf))),
      at: 'one-packet',
    })
  for (const destination of natted) {
    if (addressKind(destination.address) !== 'loopback') continue
    const message = notToLoopback(destination.address, name, titleOf(destination), say`the director`)
    found.push({ code: 'NAT-LOOP127', message, at: destination })
  }
  const direct = destinations.filter(({ method }) => method !== 'nat')
  if (target.kind === 'address' && isFtp(target) && persistence === undefined && direct.length > 0)
    found.push({ code: 'NAT-FTP', message: dataNotFound(name, listed(direct.map(titleOf))), at: 'service' })
  return found
}

function ofSenders({ target, persistence, onePacket, destinations }: VirtualService): TableFinding[] {
  if (target.kind !== 'address' || target.protocol !== 'udp') return []
  const what = ONE_SOCKET.get(target.port)
  if (what === undefined || onePacket || persistence !== undefined || destinations.length < 2) return []
  return [{ code: 'UDP-STICK', message: sendersStay(what, targetText(target)), at: 'service' }]
}

function titleOf({ address, port }: Destination): string {
  return withPort(address, port)
}
