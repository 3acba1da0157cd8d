import { say } from '../../speech/say.js'
import { addressBits, familyOf, maskLength, parseAddress } from '../../topology/address.js'
import type { Family, IpAddress } from '../../topology/address.js'
import { SCHEDULERS, SCHEDULER_FLAGS } from '../../topology/types.js'
import type { Protocol } from '../../topology/types.js'
import type { Span } from '../../topology/position.js'
import { targetOptions } from '../ipvsadm.js'
import type { Destination, ServiceTarget, VirtualService } from '../ipvs-table.js'
import type { Section, Setting } from './configuration.js'
import type { Tell } from './problem.js'
import { destinationsOf, serverAt } from './real.js'

/** A `virtual=` with its section, as ldirectord takes it. */
export interface LdirectordVirtual extends Section {
  readonly family: Family
  /** Undefined where the service cannot be told without a resolver, or not at all. */
  readonly virtualService: VirtualService | undefined
  /** The service in words, by which two of them are the same. */
  readonly key: string | undefined
  readonly fallback: { readonly address: IpAddress; readonly port: number | undefined } | undefined
  /** Destinations, and the line each comes from. */
  readonly reals: readonly PlacedDestination[]
}

export interface PlacedDestination {
  readonly setting: Setting
  readonly destination: Destination
}

export function virtualOf(section: Section, family: Family, tell: Tell): LdirectordVirtual {
  const { opening, settings } = section
  const last = (name: string): Setting | undefined => settings.findLast((each) => each.name.text === name)
  for (const setting of settings) checkFamily(setting, family, tell)
  const target = targetOf(opening, family, last('protocol'), tell)
  const reals: PlacedDestination[] = []
  const places = new Set<string>()
  for (const setting of settings) {
    if (!/^real6?$/.test(setting.name.text)) continue
    for (const destination of destinationsOf(setting, target, tell)) {
      const place = `${destination.address} ${destination.port}`
      if (places.has(place)) {
        tell(
          'DUP-RS',
          setting.value?.span ?? setting.span,
          say`${destination.address} is a real server of this service already; the kernel refuses it a second time`,
        )
        continue
      }
      places.add(place)
      reals.push({ setting, destination })
    }
  }
  checkServed(section, reals, last, tell)
  return {
    ...section,
    family,
    key: target === undefined ? undefined : targetOptions(target),
    virtualService:
      target === undefined
        ? undefined
        : serviceOf(
            target,
            reals.map((each) => each.destination),
            last,
            opening.value?.span ?? opening.span,
            tell,
          ),
    fallback: fallbackOf(last('fallback') ?? last('fallback6'), target),
    reals,
  }
}

function checkFamily({ name }: Setting, family: Family, tell: Tell): void {
  const [, base, six] = /^(real|fallback)(6)?$/.exec(name.text) ?? []
  if (base === undefined || (six === undefined) === (family === 4)) return
  const meant = family === 4 ? base : `${base}6`
  tell(
    'LD-DIRECTIVE',
    name.span,
    say`in a section of IPv${family} it is ${meant}; ldirectord stops here`,
    meant,
  )
}

function targetOf(
  opening: Setting,
  family: Family,
  protocolLine: Setting | undefined,
  tell: Tell,
): ServiceTarget | undefined {
  const value = opening.value
  if (value === undefined) return undefined
  const { text, span } = value
  const said = protocolLine?.value?.text
  if (/^\d+(?![\d.:])/.test(text) && !text.includes(':')) {
    const mark = Number(/^\d+/.exec(text)?.[0])
    if (mark < 1 || mark > 4_294_967_295) {
      tell('LD-VALUE', span, say`a firewall mark is a whole number from 1 to 4294967295, not "${text}"`)
      return undefined
    }
    if (said !== undefined && said !== 'fwm')
      tell(
        'LD-VALUE',
        protocolLine?.value?.span ?? span,
        say`a service by firewall mark has the protocol fwm`,
        'fwm',
      )
    return { kind: 'mark', mark, family }
  }
  if (said === 'fwm')
    tell(
      'LD-VALUE',
      protocolLine?.value?.span ?? span,
      say`fwm is for services by firewall mark; this is one by address`,
    )
  const match = /^(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._+-]+):([0-9A-Za-z_-]+)\s*$/.exec(text)
  const [, host = '', portText = ''] = match ?? []
  if (match === null) {
    tell('LD-VALUE', span, say`"${text}" is no virtual service: address:port or a firewall mark is one`)
    return undefined
  }
  const address = parseAddress(host.replace(/^\[|\]$/g, ''))
  if (address === undefined && /^[\d.]+$|^\[/.test(host)) {
    tell('LD-VALUE', span, say`"${host}" is no address`)
    return undefined
  }
  if (address !== undefined && familyOf(address) !== family) {
    const meant = family === 4 ? 'virtual6' : 'virtual'
    tell(
      'LD-DIRECTIVE',
      opening.name.span,
      say`for an address of IPv${familyOf(address)} it is ${meant}`,
      meant,
    )
  }
  const port = /^\d+$/.test(portText) ? Number(portText) : undefined
  if (address === undefined || port === undefined) {
    tell(
      'LD-NAME',
      span,
      say`"${text}" is looked up when ldirectord starts; without a resolver it does not start. Write numbers`,
    )
    return undefined
  }
  if (port > 65_535) {
    tell('LD-VALUE', span, say`${port} is no port`)
    return undefined
  }
  const protocol: Protocol = said === 'udp' || (said === undefined && port === 53) ? 'udp' : 'tcp'
  return { kind: 'address', protocol, address, port }
}

