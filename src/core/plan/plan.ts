import { say } from '../speech/say.js'
import { isByOthers } from '../hosts/marks.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import type { ObservedHost, OwnedEntry, RecordedSetting } from '../hosts/observe.js'
import {
  afterDrain,
  drainedIn,
  drainRecord,
  drainRefusal,
  settingsIn,
  speaksOf,
  withDrained,
} from './drain.js'
import type { DrainTarget } from './drain.js'
import { managerNotes } from './managers.js'
import { memberRecord, membersIn, membersKnownTo, withoutMembers } from './members.js'
import type { Member } from './members.js'
import { atWeightZero, bootOrder, orderSteps } from './order.js'
import { leftNotes, othersOn, ownedAfter } from './others.js'
import type { Others } from './others.js'
import { preconditions } from './preconditions.js'
import type { Refusal } from './preconditions.js'
import { ABSENT, observedState, settingsOf } from './setting.js'
import type { Setting, SettingKind } from './setting.js'
import type { DraftStep, PlanStep } from './step.js'
import { summaryOf } from './summary.js'

export interface HostPlan {
  readonly host: string
  /** Of what was observed and this plan relies on; a plan for another state is stale. */
  readonly observedHash: string
  readonly steps: readonly PlanStep[]
  /** Everything wanted on the host, changed or not, in the order of a boot: what a read-back must find. */
  readonly wanted: readonly Setting[]
  /** What is ours on the host after the steps, and what each was before. */
  readonly owned: readonly OwnedEntry[]
  /** Keys of destinations that are wanted at weight 0 because somebody has drained them, whatever the drawing says. */
  readonly drained: readonly string[]
  /** What the host is to know of the others. */
  readonly members: readonly Member[]
  /** And does know of them. */
  readonly knowsMembers: boolean
  /** The host has written down what is wanted, and would come up with it after a reboot. */
  readonly recorded: boolean
  /** What whoever reads the plan should know beside its steps; a line each, without full stop. */
  readonly notes: readonly string[]
}

/** Whether there is anything to do on a host, be it only to write down what is there already. */
export function isBusy({
  steps,
  recorded,
  knowsMembers,
}: Pick<HostPlan, 'steps' | 'recorded' | 'knowsMembers'>): boolean {
  return steps.length > 0 || !recorded || !knowsMembers
}

/** What a host writes down once its plan is confirmed: what is to be there after a boot, and what is to be known. */
export function recordOf({
  wanted,
  drained,
  members,
}: Pick<HostPlan, 'wanted' | 'drained' | 'members'>): RecordedSetting[] {
  return [...wanted, ...drained.map(drainRecord), ...members.map(memberRecord)]
}

export interface Plan {
  readonly cluster: string
  readonly hosts: readonly HostPlan[]
  /** Why this cannot be applied. A plan with refusals is shown, never run. */
  readonly refusals: readonly Refusal[]
}

/** Twelve hex digits that stand for a plan, whoever reads it: the states it was made for and everything it does. */
export function planHash({ hosts }: Plan, digest: PlanOptions['digest']): string {
  const words = ['summary', 'why', 'notes']
  return digest(
    JSON.stringify(hosts, (key, value: unknown) => (words.includes(key) ? undefined : value)),
  ).slice(0, 12)
}

export type Purpose = 'apply' | 'remove' | 'rollback' | 'drain' | 'undrain'

export interface PlanOptions {
  /**
   * apply: bring about what the drawing needs; remove: put everything back; rollback: bring about what was confirmed
   * before the last deployment, on the hosts that took part in that; drain, undrain: change the weight of one destination
   * and nothing else.
   */
  readonly purpose: Purpose
  /** Of drain and undrain. */
  readonly target?: DrainTarget | undefined
  /** A cryptographic digest as hex; injected because the core runs where node:crypto does not. */
  readonly digest: (text: string) => string
}

/** Hosts a deployment may touch: directors and real servers of services. Clients and routers never are. */
export function deployedHosts(cluster: Cluster): HostModel[] {
  return [...cluster.hosts.values()].filter(({ role }) => role === 'director' || role === 'real-server')
}

/** What a probe must read on a host so that a plan can be made, beside what it always reads. */
export function probeWishes(host: HostModel): {
  readonly sysctls: readonly string[]
  readonly modules: readonly string[]
  readonly keepalived: boolean
} {
  const settings = host.needs.flatMap(({ need }) => settingsOf(need))
  const keysOf = (kind: SettingKind) =>
    settings.filter((setting) => setting.kind === kind).map(({ key }) => key)
  return {
    sysctls: [...new Set([...keysOf('sysctl'), ...host.drawn.sysctls.keys()])],
    modules: [...new Set(keysOf('module'))],
    keepalived: keysOf('daemon').length > 0,
  }
}

