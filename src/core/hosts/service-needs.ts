import { addressBits, familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { ReasonedNeed } from './needs.js'
import type { RealServerModel, ServiceModel } from './services.js'
import { IPV4_FORWARD, confKey } from './sysctl.js'

type Add = (host: string, need: ReasonedNeed) => void

/** Tells everything a service needs of its director and its real servers, gateways apart (gateways.ts). */
export function serviceNeeds(service: ServiceModel, add: Add): void {
  const { director, virtualService } = service
  if (director === undefined || virtualService === undefined) return
  directorNeeds(service, director, add)
  for (const realServer of service.realServers) {
    // A director that is its own real server has the VIP already (ip_vs_xmit.c `ip_vs_null_xmit`).
    if (realServer.known && !realServer.local) realServerNeeds(service, realServer, add)
  }
}

function directorNeeds(service: ServiceModel, director: string, add: Add): void {
  const { name, drawn, virtualService, vipInterface, realServers } = service
  const need = (what: ReasonedNeed['need'], why: string) => {
    add(director, { need: what, why, services: [name] })
  }
  need({ kind: 'module', module: 'ip_vs' }, 'the load balancer of the kernel')
  need({ kind: 'module', module: `ip_vs_${drawn.scheduler}` }, `the scheduler ${drawn.scheduler}`)
  if (drawn.persistence?.engine !== undefined) {
    need({ kind: 'module', module: `ip_vs_pe_${drawn.persistence.engine}` }, 'the persistence engine')
  }
  if (drawn.vip !== undefined && vipInterface !== undefined) {
    need(
      vipAddress(vipInterface, drawn.vip),
      'IPVS sees only packets for a local address (LOCAL_IN hook), so the VIP must be one',
    )
  }
  const natted = realServers.filter(({ mode, local }) => mode === 'nat' && !local)
  if (natted.length > 0) {
    const family = service.family
    need(
      {
        kind: 'sysctl',
        key: family === 4 ? IPV4_FORWARD : 'net.ipv6.conf.all.forwarding',
        value: '1',
      },
      'replies of a NAT service are forwarded packets; IPVS rewrites them in the FORWARD hook',
    )
    for (const { directorInterface } of natted) {
      // One interface towards clients and real servers: without this the director tells the real server by ICMP
      // redirect to go to the client directly, past itself. The setting is all OR interface, so both must be 0. A
      // VIP on lo may be reached by any interface.
      const oneArmed = vipInterface === 'lo' || directorInterface === vipInterface
      if (family !== 4 || directorInterface === undefined || !oneArmed) continue
      const why =
        'clients and real servers are on one interface; a redirect would send replies past the director'
      for (const where of ['all', directorInterface]) {
        need({ kind: 'sysctl', key: confKey(4, where, 'send_redirects'), value: '0' }, why)
      }
    }
  }
  if (virtualService !== undefined) {
    need({ kind: 'virtual-service', service: virtualService }, `the service ${name} and its real servers`)
  }
}

function realServerNeeds(service: ServiceModel, realServer: RealServerModel, add: Add): void {
  const { name, drawn, family } = service
  const { vip } = drawn
  const { mode, interface: receiving } = realServer
  if (vip === undefined || mode === undefined || mode === 'nat') return
  const need = (what: ReasonedNeed['need'], why: string) => {
    add(realServer.name, { need: what, why, services: [name] })
  }
  if (family === 4) {
    need(
      { kind: 'sysctl', key: confKey(4, 'all', 'arp_ignore'), value: '1' },
      'only the director may answer ARP for the VIP',
    )
    need(
      { kind: 'sysctl', key: confKey(4, 'all', 'arp_announce'), value: '2' },
      'the real server must never put the VIP into an ARP request, or neighbours learn it',
    )
  }
  if (mode === 'dr') {
    need(vipAddress('lo', vip), 'packets arrive with the VIP as destination and must be taken as local')
    if (family === 4 && receiving !== undefined && realServer.otherInterfaces) {
      need(
        { kind: 'sysctl', key: confKey(4, receiving, 'rp_filter'), value: '2' },
        'requests may come in where the route to the client does not lead; a strict filter would drop them',
      )
    }
    return
  }
  const device = tunnelDevice(realServer.rip ?? vip)
  need({ kind: 'module', module: device.module }, 'unpacks the tunnel')
  if (family === 4) {
    need(
      { kind: 'sysctl', key: confKey(4, device.name, 'rp_filter'), value: '2' },
      'requests come out of the tunnel with the client as source, which is routed elsewhere; strict drops them',
    )
  }
  need({ kind: 'link-up', interface: device.name }, 'a tunnel device that is down unpacks nothing')
  need(vipAddress(device.name, vip), 'the unpacked request is for the VIP and must be taken as local')
}

/** The device that unpacks IPIP for an outer address of this family (ipip.c, ip6_tunnel.c: the fallback devices). */
export function tunnelDevice(outer: IpAddress): { readonly name: string; readonly module: string } {
  return familyOf(outer) === 4 ? { name: 'tunl0', module: 'ipip' } : { name: 'ip6tnl0', module: 'ip6_tunnel' }
}

function vipAddress(interfaceName: string, address: IpAddress): ReasonedNeed['need'] {
  return { kind: 'address', interface: interfaceName, address, prefix: addressBits(familyOf(address)) }
}
