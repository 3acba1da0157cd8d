import { addressBits, addressKind, familyOf, maskLength, parseAddress } from '../../topology/address.js'
import type { Family, IpAddress } from '../../topology/address.js'
import type { Span } from '../../topology/position.js'
import {
  PROTOCOLS,
  SCHEDULERS,
  SCHEDULER_FLAGS,
  TUNNEL_CHECKSUMS,
  TUNNEL_TYPES,
} from '../../topology/types.js'
import type { Mode, Scheduler, Tunnel } from '../../topology/types.js'
import { targetOptions } from '../ipvsadm.js'
import type { Destination, ServiceTarget, VirtualService } from '../ipvs-table.js'
import type { TextProblem } from '../text-problem.js'
import { readInvocation } from './invocation.js'
import type { Given, Invocation } from './invocation.js'

export type IpvsadmProblemCode =
  | 'IPVS-SYNTAX'
  | 'IPVS-COMMENT'
  | 'IPVS-NAME'
  | 'IPVS-VALUE'
  | 'IPVS-ORDER'
  | 'DUP-VS'
  | 'DUP-RS'
  | 'DR-PORT'
  | 'TUN-PORT'
  | 'TUN-FAM'
  | 'TUN-GUE'
  | 'THRESH'
  | 'OPS-UDP'
  | 'PERSIST0'
  | 'SCHED-FLAGS'
  | 'RS-ADDR'

/** The table that rules make, and where in the text each part of it comes from. */
export interface IpvsadmRules {
  readonly services: readonly PlacedService[]
  readonly problems: readonly TextProblem<IpvsadmProblemCode>[]
}

export interface PlacedService extends VirtualService {
  readonly span: Span
  readonly destinations: readonly PlacedDestination[]
}

export interface PlacedDestination extends Destination {
  readonly span: Span
}

interface Building {
  service: VirtualService
  readonly span: Span
  readonly destinations: Map<string, PlacedDestination>
}

/** Reads rules as `ipvsadm -S` writes and `ipvsadm -R` takes them, or a script of calls. Never throws. */
export function readRules(text: string): IpvsadmRules {
  const problems: TextProblem<IpvsadmProblemCode>[] = []
  const services = new Map<string, Building>()
  const tell: Tell = (code, span, message, newText) => {
    const fixes =
      newText === undefined
        ? []
        : [{ title: newText === '' ? 'Take it out' : `Write ${newText}`, edits: [{ span, newText }] }]
    if (problems.length < MAX_PROBLEMS) problems.push({ code, span, message, fixes })
  }
  // A script may hold anything; only its calls of ipvsadm are looked at.
  const script = text.startsWith('#!')
  for (let at = 0; at < text.length;) {
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    readLine(text, at, end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end, script, services, tell)
    at = end + 1
  }
  return {
    problems,
    services: [...services.values()].map(({ service, span, destinations }) => ({
      ...service,
      span,
      destinations: [...destinations.values()],
    })),
  }
}

const MAX_PROBLEMS = 2_000

type Tell = (code: IpvsadmProblemCode, span: Span, message: string, newText?: string) => void

