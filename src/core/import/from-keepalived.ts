import { addressOf } from '../formats/keepalived/address-word.js'
import type { KeepalivedConfiguration } from '../formats/keepalived/configuration.js'
import { setting, valueOf } from '../formats/keepalived/settings.js'
import { MAX_ENTRIES_OF_GROUP, keepalivedTable } from '../formats/keepalived/table.js'
import type { KeepalivedEntry } from '../formats/keepalived/table.js'
import type { Directive } from '../formats/keepalived/tree.js'
import type { VirtualAddress } from '../formats/keepalived/virtual-address.js'
import type { KeepalivedService } from '../formats/keepalived/virtual-server.js'
import type { VrrpInstance } from '../formats/keepalived/vrrp-instance.js'
import type { SourceText } from '../formats/source-text.js'
import { addressBits, familyOf, subnetOf } from '../topology/address.js'
import type { IpAddress, Subnet } from '../topology/address.js'
import { textLines } from '../topology/position.js'
import type { TextLines } from '../topology/position.js'
import { SCRIPT_USER } from '../topology/keys/management.js'
import type {
  FoundAddress,
  FoundDirector,
  FoundInstance,
  FoundInterface,
  FoundService,
  ImportNote,
} from './found.js'
import { healthOf } from './keepalived-health.js'
import type { ReadHealth } from './keepalived-health.js'
import { isDefaultRoute, tellUnsaid } from './keepalived-unsaid.js'
import type { Lost } from './keepalived-unsaid.js'

/** What a keepalived.conf tells of its director, and what of it a topology has no words for. */
export function fromKeepalived(configuration: KeepalivedConfiguration): {
  readonly director: FoundDirector
  readonly notes: readonly ImportNote[]
} {
  const { tree, globals, instances, staticAddresses } = configuration
  const place = placesIn()
  const notes: ImportNote[] = []
  const lost: Lost = (directive, message) => {
    notes.push({ code: 'IMPORT-LOST', message, ...place(directive) })
  }
  const entries = keepalivedTable(configuration)
  tellLeftOut(configuration, entries, lost)
  const scriptUser = scriptUserOf(configuration)
  const known = new Map<KeepalivedService, ReadHealth>()
  const health = (service: KeepalivedService): ReadHealth => {
    const read = known.get(service) ?? healthOf(service, scriptUser ?? SCRIPT_USER)
    known.set(service, read)
    return read
  }
  tellUnsaid(configuration, health, scriptUser, lost)
  const services = entries.map((entry) => foundService(entry, configuration, health(entry.of), place))
  const routes = tree.directives
    .filter(({ name }) => name === 'static_routes')
    .concat(instances.flatMap(({ directive }) => childrenNamed(directive, 'virtual_routes')))
    .flatMap(({ children }) => children ?? [])
  return {
    director: {
      source: tree.sources[0]?.name ?? '',
      name: valueOf(globals.get('router_id')),
      kernel: undefined,
      manager: 'keepalived',
      scriptUser,
      services,
      interfaces: interfacesOf(instances, staticAddresses),
      addresses: unique(
        instances.flatMap(({ directive }) =>
          ['unicast_src_ip', 'mcast_src_ip'].flatMap(
            (name) => addressOf(valueOf(setting(directive, name)) ?? '') ?? [],
          ),
        ),
      ),
      gateways: unique(routes.flatMap(defaultGateway)),
      routes: [],
      vrrp: instances.map(foundInstance),
      sync: globals.has('lvs_sync_daemon'),
      observed: false,
      masquerades: undefined,
    },
    notes,
  }
}

type Place = (directive: Directive) => Pick<ImportNote, 'source' | 'line'>

/** Where a directive stands. The lines of each file are counted once. */
function placesIn(): Place {
  const known = new Map<SourceText, TextLines>()
  return ({ source, words: [word] }) => {
    let lines = known.get(source)
    if (lines === undefined) {
      lines = textLines(source.text)
      known.set(source, lines)
    }
    return { source: source.name, line: lines.position(word?.start ?? 0).line + 1 }
  }
}

/** Whom scripts of checks run as: one that is said for all of them, or that the first says for itself. */
function scriptUserOf({ globals, virtualServers }: KeepalivedConfiguration): string | undefined {
  const checks = virtualServers
    .flatMap(({ realServers }) => realServers)
    .flatMap(({ directive }) => childrenNamed(directive, 'MISC_CHECK'))
  return (
    valueOf(globals.get('script_user')) ?? checks.flatMap((check) => valueOf(setting(check, 'user')) ?? [])[0]
  )
}

