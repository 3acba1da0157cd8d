import { say } from '../speech/say.js'
import { addressBits, familyOf, maskLength, parseAddress, withPort } from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'
import type { Destination, PersistenceState, ServiceTarget, VirtualService } from './ipvs-table.js'
import type { Mode, Protocol, Tunnel } from '../topology/types.js'
import { PROTOCOLS, SCHEDULERS, SCHEDULER_FLAGS, TUNNEL_CHECKSUMS, TUNNEL_TYPES } from '../topology/types.js'

/**
 * The rules of ipvsadm(8) as `ipvsadm -S -n` saves and `ipvsadm -R` takes them, one invocation a line
 * (ipvsadm.c `print_service_entry`, `print_tunnel_rule`).
 */

const PROTOCOL_OPTION: Readonly<Record<Protocol, string>> = { tcp: '-t', udp: '-u', sctp: '--sctp-service' }
const METHOD_OPTION: Readonly<Record<Mode, string>> = { nat: '-m', tun: '-i', dr: '-g' }

/** `-t 192.0.2.1:80`, or `-f 17 -6`: in this order, which ipvsadm insists on. */
export function targetOptions(target: ServiceTarget): string {
  return target.kind === 'mark'
    ? `-f ${target.mark}${target.family === 6 ? ' -6' : ''}`
    : `${PROTOCOL_OPTION[target.protocol]} ${withPort(target.address, target.port)}`
}

/** Which destination of which service: `-t 192.0.2.1:80 -r 10.0.0.11:8080`. */
export function destinationKey(
  target: ServiceTarget,
  { address, port }: Pick<Destination, 'address' | 'port'>,
): string {
  return `${targetOptions(target)} -r ${withPort(address, port)}`
}

/** `-s rr -p 300 -M 255.255.255.0`, written as `-S` writes it, so that two equal services have equal texts. */
export function serviceOptions(service: Omit<VirtualService, 'destinations'>): string {
  const words = ['-s', service.scheduler]
  if (service.persistence !== undefined)
    words.push(...persistenceOptions(service.persistence, familyOfTarget(service.target)))
  if (service.onePacket) words.push('-o')
  // Sorted, because the kernel keeps bits and prints them in an order of its own.
  if (service.flags.length > 0) words.push('-b', [...service.flags].sort().join(','))
  return words.join(' ')
}

function persistenceOptions({ timeout, granularity, engine }: PersistenceState, family: Family): string[] {
  const words = ['-p', String(timeout)]
  if (granularity < addressBits(family))
    words.push('-M', family === 6 ? String(granularity) : dottedMask(granularity))
  if (engine !== undefined) words.push('--pe', engine)
  return words
}

/** `-g -w 1`, with tunnel and thresholds where they are not the default. */
export function destinationOptions(destination: Destination): string {
  const { method, weight, upper, lower, tunnel } = destination
  const words = [METHOD_OPTION[method], '-w', String(weight)]
  if (upper > 0 || lower > 0) words.push('-x', String(upper), '-y', String(lower))
  if (tunnel !== undefined) words.push(...tunnelOptions(tunnel))
  return words.join(' ')
}

function tunnelOptions({ type, port, checksum }: Tunnel): string[] {
  const words = ['--tun-type', type]
  if (type === 'gue' && port !== undefined) words.push('--tun-port', String(port))
  if (type !== 'ipip') words.push(checksum === 'none' ? '--tun-nocsum' : `--tun-${checksum}`)
  return words
}

/** Every rule of a table, services before their destinations, as `ipvsadm -R` takes them. */
export function printRules(services: readonly VirtualService[]): string {
  return services
    .flatMap((service) => {
      const target = targetOptions(service.target)
      return [
        `-A ${target} ${serviceOptions(service)}`,
        ...service.destinations.map(
          (destination) =>
            `-a ${target} -r ${withPort(destination.address, destination.port)} ${destinationOptions(destination)}`,
        ),
      ]
    })
    .map((line) => `${line}\n`)
    .join('')
}

/** A saved table, and the lines that could not be read, with the reason. */
export interface ParsedRules {
  readonly services: readonly VirtualService[]
  readonly unread: readonly { readonly line: number; readonly text: string; readonly reason: string }[]
}

/** Reads what `ipvsadm -S -n` prints. Lines it cannot take are reported, the rest is read. */
export function parseRules(text: string): ParsedRules {
  const services = new Map<string, { service: VirtualService; destinations: Destination[] }>()
  const unread: { line: number; text: string; reason: string }[] = []
  text.split('\n').forEach((line, index) => {
    const words = line.trim().split(/\s+/)
    if (words[0] === 'ipvsadm') words.shift()
    if (words.length === 0 || words[0] === '') return
    const rule = parseRule(words)
    if (typeof rule === 'string') {
      unread.push({ line: index + 1, text: line, reason: rule })
      return
    }
    const key = targetOptions(rule.target)
    if (rule.kind === 'service') {
      services.set(key, { service: rule.service, destinations: [] })
      return
    }
    const known = services.get(key)
    if (known === undefined)
      unread.push({ line: index + 1, text: line, reason: say`its service is not defined before it` })
    else known.destinations.push(rule.destination)
  })
  return {
    services: [...services.values()].map(({ service, destinations }) => ({ ...service, destinations })),
    unread,
  }
}

