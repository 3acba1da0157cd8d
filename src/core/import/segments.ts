import {
  addressAfter,
  addressBits,
  addressKind,
  broadcastAddress,
  contains,
  familyOf,
  networkAddress,
  prefixLength,
  subnetOf,
  subnetsOverlap,
} from '../topology/address.js'
import type { IpAddress, Subnet } from '../topology/address.js'

/** An L2 segment of the drawing to be. */
export interface Segment {
  name: string
  readonly subnets: Subnet[]
  readonly gateways: IpAddress[]
  /** What about it is assumed, in words; empty: all of it is known. */
  readonly assumed: string[]
}

/** Of an address without a prefix length: what most segments have. */
const USUAL_PREFIX = { 4: 24, 6: 64 } as const

export interface Segments {
  readonly all: readonly Segment[]
  /** The segment with one of these subnets; made where there is none. */
  readonly known: (subnets: readonly Subnet[]) => Segment
  /** The segment an address is on, as far as it is known or assumed by now. */
  readonly of: (address: IpAddress) => Segment | undefined
  /** The same; where there is none, a subnet of the usual size is assumed, on `on` if that is given. */
  readonly assume: (address: IpAddress, on?: Segment) => Segment
  readonly make: () => Segment
}

export function segments(): Segments {
  const all: Segment[] = []
  const known: { readonly subnet: Subnet; readonly segment: Segment }[] = []
  const assumed = new Map<Subnet, Segment>()
  const make = (): Segment => {
    const segment: Segment = { name: '', subnets: [], gateways: [], assumed: [] }
    all.push(segment)
    return segment
  }
  const of = (address: IpAddress): Segment | undefined =>
    known.find(({ subnet }) => contains(subnet, address))?.segment ?? assumed.get(usualSubnet(address))
  return {
    all,
    make,
    of,
    known: (subnets) => {
      const found = known.find(({ subnet }) => subnets.some((each) => subnetsOverlap(each, subnet)))
      const segment = found?.segment ?? make()
      for (const subnet of subnets) {
        if (segment.subnets.some((each) => subnetsOverlap(each, subnet))) continue
        segment.subnets.push(subnet)
        known.push({ subnet, segment })
      }
      return segment
    },
    assume: (address, on) => {
      const found = of(address)
      if (found !== undefined) return found
      const segment = on ?? make()
      const subnet = usualSubnet(address)
      segment.subnets.push(subnet)
      segment.assumed.push(segment.subnets.length > 1 ? `the subnet ${subnet}` : 'the size of the subnet')
      assumed.set(subnet, segment)
      return segment
    },
  }
}

function usualSubnet(address: IpAddress): Subnet {
  return subnetOf(address, USUAL_PREFIX[familyOf(address)])
}

/** Whether a segment can be told from an address: one of a single host, such as 127.0.0.1, is on none. */
export function standsOnSegment(address: IpAddress): boolean {
  const kind = addressKind(address)
  return kind === 'unicast' || kind === 'link-local'
}

/** The first address of a subnet that nobody has, and takes it; undefined where it is full. */
export function takeFree(subnet: Subnet, taken: Set<IpAddress>): IpAddress | undefined {
  const last = broadcastAddress(subnet)
  if (prefixLength(subnet) >= addressBits(familyOf(subnet)) - 1) return undefined
  for (let tries = 1; tries < MOST_TRIES; tries++) {
    const address = addressAfter(networkAddress(subnet), tries)
    if (address === undefined || address === last || !contains(subnet, address)) return undefined
    if (taken.has(address)) continue
    taken.add(address)
    return address
  }
  return undefined
}

const MOST_TRIES = 70_000
