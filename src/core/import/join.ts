import { targetText } from '../hosts/needs.js'
import type { Destination } from '../formats/ipvs-table.js'
import { destinationOptions, serviceOptions } from '../formats/ipvsadm.js'
import { subnetOf, withPort } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import { HOST_NAME } from '../topology/names.js'
import type { Vrrp } from '../topology/types.js'
import type { FoundDirector, FoundInstance, FoundService, ImportNote } from './found.js'

/** Directors with names, and what they serve: each service once, whoever has it. */
export interface JoinedCluster {
  readonly directors: readonly NamedDirector[]
  readonly services: readonly JoinedService[]
  /** Undefined: there is no pair. */
  readonly vrrp: JoinedVrrp | undefined
}

export interface NamedDirector extends FoundDirector {
  readonly name: string
  /** Nothing is known of it but that it is there. */
  readonly unseen: boolean
}

export interface JoinedService extends FoundService {
  /** Names, preferred first. */
  readonly directors: readonly string[]
}

/** How a pair agrees on who is active; the network follows from the VIPs. */
export interface JoinedVrrp extends Pick<
  Vrrp,
  'id' | 'insideVips' | 'advert' | 'sync' | 'unicast' | 'preempt'
> {
  readonly interface: string | undefined
  readonly secret: boolean
}

/** Puts together what several files or hosts tell of one cluster. */
export function joinDirectors(found: readonly FoundDirector[]): {
  readonly cluster: JoinedCluster
  readonly notes: readonly ImportNote[]
} {
  const notes: ImportNote[] = []
  const directors = named(withPeers(found))
  const byTarget = new Map<string, { service: FoundService; has: NamedDirector[] }>()
  for (const director of directors) {
    for (const service of director.services) {
      const key = targetText(service.target)
      const known = byTarget.get(key)
      if (known === undefined) byTarget.set(key, { service, has: [director] })
      else if (known.has.includes(director)) tell(notes, service, `${key} stands here a second time`)
      else {
        known.has.push(director)
        const difference = differenceOf(known.service, service)
        if (difference !== undefined)
          tell(notes, service, `${key} is not as in ${known.service.source}, which is drawn: ${difference}`)
      }
    }
  }
  const unseen = directors.filter((director) => director.unseen)
  const services = [...byTarget.values()].map(({ service, has }): JoinedService => {
    const all = [...has, ...unseen].sort((a, b) => priorityFor(b, service) - priorityFor(a, service))
    if (all.length > 2) {
      const dropped = all.slice(2).map(({ name }) => name)
      tell(notes, service, `a service has two directors at most; ${dropped.join(', ')} is left out`)
    }
    return { ...service, directors: all.slice(0, 2).map(({ name }) => name) }
  })
  return { cluster: { directors, services, vrrp: vrrpOf(directors, services, notes) }, notes }
}

function tell(notes: ImportNote[], { source, line }: FoundService, message: string): void {
  notes.push({ code: 'IMPORT-LOST', source, line, message })
}

/** By unicast the other director is named though its own file is not here. */
function withPeers(found: readonly FoundDirector[]): (FoundDirector & { readonly unseen: boolean })[] {
  const all = found.map((director) => ({ ...director, unseen: false }))
  const [only, other] = all
  const [peer, another] = new Set(only?.vrrp.flatMap(({ peers }) => peers))
  if (only === undefined || other !== undefined || peer === undefined || another !== undefined) return all
  return [
    only,
    {
      ...only,
      name: undefined,
      services: [],
      interfaces: only.interfaces.map((each) => ({
        ...each,
        addresses: [],
        subnets: [...each.subnets, ...each.addresses.map(({ address, prefix }) => subnetOf(address, prefix))],
      })),
      addresses: [peer],
      vrrp: [],
      unseen: true,
    },
  ]
}

function named(found: readonly (FoundDirector & { readonly unseen: boolean })[]): NamedDirector[] {
  const taken = new Set<string>()
  const wish = found.map(({ name }) => (name !== undefined && HOST_NAME.test(name) ? name : undefined))
  for (const name of wish) if (name !== undefined) taken.add(name)
  const given = new Set<string>()
  return found.map((director, index) => {
    const own = wish[index]
    let name = own !== undefined && !given.has(own) ? own : undefined
    for (let number = index + 1; name === undefined; number++) {
      const free = `lb${number}`
      if (!taken.has(free) && !given.has(free)) name = free
    }
    given.add(name)
    return { ...director, name }
  })
}

