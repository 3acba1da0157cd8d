import { say } from '../../speech/say.js'
import { addressBits, familyOf, maskLength, parseAddress } from '../../topology/address.js'
import type { Family } from '../../topology/address.js'
import { PROTOCOLS, SCHEDULERS, SCHEDULER_FLAGS } from '../../topology/types.js'
import type { Scheduler } from '../../topology/types.js'
import type { ServiceTarget, VirtualService } from '../ipvs-table.js'
import type { Invocation } from './invocation.js'
import type { Tell } from './problem.js'
import { numberOf, placeOf } from './value.js'

export function targetOf({ options, span }: Invocation, tell: Tell): ServiceTarget | undefined {
  const given = ['t', 'u', 'sctp-service', 'f'].flatMap((name) => options.get(name) ?? [])
  const [first, second] = given
  if (first?.value === undefined) {
    tell('IPVS-SYNTAX', span, say`no service is named: -t, -u, --sctp-service or -f is missing`)
    return undefined
  }
  if (second !== undefined) {
    tell('IPVS-SYNTAX', second.span, say`one call is for one service`)
    return undefined
  }
  const { text, span: at } = first.value
  const six = options.get('6')
  if (first.name === 'f') {
    const mark = Number(text)
    if (!/^\d+$/.test(text) || mark < 1 || mark > 4_294_967_295) {
      tell('IPVS-VALUE', at, say`a firewall mark is a whole number from 1 to 4294967295, not "${text}"`)
      return undefined
    }
    if (six !== undefined && six.span.start < first.span.start)
      tell('IPVS-ORDER', six.span, say`-6 must stand behind -f`)
    return { kind: 'mark', mark, family: six === undefined ? 4 : 6 }
  }
  const place = placeOf(text, at, true, tell)
  const protocol = first.name === 't' ? PROTOCOLS[0] : first.name === 'u' ? PROTOCOLS[1] : PROTOCOLS[2]
  return place === undefined ? undefined : { kind: 'address', protocol, ...place }
}

export function serviceOf(
  { options, span }: Invocation,
  target: ServiceTarget,
  tell: Tell,
): VirtualService | undefined {
  const family: Family = target.kind === 'mark' ? target.family : familyOf(target.address)
  const named = options.get('s')?.value
  const scheduler: Scheduler | undefined =
    named === undefined ? 'wlc' : SCHEDULERS.find((name) => name === named.text)
  if (scheduler === undefined) {
    tell('IPVS-VALUE', named?.span ?? span, say`the kernel has no scheduler "${named?.text ?? ''}"`)
    return undefined
  }
  const lasting = options.get('p')
  const mask = options.get('M')
  const timeout = numberOf(lasting, 1, 2_678_400, 360, tell)
  const onePacket = options.get('o')
  if (onePacket !== undefined && target.kind === 'address' && target.protocol !== 'udp') {
    tell('OPS-UDP', onePacket.span, say`one-packet scheduling is for UDP only`)
  }
  if (target.kind === 'address' && target.port === 0 && lasting === undefined) {
    tell('PERSIST0', span, say`a service for every port must be persistent: -p is missing`)
  }
  if (mask !== undefined && lasting === undefined)
    tell('IPVS-SYNTAX', mask.span, say`a mask belongs to persistence: -p is missing`)
  const granularity = mask?.value === undefined ? addressBits(family) : maskLength(mask.value.text, family)
  if (mask?.value !== undefined && !maskIsRight(mask.value.text, family)) {
    tell(
      'IPVS-VALUE',
      mask.value.span,
      family === 4
        ? say`"${mask.value.text}" is no dotted mask`
        : say`"${mask.value.text}" is no prefix length from 1 to 128`,
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
          ? say`${flag} belongs to the scheduler ${of}, and this is ${scheduler}`
          : say`"${flag}" is no flag of a scheduler`,
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
  const mask = parseAddress(text)
  return mask !== undefined && familyOf(mask) === 4
}
