import { programPorts } from '../core/hosts/asked-ports.js'
import type { Cluster, HostModel } from '../core/hosts/cluster.js'
import { assignMacs } from '../core/hosts/macs.js'
import type { MacOf } from '../core/hosts/macs.js'
import type { IpAddress } from '../core/topology/address.js'
import type { Drop, Listen } from '../core/topology/types.js'
import type { LabDrop, LabHost, LabListen, LabSpec } from './spec.js'

/** A drawing as the lab starts it: every host with what the file pins, and nothing that a deployment would bring. */
export function labSpecOf(cluster: Cluster): LabSpec {
  const { topology } = cluster
  const macOf = assignMacs(cluster)
  return {
    name: topology.name ?? '',
    networks: [...topology.networks].map(([name, { mtu }]) => ({
      name,
      ...(mtu === undefined ? {} : { mtu }),
    })),
    hosts: [...cluster.hosts.values()].map((host) => labHost(host, cluster, macOf)),
  }
}

/** The VIPs: addresses that no host has yet and the lab must keep out of the way of. */
export function vipsOf(cluster: Cluster): IpAddress[] {
  return cluster.services.flatMap(({ drawn: { vip } }) => (vip === undefined ? [] : [vip]))
}

function labHost(host: HostModel, cluster: Cluster, macOf: MacOf): LabHost {
  const { name, before, drawn } = host
  return {
    name,
    interfaces: [...before.interfaces.values()].flatMap(({ name: interfaceName, network, mtu, addresses }) =>
      network === undefined
        ? []
        : [
            {
              name: interfaceName,
              network,
              mac: macOf(name, interfaceName) ?? '',
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
    listens: listensOf(name, drawn.listens, cluster),
    drops: dropsOf(drawn.drops),
  }
}

export function dropsOf(drops: readonly Drop[]): LabDrop[] {
  return drops.flatMap(({ protocol, port, chain, state }) =>
    protocol === undefined && state === undefined
      ? []
      : [
          {
            ...(protocol === undefined ? {} : { protocol }),
            ...(port === undefined ? {} : { port }),
            ...(chain === undefined ? {} : { chain }),
            ...(state === undefined ? {} : { state }),
          },
        ],
  )
}

/** What is said of a host, else every port a service asks this real server for. */
export function listensOf(
  name: string,
  said: readonly Listen[] | undefined,
  { services }: Pick<Cluster, 'services'>,
): LabListen[] {
  const result = new Map<string, LabListen>()
  const add = (protocol: 'tcp' | 'udp', port: number, address?: IpAddress) => {
    result.set(`${protocol} ${port} ${address ?? ''}`, {
      protocol,
      port,
      ...(address === undefined ? {} : { address }),
    })
  }
  for (const { address, port, protocol = 'tcp' } of said ?? []) {
    if (port !== undefined && protocol !== 'sctp') add(protocol, port, address)
  }
  if (said !== undefined) return [...result.values()]
  for (const service of services) {
    const realServer = service.realServerOf(name)
    const { protocol } = service.drawn
    if (realServer === undefined || protocol === 'sctp') continue
    for (const port of programPorts(service, realServer)) add(protocol, port)
  }
  return [...result.values()]
}
