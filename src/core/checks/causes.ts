import type { Cluster } from '../hosts/cluster.js'
import type { Verdict } from '../packet/verdict.js'
import { SORRY } from '../packet/sorry.js'
import type { Walk } from '../packet/walk.js'
import { pathSteps } from '../topology/path.js'
import type { Severity } from '../topology/problem.js'
import type { Finding } from './check.js'
import { RULES } from './rules.js'

/**
 * The findings that name the cause of how a walk ended, best first: those of rules that explain its verdict, or can, and
 * that are about what it came by. Several may be: two faults on one way, of which the walk met the first.
 */
export function causesOf(
  walk: Walk,
  { cluster, findings }: { readonly cluster: Cluster; readonly findings: readonly Finding[] },
): readonly Finding[] {
  if (walk.verdict === 'SERVED') return []
  const concerned = surroundingsOf(walk, cluster)
  return findings
    .flatMap((finding) => {
      const sureness = surenessOf(finding.code, walk.verdict)
      if (sureness === 0) return []
      const closeness = closenessOf(finding, concerned)
      return closeness === 0
        ? []
        : [{ finding, closeness, sureness, astray: isOfOtherLeg(finding.code, walk) ? 1 : 0 }]
    })
    .sort(
      (a, b) =>
        b.sureness - a.sureness ||
        a.astray - b.astray ||
        b.closeness - a.closeness ||
        GRAVITY[a.finding.severity] - GRAVITY[b.finding.severity] ||
        a.finding.span.start - b.finding.span.start ||
        a.finding.code.localeCompare(b.finding.code),
    )
    .map(({ finding }) => finding)
}

/** The codes of the causes, each once. */
export function causeCodes(causes: readonly Finding[]): readonly string[] {
  return [...new Set(causes.map(({ code }) => code))]
}

const GRAVITY: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 }

const RULE_OF = new Map(RULES.map((rule) => [rule.code, rule]))

/** 2: a rule of this code is the cause of a verdict; 1: it can be; 0: it is about something else. */
export function surenessOf(code: string, verdict: Verdict): 0 | 1 | 2 {
  const rule = RULE_OF.get(code)
  if (rule?.explains.includes(verdict) === true) return 2
  return rule?.mayExplain?.includes(verdict) === true ? 1 : 0
}

/** A rule about replies does not say best what became of a request, nor the other way round. */
function isOfOtherLeg(code: string, { hops }: Walk): boolean {
  const leg = RULE_OF.get(code)?.leg
  const ended = hops.find(({ steps }) => steps.some(({ type }) => type === 'drop'))?.leg
  return leg !== undefined && ended !== undefined && leg !== ended
}

/** What a walk came by. */
interface Surroundings {
  readonly service: string
  /** The host that decided, and whoever took the VIP in another's place. */
  readonly deciding: ReadonlySet<string>
  readonly realServer: string | undefined
  /** Every host of the way, and the service's directors. */
  readonly hosts: ReadonlySet<string>
  readonly networks: ReadonlySet<string>
  /** Every host and service there is, to know their names when a message has them. */
  readonly cluster: Cluster
}

function surroundingsOf(walk: Walk, cluster: Cluster): Surroundings {
  const service = cluster.services.find(({ name }) => name === walk.service)
  const hosts = new Set([
    ...walk.hops.map(({ host }) => host),
    walk.at,
    // Of a pair the other one has no part in it, unless it has taken one.
    ...(walk.director === undefined ? (service?.drawn.directors ?? []) : [walk.director]),
    ...(walk.realServer === undefined ? [] : [walk.realServer]),
    // It came to none because of any of them.
    ...(walk.realServer === undefined ? (service?.realServers.map(({ name }) => name) ?? []) : []),
    // Whoever else answers for a VIP is no host of this walk, and yet what makes it one of several.
    ...(walk.verdict === 'ARP_AMBIGUOUS' || walk.verdict === 'ARP_POISONABLE' ? cluster.hosts.keys() : []),
    // Nor is who keeps silent, and yet it is because of them.
    ...namesIn(walk.reason, cluster).hosts,
  ])
  return {
    service: walk.service,
    deciding: new Set([walk.at, ...(walk.arpWinner === undefined ? [] : [walk.arpWinner])]),
    realServer: walk.realServer,
    hosts,
    networks: new Set([
      ...walk.hops.flatMap(({ network }) => network ?? []),
      // It may be the network itself that it could not leave by.
      ...[...(cluster.hosts.get(walk.at)?.drawn.interfaces.values() ?? [])].flatMap(
        ({ network }) => network ?? [],
      ),
    ]),
    cluster,
  }
}

/** How close a finding is to a walk; 0: it is about something else. */
function closenessOf(finding: Finding, walk: Surroundings): number {
  const said = namesIn(finding.message, walk.cluster)
  const [section, name = '', inside, realServer] = pathSteps(finding.path)
  // Nothing comes to a sorry server while there is another one.
  if (inside === 'sorry-server' && walk.realServer !== undefined && walk.realServer !== SORRY) return 0
  // One finding may be shown at one service and be about several: its message names them.
  const aboutService = said.services.has(walk.service)
    ? true
    : said.services.size > 0
      ? // A long list is cut short.
        said.isCut
        ? undefined
        : false
      : section === 'services'
        ? name === walk.service
        : undefined
  if (aboutService === false) return 0
  // Where it is shown is what is at fault; without a host there, any that the message names may be.
  const mainly = section === 'hosts' ? name : inside === 'real-servers' ? realServer : undefined
  const places = new Set(mainly === undefined ? said.hosts : [mainly])
  const about =
    places.size > 0
      ? (mainly === undefined && said.isCut) || [...places].some((host) => walk.hosts.has(host))
      : section === 'networks'
        ? walk.networks.size === 0 || walk.networks.has(name)
        : aboutService === true || section === 'vrrp'
  if (!about) return 0
  return (
    1 +
    (aboutService === true ? 1 : 0) +
    ([...places].some((host) => walk.deciding.has(host)) ? 2 : 0) +
    (walk.realServer !== undefined && places.has(walk.realServer) ? 2 : 0) +
    (mainly !== undefined && walk.deciding.has(mainly) ? 2 : 0)
  )
}

interface Said {
  readonly services: ReadonlySet<string>
  readonly hosts: ReadonlySet<string>
  /** It says "and 7 more" (wording.ts), which may be the one that is looked for. */
  readonly isCut: boolean
}

const SAID = new WeakMap<Cluster, Map<string, Said>>()

/** Hosts and services that a message names: services stand in quotes, hosts as words. */
function namesIn(message: string, cluster: Cluster): Said {
  const known = SAID.get(cluster) ?? new Map<string, Said>()
  SAID.set(cluster, known)
  const before = known.get(message)
  if (before !== undefined) return before
  const said = {
    services: new Set(
      [...message.matchAll(/"([^"]+)"/g)].flatMap(([, name = '']) =>
        cluster.topology.services.has(name) ? [name] : [],
      ),
    ),
    hosts: new Set(
      [...message.replaceAll(/"[^"]*"/g, ' ').matchAll(/[A-Za-z0-9][A-Za-z0-9._-]*/g)].flatMap(([word]) => {
        const name = word.replace(/[._-]+$/, '')
        return cluster.hosts.has(name) ? [name] : []
      }),
    ),
    isCut: / and \d+ more\b/.test(message),
  }
  known.set(message, said)
  return said
}
