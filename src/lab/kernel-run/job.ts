import { printRules } from '../../core/formats/ipvsadm.js'
import { programPorts } from '../../core/hosts/asked-ports.js'
import type { Cluster, HostModel } from '../../core/hosts/cluster.js'
import { assignMacs } from '../../core/hosts/macs.js'
import type { AddressState, InterfaceState } from '../../core/hosts/state.js'
import { masqueradeRules, masqueradesOf } from '../../core/hosts/masquerade.js'
import { addressBits, familyOf } from '../../core/topology/address.js'
import type { IpAddress } from '../../core/topology/address.js'
import type { Protocol } from '../../core/topology/types.js'
import { dropsOf, listensOf } from '../from-drawing.js'
import { dropRules, sysctlLines } from '../guest-files.js'
import { routeCommand } from '../wiring.js'

/** A cluster as its hosts are (state, not drawing), and what is asked of it. */
export interface KernelCase {
  readonly id: string
  readonly cluster: Cluster
  readonly requests: readonly KernelRequest[]
}
export interface KernelRequest {
  readonly client: string
  readonly protocol: Protocol
  readonly address: IpAddress
  readonly port: number
  /** Bytes from the client, and back; of a UDP request one datagram each way. -1 up: the connection is kept open. */
  readonly up: number
  readonly down: number
}

/** Where a frame came from: a host's interface on a drawn network. */
export interface SwitchPort {
  readonly case: string
  readonly host: string
  readonly interface: string
  readonly network: string
}

export interface Job {
  /** Lines as guest/kernel-run.pl reads them. */
  readonly text: string
  /** By the number results give a port. */
  readonly ports: readonly SwitchPort[]
}

export function jobOf(cases: readonly KernelCase[]): Job {
  const ports: SwitchPort[] = []
  const lines: string[] = []
  for (const { id, cluster } of cases) {
    lines.push(`case ${id}`)
    const macOf = assignMacs(cluster)
    const networks = [...cluster.topology.networks.keys()]
    for (const { mtu } of cluster.topology.networks.values()) lines.push(`network ${mtu ?? DEFAULT_MTU}`)
    for (const host of cluster.hosts.values()) {
      lines.push(`host ${host.name}`)
      for (const { name, network, mtu } of host.state.interfaces.values()) {
        const mac = macOf(host.name, name)
        if (network === undefined || mac === undefined) continue
        lines.push(`link ${name} ${networks.indexOf(network)} ${mac} ${mtu}`)
        ports.push({ case: id, host: host.name, interface: name, network })
      }
      lines.push(...hostLines(host, cluster))
    }
  }
  // In turns, so that of one case each is answered before the next one is sent.
  const most = Math.max(0, ...cases.map(({ requests }) => requests.length))
  for (let turn = 0; turn < most; turn++) {
    for (const { id, requests } of cases) {
      const request = requests[turn]
      if (request === undefined) continue
      const { client, protocol, address, port, up, down } = request
      lines.push(`request ${id} ${client} ${protocol} ${address} ${port} ${up} ${down}`)
    }
  }
  return { text: lines.map((line) => `${line}\n`).join(''), ports }
}

const DEFAULT_MTU = 1500

function hostLines(host: HostModel, cluster: Cluster): string[] {
  const { state, needs } = host
  const under = (word: string, text: string) =>
    text.split('\n').flatMap((line) => (line === '' ? [] : [`${word} ${line}`]))
  return [
    ...needs.flatMap(({ need }) =>
      need.kind === 'tunnel-device' && state.interfaces.has(need.interface)
        ? [`device link add name ${need.interface} type ${need.made}`]
        : [],
    ),
    ...under('write', sysctlLines({ sysctls: [...state.sysctls] })),
    ...networkCommands(host).map((line) => `ip ${line}`),
    ...under('ipvs', printRules(state.virtualServices)),
    ...under('nft', dropRules(dropsOf(state.drops))),
    ...[...markRules(host), ...masqueradeLines(host)].map((line) => `nft ${line}`),
    ...[...listensOf(host.name, state.listens, cluster), ...sctpListens(host, cluster)].flatMap(
      ({ protocol, address, port }) =>
        listenAddresses(host, protocol, address).map((at) => `listen ${protocol} ${at} ${port}`),
    ),
  ]
}