/** Wanted × observed → steps. Pure, and the only planner: what an interruption left behind is just another state. */
export function makePlan(
  cluster: Cluster,
  observed: ReadonlyMap<string, ObservedHost>,
  { purpose, digest, target }: PlanOptions,
): Plan {
  const hosts: HostPlan[] = []
  const refusals: Refusal[] = []
  const last = lastTransaction(observed)
  const deployed = deployedHosts(cluster)
  for (const model of deployed) {
    const live = observed.get(model.name)
    if (live === undefined) continue
    const { wanted, drained, members } = wantedOn(model, live, { purpose, last, target, deployed })
    const wantedAll = wanted.map(({ setting }) => setting)
    const others = othersOn(live)
    const drafts = draftSteps(wanted, live, others).filter(
      ({ kind, key }) => target === undefined || key === target.key || kind === 'file',
    )
    const onDirector = isDirector(wanted, live)
    const steps = orderSteps(drafts, onDirector).map((draft, index) => ({
      ...draft,
      id: `s${index + 1}`,
      summary: summaryOf(draft),
      revertible: !isByOthers(draft.before),
    }))
    const settings = bootOrder(
      // A route that is there by other means comes back by those.
      wantedAll.filter(
        (each) => observedState(live, each.kind, each.key) === each.state || !isMetOtherwise(each, live),
      ),
      onDirector,
    )
    const owned = ownedAfter(live, { steps, wanted: wantedAll, others })
    hosts.push({
      host: model.name,
      observedHash: digest(relevantState(model, wanted, live, others)),
      steps,
      wanted: settings,
      owned,
      drained,
      members,
      knowsMembers: sameRecord(members.map(memberRecord), membersIn(live.confirmed).map(memberRecord)),
      recorded: sameRecord(
        recordOf({ wanted: settings, drained, members: [] }),
        withoutMembers(live.confirmed),
      ),
      notes: [
        ...leftNotes(live, wantedAll, others),
        ...(purpose === 'apply' ? managerNotes(model, live, { wanted: settings, owned }) : []),
      ],
    })
    refusals.push(...preconditions(model, live, drafts, { purpose, others }))
    const refusal = target === undefined ? undefined : drainRefusal(model.name, target, live)
    if (refusal !== undefined) refusals.push(refusal)
  }
  return { cluster: cluster.topology.name ?? '', hosts, refusals }
}

/** Of all that the hosts know of: an id begins with the time it was made at (UTC), so that the last is the greatest. */
function lastTransaction(observed: ReadonlyMap<string, ObservedHost>): string | undefined {
  return [...observed.values()]
    .flatMap(({ transaction }) => transaction ?? [])
    .sort()
    .at(-1)
}

interface Wanted {
  readonly wanted: readonly WantedSetting[]
  readonly drained: readonly string[]
  readonly members: readonly Member[]
}

function wantedOn(
  model: HostModel,
  live: ObservedHost,
  {
    purpose,
    last,
    target,
    deployed,
  }: {
    readonly deployed: readonly HostModel[]
    readonly purpose: Purpose
    readonly last: string | undefined
    readonly target: DrainTarget | undefined
  },
): Wanted {
  switch (purpose) {
    case 'apply':
      return {
        ...keepingDrains(wantedSettings(model), drainedIn(live.confirmed)),
        members: model.needs.length === 0 ? [] : membersKnownTo(model, deployed, live),
      }
    case 'remove':
      return { wanted: [], drained: [], members: [] }
    case 'rollback': {
      // Where the last deployment changed nothing, what is there stays.
      const record = live.transaction === last ? live.previous : live.confirmed
      const why = say`it was so before the last deployment`
      return {
        wanted: settingsIn(record).map((setting) => ({ setting, why })),
        drained: drainedIn(record),
        members: membersIn(record),
      }
    }
    case 'drain':
    case 'undrain': {
      if (target === undefined) throw new RangeError(`${purpose} is of a destination`)
      const { settings, drained } = afterDrain(purpose, target, live)
      const why =
        purpose === 'drain'
          ? say`to drain ${target.realServer} of ${target.service}`
          : say`to give ${target.realServer} of ${target.service} its weight back`
      const members = membersIn(live.confirmed)
      return { wanted: settings.map((setting) => ({ setting, why })), drained, members }
    }
  }
}

/** What somebody has drained stays so, for as long as it is drawn. */
function keepingDrains(wanted: readonly WantedSetting[], keys: readonly string[]): Omit<Wanted, 'members'> {
  const drawn = keys.filter((key) => wanted.some(({ setting }) => speaksOf(setting, key)))
  if (drawn.length === 0) return { wanted, drained: [] }
  return {
    wanted: wanted.map(({ setting, why }) => {
      if (setting.kind === 'destination' && drawn.includes(setting.key)) {
        return {
          setting: { ...setting, state: atWeightZero(setting.state) },
          why: say`somebody has drained it; "undrain" gives it its weight back`,
        }
      }
      return { setting: withDrained(setting, drawn), why }
    }),
    drained: drawn,
  }
}

