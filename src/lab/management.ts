import ipaddr from 'ipaddr.js'
import { say } from '../core/speech/say.js'
import { LabError } from './lab-error.js'
import { parseCidr, type LabSpec } from './spec.js'

/** Addresses of the management network, a /24 that is no part of the drawing. */
export interface ManagementNetwork {
  /** `198.19.255.0/24` */
  readonly subnet: string
  /** QEMU's own end, where forwarded SSH connections come from. */
  readonly gateway: string
  readonly machine: string
  /** In the order of the specification's hosts. */
  readonly hosts: readonly string[]
  /** Of the machine's own network card, then of every host's management interface. */
  readonly macs: readonly string[]
}

const GATEWAY = 2
const MACHINE = 3
const FIRST_HOST = 10

/** From the least likely to be drawn (RFC 2544 benchmarks, shared address space) to the usual private ones. */
const PREFIXES = ['198.19', '100.127', '172.31', '192.168', '10.255']

function* candidates(): Generator<string> {
  for (const prefix of PREFIXES) {
    for (let third = 255; third >= 0; third -= 1) yield `${prefix}.${third}`
  }
}

/**
 * A management network that overlaps nothing the drawing names.
 * @param avoid further addresses or CIDRs that will be used later, such as VIPs
 */
export function chooseManagementNetwork(spec: LabSpec, avoid: readonly string[] = []): ManagementNetwork {
  const taken = [
    ...avoid,
    ...spec.hosts.flatMap((host) => [
      ...host.interfaces.flatMap(({ addresses }) => addresses),
      ...host.routes.flatMap(({ to, via }) => (via === undefined ? [to] : [to, via])),
      ...host.listens.flatMap(({ address }) => (address === undefined ? [] : [address])),
    ]),
  ].flatMap(ipv4Range)
  for (const prefix of candidates()) {
    const range: Range = [ipaddr.IPv4.parse(`${prefix}.0`), 24]
    if (taken.some((other) => overlap(range, other))) continue
    const macsTaken = new Set(
      spec.hosts.flatMap(({ interfaces }) => interfaces.map(({ mac }) => mac.toLowerCase())),
    )
    return {
      subnet: `${prefix}.0/24`,
      gateway: `${prefix}.${GATEWAY}`,
      machine: `${prefix}.${MACHINE}`,
      hosts: spec.hosts.map((_, index) => `${prefix}.${FIRST_HOST + index}`),
      macs: freeMacs(spec.hosts.length + 1, macsTaken),
    }
  }
  throw new LabError(
    'invalid-spec',
    say`No subnet is left for the management network of the lab: narrow a route or subnet of the drawing that covers all of 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16 and 198.18.0.0/15.`,
  )
}

type Range = readonly [address: ipaddr.IPv4, length: number]

function ipv4Range(text: string): Range[] {
  const cidr = parseCidr(text.includes('/') ? text : `${text}/32`)
  // A default route is wider than everything and meant to be.
  return cidr?.family === 4 && cidr.length > 0 ? [[ipaddr.IPv4.parse(cidr.address), cidr.length]] : []
}

function overlap(a: Range, b: Range): boolean {
  return a[0].match(b[0], Math.min(a[1], b[1]))
}

function freeMacs(count: number, taken: ReadonlySet<string>): string[] {
  const macs: string[] = []
  for (let number = 1; macs.length < count; number += 1) {
    const tail = number.toString(16).padStart(4, '0')
    // Locally administered; the letters spell nothing a drawing would use.
    const mac = `02:4c:56:53:${tail.slice(0, 2)}:${tail.slice(2)}`
    if (!taken.has(mac)) macs.push(mac)
  }
  return macs
}