/** The instance that moves the VIP of a service. */
function instanceOf({ vrrp }: FoundDirector, { target, marked }: FoundService): FoundInstance | undefined {
  const vip = target.kind === 'address' ? target.address : marked?.vip
  return vip === undefined ? vrrp[0] : vrrp.find(({ addresses }) => addresses.includes(vip))
}

/** An unseen director is taken for the backup of whoever is seen. */
function priorityFor(director: NamedDirector, service: FoundService): number {
  if (director.unseen) return -1
  return instanceOf(director, service)?.priority ?? (holdsVip(director, service) ? 1 : 0)
}

/** Of directors that were looked at, the active one has the VIP. */
function holdsVip({ interfaces }: NamedDirector, service: FoundService): boolean {
  const vip = vipOf(service)
  return interfaces.some(({ addresses }) => addresses.some(({ address }) => address === vip))
}

function differenceOf(one: FoundService, other: FoundService): string | undefined {
  if (serviceOptions(one) !== serviceOptions(other))
    return `"${serviceOptions(one)}" there, "${serviceOptions(other)}" here`
  const there = new Map(one.destinations.map((each) => [keyOf(each), destinationOptions(each)]))
  for (const destination of other.destinations) {
    const options = there.get(keyOf(destination))
    if (options === undefined) return `${keyOf(destination)} is not among its real servers there`
    if (options !== destinationOptions(destination))
      return `${keyOf(destination)} is "${options}" there, "${destinationOptions(destination)}" here`
    there.delete(keyOf(destination))
  }
  const [missing] = there.keys()
  if (missing !== undefined) return `${missing} is not among its real servers here`
  const differ = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b)
  if (differ(one.sorryServer, other.sorryServer)) return 'its sorry server'
  if (differ(one.health, other.health)) return 'how its real servers are checked'
  if (one.quorum !== other.quorum || one.hysteresis !== other.hysteresis) return 'its quorum'
  return undefined
}

function keyOf({ address, port }: Destination): string {
  return withPort(address, port)
}

function vrrpOf(
  directors: readonly NamedDirector[],
  services: readonly JoinedService[],
  notes: ImportNote[],
): JoinedVrrp | undefined {
  const [first] = directors.filter(({ vrrp }) => vrrp.length > 0)
  if (first === undefined) return undefined
  const pair = services.find((service) => service.directors.length > 1)
  const lost = (message: string) =>
    notes.push({ code: 'IMPORT-LOST', source: first.source, line: undefined, message })
  if (pair === undefined) {
    lost(
      'it has VRRP, so there is another director: name its file as well, and both are drawn as a pair; now it is drawn alone, without VRRP',
    )
    return undefined
  }
  const main = instanceOf(first, pair) ?? first.vrrp[0]
  // Whether a higher priority takes over is for the director that has it to say.
  const preferredDirector = directors.find(({ name }) => name === pair.directors[0])
  const preferred = preferredDirector === undefined ? main : (instanceOf(preferredDirector, pair) ?? main)
  const vips = new Set(services.flatMap((service) => vipOf(service) ?? []))
  // Of both families there is one instance each, which a topology has for one.
  const others = first.vrrp.filter(
    (each) => each !== main && !(each.id === main?.id && each.family !== main?.family),
  )
  if (others.length > 0) {
    const names = others.map(({ name, id }) => `${name} (id ${id ?? 'unknown'})`)
    lost(
      `a topology has one VRRP instance, ${main?.name ?? ''} is drawn; addresses of ${names.join(', ')} go with it`,
    )
  }
  return {
    id: main?.id,
    interface: main?.interface,
    insideVips: [...new Set(first.vrrp.flatMap(({ addresses }) => addresses))].filter(
      (address) => !vips.has(address),
    ),
    advert: main?.advert,
    sync: directors.some(({ sync }) => sync),
    unicast: (main?.peers.length ?? 0) > 0,
    preempt: preferred?.preempt ?? true,
    secret: main?.secret ?? false,
  }
}

/** The address clients connect to; undefined for a mark that others set. */
export function vipOf({ target, marked }: FoundService): IpAddress | undefined {
  return target.kind === 'address' ? target.address : marked?.vip
}
