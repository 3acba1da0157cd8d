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
import type {
  FoundAddress,
  FoundDirector,
  FoundInstance,
  FoundInterface,
  FoundService,
  ImportNote,
} from './found.js'
import { healthOf } from './keepalived-health.js'

/** What a keepalived.conf tells of its director, and what of it a topology has no words for. */
export function fromKeepalived(configuration: KeepalivedConfiguration): {
  readonly director: FoundDirector
  readonly notes: readonly ImportNote[]
} {
  const { tree, globals, instances, staticAddresses } = configuration
  const place = placesIn()
  const notes: ImportNote[] = []
  const lost = (directive: Directive, message: string): void => {
    notes.push({ code: 'IMPORT-LOST', message, ...place(directive) })
  }
  const entries = keepalivedTable(configuration)
  tellLeftOut(configuration, entries, lost)
  tellUnsaid(configuration, lost)
  const services = entries.map((entry) => foundService(entry, configuration, place))
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
      scriptUser: valueOf(globals.get('script_user')),
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

function foundService(
  { of, virtualService }: KeepalivedEntry,
  { groups }: KeepalivedConfiguration,
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
    health: healthOf(of)?.health,
    quorum: setting(of.directive, 'quorum') === undefined ? undefined : of.quorum,
    hysteresis: setting(of.directive, 'hysteresis') === undefined ? undefined : of.hysteresis,
  }
}

/** Virtual servers that make no entry, and groups of which only a part is taken over. */
function tellLeftOut(
  { virtualServers, groups }: KeepalivedConfiguration,
  entries: readonly KeepalivedEntry[],
  lost: (directive: Directive, message: string) => void,
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

/** What a topology has no words for, beside what it lacks of health checks. */
const UNSAID_OF_SERVICE: ReadonlySet<string> = new Set([
  'quorum_up',
  'quorum_down',
  'notify_up',
  'notify_down',
  'smtp_alert',
  'ha_suspend',
  'inhibit_on_failure',
  'omega',
  'warmup',
  'sorry_server_inhibit',
  'sorry_server_lvs_method',
])
const UNSAID_OF_INSTANCE: ReadonlySet<string> = new Set([
  'track_script',
  'track_file',
  'track_process',
  'track_bfd',
  'virtual_rules',
  'notify',
  'notify_master',
  'notify_backup',
  'notify_fault',
  'notify_stop',
  'smtp_alert',
  'use_vmac',
  'preempt_delay',
])

function tellUnsaid(
  { virtualServers, instances }: KeepalivedConfiguration,
  lost: (directive: Directive, message: string) => void,
): void {
  for (const service of virtualServers) {
    const { directive, title, realServers } = service
    const said = [directive, ...realServers.map((each) => each.directive)]
      .flatMap(({ children }) => children ?? [])
      .flatMap(({ name }) => (UNSAID_OF_SERVICE.has(name) ? [name] : []))
    tellNames([...said, ...(healthOf(service)?.unsaid ?? [])], `virtual server ${title}`, directive, lost)
  }
  for (const instance of instances) {
    const { directive, name } = instance
    const said = (directive.children ?? []).filter(
      (child) =>
        UNSAID_OF_INSTANCE.has(child.name) ||
        (child.name === 'track_interface' && !isImplied(child, instance)),
    )
    tellNames(
      said.map((child) => child.name),
      `vrrp_instance ${name}`,
      directive,
      lost,
    )
  }
}

/** The interfaces on which addresses of the instance stand are tracked in what is made of a drawing. */
function isImplied({ children }: Directive, { interface: own, addresses, excluded }: VrrpInstance): boolean {
  const devices = new Set([...addresses, ...excluded].map(({ device }) => device))
  return (children ?? []).every(
    ({ name, words }) => words.length === 1 && (name === own || devices.has(name)),
  )
}

function tellNames(
  said: readonly string[],
  of: string,
  at: Directive,
  lost: (directive: Directive, message: string) => void,
): void {
  const names = unique(said)
  if (names.length > 0)
    lost(at, `a topology has no words for ${names.join(', ')} of ${of}; keep the file for ${them(names)}`)
}

function them(names: readonly string[]): string {
  return names.length === 1 ? 'it' : 'them'
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

/** `default via A`, `0.0.0.0/0 via A`, `src A to default via B dev eth0`. */
function defaultGateway({ words }: Directive): IpAddress[] {
  const texts = words.map(({ text }) => text)
  if (!texts.some((text) => text === 'default' || text === '0.0.0.0/0' || text === '::/0')) return []
  const via = texts[texts.indexOf('via') + 1]
  return texts.includes('via') ? [addressOf(via ?? '')].flatMap((address) => address ?? []) : []
}

function childrenNamed({ children }: Directive, name: string): Directive[] {
  return (children ?? []).filter((child) => child.name === name)
}

function unique<T>(values: Iterable<T>): T[] {
  return [...new Set(values)]
}
