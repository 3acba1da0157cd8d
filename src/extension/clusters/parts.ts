import { said, say } from '../../core/speech/say.js'
import type { Scene, SceneFinding, SceneHost, Subject } from '../../core/diagram/scene.js'
import type { HostOutcomeMark } from '../../protocol/designer.js'
import { outcomeWord } from '../../protocol/outcome-words.js'
import { withPort } from '../../core/topology/address.js'
import type { IpAddress } from '../../core/topology/address.js'
import type { Role } from '../../core/topology/types.js'

/** What is drawn in one file, as a tree shows it. */
export interface ClusterParts {
  readonly services: readonly Part[]
  readonly hosts: readonly Part[]
  readonly networks: readonly Part[]
}

export interface Part {
  readonly subject: Subject
  readonly icon: PartIcon
  /** What there is to know at a glance, besides the name. */
  readonly details: readonly string[]
  readonly findings: readonly Pick<SceneFinding, 'code' | 'severity' | 'message'>[]
  /** The real servers of a service. */
  readonly parts: readonly Part[]
}

export type PartIcon = 'service' | 'network' | Role | 'host'

/**
 * Everything in the order of the file; a finding stands at what carries its badge on the canvas, and at a host what
 * became of it when it was last reached.
 */
export function partsOf(
  { services, hosts, networks, findings }: Scene,
  outcomes: readonly HostOutcomeMark[] = [],
): ClusterParts {
  const became = new Map(outcomes.map((mark) => [mark.host, outcomeWord(mark)]))
  const found = new Map<string, SceneFinding[]>()
  for (const finding of findings) {
    for (const subject of finding.subjects) {
      const key = keyOf(subject)
      found.set(key, [...(found.get(key) ?? []), finding])
    }
  }
  const byName = new Map(hosts.map((host) => [host.name, host]))
  const part = (
    subject: Subject,
    icon: PartIcon,
    details: readonly string[],
    parts: readonly Part[] = [],
  ) => ({
    subject,
    icon,
    details: details.filter((detail) => detail !== ''),
    findings: found.get(keyOf(subject)) ?? [],
    parts,
  })
  return {
    services: services.map(({ name, mode, target, scheduler, realServers }) =>
      part(
        { what: 'service', name },
        'service',
        [mode?.toUpperCase() ?? '', target ?? '', scheduler],
        realServers.map(({ host, weight, port, mode: own }) =>
          part({ what: 'host', name: host }, 'real-server', [
            reachedAt(addressOf(byName.get(host)), port),
            own === mode ? '' : (own?.toUpperCase() ?? ''),
            say`weight ${weight}`,
          ]),
        ),
      ),
    ),
    hosts: hosts.map((host) =>
      part({ what: 'host', name: host.name }, host.role ?? 'host', [
        said((host.role ?? '').replace('-', ' ')),
        addressOf(host) ?? '',
        became.get(host.name) ?? '',
      ]),
    ),
    networks: networks.map(({ name, subnets }) => part({ what: 'network', name }, 'network', subnets)),
  }
}

/** The first of a host, which is what people know it by. */
function addressOf(host: SceneHost | undefined): IpAddress | undefined {
  return host?.interfaces.flatMap(({ addresses }) => addresses)[0]
}

/** With a port where it is not the service's. */
function reachedAt(address: IpAddress | undefined, port: number | undefined): string {
  if (port === undefined) return address ?? ''
  return address === undefined ? say`port ${port}` : withPort(address, port)
}

function keyOf({ what, name }: Subject): string {
  return `${what} ${name}`
}
