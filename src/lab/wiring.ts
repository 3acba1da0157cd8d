import type { ManagementNetwork } from './management.js'
import {
  addressFamily,
  MANAGEMENT_INTERFACE,
  parseCidr,
  type LabHost,
  type LabRoute,
  type LabSpec,
} from './spec.js'

/**
 * Commands for `ip -batch`, one line each: a network namespace per host, a bridge per network, a veth
 * pair per interface. Every name the drawing chose appears only inside its host; in the switch they are
 * numbered (`s3` is the switch's end of pair 3, `h3` the host's before it is plugged in, `b1` a bridge),
 * because host and network names do not fit into 15 characters.
 */
export interface Wiring {
  /** Bridges and the machine's own address. */
  readonly switchWire: string
  readonly hosts: readonly HostWiring[]
}
export interface HostWiring {
  /** Makes the namespace and the pairs. */
  readonly wire: string
  /** Moves the hosts' ends in and names them, after their offloads were turned off. */
  readonly plug: string
  /** Names for offload.pl. */
  readonly offload: string
}

const DEFAULT_MTU = 1500
const MANAGEMENT_BRIDGE = 'management'
/** The machine's only network card, named by the kernel. */
const MACHINE_INTERFACE = 'eth0'

export function wiring(spec: LabSpec, management: ManagementNetwork): Wiring {
  const bridges = new Map(spec.networks.map(({ name }, index) => [name, `b${index + 1}`]))
  const mtus = new Map(spec.networks.map(({ name, mtu }) => [name, mtu ?? DEFAULT_MTU]))
  let pairs = 0
  const hosts = spec.hosts.map((host, hostIndex): HostWiring => {
    const wire = [`netns add ${host.name}`]
    const plug: string[] = []
    const offload: string[] = []
    for (const { name, network, mac, mtu } of host.interfaces) {
      pairs += 1
      const port = mtus.get(network) ?? DEFAULT_MTU
      wire.push(
        `link add dev s${pairs} mtu ${port} type veth peer name h${pairs} mtu ${mtu ?? port}`,
        ...portCommands(pairs, bridges.get(network) ?? ''),
      )
      plug.push(`link set dev h${pairs} netns ${host.name} name ${name} address ${mac}`)
      offload.push(`h${pairs}`)
    }
    pairs += 1
    wire.push(
      `link add dev s${pairs} type veth peer name h${pairs}`,
      ...portCommands(pairs, MANAGEMENT_BRIDGE),
      // Hosts must not meet on a network that is not drawn.
      `link set dev s${pairs} type bridge_slave isolated on`,
    )
    const mac = management.macs[hostIndex + 1] ?? ''
    plug.push(`link set dev h${pairs} netns ${host.name} name ${MANAGEMENT_INTERFACE} address ${mac}`)
    return { wire: lines(wire), plug: lines(plug), offload: lines(offload) }
  })
  return { switchWire: lines(switchWire(spec, management, bridges, mtus)), hosts }
}

/** A host's interface on a drawn network, and the switch's device at its other end. */
export interface SwitchedInterface {
  readonly device: string
  readonly host: string
  readonly interface: string
  readonly network: string
}

/** Which of the switch's devices leads to which drawn interface; numbered as `wiring` does. */
export function switchedInterfaces({ hosts }: LabSpec): SwitchedInterface[] {
  let pairs = 0
  return hosts.flatMap(({ name: host, interfaces }) => {
    const ports = interfaces.map(({ name, network }) => {
      pairs += 1
      return { device: `s${pairs}`, host, interface: name, network }
    })
    // The management port.
    pairs += 1
    return ports
  })
}

function switchWire(
  spec: LabSpec,
  management: ManagementNetwork,
  bridges: ReadonlyMap<string, string>,
  mtus: ReadonlyMap<string, number>,
): string[] {
  const silent = 'type bridge stp_state 0 forward_delay 0 mcast_snooping 0'
  return [
    'link set dev lo up',
    // A bridge without an address of its own takes the lowest of its ports': with every host that is plugged in again it could
    // be another one, and the computer would talk to the one before.
    `link add dev ${MANAGEMENT_BRIDGE} address ${management.macs[0] ?? ''} ${silent}`,
    `link set dev ${MANAGEMENT_BRIDGE} addrgenmode none`,
    `link set dev ${MACHINE_INTERFACE} addrgenmode none`,
    `link set dev ${MACHINE_INTERFACE} master ${MANAGEMENT_BRIDGE} up`,
    `link set dev ${MANAGEMENT_BRIDGE} up`,
    `address add ${management.machine}/24 dev ${MANAGEMENT_BRIDGE}`,
    ...spec.networks.flatMap(({ name }) => {
      const bridge = bridges.get(name) ?? ''
      return [
        `link add dev ${bridge} mtu ${mtus.get(name) ?? DEFAULT_MTU} ${silent}`,
        // No link-local address: the switch is not a host of the network.
        `link set dev ${bridge} addrgenmode none`,
        `link set dev ${bridge} up`,
      ]
    }),
  ]
}

/** What a host's boot feeds to `ip -batch`: links up, addresses, routes. */
export function hostNetwork(host: LabHost, managementAddress: string): string {
  const addresses = host.interfaces.flatMap(({ name, addresses: list }) =>
    list.map((address) => {
      // Duplicate address detection would keep an address tentative for a second or more.
      const nodad = parseCidr(address)?.family === 6 ? ' nodad' : ''
      return `address add ${address} dev ${name}${nodad}`
    }),
  )
  // A gateway may be reached by a route that is itself listed.
  const routes = [...host.routes].sort((a, b) => Number(a.via !== undefined) - Number(b.via !== undefined))
  return lines([
    'link set dev lo up',
    `link set dev ${MANAGEMENT_INTERFACE} addrgenmode none`,
    `address add ${managementAddress}/24 dev ${MANAGEMENT_INTERFACE}`,
    `link set dev ${MANAGEMENT_INTERFACE} up`,
    ...host.interfaces.map(({ name }) => `link set dev ${name} up`),
    ...addresses,
    ...routes.map(routeCommand),
  ])
}

export function routeCommand({ to, family, via, interface: out }: LabRoute): string {
  const destination = to === 'default' ? (family === 4 ? '0.0.0.0/0' : '::/0') : to
  const gateway =
    via === undefined
      ? ''
      : addressFamily(via) === family
        ? ` via ${via}`
        : ` via inet${addressFamily(via) === 6 ? '6' : ''} ${via}`
  return `route add ${destination}${gateway}${out === undefined ? '' : ` dev ${out}`}`
}

/** Without link-local address: a switch solicits no routers. */
function portCommands(pair: number, bridge: string): string[] {
  return [`link set dev s${pair} addrgenmode none`, `link set dev s${pair} master ${bridge} up`]
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join('')
}
