import type { DifferentialCase } from './case.js'
import type { Drawing, DrawnHost } from './drawing.js'
import { generateCase } from './generate.js'
import { randomOf } from './random.js'
import type { Random } from './random.js'

/**
 * The case of a seed with what else a kernel is asked: masquerading, a second director, SCTP, limits of connections, several requests. By
 * numbers of its own, so that the rest of a case is what it always was.
 */
export function generateWiderCase(seed: number): DifferentialCase {
  const which = withMasquerade(generateCase(seed), randomOf(seed ^ 0x55))
  const random = randomOf(seed ^ 0x5eed)
  const paired = random.chance(0.08) ? withPair(which, random) : which
  const spoken = random.chance(0.06) ? bySctp(paired) : paired
  const limited = random.chance(0.12) ? withLimits(spoken, random) : spoken
  return random.chance(limited === spoken ? 0.25 : 0.8)
    ? { ...limited, requests: random.integer(2, 5) }
    : limited
}

/** Requests of NAT leave the director as its own, and real servers answer by whatever way they have to it. */
function withMasquerade(which: DifferentialCase, { chance }: Random): DifferentialCase {
  if (!chance(0.35)) return which
  const drawing = structuredClone(which.drawing)
  const natted = Object.values(drawing.services).filter(({ mode }) => mode === 'nat')
  for (const service of natted) service.masquerade = true
  const director = drawing.hosts['lb']
  if (natted.length > 0 && director !== undefined && chance(0.08))
    director.sysctls = { ...director.sysctls, 'net.ipv4.vs.conntrack': 0 }
  return { ...which, drawing }
}

const SECOND = 'lb2'
/** The last part of its addresses, that of the first director's being 2. */
const NUMBER = 3

/** Beside the first director one like it; which of the two is active is chance. */
function withPair(which: DifferentialCase, { chance }: Random): DifferentialCase {
  const drawing = structuredClone(which.drawing)
  const first = drawing.hosts['lb']
  const isRealServer = Object.values(drawing.services).some((each) => 'lb' in each['real-servers'])
  if (first === undefined || isRealServer) return which
  drawing.hosts[SECOND] = besides(first)
  for (const service of Object.values(drawing.services)) service.director = ['lb', SECOND]
  const inside = insideAddress(drawing, first)
  drawing.vrrp = {
    id: 51,
    network: first.interfaces['eth0']?.network ?? 'front',
    ...(inside === undefined ? {} : { 'inside-vip': inside }),
  }
  drawing.manage = { director: 'keepalived' }
  return { ...which, drawing, active: chance(0.5) ? SECOND : 'lb' }
}

function besides({ role, interfaces, sysctls }: DrawnHost): DrawnHost {
  return {
    role,
    interfaces: Object.fromEntries(
      Object.entries(interfaces).map(([name, { network, address }]) => [
        name,
        { network, address: address.map((own) => own.replace(/2$/, String(NUMBER))) },
      ]),
    ),
    ...(sysctls === undefined ? {} : { sysctls }),
  }
}

/** On the inner network, of the family of its first address. */
function insideAddress({ networks }: Drawing, { interfaces }: DrawnHost): string | undefined {
  const inner = interfaces['eth1']
  const [address] = inner?.address ?? []
  return inner === undefined || networks[inner.network] === undefined
    ? undefined
    : address?.replace(/2$/, '250')
}

/** Of IPv4, where it is known which of its addresses a host of several speaks from. */
function bySctp(which: DifferentialCase): DifferentialCase {
  const drawing = structuredClone(which.drawing)
  const service = drawing.services[which.service]
  if (
    service === undefined ||
    service.protocol === 'udp' ||
    service.mark !== undefined ||
    service.vip.includes(':')
  )
    return which
  service.protocol = 'sctp'
  for (const { listens = [] } of Object.values(drawing.hosts))
    for (const listen of listens) listen.protocol = 'sctp'
  return { ...which, drawing }
}

/** Some real servers take one or two connections and no more. */
function withLimits(which: DifferentialCase, { chance, integer }: Random): DifferentialCase {
  const drawing = structuredClone(which.drawing)
  const service = drawing.services[which.service]
  for (const realServer of Object.values(service?.['real-servers'] ?? {})) {
    if (chance(0.6)) realServer.thresholds = { upper: integer(1, 2) }
  }
  return { ...which, drawing }
}
