import { say } from '../../speech/say.js'
import { areWhole, isWhole } from '../../formats/keepalived/whole.js'
import { setting } from '../../formats/keepalived/settings.js'
import type { KeepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import type { KeepalivedService } from '../../formats/keepalived/virtual-server.js'
import type { VrrpInstance } from '../../formats/keepalived/vrrp-instance.js'
import {
  addressBits,
  addressAfter,
  contains,
  familyOf,
  parseAddress,
  parseSubnet,
  subnetOf,
} from '../../topology/address.js'
import type { IpAddress, Subnet } from '../../topology/address.js'
import { lineOf, withoutLine, wordAt } from './report.js'
import type { KeepalivedReport } from './report.js'

/** Whether VIPs and real servers are where the director can serve them. */
export function checkPlacement(configuration: KeepalivedConfiguration, report: KeepalivedReport): void {
  checkVips(configuration, report)
  checkStrict(configuration, report)
  checkLink(configuration, report)
}

function vipsOf(service: KeepalivedService, { groups }: KeepalivedConfiguration): IpAddress[] {
  const { target } = service
  if (target?.kind === 'address') return [target.address]
  if (target?.kind !== 'group') return []
  return (groups.get(target.name)?.entries ?? []).flatMap((entry) =>
    entry.kind === 'addresses'
      ? Array.from(
          { length: Math.min(entry.count, MAX_RANGE) },
          (_, index) => addressAfter(entry.first, index) ?? entry.first,
        )
      : [],
  )
}

const MAX_RANGE = 512

function checkVips(configuration: KeepalivedConfiguration, report: KeepalivedReport): void {
  const { instances, staticAddresses, virtualServers } = configuration
  // A file without VRRP has its VIPs from elsewhere.
  if (instances.length === 0) return
  if (!areWhole(configuration.tree, 'vrrp_instance', 'static_ipaddress')) return
  const there = new Set<IpAddress>()
  for (const { address } of [
    ...instances.flatMap(({ addresses, excluded }) => [...addresses, ...excluded]),
    ...staticAddresses,
  ]) {
    if (address !== undefined) there.add(address)
  }
  for (const service of virtualServers) {
    const missing = vipsOf(service, configuration).filter((vip) => !there.has(vip))
    const [vip] = missing
    if (vip === undefined) continue
    const what =
      missing.length === 1
        ? say`${vip} stands`
        : say`${vip} and ${missing.length - 1} more of the group stand`
    report(
      'HA-VIPMISS',
      wordAt(service.directive, service.target?.kind === 'group' ? 2 : 1),
      say`${what} in no virtual_ipaddress and no static_ipaddress of this configuration: nothing moves ${missing.length === 1 ? 'it' : 'them'} to the director that takes over`,
    )
  }
}

function checkStrict(configuration: KeepalivedConfiguration, report: KeepalivedReport): void {
  const owners = new Map<IpAddress, VrrpInstance>()
  for (const instance of configuration.instances) {
    for (const { address } of [...instance.addresses, ...instance.excluded])
      if (address !== undefined) owners.set(address, instance)
  }
  const told = new Set<VrrpInstance>()
  for (const service of configuration.virtualServers) {
    for (const vip of vipsOf(service, configuration)) {
      const instance = owners.get(vip)
      if (instance === undefined || told.has(instance) || instance.priority === 255) continue
      const drop = setting(instance.directive, 'no_accept')
      const accept = setting(instance.directive, 'accept')
      // With VRRP 2, strict takes "accept" back.
      const dropped =
        drop !== undefined || (instance.strict && (accept === undefined || (instance.version ?? 2) === 2))
      if (!dropped) continue
      // An include that was not looked at may say "accept", or another priority.
      if (!isWhole(instance.directive)) continue
      told.add(instance)
      const own = setting(instance.directive, 'strict_mode')
      const cause = drop ?? own ?? configuration.globals.get('vrrp_strict')
      report(
        'VRRP-STRICT',
        cause === undefined ? wordAt(instance.directive) : lineOf(cause),
        say`${drop === undefined ? (own === undefined ? 'vrrp_strict' : 'strict_mode') : 'no_accept'} drops every packet to ${vip} before IPVS sees it, as ${instance.name} has priority ${instance.priority} and not 255`,
        {
          fixes: cause === undefined ? [] : withoutLine(cause, say`Take ${cause.name} out`),
        },
      )
    }
  }
}

interface KnownRoute {
  readonly to: Subnet
  readonly via: string | undefined
}

/** A real server of direct routing must be on a link of the director; the file tells of links by prefixes and routes. */
function checkLink(configuration: KeepalivedConfiguration, report: KeepalivedReport): void {
  const routes = routesOf(configuration)
  // Of the routes that nobody looked at one may be nearer.
  if (
    routes.length === 0 ||
    !areWhole(configuration.tree, 'static_routes', 'static_ipaddress', 'vrrp_instance')
  )
    return
  for (const { realServers } of configuration.virtualServers) {
    for (const { address, method, directive } of realServers) {
      if (method !== 'dr' || address === undefined) continue
      let best: KnownRoute | undefined
      for (const route of routes) {
        if (contains(route.to, address) && (best === undefined || lengthOf(route.to) >= lengthOf(best.to)))
          best = route
      }
      if (best?.via === undefined) continue
      report(
        'DR-L2',
        wordAt(directive, 1),
        say`${address} is reached through the gateway ${best.via}, and direct routing takes a real server on the director’s own link`,
      )
    }
  }
}

function lengthOf(subnet: Subnet): number {
  return Number(subnet.slice(subnet.indexOf('/') + 1))
}

function routesOf({ instances, staticAddresses, tree }: KeepalivedConfiguration): KnownRoute[] {
  const routes: KnownRoute[] = []
  for (const { address, prefix } of [
    ...instances.flatMap(({ addresses }) => addresses),
    ...staticAddresses,
  ]) {
    if (address === undefined || prefix === undefined || prefix === addressBits(familyOf(address))) continue
    routes.push({ to: subnetOf(address, prefix), via: undefined })
  }
  const lines = [
    ...tree.directives.flatMap(({ name, children }) => (name === 'static_routes' ? (children ?? []) : [])),
    ...instances.flatMap(({ directive }) => setting(directive, 'virtual_routes')?.children ?? []),
  ]
  for (const { words } of lines) {
    const texts = words.map(({ text }) => text)
    if (texts.includes('table') || texts.includes('nexthop')) continue
    const via = texts.findIndex((text) => text === 'via' || text === 'gw')
    const destination = texts.find(
      (text, index) => index < (via < 0 ? texts.length : via) && text.includes('/'),
    )
    const parsed = destination === undefined ? undefined : parseSubnet(destination)
    const gateway = via < 0 ? undefined : texts[via + 1]
    if (parsed?.ok !== true || (gateway !== undefined && parseAddress(gateway) === undefined)) continue
    routes.push({ to: parsed.subnet, via: gateway })
  }
  return routes.some(({ via }) => via !== undefined) ? routes : []
}