/** In whatever order: it follows from what they are. */
function sameRecord(wanted: readonly RecordedSetting[], recorded: readonly RecordedSetting[]): boolean {
  const lines = (settings: readonly RecordedSetting[]) =>
    settings
      .map(({ kind, key, state }) => `${kind}\t${key}\t${state}`)
      .sort()
      .join('\n')
  return lines(wanted) === lines(recorded)
}

interface WantedSetting {
  readonly setting: Setting
  readonly why: string
}

function wantedSettings(model: HostModel): WantedSetting[] {
  return model.needs.flatMap(({ need, why }) => settingsOf(need).map((setting) => ({ setting, why })))
}

function draftSteps(wanted: readonly WantedSetting[], live: ObservedHost, others: Others): DraftStep[] {
  const owned = new Map(live.owned.map((entry) => [`${entry.kind} ${entry.key}`, entry]))
  const steps: DraftStep[] = []
  const wantedKeys = new Set<string>()
  const stops = owned.has(DAEMON) && !wanted.some(({ setting: { kind, key } }) => `${kind} ${key}` === DAEMON)
  for (const { setting, why } of wanted) {
    const { kind, key, state } = setting
    const id = `${kind} ${key}`
    wantedKeys.add(id)
    const before = goesWithDaemon(kind) && stops ? ABSENT : observedState(live, kind, key)
    if (before === state || isMetOtherwise(setting, live)) continue
    // Put into the table by hand, requests would go to one that does not answer; keepalived brings it back as its file says.
    if (kind === 'destination' && live.pool.takenOut.has(key)) continue
    steps.push({ kind, key, before, after: state, why, record: owned.has(id) ? 'keep' : 'own' })
  }
  // Latest first: what was built on something else goes before it.
  for (const entry of [...live.owned].reverse()) {
    const kind = entry.kind as SettingKind
    if (wantedKeys.has(`${kind} ${entry.key}`) || others.need(entry) !== undefined) continue
    const before = live.pool.takenOut.has(entry.key) ? ABSENT : observedState(live, kind, entry.key)
    steps.push({
      kind,
      key: entry.key,
      before,
      after: entry.before,
      why: say`nothing in the drawing needs it any longer`,
      record: 'release',
    })
  }
  return steps
}

const DAEMON = 'daemon keepalived'

/** A keepalived that ends takes along what it has put into the table, and its addresses. */
function goesWithDaemon(kind: SettingKind): boolean {
  return kind === 'virtual-service' || kind === 'destination' || kind === 'address'
}

/** A host whose default route already leads to the wanted gateway needs no route of ours. */
function isMetOtherwise({ kind, key, state }: Setting, live: ObservedHost): boolean {
  if (kind !== 'route') return false
  const family = key === '6' ? 6 : 4
  const [best] = live.defaultRoutes
    .filter((route) => route.family === family)
    .sort((a, b) => a.metric - b.metric)
  return best?.words.startsWith(`${state} `) === true
}

function isDirector(wanted: readonly WantedSetting[], live: ObservedHost): boolean {
  return (
    wanted.some(({ setting }) => setting.kind === 'virtual-service') ||
    live.owned.some(({ kind }) => kind === 'virtual-service')
  )
}

/** Exactly what the plan depends on, as text: nothing that ticks by itself. */
function relevantState(
  model: HostModel,
  wanted: readonly WantedSetting[],
  live: ObservedHost,
  others: Others,
): string {
  const lines = wanted.map(
    ({ setting: { kind, key } }) => `${kind}\t${key}\t${observedState(live, kind, key)}`,
  )
  for (const each of [...wanted.map(({ setting }) => setting), ...live.owned]) {
    const need = others.need(each)
    if (need !== undefined) lines.push(`needed\t${need.cluster}\t${each.kind}\t${each.key}\t${need.state}`)
  }
  for (const { kind, key, before } of live.owned) {
    lines.push(`owned\t${kind}\t${key}\t${before}\t${observedState(live, kind as SettingKind, key)}`)
  }
  for (const [key] of model.drawn.sysctls)
    lines.push(`pinned\t${key}\t${live.state.sysctls.get(key) ?? ABSENT}`)
  for (const { words } of live.defaultRoutes) lines.push(`route\t${words}`)
  for (const { kind, key, state } of live.confirmed ?? []) lines.push(`confirmed\t${kind}\t${key}\t${state}`)
  return lines.sort().join('\n')
}
