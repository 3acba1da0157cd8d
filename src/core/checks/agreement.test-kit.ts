import type { Cluster } from '../hosts/cluster.js'
import { deriveCluster } from '../hosts/cluster.js'
import { walkCluster } from '../packet/walk-cluster.js'
import type { Walk } from '../packet/walk.js'
import { editTopology } from '../topology/edits.js'
import type { TopologyEdit } from '../topology/edit.js'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import { causesOf, surenessOf } from './causes.js'
import { plainMending } from './plain-mending.test-kit.js'
import { checkTopology } from './check.js'
import type { Finding } from './check.js'
import { RULES } from './rules.js'

/** Where rules and walks of one drawing say different things. */
export type Disagreement =
  /** A rule says what no walk comes to, not even once whatever else can be mended is. */
  | { readonly kind: 'unfounded'; readonly finding: Finding; readonly mended: Judged }
  /** No rule names the cause of what a walk comes to. */
  | { readonly kind: 'unnamed'; readonly walk: Walk }

/** A drawing, what rules say of it, and what becomes of every request. */
export interface Judged {
  readonly text: string
  readonly cluster: Cluster
  readonly findings: readonly Finding[]
  readonly walks: readonly Walk[]
}

export interface Agreement {
  readonly judged: Judged
  readonly disagreements: readonly Disagreement[]
  /** Findings whose walk ends before at another fault, and which came to light when that was mended. */
  readonly lifted: number
  /** What is left undecided, and why: it must stay rare. */
  readonly excused: readonly Excuse[]
}

export type Excuse =
  /** It went with the fault that hid it. */
  | { readonly why: 'gone'; readonly finding: Finding }
  /** What hides it cannot be mended without drawing another cluster. */
  | { readonly why: 'hidden'; readonly finding: Finding }
  /** A service for many ports is walked at one; rules speak of what is so at each. */
  | { readonly why: 'one port of many'; readonly walk: Walk }

/**
 * A rule that declares verdicts fires exactly when a walk ends in one of them through it, and no walk fails without a
 * finding that names the cause. A walk ends at the first fault on its way, and rules name them all: so what a walk met is
 * mended, as text, until the fault behind it is met, or is still said and met by no walk, which is a disagreement.
 */
export function agreementOf(text: string): Agreement {
  const judged = judge(text)
  // What could not be read is as good as absent, and whatever a walk comes to may come from that.
  const unread = parseTopology(text).problems.length > 0
  const unnamed = unread
    ? []
    : judged.walks.filter((walk) => walk.verdict !== 'SERVED' && causesOf(walk, judged).length === 0)
  const hidden = declaring(judged).filter((finding) => !isFounded(finding, judged))
  const outcomes = hidden.map((finding) => ({ finding, ...unhide(judged, finding) }))
  return {
    judged,
    disagreements: [
      ...outcomes
        .filter(({ outcome }) => outcome === 'unfounded')
        .map(({ finding, mended }): Disagreement => ({ kind: 'unfounded', finding, mended })),
      ...unnamed
        .filter((walk) => !isOnePortOfMany(walk, judged.cluster))
        .map((walk): Disagreement => ({ kind: 'unnamed', walk })),
    ],
    lifted: outcomes.filter(({ outcome }) => outcome === 'founded').length,
    excused: [
      ...outcomes.flatMap(({ finding, outcome }): Excuse[] =>
        outcome === 'gone' || outcome === 'hidden' ? [{ why: outcome, finding }] : [],
      ),
      ...unnamed
        .filter((walk) => isOnePortOfMany(walk, judged.cluster))
        .map((walk): Excuse => ({ why: 'one port of many', walk })),
    ],
  }
}

function isOnePortOfMany({ service: name, verdict }: Walk, { services }: Cluster): boolean {
  const drawn = services.find((service) => service.name === name)?.drawn
  const many = drawn?.mark === undefined ? drawn?.port === 0 : drawn.ports.length !== 1
  return many && (verdict === 'FIREWALL_DROP' || verdict === 'NOT_LISTENING')
}

export function judge(text: string): Judged {
  const parsed = parseTopology(text)
  const cluster = deriveCluster(parsed.topology)
  return { text, cluster, findings: checkTopology(parsed, cluster), walks: everyWalk(cluster) }
}

