import { listed } from '../checks/wording.js'
import type { HostModel } from '../hosts/cluster.js'
import type { ReasonedNeed } from '../hosts/needs.js'
import { orderSteps } from '../plan/order.js'
import type { DraftStep, StagedStep } from '../plan/step.js'
import { ABSENT, settingsOf } from '../plan/setting.js'
import { sentence } from './text.js'

/** What is to be done on one host by hand: the steps a deployment takes on a host that has none of it. */
export interface HostWork {
  readonly model: HostModel
  readonly onDirector: boolean
  /** Setting up, in order; steps in a row that have the same reason stand together. */
  readonly up: readonly StepGroup[]
  /** Taking down, in order. What was there before is not known here: `after` is ABSENT throughout. */
  readonly down: readonly DraftStep[]
}

export interface StepGroup {
  /** A sentence. */
  readonly reason: string
  readonly steps: readonly HandStep[]
}

/**
 * A destination is made in two steps (plan/order.ts): `held` at weight 0, and `raised` once all else is in place.
 * Every other step is `whole`.
 */
export type HandStep = StagedStep & { readonly part: 'whole' | 'held' | 'raised' }

export function hostWork(model: HostModel): HostWork {
  const needOf = new Map<string, ReasonedNeed>()
  const wanted: DraftStep[] = []
  for (const reasoned of model.needs) {
    for (const { kind, key, state } of settingsOf(reasoned.need)) {
      needOf.set(stepId({ kind, key }), reasoned)
      wanted.push({ kind, key, before: ABSENT, after: state, why: reasoned.why, record: 'own' })
    }
  }
  const onDirector = wanted.some(({ kind }) => kind === 'virtual-service')
  const ordered = orderSteps(byHand(wanted), onDirector)
  const raised = new Set(ordered.filter(({ before }) => before !== ABSENT).map(stepId))
  const groups: { topic: string; services: Set<string>; steps: HandStep[] }[] = []
  for (const draft of ordered) {
    const part = draft.before !== ABSENT ? 'raised' : raised.has(stepId(draft)) ? 'held' : 'whole'
    const step: HandStep = { ...draft, part }
    const services = needOf.get(stepId(step))?.services ?? []
    const topic = topicOf(step)
    const last = groups.at(-1)
    if (last?.topic !== topic) groups.push({ topic, services: new Set(services), steps: [step] })
    else {
      last.steps.push(step)
      for (const service of services) last.services.add(service)
    }
  }
  // As a removal finds them: recorded in the order they were made, read from the end.
  const recorded = byHand(wanted)
    .toReversed()
    .map((step): DraftStep => ({ ...step, before: step.after, after: ABSENT, record: 'release' }))
  const up = groups.map(({ topic, services, steps }) => ({ reason: reasonOf(topic, services), steps }))
  return { model, onDirector, up, down: orderSteps(recorded, onDirector) }
}

/** Where keepalived runs, the table is its own: written beside it by hand, what it has taken out would be back. */
function byHand(wanted: readonly DraftStep[]): DraftStep[] {
  const managed = wanted.some(({ kind }) => kind === 'daemon')
  return wanted.filter(({ kind }) => !managed || (kind !== 'virtual-service' && kind !== 'destination'))
}

/** The distinct keys of one kind, in the order they are set up. */
export function keysOf({ up }: HostWork, kind: DraftStep['kind']): string[] {
  const steps = up.flatMap((group) => group.steps).filter((step) => step.kind === kind)
  return [...new Set(steps.map(({ key }) => key))]
}

function stepId({ kind, key }: DraftStep | Pick<DraftStep, 'kind' | 'key'>): string {
  return `${kind} ${key}`
}

/** What steps in a row have in common: a reason of their need, or what is said of every service alike. */
function topicOf({ kind, part, why }: HandStep): string {
  return kind === 'virtual-service' || kind === 'destination' ? `${kind} ${part}` : why
}

function reasonOf(topic: string, services: ReadonlySet<string>): string {
  switch (topic) {
    case 'virtual-service whole':
      return sentence(`the ${services.size === 1 ? 'service' : 'services'} ${listed(services)}`, [])
    case 'destination held':
      return 'Real servers start at weight 0: they are sent nothing before all the rest is in place.'
    case 'destination raised':
      return 'All the rest is in place: from here on the real servers are sent requests.'
    case 'destination whole':
      return sentence('drawn with weight 0: it keeps its connections and is sent no new ones', [...services])
    default:
      return sentence(topic, [...services])
  }
}
