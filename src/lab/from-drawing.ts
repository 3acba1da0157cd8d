import type { Cluster, HostModel } from '../core/hosts/cluster.js'
import type { IpAddress } from '../core/topology/address.js'
import type { LabHost, LabListen, LabSpec } from './spec.js'

/** A drawing as the lab starts it: every host with what the file pins, and nothing that a deployment would bring. */
export function labSpecOf(cluster: Cluster): LabSpec {
  const { topology } = cluster
  let interfaces = 0
  return {
    name: topology.name ?? '',
    networks: [...topology.networks].map(([name, { mtu }]) => ({
      name,
      ...(mtu === undefined ? {} : { mtu }),
    })),
    hosts: [...cluster.hosts.values()].map((host) => labHost(host, cluster, () => derivedMac(++interfaces))),
  }
}

/** The VIPs: addresses that no host has yet and the lab must keep out of the way of. */
export function vipsOf(cluster: Cluster): IpAddress[] {
  return cluster.services.flatMap(({ drawn: { vip } }) => (vip === undefined ? [] : [vip]))
}

function labHost(host: HostModel, cluster: Cluster, nextMac: () => string): LabHost {
  const { name, before, drawn } = host
  return {
    name,
    interfaces: [...before.interfaces.values()].flatMap(
      ({ name: interfaceName, network, mac, mtu, addresses }) =>
        network === undefined
          ? []
          : [
              {
                name: interfaceName,
                network,
                mac: mac ?? nextMac(),
                mtu,
                addresses: addresses.map(({ address, prefix }) => `${address}/${prefix}`),
              },
            ],
    ),
    routes: before.routes.map(({ to, family, via, interface: interfaceName }) => ({
      to,
      family,
      ...(via === undefined ? {} : { via }),
      ...(interfaceName === undefined ? {} : { interface: interfaceName }),
    })),
    sysctls: [...before.sysctls],
    listens: listensOf(host, cluster),
    drops: drawn.drops.flatMap(({ protocol, port }) =>
      protocol === undefined ? [] : [{ protocol, ...(port === undefined ? {} : { port }) }],
    ),
  }
}

/** What the file says, else every port a service asks this real server for. */
function listensOf({ name, drawn }: HostModel, { services }: Cluster): LabListen[] {
  const result = new Map<string, LabListen>()
  const add = (protocol: 'tcp' | 'udp', port: number, address?: IpAddress) => {
    result.set(`${protocol} ${port} ${address ?? ''}`, {
      protocol,
      port,
      ...(address === undefined ? {} : { address }),
    })
  }
  for (const { address, port, protocol = 'tcp' } of drawn.listens ?? []) {
    if (port !== undefined && protocol !== 'sctp') add(protocol, port, address)
  }
  if (drawn.listens !== undefined) return [...result.values()]
  for (const { realServerOf, drawn: service } of services) {
    const realServer = realServerOf(name)
    if (realServer === undefined || service.protocol === 'sctp') continue
    const port = realServer.mode === 'nat' ? realServer.port : service.port
    const ports = service.mark === undefined ? [port ?? 0] : service.ports
    for (const each of ports) if (each > 0) add(service.protocol, each)
  }
  return [...result.values()]
}

/** A MAC of the locally administered range (IEEE 802: second bit of the first octet), the same at every start. */
function derivedMac(index: number): string {
  const octets = [0x02, 0x1a, 0xb0, (index >> 16) & 0xff, (index >> 8) & 0xff, index & 0xff]
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':')
}