type Rule =
  | { readonly kind: 'service'; readonly target: ServiceTarget; readonly service: VirtualService }
  | { readonly kind: 'destination'; readonly target: ServiceTarget; readonly destination: Destination }

function parseRule(words: readonly string[]): Rule | string {
  const [command, ...rest] = words
  if (command !== '-A' && command !== '-a') return say`"${command ?? ''}" is not -A or -a`
  const options = new Map<string, string>()
  for (let at = 0; at < rest.length; at++) {
    const option = rest[at] ?? ''
    if (FLAG_OPTIONS.has(option)) options.set(option, '')
    else if (VALUE_OPTIONS.has(option)) options.set(option, rest[++at] ?? '')
    else return say`the option "${option}" is not known`
  }
  const target = parseTarget(options)
  if (typeof target === 'string') return target
  return command === '-A' ? parseService(target, options) : parseDestination(target, options)
}

const FLAG_OPTIONS: ReadonlySet<string> = new Set([
  '-6',
  '-o',
  '-m',
  '-i',
  '-g',
  '--tun-nocsum',
  '--tun-csum',
  '--tun-remcsum',
])
const VALUE_OPTIONS: ReadonlySet<string> = new Set([
  '-t',
  '-u',
  '--sctp-service',
  '-f',
  '-s',
  '-p',
  '-M',
  '--pe',
  '-b',
  '-r',
  '-w',
  '-x',
  '-y',
  '--tun-type',
  '--tun-port',
])

function parseTarget(options: ReadonlyMap<string, string>): ServiceTarget | string {
  const mark = options.get('-f')
  if (mark !== undefined) return { kind: 'mark', mark: Number(mark), family: options.has('-6') ? 6 : 4 }
  for (const protocol of PROTOCOLS) {
    const text = options.get(PROTOCOL_OPTION[protocol])
    if (text === undefined) continue
    const at = parseAddressAndPort(text)
    return at === undefined ? say`"${text}" is not address:port` : { kind: 'address', protocol, ...at }
  }
  return say`it names no service (-t, -u, --sctp-service or -f)`
}

function parseService(target: ServiceTarget, options: ReadonlyMap<string, string>): Rule | string {
  const scheduler = SCHEDULERS.find((name) => name === (options.get('-s') ?? 'wlc'))
  if (scheduler === undefined) return say`the scheduler "${options.get('-s') ?? ''}" is not known`
  const timeout = options.get('-p')
  const family = familyOfTarget(target)
  const flags = (options.get('-b') ?? '').split(',')
  return {
    kind: 'service',
    target,
    service: {
      target,
      scheduler,
      flags: SCHEDULER_FLAGS.filter((flag) => flags.includes(flag)),
      persistence:
        timeout === undefined
          ? undefined
          : {
              timeout: Number(timeout),
              granularity: maskLength(options.get('-M'), family),
              engine: options.get('--pe') === 'sip' ? 'sip' : undefined,
            },
      onePacket: options.has('-o'),
      destinations: [],
    },
  }
}

function parseDestination(target: ServiceTarget, options: ReadonlyMap<string, string>): Rule | string {
  const text = options.get('-r') ?? ''
  const at = parseAddressAndPort(text)
  if (at === undefined) return say`"${text}" is not address:port`
  const method: Mode = options.has('-m') ? 'nat' : options.has('-i') ? 'tun' : 'dr'
  const type = TUNNEL_TYPES.find((name) => name === (options.get('--tun-type') ?? 'ipip')) ?? 'ipip'
  const checksum = TUNNEL_CHECKSUMS.find((name) => options.has(`--tun-${name}`)) ?? 'none'
  const port = options.get('--tun-port')
  return {
    kind: 'destination',
    target,
    destination: {
      ...at,
      method,
      weight: Number(options.get('-w') ?? 1),
      upper: Number(options.get('-x') ?? 0),
      lower: Number(options.get('-y') ?? 0),
      tunnel:
        method === 'tun'
          ? { type, port: port === undefined ? undefined : Number(port), checksum }
          : undefined,
    },
  }
}

/** `192.0.2.1:80` or `[2001:db8::1]:80`. */
export function parseAddressAndPort(text: string): { address: IpAddress; port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)
  const address = parseAddress(match?.[1] ?? match?.[2] ?? '')
  const port = Number(match?.[3])
  return address === undefined || !(port <= 65_535) ? undefined : { address, port }
}

function familyOfTarget(target: ServiceTarget): Family {
  return target.kind === 'mark' ? target.family : familyOf(target.address)
}

/** `255.255.255.0` of 24. */
export function dottedMask(prefix: number): string {
  return [0, 8, 16, 24].map((from) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefix - from)))).join('.')
}