function networkCommands({ state, needs }: HostModel): string[] {
  const interfaces = [...state.interfaces.values()]
  // A gateway may be reached by a route that is itself listed.
  const routes = [...state.routes].sort((a, b) => Number(a.via !== undefined) - Number(b.via !== undefined))
  const addresses = interfaces.flatMap((where) =>
    where.addresses.map((address) => ({ where, address, late: isSubnetOnLoopback(where, address) })),
  )
  const added = (late: boolean) =>
    addresses.filter((each) => each.late === late).flatMap((each) => addressCommand(each.where, each.address))
  return [
    ...interfaces.filter(({ up }) => up).map(({ name }) => `link set dev ${name} up`),
    ...added(false),
    ...routes.map((route) =>
      routeCommand({
        to: route.to,
        family: route.family,
        ...(route.via === undefined ? {} : { via: route.via }),
        ...(route.interface === undefined ? {} : { interface: route.interface }),
      }),
    ),
    ...added(true),
    ...needs.flatMap(({ need }) =>
      need.kind === 'fou' ? [`fou add port ${need.port} gue${need.family === 6 ? ' -6' : ''}`] : [],
    ),
  ]
}

/** It makes its whole subnet local: no gateway of it could be given any more, while those that were there stay. */
function isSubnetOnLoopback({ name }: InterfaceState, { address, prefix }: AddressState): boolean {
  return name === 'lo' && prefix < addressBits(familyOf(address))
}

function addressCommand({ name }: InterfaceState, { address, prefix, deprecated }: AddressState): string[] {
  // The kernel gives lo these by itself.
  if (name === 'lo' && (address === '127.0.0.1' || address === '::1')) return []
  const ipv6 = familyOf(address) === 6 ? ` nodad${deprecated ? ' preferred_lft 0' : ''}` : ''
  return [`address add ${address}/${prefix} dev ${name}${ipv6}`]
}

/** As the on-host helper writes them (settings.sh `mark_packets`). */
function markRules({ needs }: HostModel): string[] {
  const rules = needs.flatMap(({ need }) => {
    if (need.kind !== 'mark') return []
    const { mark, family, protocol, vip, ports } = need.packets
    const packets =
      ports.length === 0 ? `meta l4proto ${protocol}` : `${protocol} dport { ${ports.join(', ')} }`
    return [`${family === 6 ? 'ip6' : 'ip'} daddr ${vip} ${packets} meta mark set ${mark}`]
  })
  if (rules.length === 0) return []
  return [
    'table inet marks {',
    'chain prerouting {',
    'type filter hook prerouting priority mangle; policy accept;',
    ...rules,
    '}',
    '}',
  ]
}

/** In one transaction a set is made once, and a rule of an earlier key is flushed before it counts. */
function masqueradeLines(host: HostModel): string[] {
  return [...masqueradesOf(host)].flatMap((key) => masqueradeRules('masquerades', key))
}

interface Listening {
  readonly protocol: Protocol
  readonly address?: IpAddress | undefined
  readonly port: number
}

/** What the demo service of a lab's hosts does not speak. */
function sctpListens({ name, state }: HostModel, { services }: Cluster): Listening[] {
  if (state.listens !== undefined) {
    return state.listens.flatMap(({ protocol, port, address }) =>
      protocol === 'sctp' && port !== undefined ? [{ protocol, port, address }] : [],
    )
  }
  return services.flatMap((service) => {
    const realServer = service.drawn.protocol === 'sctp' ? service.realServerOf(name) : undefined
    const ports = realServer === undefined ? [] : programPorts(service, realServer)
    return ports.map((port) => ({ protocol: 'sctp' as const, port }))
  })
}

/** A UDP socket answers from the address it is bound to, so "everywhere" is every address of the host. */
function listenAddresses({ state }: HostModel, protocol: Protocol, address: string | undefined): string[] {
  if (address !== undefined) return [address]
  if (protocol !== 'udp') return ['0.0.0.0', '::']
  return [
    ...new Set(
      [...state.interfaces.values()].flatMap(({ addresses }) => addresses.map((own) => own.address)),
    ),
  ]
}
