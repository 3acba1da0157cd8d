import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import type { TopologyEdit } from '../../topology/edit.js'
import type { Fix } from '../../topology/problem.js'
import type { Health, HealthType, Protocol } from '../../topology/types.js'
import type { Cluster } from '../../hosts/cluster.js'
import type { ServiceModel } from '../../hosts/services.js'
import { askedBy } from '../health.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const checkType: Rule = {
  code: 'CHECK-TYPE',
  severity: 'warning',
  title: 'A health check that asks for something else than the service is',
  why: 'It finds dead what serves well, or well what serves nobody: the real servers are taken out, or stay in when they should not.',
  kernel:
    'keepalived connects to the address and the port of the real server, whatever the protocol of the service is (check_tcp.c, check_udp.c). ' +
    'In the table of IPVS a real server of a service for every port, or by firewall mark, has port 0, where nothing can be asked.',
  mend: 'Check with what the service speaks; ask by ping, or with a script, where it has no port of its own.',
  source: 'keepalived.conf(5), connect_port; keepalived/check/check_tcp.c, check_udp.c, check_dns.c',
  explains: [],
  check: (cluster, report) => {
    for (const service of cluster.services) {
      const { health, protocol } = service.drawn
      const type = health?.type
      const asked = askedBy(health)
      if (health === undefined || type === undefined || asked === undefined) continue
      const at = below(service.path, 'health', 'type')
      const tell = (what: string, better: HealthType) => {
        report(valueAt(at), say`health checks of "${service.name}" ${what}`, [
          changing(service, health, better),
        ])
      }
      const ports = portsOf(service)
      const [port] = ports
      if (hasNoPort(service)) {
        tell(say`(${type}) have no port to ask at: ${withoutPort(service)}`, 'ping')
      } else if (port === undefined) {
        // Without real servers there is nothing to ask.
        continue
      } else if (
        asked !== protocol &&
        !ports.every((each) => each === DNS) &&
        !isHeard(cluster, service, asked)
      ) {
        tell(
          say`ask by ${asked.toUpperCase()} at port ${port}, and the service is ${protocol.toUpperCase()}`,
          PLAIN[protocol],
        )
      } else {
        const spoken = ports
          .map((each) => SPOKEN.get(each))
          .find((known) => known !== undefined && known !== type)
        if (spoken !== undefined && [...SPOKEN.values()].includes(type)) {
          tell(say`speak ${NAMES[type] ?? type} at a port where ${NAMES[spoken] ?? spoken} is spoken`, spoken)
        }
      }
    }
  },
}

const DNS = 53

/** Where something is spoken that checks speak too, by the assignments of IANA. */
const SPOKEN: ReadonlyMap<number, HealthType> = new Map([
  [25, 'smtp'],
  [DNS, 'dns'],
  [80, 'http'],
  [443, 'https'],
  [587, 'smtp'],
])

const NAMES: Partial<Record<HealthType, string>> = { http: 'HTTP', https: 'HTTPS', smtp: 'SMTP', dns: 'DNS' }

const PLAIN: Readonly<Record<Protocol, HealthType>> = { tcp: 'tcp', udp: 'udp', sctp: 'ping' }

function hasNoPort({ drawn: { mark, port, ports } }: ServiceModel): boolean {
  return mark === undefined ? port === 0 : ports.length !== 1
}

/** The ports real servers are asked at. */
function portsOf({ drawn, realServers }: ServiceModel): readonly number[] {
  if (drawn.mark !== undefined) return drawn.ports
  const ports = new Set(
    realServers
      .flatMap(({ mode, port }) => (mode === 'nat' ? port : drawn.port) ?? [])
      .filter((port) => port > 0),
  )
  return [...ports]
}

function withoutPort({ drawn: { mark, ports } }: ServiceModel): string {
  if (mark === undefined) return say`the service is for every port`
  return ports.length === 0
    ? say`the service is by firewall mark ${mark}, for every port`
    : say`the service is by firewall mark ${mark}, for several ports`
}

/** Whether the drawing says that every real server listens for the check too. */
function isHeard({ hosts }: Cluster, service: ServiceModel, protocol: Protocol): boolean {
  const ports = portsOf(service)
  return service.realServers.every(({ name }) =>
    hosts
      .get(name)
      ?.drawn.listens?.some(
        (listen) =>
          (listen.protocol ?? 'tcp') === protocol && listen.port !== undefined && ports.includes(listen.port),
      ),
  )
}

function changing({ path }: ServiceModel, { path: asked }: Health, type: HealthType): Fix {
  const edits: TopologyEdit[] = [{ kind: 'set', path: below(path, 'health', 'type'), value: type }]
  const keeps = asked === undefined || type === 'http' || type === 'https'
  return {
    title: say`Check by ${type}`,
    edits: keeps ? edits : [...edits, { kind: 'unset', path: below(path, 'health', 'path') }],
  }
}