/** Every walk of a cluster, those to real servers of weight 0 too: they are spoken of by rules, and come back some day. */
export function everyWalk(cluster: Cluster): readonly Walk[] {
  return [
    ...walkCluster(cluster),
    ...cluster.services.flatMap(({ name, realServers }) =>
      realServers
        .filter(({ drawn }) => drawn.weight === 0)
        .flatMap((realServer) => walkCluster(cluster, { service: name, realServer: realServer.name })),
    ),
  ]
}

const DECLARING: ReadonlySet<string> = new Set(
  RULES.filter(({ explains }) => explains.length > 0).map(({ code }) => code),
)

function declaring({ findings }: Judged): Finding[] {
  return findings.filter(({ code }) => DECLARING.has(code))
}

function isFounded(finding: Finding, { walks, cluster }: Judged): boolean {
  return walks.some(
    (walk) =>
      surenessOf(finding.code, walk.verdict) === 2 &&
      causesOf(walk, { cluster, findings: [finding] }).length > 0,
  )
}

/** More faults than that are on no way of a drawing. */
const MOST_ROUNDS = 10

interface Unhidden {
  readonly outcome: 'founded' | 'unfounded' | 'gone' | 'hidden'
  readonly mended: Judged
}

function unhide(judged: Judged, wanted: Finding): Unhidden {
  let mended = judged
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const text = mend(mended, wanted, round % 2 === 1)
    if (text === undefined) break
    mended = judge(text)
    const still = mended.findings.filter((finding) => isSame(finding, wanted))
    if (still.length === 0) return { outcome: 'gone', mended }
    if (still.some((finding) => isFounded(finding, mended))) return { outcome: 'founded', mended }
  }
  return { outcome: isHidden(wanted, mended) ? 'hidden' : 'unfounded', mended }
}

/** Another fault, which rules name as well, is still in the way of the same service. */
function isHidden(wanted: Finding, { walks, findings, cluster }: Judged): boolean {
  return walks.some((walk) => {
    const causes = causesOf(walk, { cluster, findings })
    return causes.length > 0 && !causes.some((cause) => isSame(cause, wanted))
  })
}

function isSame(finding: Finding, { code, path }: Finding): boolean {
  return finding.code === code && finding.path === path
}

/** The text without what walks end in; undefined where nothing else can be mended. A fix may not do it: every other time, the plain way. */
function mend(judged: Judged, wanted: Finding, plainly: boolean): string | undefined {
  const { text, walks, findings, cluster } = judged
  let now = text
  const met = new Set<string>()
  for (const walk of walks) {
    const fault = `${walk.verdict} ${walk.at} ${walk.reason}`
    if (walk.verdict === 'SERVED' || met.has(fault)) continue
    met.add(fault)
    const causes = causesOf(walk, { cluster, findings })
    // What mends others of the same kind would mend the wanted one too.
    if (causes.some(({ code }) => code === wanted.code)) continue
    const fix = causes.find((finding) => finding.fixes.length > 0)?.fixes[0]?.edits ?? []
    const plain = plainMending(walk, cluster)
    const lifted = (plainly ? [plain, fix] : [fix, plain]).map((edits) => edited(now, edits))
    now = lifted.find((after) => after !== undefined && after !== now) ?? now
  }
  return now === text ? undefined : now
}

function edited(text: string, edits: readonly TopologyEdit[]): string | undefined {
  if (edits.length === 0) return undefined
  const result = editTopology(parseTopology(text), edits)
  return result.ok ? applyTextEdits(text, result.edits) : undefined
}

/** A disagreement with everything that is needed to look into it. */
export function disagreementText(disagreement: Disagreement, judged: Judged): string {
  if (disagreement.kind === 'unnamed') {
    const { verdict, reason } = disagreement.walk
    return [`no rule names why a walk ends in ${verdict}: ${reason}`, judgedText(judged)].join('\n')
  }
  const { finding, mended } = disagreement
  return [
    `no walk comes to what ${finding.code} says: ${finding.message}`,
    judgedText(judged),
    ...(mended === judged ? [] : ['with whatever else could be mended:', judgedText(mended)]),
  ].join('\n')
}

function judgedText({ text, findings, walks }: Judged): string {
  const said = findings.map(({ code, message }) => `  ${code}: ${message}`)
  const came = walks.map(
    ({ service, client, realServer, verdict, reason }) =>
      `  ${service}: ${client} -> ${realServer ?? 'none'}: ${verdict}: ${reason}`,
  )
  return ['findings:', ...said, 'walks:', ...came, 'drawing:', text].join('\n')
}
