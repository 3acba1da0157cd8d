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
    health: healthOf(of),
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

/** What a topology has no words for. Health checks are compared by themselves. */
const UNSAID_OF_SERVICE: ReadonlySet<string> = new Set([
  'quorum',
  'hysteresis',
  'quorum_up',
  'quorum_down',
  'notify_up',
  'notify_down',
  'smtp_alert',
  'virtualhost',
  'ha_suspend',
  'inhibit_on_failure',
  'alpha',
  'omega',
  'retry',
  'delay_before_retry',
  'warmup',
  'connect_timeout',
  'sorry_server_inhibit',
  'sorry_server_lvs_method',
])
const UNSAID_OF_INSTANCE: ReadonlySet<string> = new Set([
  'track_script',
  'track_interface',
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
  'nopreempt',
  'preempt_delay',
])

function tellUnsaid(
  { virtualServers, instances }: KeepalivedConfiguration,
  lost: (directive: Directive, message: string) => void,
): void {
  for (const { directive, title, realServers } of virtualServers) {
    const said = [directive, ...realServers.map((each) => each.directive)]
      .flatMap(({ children }) => children ?? [])
      .filter(({ name }) => UNSAID_OF_SERVICE.has(name))
    tellNames(said, `virtual server ${title}`, directive, lost)
  }
  for (const { directive, name } of instances) {
    const said = (directive.children ?? []).filter((child) => UNSAID_OF_INSTANCE.has(child.name))
    tellNames(said, `vrrp_instance ${name}`, directive, lost)
  }
}

function tellNames(
  said: readonly Directive[],
  of: string,
  at: Directive,
  lost: (directive: Directive, message: string) => void,
): void {
  const names = unique(said.map(({ name }) => name))
  if (names.length > 0)
    lost(at, `a topology has no words for ${names.join(', ')} of ${of}; keep the file for ${them(names)}`)
}

function them(names: readonly string[]): string {
  return names.length === 1 ? 'it' : 'them'
}

/** Interfaces by the addresses keepalived puts on them: those of the host itself, and the subnets of those that move. */
function interfacesOf(
  instances: readonly VrrpInstance[],
  staticAddresses: readonly VirtualAddress[],
): FoundInterface[] {
  const addresses = new Map<string, FoundAddress[]>()
  const subnets = new Map<string, Set<Subnet>>()
  const at = (name: string): { own: FoundAddress[]; seen: Set<Subnet> } => {
    const own = addresses.get(name) ?? []
    const seen = subnets.get(name) ?? new Set()
    addresses.set(name, own)
    subnets.set(name, seen)
    return { own, seen }
  }
  for (const { interface: name, addresses: moving, excluded } of instances) {
    if (name !== undefined) at(name)
    for (const { address, prefix, device } of [...moving, ...excluded]) {
      const where = device ?? name
      if (address === undefined || where === undefined || where === 'lo') continue
      const { seen } = at(where)
      if (prefix !== undefined && prefix < addressBits(familyOf(address))) seen.add(subnetOf(address, prefix))
    }
  }
  for (const { address, prefix, device } of staticAddresses) {
    if (address === undefined || prefix === undefined || device === undefined || device === 'lo') continue
    if (prefix < addressBits(familyOf(address))) at(device).own.push({ address, prefix })
  }
  return [...addresses].map(([name, own]) => ({
    name,
    addresses: own,
    subnets: [...(subnets.get(name) ?? [])],
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
