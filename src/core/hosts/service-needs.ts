import { say } from '../speech/say.js'
import { addressBits, familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Drop, Manage, Service, Topology } from '../topology/types.js'
import { invalidDrop } from './conntrack.js'
import { isMasqueraded, masqueradedPackets } from './masquerade.js'
import type { ReasonedNeed } from './needs.js'
import type { RealServerModel, ServiceModel } from './services.js'
import { BACKUP_ONLY, CONNTRACK, EXPIRE_NODEST, EXPIRE_QUIESCENT, IPV4_FORWARD, confKey } from './sysctl.js'
import { unpacking } from './tunnels.js'

type Add = (host: string, need: ReasonedNeed) => void

/** Tells everything a service needs of its director and its real servers, gateways apart (gateways.ts). */
export function serviceNeeds(
  service: ServiceModel,
  { manage, hosts }: Pick<Topology, 'manage' | 'hosts'>,
  add: Add,
): void {
  const { director, virtualService } = service
  if (director === undefined || virtualService === undefined) return
  directorNeeds(service, director, 'active', manage.director, add)
  // keepalived sets the backup up as well (HA-BOTH): only the addresses move when it takes over.
  const { onBackup, sorryServer } = service
  if (onBackup?.director !== undefined)
    directorNeeds(onBackup, onBackup.director, 'backup', manage.director, add)
  for (const name of service.drawn.directors) {
    settingsOfIpvs(service, manage.director, { name, drops: hosts.get(name)?.drops ?? [] }, add)
  }
  for (const realServer of sorryServer === undefined
    ? service.realServers
    : [...service.realServers, sorryServer]) {
    // A director that is its own real server has the VIP already (ip_vs_xmit.c `ip_vs_null_xmit`).
    if (realServer.known && !realServer.local) realServerNeeds(service, realServer, add)
  }
}

function directorNeeds(
  service: ServiceModel,
  director: string,
  turn: 'active' | 'backup',
  manager: Manage['director'],
  add: Add,
): void {
  const moves = manager === 'keepalived' && service.drawn.directors.length > 1
  const { name, drawn, virtualService, vipInterface, realServers } = service
  const need = (what: ReasonedNeed['need'], why: string) => {
    add(director, { need: what, why, services: [name] })
  }
  need({ kind: 'module', module: 'ip_vs' }, say`the load balancer of the kernel`)
  need({ kind: 'module', module: `ip_vs_${drawn.scheduler}` }, say`the scheduler ${drawn.scheduler}`)
  if (drawn.persistence?.engine !== undefined) {
    need({ kind: 'module', module: `ip_vs_pe_${drawn.persistence.engine}` }, say`the persistence engine`)
  }
  if (isFtp(drawn) && realServers.some(({ mode, local }) => mode === 'nat' && !local)) {
    need(
      { kind: 'module', module: 'ip_vs_ftp' },
      say`rewrites the addresses that FTP names inside its connections`,
    )
  }
  if (turn === 'active' && drawn.vip !== undefined && vipInterface !== undefined) {
    need(
      vipAddress(vipInterface, drawn.vip, moves),
      say`IPVS sees only packets for a local address (LOCAL_IN hook), so the VIP must be one`,
    )
  }
  const natted = realServers.filter(({ mode, local }) => mode === 'nat' && !local)
  if (natted.length > 0) {
    const family = service.family
    for (const inside of turn === 'active' ? service.insideVips : []) {
      need(
        vipAddress(inside.interface, inside.address, moves),
        say`real servers send their replies to the inside VIP, whichever director of the pair is active`,
      )
    }
    need(
      {
        kind: 'sysctl',
        key: family === 4 ? IPV4_FORWARD : 'net.ipv6.conf.all.forwarding',
        value: '1',
      },
      say`replies of a NAT service are forwarded packets; IPVS rewrites them in the FORWARD hook`,
    )
    for (const { directorInterface } of natted) {
      // One interface towards clients and real servers: without this the director tells the real server by ICMP
      // redirect to go to the client directly, past itself. The setting is all OR interface, so both must be 0. A
      // VIP on lo may be reached by any interface.
      const oneArmed = vipInterface === 'lo' || directorInterface === vipInterface
      if (family !== 4 || directorInterface === undefined || !oneArmed || isMasqueraded(service)) continue
      const why = say`clients and real servers are on one interface; a redirect would send replies past the director`
      for (const where of ['all', directorInterface]) {
        need({ kind: 'sysctl', key: confKey(4, where, 'send_redirects'), value: '0' }, why)
      }
    }
  }
  if (drawn.mark !== undefined && drawn.vip !== undefined) {
    const ports = [...new Set(drawn.ports)].sort((a, b) => a - b)
    need(
      {
        kind: 'mark',
        packets: {
          mark: drawn.mark,
          family: service.family,
          protocol: drawn.protocol,
          vip: drawn.vip,
          ports,
        },
      },
      say`IPVS knows these packets by a mark, and they must have it before it sees them`,
    )
  }
  for (const packets of masqueradedPackets(service)) {
    need(
      { kind: 'masquerade', packets },
      say`real servers answer whom they see, and must see the director for the client`,
    )
  }
  if (virtualService !== undefined) {
    const startsDown = manager === 'keepalived' && drawn.health?.startsDown === true
    need(
      { kind: 'virtual-service', service: virtualService, startsDown },
      say`the service ${name} and its real servers`,
    )
  }
}

