import { printRules } from '../formats/ipvsadm.js'
import { deriveCluster } from '../hosts/cluster.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { observeHost } from '../hosts/observe.js'
import { observationWishes, observedCluster } from '../hosts/observed-cluster.js'
import { IPV4_FORWARD } from '../hosts/sysctl.js'
import { lookupRoute } from '../hosts/routing.js'
import type { InterfaceState } from '../hosts/state.js'
import { familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import { parseTopology } from '../topology/parse.js'
import { checkTopology } from './check.js'
import type { Finding } from './check.js'

/** What is otherwise on a host than a deployment leaves it: pieces of what the probe prints, and what it prints instead. */
export type Breakage = Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>

/** The findings of a drawing whose directors and real servers were read, as deployed but for what is broken. */
export function observedFindings(text: string, broken: Breakage): readonly Finding[] {
  const parsed = parseTopology(text)
  const cluster = deriveCluster(parsed.topology)
  return checkTopology(parsed, observedCluster(cluster, observedHosts(cluster, broken)))
}

export function observedHosts(cluster: Cluster, broken: Breakage) {
  const read = [...cluster.hosts.values()].filter(({ role }) => role === 'director' || role === 'real-server')
  return new Map(
    read.map((host) => {
      let output = probeOutput(cluster, host)
      for (const [from, to] of broken[host.name] ?? []) {
        if (!output.includes(from)) throw new Error(`${host.name} does not print "${from}":\n${output}`)
        output = output.replaceAll(from, to)
      }
      const observed = observeHost(host.name, output)
      if (observed.unread.length > 0) throw new Error(`not read: ${observed.unread.join('\n')}`)
      return [host.name, observed]
    }),
  )
}

/** What the on-host helper's `probe` prints of a host that is as deployed (Linux 6.1, iproute2 6.1, ipvsadm 1.31). */
export function probeOutput(cluster: Cluster, host: HostModel): string {
  const { state } = host
  const wishes = observationWishes(cluster, host.name)
  const interfaces = [...state.interfaces.values()]
  const sysctls = new Set([
    ...wishes.sysctls,
    ...host.drawn.sysctls.keys(),
    ...host.needs.flatMap(({ need }) => (need.kind === 'sysctl' ? [need.key] : [])),
  ])
  const modules = new Set([...wishes.modules, ...state.modules])
  return [
    '== facts',
    'uid 0',
    'kernel 6.1.0-18-amd64',
    'ssh 198.51.100.9 50000 192.0.2.1 22',
    'tools ip ipvsadm nft modprobe flock curl bash ss',
    '== modules',
    ...[...modules].map((name) => `${name} loaded`),
    '== sysctl',
    ...[...sysctls].map((key) => `${key}\t${state.sysctls.get(key) ?? untouched(host, key)}`),
    '== link',
    ...interfaces.map((each, index) => linkLine(each, index, macOf(cluster, host, index))),
    '== address',
    ...interfaces.flatMap(addressLines),
    '== route4',
    ...routeLines(host, 4),
    '== route6',
    ...routeLines(host, 6),
    '== ways',
    ...wishes.ways.map((address) => wayLine(host, address)),
    '== fou',
    ...host.needs.flatMap(({ need }) =>
      need.kind === 'fou' ? [`port ${need.port} gue${need.family === 6 ? ' -6' : ''}`] : [],
    ),
    ...(state.virtualServices.length === 0
      ? []
      : ['== ipvs', printRules(state.virtualServices).trimEnd(), '== thresholds']),
    '== end',
    '',
  ].join('\n')
}

/** Writing ip_forward sets the forwarding of every interface. */
function untouched({ state }: HostModel, key: string): string {
  return /^net\.ipv4\.conf\..*\.forwarding$/.test(key) ? (state.sysctls.get(IPV4_FORWARD) ?? '0') : '0'
}

/** Another one for each host: `02:00:00:00:03:01` is the second interface of the fourth. */
function macOf({ hosts }: Cluster, { name }: HostModel, index: number): string {
  const number = [...hosts.keys()].indexOf(name)
  return `02:00:00:00:${number.toString(16).padStart(2, '0')}:0${index}`
}

function linkLine({ name, mtu, up, network }: InterfaceState, index: number, mac: string): string {
  const flags = name === 'lo' ? 'LOOPBACK' : network === undefined ? 'NOARP' : 'BROADCAST,MULTICAST'
  const rest =
    network === undefined
      ? `link/${name === 'lo' ? 'loopback 00:00:00:00:00:00' : 'ipip 0.0.0.0'}`
      : `link/ether ${mac}`
  return `${index + 1}: ${name}: <${flags}${up ? ',UP,LOWER_UP' : ''}> mtu ${mtu} qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\\    ${rest} brd 0.0.0.0 promiscuity 0`
}

function addressLines({ name, addresses }: InterfaceState, index: number): string[] {
  return addresses.map(({ address, prefix, deprecated }) => {
    const six = familyOf(address) === 6
    return `${index + 1}: ${name}    inet${six ? '6' : ''} ${address}/${prefix} scope global ${six ? '' : name}${deprecated ? 'deprecated ' : ''}\\       valid_lft forever preferred_lft ${deprecated ? '0sec' : 'forever'}`
  })
}

function routeLines({ state }: HostModel, family: 4 | 6): string[] {
  return state.routes
    .filter((route) => route.family === family)
    .map(({ to, via, interface: out, metric }) => {
      const by = out ?? (via === undefined ? undefined : interfaceOf(lookupRoute(state, via)))
      return [
        to,
        ...(via === undefined ? [] : ['via', via]),
        ...(by === undefined ? [] : ['dev', by]),
        ...(family === 6 ? ['metric', String(metric === 0 ? 1024 : metric), 'pref medium'] : []),
      ].join(' ')
    })
}

function wayLine({ state }: HostModel, address: IpAddress): string {
  const lookup = lookupRoute(state, address)
  if (lookup.kind === 'local') return `local ${address} dev lo src ${address} uid 0 \\    cache <local> `
  const by = interfaceOf(lookup)
  const own = by === undefined ? [] : (state.interfaces.get(by)?.addresses ?? [])
  const source = own.find((each) => familyOf(each.address) === familyOf(address) && !each.deprecated)?.address
  const via = lookup.kind === 'via' ? ` via ${lookup.gateway}` : ''
  return `${address}${via} dev ${by ?? 'lo'} src ${source ?? address} uid 0 \\    cache `
}

function interfaceOf(lookup: ReturnType<typeof lookupRoute>): string | undefined {
  return lookup.kind === 'none' ? undefined : lookup.interface
}