function readLine(
  text: string,
  start: number,
  end: number,
  script: boolean,
  services: Map<string, Building>,
  tell: Tell,
): void {
  const line = text.slice(start, end)
  const inked = line.trim()
  if (inked === '') return
  const from = start + line.indexOf(inked.charAt(0))
  if (inked.startsWith('#')) {
    if (!script)
      tell(
        'IPVS-COMMENT',
        { start: from, end: from + inked.length },
        'ipvsadm -R knows no comments: it ends here, and the rest of the table is lost. ipvsadm-restore takes out lines that begin with #',
      )
    return
  }
  if (script && !/(^|\/|\s)ipvsadm\s/.test(line)) return
  const begin = script ? start + Math.max(0, line.search(/\S*ipvsadm\s/)) : start
  if (/[$`]/.test(line)) {
    tell(
      'IPVS-NAME',
      { start: from, end: from + inked.length },
      'what the shell puts in here is not known; the line was not read',
    )
    return
  }
  const faults: Span[] = []
  const invocation = readInvocation(text, begin, end, (span, message) => {
    faults.push(span)
    tell('IPVS-SYNTAX', span, message)
  })
  if (invocation?.command === undefined || faults.length > 0) return
  carryOut(invocation, invocation.command, services, tell)
}

function carryOut(invocation: Invocation, command: Given, services: Map<string, Building>, tell: Tell): void {
  const { span } = invocation
  switch (command.name) {
    case 'C':
      services.clear()
      return
    case 'A':
    case 'E':
    case 'D':
    case 'a':
    case 'e':
    case 'd':
      break
    default:
      return
  }
  const target = targetOf(invocation, tell)
  if (target === undefined) return
  const key = targetOptions(target)
  const known = services.get(key)
  switch (command.name) {
    case 'A': {
      if (known !== undefined) {
        tell(
          'DUP-VS',
          span,
          `${key} is there already: the kernel answers "Service already exists", and ipvsadm -R goes on`,
        )
        return
      }
      const service = serviceOf(invocation, target, tell)
      if (service !== undefined) services.set(key, { service, span, destinations: new Map() })
      return
    }
    case 'E':
    case 'D':
      if (known === undefined)
        tell('IPVS-ORDER', span, `${key} is not there: the kernel answers "No such service"`)
      else if (command.name === 'D') services.delete(key)
      else known.service = serviceOf(invocation, target, tell) ?? known.service
      return
    default:
      if (known === undefined) {
        tell('IPVS-ORDER', span, `${key} is not there when its real server is named: "Service not defined"`)
        return
      }
      serve(invocation, command.name, known, tell)
  }
}

function serve(invocation: Invocation, command: string, known: Building, tell: Tell): void {
  const given = invocation.options.get('r')
  if (given?.value === undefined) {
    tell('IPVS-SYNTAX', invocation.span, 'no real server is named: -r is missing')
    return
  }
  const destination = destinationOf(invocation, given, known.service.target, tell)
  if (destination === undefined) return
  const at = `${destination.address} ${destination.port}`
  const before = known.destinations.get(at)
  if (command === 'd') {
    known.destinations.delete(at)
    return
  }
  if (command === 'a' && before !== undefined) {
    tell(
      'DUP-RS',
      given.value.span,
      `${destination.address} port ${destination.port} is in this service already: "Destination already exists"`,
    )
    return
  }
  known.destinations.set(at, destination)
}

function targetOf({ options, span }: Invocation, tell: Tell): ServiceTarget | undefined {
  const given = ['t', 'u', 'sctp-service', 'f'].flatMap((name) => options.get(name) ?? [])
  const [first, second] = given
  if (first?.value === undefined) {
    tell('IPVS-SYNTAX', span, 'no service is named: -t, -u, --sctp-service or -f is missing')
    return undefined
  }
  if (second !== undefined) {
    tell('IPVS-SYNTAX', second.span, 'one call is for one service')
    return undefined
  }
  const { text, span: at } = first.value
  const six = options.get('6')
  if (first.name === 'f') {
    const mark = Number(text)
    if (!/^\d+$/.test(text) || mark < 1 || mark > 4_294_967_295) {
      tell('IPVS-VALUE', at, `a firewall mark is a whole number from 1 to 4294967295, not "${text}"`)
      return undefined
    }
    if (six !== undefined && six.span.start < first.span.start)
      tell('IPVS-ORDER', six.span, '-6 must stand behind -f')
    return { kind: 'mark', mark, family: six === undefined ? 4 : 6 }
  }
  const place = placeOf(text, at, true, tell)
  const protocol = first.name === 't' ? PROTOCOLS[0] : first.name === 'u' ? PROTOCOLS[1] : PROTOCOLS[2]
  return place === undefined ? undefined : { kind: 'address', protocol, ...place }
}

/** `192.0.2.1:80`, `[2001:db8::1]:80`; without a port every one is meant. */
function placeOf(
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
    tell('IPVS-VALUE', span, `"${text}" is not address:port`)
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
        `"${text}" is looked up when the rules are loaded: without a resolver the line is lost. "ipvsadm -S -n" writes numbers`,
      )
    else tell('IPVS-VALUE', span, `"${portText ?? ''}" is no port`)
    return undefined
  }
  if (
    portText === undefined &&
    needsPort &&
    text.includes(':') &&
    familyOf(address) === 6 &&
    match[1] === undefined
  ) {
    tell('IPVS-VALUE', span, 'an IPv6 address with a port stands in brackets', `[${address}]:80`)
  }
  return { address, port }
}

function numberOf(given: Given | undefined, least: number, most: number, absent: number, tell: Tell): number {
  if (given?.value === undefined) return absent
  const { text, span } = given.value
  if (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text)
  tell('IPVS-VALUE', span, `a whole number from ${least} to ${most} is wanted, not "${text}"`)
  return absent
}

function serviceOf(
  { options, span }: Invocation,
  target: ServiceTarget,
  tell: Tell,
): VirtualService | undefined {
  const family: Family = target.kind === 'mark' ? target.family : familyOf(target.address)
  const named = options.get('s')?.value
  const scheduler: Scheduler | undefined =
    named === undefined ? 'wlc' : SCHEDULERS.find((name) => name === named.text)
  if (scheduler === undefined) {
    tell('IPVS-VALUE', named?.span ?? span, `the kernel has no scheduler "${named?.text ?? ''}"`)
    return undefined
  }
  const lasting = options.get('p')
  const mask = options.get('M')
  const timeout = numberOf(lasting, 1, 2_678_400, 360, tell)
  const onePacket = options.get('o')
  if (onePacket !== undefined && target.kind === 'address' && target.protocol !== 'udp') {
    tell('OPS-UDP', onePacket.span, 'one-packet scheduling is for UDP only')
  }
  if (target.kind === 'address' && target.port === 0 && lasting === undefined) {
    tell('PERSIST0', span, 'a service for every port must be persistent: -p is missing')
  }
  if (mask !== undefined && lasting === undefined)
    tell('IPVS-SYNTAX', mask.span, 'a mask belongs to persistence: -p is missing')
  const granularity = mask?.value === undefined ? addressBits(family) : maskLength(mask.value.text, family)
  if (mask?.value !== undefined && !maskIsRight(mask.value.text, family)) {
    tell(
      'IPVS-VALUE',
      mask.value.span,
      family === 4
        ? `"${mask.value.text}" is no dotted mask`
        : `"${mask.value.text}" is no prefix length from 1 to 128`,
    )
  }
  const flagText = options.get('b')?.value
  const flags = (flagText?.text ?? '').split(',').filter((flag) => flag !== '')
  for (const flag of flags) {
    const known = SCHEDULER_FLAGS.some((name) => name === flag)
    const of: string = flag.startsWith('sh-') ? 'sh' : flag.startsWith('mh-') ? 'mh' : scheduler
    if (!known || of !== scheduler)
      tell(
        'SCHED-FLAGS',
        flagText?.span ?? span,
        known
          ? `${flag} belongs to the scheduler ${of}, and this is ${scheduler}`
          : `"${flag}" is no flag of a scheduler`,
      )
  }
  return {
    target,
    scheduler,
    flags: SCHEDULER_FLAGS.filter((flag) => flags.includes(flag)),
    persistence:
      lasting === undefined
        ? undefined
        : { timeout, granularity, engine: options.get('pe')?.value?.text === 'sip' ? 'sip' : undefined },
    onePacket: onePacket !== undefined,
    destinations: [],
  }
}

function maskIsRight(text: string, family: Family): boolean {
  if (family === 6) return /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 128
  return parseAddress(text) !== undefined && familyOf(parseAddress(text) ?? ('' as IpAddress)) === 4
}

function destinationOf(
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
    tell('IPVS-SYNTAX', methods[1].span, 'a real server has one forwarding method')
  const own = target.kind === 'mark' ? 0 : target.port
  const said = /\]:|^[^:]*:[^:]*$/.test(value.text)
  let { port } = place
  if (!said) port = own
  if (method !== 'nat' && port !== own) {
    tell(
      method === 'dr' ? 'DR-PORT' : 'TUN-PORT',
      value.span,
      `ipvsadm takes port ${own} instead of ${port} and says nothing: only NAT can change the port`,
    )
    port = own
  }
  const family: Family = target.kind === 'mark' ? target.family : familyOf(target.address)
  if (familyOf(place.address) !== family && method !== 'tun') {
    tell(
      'TUN-FAM',
      value.span,
      'real server and service are of different families, which only a tunnel can join',
    )
  }
  const kind = addressKind(place.address)
  if (kind === 'multicast' || kind === 'broadcast' || kind === 'unspecified') {
    tell('RS-ADDR', value.span, `${place.address} is no address of one host; the kernel refuses it`)
  }
  const upper = numberOf(options.get('x'), 0, 4_294_967_295, 0, tell)
  const lower = numberOf(options.get('y'), 0, 4_294_967_295, 0, tell)
  const low = options.get('y')
  if (low !== undefined && lower > upper)
    tell(
      'THRESH',
      low.value?.span ?? low.span,
      `a lower threshold of ${lower} is above the upper one of ${upper}: "Numerical result out of range"`,
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
      `"${named?.text ?? ''}" is no type of tunnel; ipip, gue and gre are`,
    )
  const portGiven = options.get('tun-port')
  const port = portGiven === undefined ? undefined : numberOf(portGiven, 1, 65_535, 0, tell) || undefined
  if (type === 'gue' && portGiven === undefined) tell('TUN-GUE', span, 'a gue tunnel needs --tun-port')
  const checksum = TUNNEL_CHECKSUMS.find((name) => options.has(`tun-${name}`)) ?? 'none'
  return { type: type ?? 'ipip', port, checksum }
}