function serviceOf(
  target: ServiceTarget,
  destinations: readonly Destination[],
  last: (name: string) => Setting | undefined,
  place: Span,
  tell: Tell,
): VirtualService {
  const family: Family = target.kind === 'mark' ? target.family : familyOf(target.address)
  const named = last('scheduler')?.value
  const scheduler = SCHEDULERS.find((each) => each === (named?.text ?? 'wrr'))
  if (named !== undefined && scheduler === undefined)
    tell(
      'LD-VALUE',
      named.span,
      say`the kernel has no scheduler "${named.text}"; the service does not come about`,
    )
  const flags = (last('schedflags')?.value?.text ?? '').split(',')
  const timeout = Number(/\d+/.exec(last('persistent')?.value?.text ?? '')?.[0] ?? 0)
  if (target.kind === 'address' && target.port === 0 && timeout === 0)
    tell('PERSIST0', place, say`a service for every port must be persistent: persistent is missing`)
  const mask = last('netmask')?.value
  if (mask !== undefined && !isMask(mask.text, family))
    tell(
      'LD-VALUE',
      mask.span,
      family === 4
        ? say`"${mask.text}" is no dotted mask; ldirectord stops here and does not start`
        : say`"${mask.text}" is no prefix length from 1 to 128; ldirectord stops here and does not start`,
    )
  const ops = last('ops')
  const wanted = ops?.value?.text === 'yes'
  const udp = target.kind === 'address' && target.protocol === 'udp'
  if (wanted && !udp)
    tell(
      'OPS-UDP',
      ops.value.span,
      say`one-packet scheduling is for services of UDP; ldirectord goes on without`,
    )
  return {
    target,
    scheduler: scheduler ?? 'wrr',
    flags: SCHEDULER_FLAGS.filter((flag) => flags.includes(flag)),
    persistence:
      timeout === 0
        ? undefined
        : {
            timeout,
            granularity:
              mask !== undefined && isMask(mask.text, family)
                ? maskLength(mask.text, family)
                : addressBits(family),
            engine: undefined,
          },
    onePacket: wanted && udp,
    destinations,
  }
}

function isMask(text: string, family: Family): boolean {
  if (family === 6) return /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 128
  const address = parseAddress(text)
  return address !== undefined && familyOf(address) === 4
}

function checkServed(
  { opening }: Section,
  reals: readonly PlacedDestination[],
  last: (name: string) => Setting | undefined,
  tell: Tell,
): void {
  const fallback = last('fallback') ?? last('fallback6')
  if (reals.length === 0 && fallback === undefined)
    tell(
      'NORS',
      opening.value?.span ?? opening.span,
      say`this virtual service has neither a real server nor a fallback; every connection is refused`,
    )
  const type = last('checktype')?.value
  if (type?.text === 'off')
    tell(
      'LD-CHECK',
      type.span,
      say`with checktype off no real server is ever put into the table; "on" takes them without a check`,
    )
  const external = type?.text === 'external' || type?.text === 'external-perl'
  if (external && last('checkcommand') === undefined)
    tell(
      'LD-CHECK',
      type.span,
      say`an external check without checkcommand runs /bin/true: every real server counts as alive`,
    )
}

function fallbackOf(
  setting: Setting | undefined,
  target: ServiceTarget | undefined,
): LdirectordVirtual['fallback'] {
  const text = setting?.value?.text.split(/\s+/)[0] ?? ''
  const server = serverAt(text)
  if (server === undefined) return undefined
  const port = server.port ?? (target?.kind === 'address' ? target.port : undefined)
  return { address: server.address, port }
}
