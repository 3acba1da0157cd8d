import { CLUSTER_NAME, SCRIPT_USER_NAME } from '../topology/names.js'
import { SCRIPT_USER } from '../topology/keys/management.js'
import type { Mode } from '../topology/types.js'
import { drawHosts } from './draw-hosts.js'
import { drawService } from './draw-services.js'
import type { DrawnService } from './draw-services.js'
import type { FoundDirector, FoundHost, ImportNote } from './found.js'
import { joinDirectors, vipOf } from './join.js'
import type { JoinedService } from './join.js'
import { masqueradingOf } from './masquerading.js'
import { serviceNames } from './names.js'
import { writeDrawing } from './write.js'

/** A topology made from what exists, and what of that it does not say. */
export interface ImportedTopology {
  readonly text: string
  readonly notes: readonly ImportNote[]
  readonly hosts: number
  readonly services: number
}

/**
 * Draws what was found: files of one or both directors, or hosts that were looked at. What is not known is assumed where
 * the drawing needs it, and marked in the text. Never throws.
 */
export function importTopology(
  found: { readonly directors: readonly FoundDirector[]; readonly hosts: readonly FoundHost[] },
  name = 'imported',
): ImportedTopology {
  const { cluster, notes: joined } = joinDirectors(found.directors)
  const notes: ImportNote[] = [...joined]
  const hosts = drawHosts(cluster, found.hosts)
  const usual = usualMode(cluster.services)
  const names = serviceNames(cluster.services)
  const services = new Map<string, DrawnService>()
  // Of a director it is assumed once: a node has thousands of services, and one answer for all of them.
  const assumedOf = new Set<string | undefined>()
  cluster.services.forEach((service, index) => {
    const found = masqueradingOf(service, cluster.directors, hosts)
    const [director] = service.directors
    const masquerading = found === 'assumed' && assumedOf.has(director) ? 'seen' : found
    if (found === 'assumed') assumedOf.add(director)
    services.set(names[index] ?? '', drawService(service, hosts, { usual, masquerading }, notes))
  })
  const { vrrp } = cluster
  const [first] = cluster.services.flatMap((service) => vipOf(service) ?? [])
  const director = hosts.hosts.find(({ role }) => role === 'director')
  const spoken = director?.interfaces.find((each) => each.name === vrrp?.interface)?.segment
  const network =
    spoken ??
    hosts.networks.find(({ name: each }) => first !== undefined && each === 'front') ??
    hosts.networks[0]
  if (vrrp?.interface !== undefined && spoken === undefined && network !== undefined)
    notes.push(spokenElsewhere(vrrp.interface, network.name, found.directors))
  const text = writeDrawing({
    name: CLUSTER_NAME.test(name) ? name : 'imported',
    sources: [
      ...new Set([...found.directors.map(({ source }) => source), ...found.hosts.map((host) => host.name)]),
    ],
    networks: hosts.networks,
    hosts: hosts.hosts,
    services,
    manager: found.directors.some(({ manager }) => manager === 'keepalived') ? 'keepalived' : 'ipvsadm',
    scriptUser: scriptUserOf(found.directors),
    vrrp: vrrp === undefined ? undefined : { ...vrrp, network: network?.name },
  })
  return { text, notes, hosts: hosts.hosts.length, services: services.size }
}

function spokenElsewhere(device: string, network: string, directors: readonly FoundDirector[]): ImportNote {
  return {
    code: 'IMPORT-LOST',
    source: directors.find(({ vrrp }) => vrrp.length > 0)?.source ?? '',
    line: undefined,
    message: `VRRP is spoken on ${device} here, of which no address is known; the drawing has it on the network ${network}: add the network of ${device}, and name it in vrrp`,
  }
}

/** Scripts never run as root in what is made of a drawing. */
function scriptUserOf(directors: readonly FoundDirector[]): string | undefined {
  return directors
    .flatMap(({ scriptUser }) => scriptUser ?? [])
    .find((user) => user !== 'root' && user !== SCRIPT_USER && SCRIPT_USER_NAME.test(user))
}

function usualMode(services: readonly JoinedService[]): Mode {
  return services.flatMap(({ destinations }) => destinations[0]?.method ?? [])[0] ?? 'nat'
}
