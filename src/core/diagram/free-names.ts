import {
  addressAfter,
  broadcastAddress,
  contains,
  networkAddress,
  parseSubnet,
  subnetsOverlap,
} from '../topology/address.js'
import type { IpAddress, Subnet } from '../topology/address.js'
import type { Role } from '../topology/types.js'
import type { Scene } from './scene.js'

/** As much of a drawing as a name needs to be free in it. */
type Named<Part extends string> = Readonly<Record<Part, readonly { readonly name: string }[]>>

/** How people call hosts of a role where the file does not show how these people do. */
const PREFIX: Readonly<Record<Role, string>> = {
  client: 'client',
  router: 'router',
  director: 'lb',
  'real-server': 'rs',
}

/** A name for one more host of a role, after the pattern of the last one: rs1, rs2 → rs3; web-07 → web-08. */
export function freeHostName(
  { hosts }: { readonly hosts: readonly { readonly name: string; readonly role: Role | undefined }[] },
  role: Role,
): string {
  const last = hosts.findLast((host) => host.role === role && /\d$/.test(host.name))?.name
  return freeName(last ?? `${PREFIX[role]}0`, new Set(hosts.map(({ name }) => name)))
}

export function freeNetworkName({ networks }: Named<'networks'>): string {
  return freeName('net0', new Set(networks.map(({ name }) => name)))
}

export function freeServiceName({ services }: Named<'services'>): string {
  const taken = new Set(services.map(({ name }) => name))
  return taken.has('web') ? freeName('service0', taken) : 'web'
}

/** A name for a copy: the next number behind that of the original, which counts as the first where it has none. */
export function freeNameLike(name: string, taken: ReadonlySet<string>): string {
  return freeName(/\d$/.test(name) ? name : `${name}1`, taken)
}

/** The next number behind a name that ends in one; its leading zeros are kept. */
function freeName(last: string, taken: ReadonlySet<string>): string {
  const [, prefix = '', digits = '0'] = /^(.*?)(\d{1,9})$/.exec(last) ?? []
  for (let number = Number(digits) + 1; ; number++) {
    const name = `${prefix}${String(number).padStart(digits.length, '0')}`
    if (!taken.has(name)) return name
  }
}

/** Every address the drawing uses, VIPs and gateways included. */
export function takenAddresses({ hosts, networks, services }: Scene): Set<IpAddress> {
  return new Set([
    ...hosts.flatMap(({ interfaces, vips }) => [
      ...interfaces.flatMap(({ addresses }) => addresses),
      ...vips.map(({ address }) => address),
    ]),
    ...networks.flatMap(({ gateways }) => gateways),
    ...services.flatMap(({ vip }) => vip ?? []),
  ])
}

/** So many addresses are looked at in a subnet; a drawing with more hosts in a row is not made by hand. */
const TRIES = 70_000

/**
 * A free address of a subnet: the next after `near`, so that hosts of a kind stay together, else the first.
 * Undefined where the subnet is full.
 */
export function freeAddress(
  subnet: Subnet,
  taken: ReadonlySet<IpAddress>,
  near?: IpAddress,
): IpAddress | undefined {
  const first = networkAddress(subnet)
  const broadcast = broadcastAddress(subnet)
  const starts = near !== undefined && contains(subnet, near) ? [near, first] : [first]
  for (const start of starts) {
    let at = addressAfter(start, 1)
    for (let tries = 0; at !== undefined && contains(subnet, at) && tries < TRIES; tries++) {
      if (at !== broadcast && !taken.has(at)) return at
      at = addressAfter(at, 1)
    }
  }
  return undefined
}

/** A private subnet no network of the drawing overlaps (RFC 1918). */
export function freeSubnet({
  networks,
}: {
  readonly networks: readonly { readonly subnets: readonly Subnet[] }[]
}): Subnet | undefined {
  const used = networks.flatMap(({ subnets }) => subnets)
  for (let number = 0; number < 256; number++) {
    const parsed = parseSubnet(`10.0.${number}.0/24`)
    if (parsed.ok && !used.some((other) => subnetsOverlap(other, parsed.subnet))) return parsed.subnet
  }
  return undefined
}
