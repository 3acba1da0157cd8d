import { causesOf } from '../checks/causes.js'
import type { Finding } from '../checks/check.js'
import { explainRule } from '../checks/explain.js'
import type { Cluster } from '../hosts/cluster.js'
import { countWalks } from '../packet/walk-kinds.js'
import type { WalkCounts } from '../packet/walk-kinds.js'
import type { Verdict } from '../packet/verdict.js'
import type { Walk } from '../packet/walk.js'
import { withPort } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import { pathSteps } from '../topology/path.js'
import type { Range } from '../topology/position.js'
import type { Severity } from '../topology/problem.js'
import type { Plan } from './plan.js'

/** Why requests are not served on hosts as they were found: causes by weight, each with what shows it and what mends it. */
export interface Diagnosis {
  readonly counts: WalkCounts
  readonly causes: readonly Cause[]
  /** Walks that end otherwise than served and that no rule explains; also what cannot be told. */
  readonly unexplained: readonly Walk[]
}

export interface Cause {
  readonly code: string
  readonly severity: Severity
  readonly title: string
  readonly message: string
  readonly path: string
  readonly range: Range
  /** Where the fault is, as far as it is on hosts. */
  readonly hosts: readonly string[]
  readonly services: readonly string[]
  /** Of walks that end so. */
  readonly verdicts: readonly Verdict[]
  /** How many walks it alone, or before others, keeps from being served. */
  readonly walks: number
  /** No walk comes to it first: what stands before it hides it, or it does no harm yet. */
  readonly hidden: boolean
  readonly evidence: readonly string[]
  readonly fixes: readonly string[]
}

export interface Examined {
  /** Hosts as they were found. */
  readonly cluster: Cluster
  readonly findings: readonly Finding[]
  readonly walks: readonly Walk[]
  /** What brings the hosts to what is drawn; undefined where the drawing may not be deployed. */
  readonly plan: Plan | undefined
}

/** Names the causes. What no walk comes to is named as well where it is an error: another fault may hide it. */
export function diagnose(examined: Examined): Diagnosis {
  const { findings, walks } = examined
  const ended = new Map<Finding, { main: Walk[]; also: Walk[] }>()
  const unexplained: Walk[] = []
  for (const walk of walks) {
    if (walk.verdict === 'SERVED') continue
    const causes = causesOf(walk, examined).filter(({ severity }) => severity !== 'hint')
    const isOpen = walk.served === undefined
    // What cannot be told is no fault, but said with what it depends on.
    if (causes.length === 0 || isOpen) {
      unexplained.push(walk)
      if (isOpen) continue
    }
    for (const [index, finding] of causes.entries()) {
      const known = ended.get(finding) ?? { main: [], also: [] }
      ended.set(finding, known)
      known[index === 0 ? 'main' : 'also'].push(walk)
    }
  }
  const hidden = findings.filter((finding) => finding.severity === 'error' && !ended.has(finding))
  const causes = [
    ...[...ended].map(([finding, { main, also }]) => causeOf(examined, finding, main, also)),
    ...hidden.map((finding) => causeOf(examined, finding, [], [])),
  ].sort(
    (a, b) =>
      Number(a.hidden) - Number(b.hidden) ||
      b.walks - a.walks ||
      b.verdicts.length - a.verdicts.length ||
      (a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : b.severity === 'error' ? 1 : 0) ||
      a.range.start.line - b.range.start.line ||
      a.code.localeCompare(b.code),
  )
  return { counts: countWalks(walks), causes, unexplained }
}

function causeOf(examined: Examined, finding: Finding, main: readonly Walk[], also: readonly Walk[]): Cause {
  const { code, severity, message, path, range } = finding
  const walks = [...main, ...also]
  const hosts = hostsAtFault(finding, examined.cluster)
  const services = new Set(walks.map(({ service }) => service))
  const [section, name = ''] = pathSteps(path)
  if (section === 'services') services.add(name)
  for (const [, quoted = ''] of message.matchAll(/"([^"]+)"/g)) {
    if (examined.cluster.topology.services.has(quoted)) services.add(quoted)
  }
  return {
    code,
    severity,
    title: explainRule(code)?.title ?? code,
    message,
    path,
    range,
    hosts,
    services: [...services],
    verdicts: [...new Set(walks.map(({ verdict }) => verdict))],
    walks: main.filter(({ served }) => served === false).length,
    hidden: main.length === 0,
    evidence: evidenceOf(examined.cluster, walks),
    fixes: fixesOf(finding, hosts, services, examined),
  }
}

