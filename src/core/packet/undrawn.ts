import { say } from '../speech/say.js'
import { addressBits, contains, familyOf, prefixLength } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import { addressState } from '../hosts/drawn.js'
import { lookupRoute } from '../hosts/routing.js'
import type { HostState, InterfaceState } from '../hosts/state.js'
import type { Flight, Next, OpenHop } from './flight.js'
import { closeHop, ends, note, openHop } from './flight.js'
import { aged } from './forward.js'
import { UNDRAWN_MAC, gatewayName, transmit } from './output.js'
import type { Packet } from './packet.js'
import type { Port, WalkHost, World } from './world.js'

/**
 * A router the drawing only has the address of: it is taken to know every way. What is for the client that is not
 * drawn gets there; everything else is put on the network it belongs to.
 */
export function passGateway(flight: Flight, gateway: IpAddress, network: string, packet: Packet): Next {
  const { world, request } = flight
  const { client, vip } = request
  const { dst, ttl } = packet.outer ?? packet.ip
  const wanted = networkOf(world, dst) ?? (dst === vip ? network : undefined)
  const host = standIn(world, gatewayName(gateway), wanted ?? network, gateway)
  const hop = openHop(host, undefined, packet)
  const passed = aged({ ...packet, eth: undefined })
  const onward = say`${host.name} is not drawn; it is taken to pass on what is for ${dst}, TTL ${ttl} → ${ttl - 1}`
  if (ttl <= 1) {
    return ends(flight, hop, {
      verdict: 'LOOP',
      reason: say`its TTL is used up at ${host.name}`,
      answer: undefined,
    })
  }
  if (!client.drawn && client.network === undefined && dst === client.address) {
    note(hop, 'forward', onward)
    closeHop(flight, hop, { interface: undefined, network: undefined, packet: passed })
    return { kind: 'outside', packet: passed }
  }
  if (wanted === undefined) {
    return ends(flight, hop, {
      verdict: 'UNDETERMINED',
      reason: say`the drawing does not say where ${host.name} sends what is for ${dst}`,
      answer: undefined,
    })
  }
  note(hop, 'forward', onward)
  return networkOf(world, dst) === undefined
    ? toDirector(flight, hop, passed, wanted)
    : transmit(flight, hop, passed, { kind: 'on-link', interface: DEVICE })
}

/** A drawn router knows the way to whoever is outside of the drawing, even if the drawing does not say it. */
export function knowsWayOut({ request }: Flight, { role }: WalkHost, destination: IpAddress): boolean {
  const { client } = request
  return role === 'router' && !client.drawn && client.network === undefined && destination === client.address
}

export function leaveDrawing(flight: Flight, hop: OpenHop, packet: Packet): Next {
  const { dst } = packet.outer ?? packet.ip
  note(hop, 'forward', say`${dst} is beyond the drawing; ${hop.host.name} is taken to know the way`)
  closeHop(flight, hop, { interface: undefined, network: undefined, packet })
  return { kind: 'outside', packet }
}

/** A VIP in no drawn subnet: the network must route it to the director, and is taken to. */
function toDirector(flight: Flight, hop: OpenHop, packet: Packet, network: string): Next {
  const { world, service, request } = flight
  const director = service.director === undefined ? undefined : world.hosts.get(service.director)
  const port = [...(director?.ports.values() ?? [])].find((each) => each.network === network)
  const address = port?.interface.addresses.find(
    (own) => familyOf(own.address) === familyOf(request.vip),
  )?.address
  if (address === undefined) {
    return ends(flight, hop, {
      verdict: 'UNDETERMINED',
      reason: say`${request.vip} is in no drawn subnet, and the director has no address on ${network} to route it to`,
      answer: undefined,
    })
  }
  note(
    hop,
    'route',
    say`${request.vip} is in no drawn subnet; the network is taken to route it to ${address} of ${service.director ?? ''}`,
  )
  return transmit(flight, hop, packet, { kind: 'via', gateway: address, interface: DEVICE })
}

/** The first network whose subnets have an address. */
export function networkOf({ cluster }: World, address: IpAddress): string | undefined {
  for (const [name, { subnets }] of cluster.topology.networks) {
    if (subnets.some((subnet) => contains(subnet, address))) return name
  }
  return undefined
}

/** The client that is not drawn but on a drawn network, as a host that can send there. */
export function nearClient(world: World, name: string, network: string, address: IpAddress): WalkHost {
  return standIn(world, name, network, address)
}

const DEVICE = 'eth0'

const standIns = new WeakMap<World, Map<string, WalkHost>>()

function standIn(world: World, name: string, network: string, address: IpAddress): WalkHost {
  const known = standIns.get(world) ?? new Map<string, WalkHost>()
  standIns.set(world, known)
  const key = `${name} ${network} ${address}`
  const host = known.get(key) ?? makeStandIn(world, name, network, address)
  known.set(key, host)
  return host
}

function makeStandIn({ cluster }: World, name: string, network: string, address: IpAddress): WalkHost {
  const drawn = cluster.topology.networks.get(network)
  const subnet = drawn?.subnets.find((each) => contains(each, address))
  const prefix = subnet === undefined ? addressBits(familyOf(address)) : prefixLength(subnet)
  const device: InterfaceState = {
    name: DEVICE,
    network,
    mac: UNDRAWN_MAC,
    mtu: drawn?.mtu ?? 1500,
    up: true,
    addresses: [addressState(address, prefix)],
  }
  const state: HostState = {
    name,
    kernel: undefined,
    interfaces: new Map([[DEVICE, device]]),
    routes: [],
    sysctls: new Map(),
    modules: new Set(),
    virtualServices: [],
    supports: { ipip: undefined, gre: undefined, gue: undefined },
    listens: undefined,
    drops: [],
  }
  const ports = new Map<string, Port>()
  const host: WalkHost = {
    name,
    role: undefined,
    observed: undefined,
    state,
    ports,
    marks: [],
    masquerades: new Set(),
    fouPorts: new Set(),
    tunnels: new Map(),
    route: (destination) => lookupRoute(state, destination),
  }
  ports.set(DEVICE, { host, interface: device, network, mac: UNDRAWN_MAC })
  return host
}
