import { say } from '../speech/say.js'
import type { Finding } from '../checks/check.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import type { ServiceModel } from '../hosts/services.js'
import type { Named } from '../topology/edit.js'
import type { Host, Interface } from '../topology/types.js'
import { pathSteps } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import { withPort } from '../topology/address.js'
import type {
  Scene,
  SceneFinding,
  SceneHost,
  SceneNetwork,
  SceneRealServer,
  SceneService,
  Subject,
} from './scene.js'

/** What is drawn of a cluster, with the findings where they belong. Total, whatever is missing in the file. */
export function sceneOf(cluster: Cluster, findings: readonly Finding[]): Scene {
  const { topology } = cluster
  const vips = new Set(cluster.services.flatMap(({ drawn: { vip } }) => vip ?? []))
  return {
    name: topology.name,
    hosts: [...cluster.hosts.values()].map((host) => sceneHost(host, cluster, vips)),
    networks: [...topology.networks].map(([name, { subnets, gateways }]): SceneNetwork => ({
      name,
      subnets,
      gateways,
      at: topology.layout.networks.get(name),
      length: topology.layout.lengths.get(name),
    })),
    services: cluster.services.map((service) => sceneService(service, cluster)),
    findings: findings.map((finding) => sceneFinding(finding, cluster)),
  }
}

function sceneHost({ name, role, state }: HostModel, cluster: Cluster, vips: ReadonlySet<string>): SceneHost {
  const { topology } = cluster
  const interfaces = [...state.interfaces.values()]
  const drawn = topology.hosts.get(name)
  return {
    name,
    role,
    interfaces: attached(drawn).map(([interfaceName, { network, addresses }]) => ({
      name: interfaceName,
      network: network !== undefined && topology.networks.has(network) ? network : undefined,
      addresses,
    })),
    vips: interfaces.flatMap((where) =>
      where.addresses.flatMap(({ address }) =>
        vips.has(address) ? [{ address, interface: where.name }] : [],
      ),
    ),
    at: topology.layout.hosts.get(name),
  }
}

/** Those that can hang on a network: what is a part of a bond hangs on that. */
function attached(host: Host | undefined): readonly (readonly [string, Interface])[] {
  const interfaces = [...(host?.interfaces ?? [])]
  const members = new Set(interfaces.flatMap(([, { bond }]) => bond ?? []))
  return interfaces.filter(([name, { network }]) => network !== undefined || !members.has(name))
}

function sceneService({ name, drawn, realServers }: ServiceModel, cluster: Cluster): SceneService {
  const { mode, vip, mark, port, protocol, scheduler, directors } = drawn
  const target =
    mark !== undefined
      ? say`mark ${mark}`
      : vip === undefined
        ? undefined
        : port === undefined
          ? vip
          : withPort(vip, port)
  return {
    name,
    mode,
    vip,
    target,
    protocol,
    scheduler,
    directors,
    realServers: realServers.map(
      ({ name: host, mode: own, drawn: { weight, port: ownPort } }): SceneRealServer => ({
        host,
        mode: own,
        weight,
        port: ownPort !== undefined && ownPort !== port ? ownPort : undefined,
      }),
    ),
    at: cluster.topology.layout.services.get(name),
  }
}

function sceneFinding(finding: Finding, { topology }: Cluster): SceneFinding {
  const { code, severity, message, path, range, fixes } = finding
  return {
    code,
    severity,
    message,
    path,
    range,
    subjects: subjectsOf(path).filter(({ what, name }) => drawnOf(topology, what).has(name)),
    fixes: fixes.map(({ title }) => title),
  }
}

function drawnOf(topology: Cluster['topology'], what: Named): ReadonlyMap<string, unknown> {
  switch (what) {
    case 'host':
      return topology.hosts
    case 'network':
      return topology.networks
    case 'service':
      return topology.services
  }
}

/** What a path of the file is about: a real server's entry is about the service and about the host. */
export function subjectsOf(path: Path): Subject[] {
  const [section, name, key, entry] = pathSteps(path)
  if (name === undefined) return []
  if (section === 'hosts') return [{ what: 'host', name }]
  if (section === 'networks') return [{ what: 'network', name }]
  if (section !== 'services') return []
  const service: Subject = { what: 'service', name }
  return key === 'real-servers' && entry !== undefined ? [service, { what: 'host', name: entry }] : [service]
}