/** The host it is shown at, or the real server; else the directors of the service. */
function hostsAtFault({ path }: Finding, cluster: Cluster): string[] {
  const [section, name = '', inside, realServer] = pathSteps(path)
  if (section === 'hosts') return [name]
  if (section !== 'services') return []
  const service = cluster.services.find((each) => each.name === name)
  const directors = service?.drawn.directors ?? []
  return inside === 'real-servers' && realServer !== undefined ? [realServer, ...directors] : [...directors]
}

/** Walks that are alike are told once. */
const MOST_EVIDENCE = 3

function evidenceOf(cluster: Cluster, walks: readonly Walk[]): string[] {
  const told = new Map<string, { first: Walk; count: number }>()
  for (const walk of walks) {
    const key = `${walk.service} ${walk.verdict} ${walk.reason}`
    const known = told.get(key)
    if (known === undefined) told.set(key, { first: walk, count: 1 })
    else known.count++
  }
  const kinds = [...told.values()]
  const lines = kinds.slice(0, MOST_EVIDENCE).map(({ first, count }) => {
    const { service, client, realServer, verdict, at, hops, reason } = first
    const hop = hops.findLastIndex(({ host }) => host === at)
    const where = hop < 0 ? at : `${at} (hop ${hop + 1} of ${hops.length})`
    const more = count === 1 ? '' : `; ${count - 1} more like it`
    return `${service}: ${client}${realServer === undefined ? '' : ` → ${realServer}`} ends at ${where}, ${verdict}: ${reason}${more}`
  })
  const rest = kinds.length - lines.length
  return [
    ...lines,
    ...(rest === 0 ? [] : [`${rest} more kinds of walks that end by it`]),
    ...waitingConnections(cluster, walks),
  ]
}

/** The director has seen the client's SYN and nothing of the client after it (ip_vs_proto_tcp.c, SYN_RECV). */
function waitingConnections({ hosts, services }: Cluster, walks: readonly Walk[]): string[] {
  const lines = new Set<string>()
  for (const { service: name, realServer, served } of walks) {
    const service = services.find((each) => each.name === name)
    const rip = service?.realServerOf(realServer ?? '')?.rip
    const { vip, port } = service?.drawn ?? {}
    if (served !== false || service === undefined || rip === undefined || vip === undefined) continue
    for (const director of service.drawn.directors) {
      const waiting = (hosts.get(director)?.observed?.connections ?? []).filter(
        ({ state, virtual, destination }) =>
          state === 'SYN_RECV' &&
          (port === undefined || virtual === withPort(vip, port)) &&
          destination.startsWith(withPort(rip, 0).slice(0, -1)),
      )
      const count = waiting.reduce((sum, each) => sum + each.count, 0)
      if (count === 0) continue
      lines.add(
        `${director} has ${count} connection${count === 1 ? '' : 's'} of "${name}" to ${realServer ?? ''} in SYN_RECV: the request was sent there, and the client has not gone on`,
      )
    }
  }
  return [...lines]
}

const MOST_STEPS = 4

function fixesOf(
  finding: Finding,
  hosts: readonly string[],
  services: ReadonlySet<string>,
  { plan, cluster }: Examined,
): string[] {
  const rule = explainRule(finding.code)
  // What the VIP of another service needs of a host mends another fault.
  const others = new Set(
    cluster.services.flatMap(({ name, drawn }) => (services.has(name) ? [] : (drawn.vip ?? []))),
  )
  for (const name of services) {
    const vip = cluster.topology.services.get(name)?.vip
    if (vip !== undefined) others.delete(vip)
  }
  const mending = hosts.map((host) => {
    const steps = plan?.hosts.find((each) => each.host === host)?.steps ?? []
    return { host, steps: steps.filter(({ key }) => services.size === 0 || !namesOneOf(others, key)) }
  })
  const { host: atFault, steps } = mending.find((each) => each.steps.length > 0) ?? { host: '', steps: [] }
  const shown = steps.slice(0, MOST_STEPS).map(({ summary }) => summary)
  const more = steps.length - shown.length
  return [
    // What a deployment would do is on hosts; what the rule says is of the drawing, or of what no deployment touches.
    ...(shown.length === 0
      ? []
      : [
          `"lvs-designer apply" makes ${atFault} as drawn: ${shown.join('; ')}${more === 0 ? '' : `; and ${more} more`}`,
        ]),
    ...finding.fixes.map(({ title }) => `in the drawing: ${title}`),
    ...(rule === undefined || (shown.length > 0 && rule.needs !== 'observed') ? [] : [rule.mend]),
  ]
}

/** Whether the key of a setting has one of these addresses: `eth0 192.0.2.100/32`, `-t [2001:db8::1]:80`. */
function namesOneOf(addresses: ReadonlySet<IpAddress>, key: string): boolean {
  return key
    .split(/[\s[\]/]+/)
    .some((word) => addresses.has(word.replace(/^([\d.]+):\d+$/, '$1') as IpAddress))
}
