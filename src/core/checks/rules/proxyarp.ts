import { say } from '../../speech/say.js'
import type { IpAddress } from '../../topology/address.js'
import type { Cluster, HostModel } from '../../hosts/cluster.js'
import { lookupRoute } from '../../hosts/routing.js'
import type { ServiceModel } from '../../hosts/services.js'
import { confKey, forwards } from '../../hosts/sysctl.js'
import { atHost } from '../found.js'
import { liftPins, pinsOf } from '../pins.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { listed, quoted } from '../wording.js'

export const proxyArp: Rule = {
  code: 'PROXYARP',
  severity: 'warning',
  title: 'A host answers ARP for addresses of others where the VIP is',
  why: 'It also answers for the VIP when another host has it, and for hosts that went elsewhere: connections go to the wrong host now and then.',
  kernel:
    'With proxy_arp the kernel answers a request for every address it has a route to by another interface, with ' +
    'proxy_arp_pvlan also by the same one (arp.c, arp_process and arp_fwd_pvlan). all or the interface’s value is enough.',
  mend: 'Lift the pin on the interface of the VIP.',
  source: 'keepalived.conf(5), KERNEL SETTINGS; net/ipv4/arp.c (Linux 6.1)',
  explains: [],
  mayExplain: ['ARP_AMBIGUOUS'],
  check: (cluster, report) => {
    const { services, hosts } = cluster
    const found = new Map<HostModel, { readonly interfaces: Set<string>; readonly services: string[] }>()
    for (const { name, drawn, family, vipInterface } of services) {
      if (family === 6 || vipInterface === undefined) continue
      for (const director of drawn.directors) {
        const host = hosts.get(director)
        if (host === undefined || !answersForOthers(host, vipInterface)) continue
        const known = found.get(host) ?? { interfaces: new Set<string>(), services: [] }
        found.set(host, known)
        known.interfaces.add(vipInterface)
        known.services.push(name)
      }
    }
    for (const { host, interface: where, service } of answeringBeside(cluster)) {
      const known = found.get(host) ?? { interfaces: new Set<string>(), services: [] }
      found.set(host, known)
      known.interfaces.add(where)
      known.services.push(service.name)
    }
    for (const [host, { interfaces, services: names }] of found) {
      const pins = [
        ...new Map([...interfaces].flatMap((one) => pinsOn(host, one).map((pin) => [pin.key, pin]))).values(),
      ]
      const [first] = pins
      report(
        first === undefined ? atHost(host) : valueAt(first.path),
        say`${host.name} answers ARP on ${listed(interfaces)} for addresses that others have, and the VIP of ${quoted(names)} is there`,
        liftPins(pins),
      )
    }
  },
}

interface Beside {
  readonly host: HostModel
  readonly interface: string
  readonly service: ServiceModel
}

/** Hosts on the network of a VIP, its directors apart, that would answer for it: arp_process asks whether they forward. */
function answeringBeside({ services, hosts }: Cluster): Beside[] {
  const proxies = [...hosts.values()].flatMap((host) => {
    const { sysctls } = host.drawn
    if (sysctls.size === 0 || ![...sysctls.keys()].some((key) => key.includes('.proxy_arp'))) return []
    return [...host.state.interfaces.values()].flatMap(({ name, network }) =>
      network !== undefined && forwards(host.state, 4, name) && pinsOn(host, name).length > 0
        ? [{ host, interface: name, network }]
        : [],
    )
  })
  if (proxies.length === 0) return []
  return services.flatMap((service) => {
    const { family, director, vipInterface, drawn } = service
    const { vip } = drawn
    if (family === 6 || vip === undefined || director === undefined || vipInterface === undefined) return []
    const segment = hosts.get(director)?.state.interfaces.get(vipInterface)?.network
    return proxies
      .filter(({ host, network }) => network === segment && !drawn.directors.includes(host.name))
      .filter(({ host, interface: name }) => answersFor(host, name, vip))
      .map(({ host, interface: name }) => ({ host, interface: name, service }))
  })
}

/** proxy_arp answers for what is routed by another interface, proxy_arp_pvlan for what is by the same one. */
function answersFor(host: HostModel, interfaceName: string, vip: IpAddress): boolean {
  const route = lookupRoute(host.state, vip)
  if (route.kind === 'none' || route.kind === 'local') return false
  const setting = route.interface === interfaceName ? '.proxy_arp_pvlan' : '.proxy_arp'
  return pinsOn(host, interfaceName).some(({ key }) => key.endsWith(setting))
}

function pinsOn(host: HostModel, interfaceName: string) {
  return pinsOf(host, keysOn(interfaceName)).filter(({ value }) => value !== 0)
}

function answersForOthers({ state }: HostModel, interfaceName: string): boolean {
  return keysOn(interfaceName).some((key) => Number(state.sysctls.get(key) ?? 0) !== 0)
}

function keysOn(interfaceName: string): string[] {
  return ['all', interfaceName].flatMap((where) =>
    ['proxy_arp', 'proxy_arp_pvlan'].map((setting) => confKey(4, where, setting)),
  )
}