/** FTPPORT (ip_vs.h): the one port where the kernel expects data connections beside. */
export function isFtp({ protocol, port }: Pick<Service, 'protocol' | 'port'>): boolean {
  return protocol === 'tcp' && port === 21
}

/** Of the active director and its backup alike: whichever has the service. */
function settingsOfIpvs(
  service: ServiceModel,
  manager: Manage['director'],
  { name: director, drops }: { readonly name: string; readonly drops: readonly Drop[] },
  add: Add,
): void {
  const { name, drawn, realServers } = service
  const need = (key: string, why: string) => {
    const services = [name]
    add(director, {
      need: { kind: 'module', module: 'ip_vs' },
      why: say`the load balancer of the kernel`,
      services,
    })
    add(director, { need: { kind: 'sysctl', key, value: '1' }, why, services })
  }
  const quiet = realServers.some((realServer) => realServer.drawn.weight === 0)
  if (drawn.persistence !== undefined && quiet) {
    need(EXPIRE_QUIESCENT, say`persistent clients otherwise keep coming to a real server of weight 0`)
  }
  if (drawn.health !== undefined && drawn.protocol !== 'udp' && manager === 'keepalived') {
    need(
      EXPIRE_NODEST,
      say`clients of a real server that a health check takes out otherwise hang instead of trying again`,
    )
  }
  const natted = realServers.some(({ mode, local }) => mode === 'nat' && !local)
  if (natted && invalidDrop(drops, 'forward', { protocol: drawn.protocol, port: undefined }) >= 0) {
    need(
      CONNTRACK,
      say`the firewall otherwise drops replies as invalid: conntrack knows nothing of IPVS connections`,
    )
  }
  if (isMasqueraded(service)) {
    need(
      CONNTRACK,
      say`masquerading is done to connections of conntrack, which otherwise knows nothing of those of IPVS`,
    )
  }
  if (balancesTwice(service)) {
    need(
      BACKUP_ONLY,
      say`the backup otherwise balances again what the active director hands it as a real server`,
    )
  }
}

/**
 * Whether both directors of a pair are real servers by DR or TUN: those get packets for the VIP itself, which the table
 * of the backup has an entry for. With NAT they are for the RIP, and nothing takes them again.
 */
export function balancesTwice({ drawn: { directors }, realServerOf }: ServiceModel): boolean {
  return (
    directors.length === 2 &&
    directors.every((name) => {
      const mode = realServerOf(name)?.mode
      return mode === 'dr' || mode === 'tun'
    })
  )
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
      say`only the director may answer ARP for the VIP`,
    )
    need(
      { kind: 'sysctl', key: confKey(4, 'all', 'arp_announce'), value: '2' },
      say`the real server must never put the VIP into an ARP request, or neighbours learn it`,
    )
  }
  if (mode === 'dr') {
    need(vipAddress('lo', vip), say`packets arrive with the VIP as destination and must be taken as local`)
    if (family === 4 && receiving !== undefined && realServer.otherInterfaces) {
      need(
        { kind: 'sysctl', key: confKey(4, receiving, 'rp_filter'), value: '2' },
        say`requests may come in where the route to the client does not lead; a strict filter would drop them`,
      )
    }
    return
  }
  const { device, modules, udp } = unpacking(realServer.tunnel, realServer.rip ?? vip, family)
  for (const module of modules) need({ kind: 'module', module }, say`unpacks the tunnel`)
  if (udp !== undefined) {
    need({ kind: 'fou', ...udp }, say`the kernel unpacks GUE only at UDP ports it is told`)
  }
  if (device.made !== undefined) {
    need(
      { kind: 'tunnel-device', interface: device.name, made: device.made },
      device.made.includes('icsum')
        ? say`a GRE device takes packets with a checksum only where it asks for them, and only those`
        : say`the device that comes with the module takes no IPv4 out of IPv6`,
    )
  }
  if (family === 4) {
    need(
      { kind: 'sysctl', key: confKey(4, device.name, 'rp_filter'), value: '2' },
      say`requests come out of the tunnel with the client as source, which is routed elsewhere; strict drops them`,
    )
  }
  need({ kind: 'link-up', interface: device.name }, say`a tunnel device that is down unpacks nothing`)
  need(vipAddress(device.name, vip), say`the unpacked request is for the VIP and must be taken as local`)
}

function vipAddress(interfaceName: string, address: IpAddress, moves = false): ReasonedNeed['need'] {
  return { kind: 'address', interface: interfaceName, address, prefix: addressBits(familyOf(address)), moves }
}
