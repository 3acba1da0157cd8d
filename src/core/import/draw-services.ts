import { addressBits, familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Written } from '../topology/edit.js'
import type { Mode, Tunnel } from '../topology/types.js'
import type { Destination } from '../formats/ipvs-table.js'
import { dottedMask } from '../formats/ipvsadm.js'
import type { FoundHealth, ImportNote } from './found.js'
import type { DrawnHost, DrawnHosts } from './draw-hosts.js'
import type { JoinedService } from './join.js'
import type { Masquerading } from './masquerading.js'
import { standsOnSegment } from './segments.js'

/** A service as it is written, and what about it is assumed. */
export interface DrawnService {
  readonly value: ReadonlyMap<string, Written>
  readonly realServers: ReadonlyMap<string, ReadonlyMap<string, Written>>
  readonly assumed: readonly string[]
}

/** What the file says of a service: its keys in the order people write them, nothing that is the default. */
export function drawService(
  service: JoinedService,
  { ownerOf }: DrawnHosts,
  { usual, masquerading }: { readonly usual: Mode; readonly masquerading: Masquerading | undefined },
  notes: ImportNote[],
): DrawnService {
  const { target, destinations, directors, scheduler, flags, persistence, onePacket, marked } = service
  const assumed: string[] = []
  const mode = mostUsed(destinations.map(({ method }) => method)) ?? usual
  if (destinations.length === 0) assumed.push('the mode, as there are no real servers')
  const tunnel = destinations.find(({ method }) => method === 'tun')?.tunnel
  const value = new Map<string, Written>([['mode', mode]])
  const [first, second] = directors
  if (first !== undefined) value.set('director', second === undefined ? first : directors)
  const vip = target.kind === 'address' ? target.address : marked?.vip
  if (vip !== undefined) value.set('vip', vip)
  if (target.kind === 'mark') value.set('mark', target.mark)
  const protocol = target.kind === 'address' ? target.protocol : marked?.protocol
  if (protocol !== undefined && protocol !== 'tcp') value.set('protocol', protocol)
  if (target.kind === 'address') value.set('port', target.port)
  else if (marked !== undefined && marked.ports.length > 0) value.set('ports', marked.ports)
  value.set('scheduler', scheduler)
  if (flags.length > 0) value.set('flags', flags)
  if (persistence !== undefined) {
    const { timeout, granularity, engine } = persistence
    const family = target.kind === 'mark' ? target.family : familyOf(target.address)
    const said = new Map<string, Written>([['timeout', timeout]])
    if (granularity < addressBits(family))
      said.set('netmask', family === 4 ? dottedMask(granularity) : String(granularity))
    if (engine !== undefined) said.set('engine', engine)
    value.set('persistence', said)
  }
  if (masquerading !== undefined) value.set('masquerade', true)
  if (masquerading === 'assumed')
    assumed.push('that this and others are masqueraded, whose real servers are on no network of the director')
  if (onePacket) value.set('one-packet', true)
  if (tunnel !== undefined && !isUsual(tunnel)) value.set('tunnel', tunnelValue(tunnel))
  const { sorryServer, health } = service
  if (sorryServer !== undefined && !standsOnSegment(sorryServer.address)) {
    const { source, line } = service
    const message = `the sorry server ${sorryServer.address} is the director itself, which a topology cannot have for one; give an address of its own`
    notes.push({ code: 'IMPORT-LOST', source, line, message })
  } else if (sorryServer !== undefined) {
    const said = new Map<string, Written>([['address', sorryServer.address]])
    if (sorryServer.port !== undefined) said.set('port', sorryServer.port)
    value.set('sorry-server', said)
  }
  if (health?.type !== undefined) value.set('health', healthValue(health))
  if (service.quorum !== undefined) value.set('quorum', service.quorum)
  if (service.hysteresis !== undefined) value.set('hysteresis', service.hysteresis)
  const realServers = new Map<string, ReadonlyMap<string, Written>>()
  for (const destination of destinations) {
    const host = ownerOf(destination.address) ?? localTo(destination.address, first)
    if (host === undefined || realServers.has(host.name)) {
      tellLeftOut(service, destination, host?.name, notes)
      continue
    }
    realServers.set(host.name, realServerValue(destination, host, service, mode, tunnel))
  }
  return { value, realServers, assumed }
}

function healthValue(health: FoundHealth): ReadonlyMap<string, Written> {
  const { status = [], startsDown = false } = health
  const said = new Map<string, Written>()
  const keys = [
    'type',
    'path',
    'interval',
    'timeout',
    'retries',
    ['retry-delay', 'retryDelay'],
    'port',
    'host',
  ] as const
  for (const key of [...keys, 'name', 'record', 'helo', 'send', 'expect', 'command'] as const) {
    const [word, field] = typeof key === 'string' ? [key, key] : key
    const value = health[field]
    if (value !== undefined) said.set(word, value)
  }
  if (status.length > 0) said.set('status', status.length === 1 ? (status[0] ?? '') : status)
  if (startsDown) said.set('starts-down', true)
  return said
}

/** 127.0.0.1 and its like are the director's own. */
function localTo(address: IpAddress, director: string | undefined): LocalHost | undefined {
  const local = /^127\.|^::1$/.test(address)
  return local && director !== undefined ? { name: director, interfaces: [] } : undefined
}

type LocalHost = Pick<DrawnHost, 'name' | 'interfaces'>

function realServerValue(
  { address, port, method, weight, upper, lower, tunnel: own }: Destination,
  host: LocalHost,
  { target }: JoinedService,
  mode: Mode,
  tunnel: Tunnel | undefined,
): ReadonlyMap<string, Written> {
  const value = new Map<string, Written>()
  const alike = host.interfaces
    .flatMap(({ addresses }) => addresses)
    .filter((each) => familyOf(each) === familyOf(address))
  if (alike.length !== 1) value.set('address', address)
  if (target.kind === 'address' && method === 'nat' && port !== target.port) value.set('port', port)
  if (weight !== 1) value.set('weight', weight)
  if (method !== mode) value.set('mode', method)
  if (upper > 0 || lower > 0) {
    value.set('thresholds', new Map<string, Written>([['upper', upper], ...lowerEntry(lower)]))
  }
  if (own !== undefined && tunnel !== undefined && !sameTunnel(own, tunnel))
    value.set('tunnel', tunnelValue(own))
  return value
}

function lowerEntry(lower: number): [string, Written][] {
  return lower > 0 ? [['lower', lower]] : []
}

function tellLeftOut(
  { source, line }: JoinedService,
  { address, port }: Destination,
  host: string | undefined,
  notes: ImportNote[],
): void {
  notes.push({
    code: 'IMPORT-LOST',
    source,
    line,
    message:
      host === undefined
        ? `the real server ${address} is left out: it is no address of one host`
        : `the real server ${address} port ${port} is left out: ${host} serves here at another port already, and a topology has a host once in a service`,
  })
}

function mostUsed(modes: readonly Mode[]): Mode | undefined {
  const counts = new Map<Mode, number>()
  for (const mode of modes) counts.set(mode, (counts.get(mode) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}

function isUsual({ type, checksum }: Tunnel): boolean {
  return type === 'ipip' && checksum === 'none'
}

function sameTunnel(a: Tunnel, b: Tunnel): boolean {
  return a.type === b.type && a.port === b.port && a.checksum === b.checksum
}

function tunnelValue({ type, port, checksum }: Tunnel): ReadonlyMap<string, Written> {
  const value = new Map<string, Written>([['type', type]])
  if (port !== undefined) value.set('port', port)
  if (checksum !== 'none') value.set('checksum', checksum)
  return value
}