function foundService(
  { of, virtualService }: KeepalivedEntry,
  { groups }: KeepalivedConfiguration,
  { health }: ReadHealth,
  place: Place,
): FoundService {
  const group = of.target?.kind === 'group' ? groups.get(of.target.name) : undefined
  const { sorryServer } = of
  return {
    ...virtualService,
    ...place(of.directive),
    name: group?.name,
    marked: undefined,
    sorryServer:
      sorryServer?.address === undefined
        ? undefined
        : { address: sorryServer.address, port: sorryServer.port },
    health,
    quorum: setting(of.directive, 'quorum') === undefined ? undefined : of.quorum,
    hysteresis: setting(of.directive, 'hysteresis') === undefined ? undefined : of.hysteresis,
  }
}

/** Virtual servers that make no entry, and groups of which only a part is taken over. */
function tellLeftOut(
  { virtualServers, groups }: KeepalivedConfiguration,
  entries: readonly KeepalivedEntry[],
  lost: Lost,
): void {
  const made = new Map<KeepalivedService, number>()
  for (const { of } of entries) made.set(of, (made.get(of) ?? 0) + 1)
  for (const service of virtualServers) {
    const { directive, title, target, realServers } = service
    if (!made.has(service)) {
      lost(directive, `virtual server ${title} is left out, as keepalived leaves it out`)
      continue
    }
    const unread = realServers.find(({ address }) => address === undefined)
    if (unread !== undefined) lost(unread.directive, 'this real server has no address that can be read')
    if (target?.kind !== 'group') continue
    for (const entry of groups.get(target.name)?.entries ?? []) {
      if (entry.kind === 'addresses' && entry.count > MAX_ENTRIES_OF_GROUP) {
        lost(
          entry.directive,
          `only the first ${MAX_ENTRIES_OF_GROUP} of these ${entry.count} addresses are drawn`,
        )
      }
    }
  }
}

/** Interfaces by the addresses keepalived puts on them: those of the host itself, and those that move. */
function interfacesOf(
  instances: readonly VrrpInstance[],
  staticAddresses: readonly VirtualAddress[],
): FoundInterface[] {
  const known = new Map<string, { own: FoundAddress[]; subnets: Set<Subnet>; moving: Set<IpAddress> }>()
  const at = (name: string) => {
    const found = known.get(name) ?? { own: [], subnets: new Set(), moving: new Set() }
    known.set(name, found)
    return found
  }
  for (const { interface: name, addresses, excluded } of instances) {
    if (name !== undefined) at(name)
    for (const { address, prefix, device } of [...addresses, ...excluded]) {
      const where = device ?? name
      if (address === undefined || where === undefined || where === 'lo') continue
      if (prefix !== undefined && prefix < addressBits(familyOf(address)))
        at(where).subnets.add(subnetOf(address, prefix))
      else at(where).moving.add(address)
    }
  }
  for (const { address, prefix, device } of staticAddresses) {
    if (address === undefined || prefix === undefined || device === undefined || device === 'lo') continue
    if (prefix < addressBits(familyOf(address))) at(device).own.push({ address, prefix })
    else at(device).moving.add(address)
  }
  return [...known].map(([name, { own, subnets, moving }]) => ({
    name,
    addresses: own,
    subnets: [...subnets],
    moving: [...moving],
    mac: undefined,
    mtu: undefined,
  }))
}

function foundInstance(instance: VrrpInstance): FoundInstance {
  const { directive, name, id, interface: device, family, priority, addresses, excluded, peers } = instance
  const advert = Number(valueOf(setting(directive, 'advert_int')))
  return {
    name,
    id,
    interface: device,
    family,
    priority,
    advert: advert > 0 ? advert : undefined,
    addresses: [...addresses, ...excluded].flatMap(({ address }) => address ?? []),
    peers,
    preempt: setting(directive, 'nopreempt') === undefined,
    secret: setting(directive, 'authentication') !== undefined,
  }
}

function defaultGateway(route: Directive): IpAddress[] {
  if (!isDefaultRoute(route)) return []
  const texts = route.words.map(({ text }) => text)
  return [addressOf(texts[texts.indexOf('via') + 1] ?? '')].flatMap((address) => address ?? [])
}

function childrenNamed({ children }: Directive, name: string): Directive[] {
  return (children ?? []).filter((child) => child.name === name)
}

function unique<T>(values: Iterable<T>): T[] {
  return [...new Set(values)]
}
