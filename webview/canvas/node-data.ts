import { badgesOf } from '../../src/core/diagram/badges.js'
import type { Badge } from '../../src/core/diagram/badges.js'
import { nodeId } from '../../src/core/diagram/node-ids.js'
import type { Picture } from '../../src/core/diagram/picture.js'
import type { Scene } from '../../src/core/diagram/scene.js'
import type { HostOutcomeMark } from '../../src/protocol/designer.js'
import type { HostNode, NetworkNode, ServiceNode } from './elements.js'
import { hostLabel, networkLabel, serviceLabel } from './labels.js'

/** What nodes say, wherever they stand: it is the same while they are moved about. */
export interface NodeData {
  readonly hosts: ReadonlyMap<string, HostNode['data']>
  readonly networks: ReadonlyMap<string, Pick<NetworkNode['data'], 'network' | 'badge' | 'label'>>
  readonly services: ReadonlyMap<string, ServiceNode['data']>
  /** Of everything, by the id of its node. */
  readonly badges: ReadonlyMap<string, Badge>
}

export function nodeDataOf(
  scene: Scene,
  farms: Pick<Picture, 'farms'>,
  outcomes: ReadonlyMap<string, HostOutcomeMark>,
): NodeData {
  const badges = badgesOf(scene, farms)
  const weights = new Map<string, number[]>()
  for (const { realServers } of scene.services) {
    for (const { host, weight } of realServers) {
      const known = weights.get(host)
      if (known === undefined) weights.set(host, [weight])
      else known.push(weight)
    }
  }
  return {
    badges,
    hosts: new Map(
      scene.hosts.map((host) => {
        const { name } = host
        const badge = badges.get(nodeId({ what: 'host', name }))
        const outcome = outcomes.get(name)
        return [
          name,
          { host, badge, outcome, label: hostLabel(host, weights.get(name) ?? [], badge, outcome) },
        ]
      }),
    ),
    networks: new Map(
      scene.networks.map((network) => {
        const badge = badges.get(nodeId({ what: 'network', name: network.name }))
        return [network.name, { network, badge, label: networkLabel(network, badge) }]
      }),
    ),
    services: new Map(
      scene.services.map((service) => {
        const badge = badges.get(nodeId({ what: 'service', name: service.name }))
        return [service.name, { service, badge, label: serviceLabel(service, badge) }]
      }),
    ),
  }
}
