import { say } from '../speech/say.js'
import { addressAfter, broadcastAddress, contains, familyOf, parseAddress } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { TopologyEdit, Written } from '../topology/edit.js'
import { HOST_NAME } from '../topology/names.js'
import { freeAddress, freeHostName, takenAddresses } from './free-names.js'
import type { Scene, SceneNetwork, Subject } from './scene.js'

/** How many real servers, what they are called and where they stand, as a person types it. */
export interface ManyWish {
  readonly count: string
  /** The first name; its last number counts up, or what stands in `{n}`: `web-{n}.example`. */
  readonly name: string
  readonly network: string
  /** The first address, one for each subnet of the network, separated by commas. */
  readonly address: string
  /** Which service they serve; '' for none. */
  readonly service: string
}

export type ManyField = keyof ManyWish

export type ManyPlan =
  | {
      readonly ok: true
      readonly edits: readonly TopologyEdit[]
      readonly hosts: readonly { readonly name: string; readonly addresses: readonly IpAddress[] }[]
      readonly subjects: readonly Subject[]
    }
  | { readonly ok: false; readonly problems: Readonly<Partial<Record<ManyField, string>>> }

/** More are written by a program, not by hand. */
export const MOST_AT_ONCE = 1000

/** What a person would most likely want: ten more like those there are. */
export function likelyMany(scene: Scene, selected: Subject | undefined): ManyWish {
  const peers = scene.hosts.filter(({ role }) => role === 'real-server')
  const service =
    selected?.what === 'service' ? scene.services.find(({ name }) => name === selected.name) : undefined
  const among = peers.filter(({ name }) => service?.realServers.some(({ host }) => host === name) ?? true)
  const peer = among.at(-1) ?? peers.at(-1)
  const network =
    selected?.what === 'network'
      ? selected.name
      : (peer?.interfaces.find((each) => each.network !== undefined)?.network ??
        scene.networks.at(-1)?.name ??
        '')
  const on = scene.networks.find(({ name }) => name === network)
  return {
    count: '10',
    name: freeHostName(scene, 'real-server'),
    network,
    address: on === undefined ? '' : firstAddresses(scene, on).join(', '),
    service: service?.name ?? (scene.services.length === 1 ? (scene.services[0]?.name ?? '') : ''),
  }
}

/** The first free address of each subnet, beside the real servers that are on it. */
export function firstAddresses(scene: Scene, network: SceneNetwork): readonly IpAddress[] {
  const taken = takenAddresses(scene)
  const near = scene.hosts
    .filter(({ role }) => role === 'real-server')
    .flatMap(({ interfaces }) => interfaces)
    .filter((each) => each.network === network.name)
    .flatMap(({ addresses }) => addresses)
  return network.subnets.flatMap(
    (subnet) =>
      freeAddress(
        subnet,
        taken,
        near.findLast((each) => familyOf(each) === familyOf(subnet)),
      ) ?? [],
  )
}

export function planMany(scene: Scene, wish: ManyWish): ManyPlan {
  const problems: Partial<Record<ManyField, string>> = {}
  const count = /^\d{1,6}$/.test(wish.count.trim()) ? Number(wish.count) : 0
  if (count < 1 || count > MOST_AT_ONCE) problems.count = say`A number from 1 to ${MOST_AT_ONCE}.`
  const network = scene.networks.find(({ name }) => name === wish.network)
  if (network === undefined) problems.network = say`Choose the network they are on.`
  if (wish.service !== '' && !scene.services.some(({ name }) => name === wish.service))
    problems.service = say`There is no service ${wish.service}.`
  const names = namesFrom(scene, wish.name.trim(), count)
  if (typeof names === 'string') problems.name = names
  const addresses = network === undefined ? [] : addressesFrom(scene, network, wish.address, count)
  if (typeof addresses === 'string') problems.address = addresses
  if (network === undefined || typeof names === 'string' || typeof addresses === 'string') {
    return { ok: false, problems }
  }
  if (Object.keys(problems).length > 0) return { ok: false, problems }

  const hosts = names.map((name, index) => ({ name, addresses: addresses[index] ?? [] }))
  const edits = hosts.map(({ name, addresses: own }): TopologyEdit => {
    const [first, ...more] = own
    const one = new Map<string, Written>([['network', network.name]])
    if (first !== undefined) one.set('address', more.length === 0 ? first : own)
    const value = new Map<string, Written>([
      ['role', 'real-server'],
      ['interfaces', new Map([['eth0', one]])],
    ])
    return { kind: 'add', what: 'host', name, value }
  })
  if (wish.service !== '') {
    for (const name of names)
      edits.push({ kind: 'add-real-server', service: wish.service, host: name, value: new Map() })
  }
  return { ok: true, edits, hosts, subjects: names.map((name) => ({ what: 'host', name })) }
}

/** Names from the first one on, those that are taken left out; or why it cannot be a first name. */
function namesFrom({ hosts }: Scene, first: string, count: number): string[] | string {
  const pattern = /^(.*)\{n(?::(\d))?\}(.*)$/.exec(first)
  const numbered = /^(.*?)(\d{1,9})(\D*)$/.exec(first)
  if (first === '') return say`A name for the first, such as rs1.`
  const [prefix, start, width, suffix] =
    pattern !== null
      ? [pattern[1] ?? '', 1, Number(pattern[2] ?? 1), pattern[3] ?? '']
      : numbered !== null
        ? [numbered[1] ?? '', Number(numbered[2]), numbered[2]?.length ?? 1, numbered[3] ?? '']
        : [first, 1, 1, '']
  const taken = new Set(hosts.map(({ name }) => name))
  const names: string[] = []
  for (let number = start; names.length < Math.min(count, MOST_AT_ONCE); number++) {
    const name = `${prefix}${String(number).padStart(width, '0')}${suffix}`
    if (!HOST_NAME.test(name)) {
      return say`"${name}" cannot be the name of a host: letters, digits, dots, dashes and underscores, up to 63.`
    }
    if (!taken.has(name)) names.push(name)
  }
  return names
}

/** For each of the hosts one address a subnet; or why there are not as many. */
function addressesFrom(
  scene: Scene,
  { name, subnets }: SceneNetwork,
  typed: string,
  count: number,
): IpAddress[][] | string {
  const result: IpAddress[][] = Array.from({ length: Math.min(count, MOST_AT_ONCE) }, () => [])
  const taken = takenAddresses(scene)
  for (const text of typed.split(/[\s,]+/).filter(Boolean)) {
    const first = parseAddress(text)
    if (first === undefined) return say`"${text}" is not an IPv4 or IPv6 address.`
    const subnet = subnets.find((each) => contains(each, first))
    if (subnet === undefined) {
      return say`${first} is not in ${subnets.join(', ') || say`a subnet`}, which is what ${name} has.`
    }
    let at: IpAddress | undefined = first
    for (const [index, own] of result.entries()) {
      while (at !== undefined && (taken.has(at) || at === broadcastAddress(subnet))) at = addressAfter(at, 1)
      if (at === undefined || !contains(subnet, at)) {
        return say`${subnet} has room for ${index} more from ${first} on, not for ${count}.`
      }
      own.push(at)
      taken.add(at)
    }
  }
  return result
}
