import { block, statement } from '../../formats/keepalived/writing.js'
import type { Statement, Token } from '../../formats/keepalived/writing.js'
import { FAMILIES, addressBits, familyOf } from '../../topology/address.js'
import type { Family, IpAddress } from '../../topology/address.js'
import type { Topology, Vrrp } from '../../topology/types.js'
import type { ServiceModel } from '../services.js'

/** A VIP, or the inside VIP of a NAT pair, with the interface it stands on. */
export interface MovingAddress {
  readonly address: IpAddress
  readonly interface: string
}

/** What VRRP needs to know of the director it runs on. */
export interface VrrpPlace {
  readonly cluster: string
  readonly host: string
  /** The other director of the pair. */
  readonly peer: string
  readonly preferred: boolean
}

/** Of an advertisement: more do not fit into it (vrrp.h, VRRP_MAX_VIP), and are moved all the same. */
const MOST_ADVERTISED = 20
const PRIORITY = { preferred: 150, other: 100 } as const
/** Where an operator puts the secret: a file that this program never reads, and that only root should. */
export const SECRETS_FOLDER = '/etc/keepalived/secrets'

/** The addresses of services, each once, in the order of the file. */
export function movingAddresses(services: readonly ServiceModel[]): MovingAddress[] {
  const known = new Map<string, MovingAddress>()
  const add = (address: IpAddress, where: string) => {
    const key = `${where} ${address}`
    if (!known.has(key)) known.set(key, { address, interface: where })
  }
  for (const { drawn, vipInterface, insideVips, realServers } of services) {
    if (drawn.vip !== undefined && vipInterface !== undefined) add(drawn.vip, vipInterface)
    if (!realServers.some(({ mode, local }) => mode === 'nat' && !local)) continue
    for (const inside of insideVips) add(inside.address, inside.interface)
  }
  return [...known.values()]
}

export function addressLine({ address, interface: where }: MovingAddress): Statement {
  return statement(`${address}/${addressBits(familyOf(address))}`, 'dev', where)
}

/** The name of the instance of a family; the sync daemon follows the first. */
export function instanceName(cluster: string, family: Family): string {
  return `${cluster}-ipv${family}`
}

/** The instances of a pair, one a family, that change their state together. */
export function vrrpStatements(
  topology: Topology,
  addresses: readonly MovingAddress[],
  place: VrrpPlace,
): Statement[] {
  const { vrrp } = topology
  if (vrrp === undefined) return []
  const instances = FAMILIES.flatMap((family) => {
    const own = addresses.filter(({ address }) => familyOf(address) === family)
    return own.length === 0 ? [] : [{ family, own }]
  })
  const blocks = instances.map(({ family, own }) => instance(topology, vrrp, family, own, place))
  if (instances.length < 2) return blocks
  const members = instances.map(({ family }) => statement(instanceName(place.cluster, family)))
  return [block(['vrrp_sync_group', place.cluster], [block(['group'], members)]), ...blocks]
}

/** The interface of a director on the network VRRP is spoken on. */
export function vrrpInterface({ hosts, vrrp }: Topology, host: string): string | undefined {
  for (const [name, { network }] of hosts.get(host)?.interfaces ?? []) {
    if (network !== undefined && network === vrrp?.network) return name
  }
  return undefined
}

function addressOn(topology: Topology, host: string, family: Family): IpAddress | undefined {
  const where = vrrpInterface(topology, host)
  const addresses = topology.hosts.get(host)?.interfaces.get(where ?? '')?.addresses ?? []
  return addresses.find((address) => familyOf(address) === family)
}

function instance(
  topology: Topology,
  vrrp: Vrrp,
  family: Family,
  addresses: readonly MovingAddress[],
  place: VrrpPlace,
): Statement {
  const where = vrrpInterface(topology, place.host)
  const advert = vrrp.advert ?? 1
  const others = [...new Set(addresses.map((each) => each.interface))].filter(
    (name) => name !== where && name !== 'lo',
  )
  const [own, peer] = [addressOn(topology, place.host, family), addressOn(topology, place.peer, family)]
  const unicast = vrrp.unicast && own !== undefined && peer !== undefined
  return block(
    ['vrrp_instance', instanceName(place.cluster, family)],
    [
      // Both begin as backup: the priority decides, also while one is restarted.
      statement('state', 'BACKUP'),
      ...(where === undefined ? [] : [statement('interface', where)]),
      ...(vrrp.id === undefined ? [] : [statement('virtual_router_id', vrrp.id)]),
      statement('priority', place.preferred ? PRIORITY.preferred : PRIORITY.other),
      // Version 2 counts whole seconds, and is for IPv4 alone; 3 has no authentication.
      ...(family === 6 || !Number.isInteger(advert) ? [statement('version', 3)] : []),
      statement('advert_int', advert),
      ...(vrrp.preempt ? [] : [statement('nopreempt')]),
      ...(unicast ? [statement('unicast_src_ip', own), block(['unicast_peer'], [statement(peer)])] : []),
      ...(others.length === 0
        ? []
        : [
            block(
              ['track_interface'],
              others.map((name) => statement(name)),
            ),
          ]),
      ...authentication(vrrp, family),
      block(['virtual_ipaddress'], addresses.slice(0, MOST_ADVERTISED).map(addressLine)),
      ...(addresses.length > MOST_ADVERTISED
        ? [block(['virtual_ipaddress_excluded'], addresses.slice(MOST_ADVERTISED).map(addressLine))]
        : []),
    ],
  )
}

function authentication({ auth, advert }: Vrrp, family: Family): Statement[] {
  // Version 3 has none.
  if (auth?.secret === undefined || family === 6 || !Number.isInteger(advert ?? 1)) return []
  const secret: Token = `${SECRETS_FOLDER}/${auth.secret}.conf`
  return [block(['authentication'], [statement('auth_type', 'PASS'), statement('include', secret)])]
}
