import { said, say, toSay } from '../../core/speech/say.js'
import type { HostOutcomeMark } from '../../protocol/designer.js'
import type {
  ApplyReport,
  DrainReport,
  PlannedHost,
  RemoveReport,
  RollbackReport,
  ServiceReport,
} from '../../protocol/engine.js'
import { verbWords } from './confirmation.js'
import type { ChangeVerb } from './confirmation.js'
import { sayWhyNot } from './followed-call.js'
import type { FollowedEnd } from './followed-call.js'
import { sayError, sayInformation, sayWarning } from './messages.js'
import { firstOf } from './planning.js'
import type { PreparedTopology } from './prepared-topology.js'
import type { RemoteContext } from './remote-context.js'

/** What became of a deployment or a removal, for whoever called the command. */
export interface ChangeResult {
  readonly outcome:
    | 'UNCHANGED'
    | 'COMMITTED'
    | 'REVERTED'
    | 'UNKNOWN'
    /** Nothing was changed: by rule, for a failure, or because the person did not want it. */
    | 'REFUSED'
    | 'FAILED'
    | 'CANCELLED'
  readonly hosts: readonly HostOutcomeMark[]
  readonly services: readonly ServiceReport[]
}

const DONE: Readonly<Record<ChangeVerb, string>> = {
  Deploy: toSay`is deployed`,
  Remove: toSay`is removed`,
  'Roll Back': toSay`is as it was before the last deployment`,
  Drain: toSay`is drained`,
  Undrain: toSay`has the weight of the drawing again`,
}

export function without(outcome: 'REFUSED' | 'FAILED' | 'CANCELLED'): ChangeResult {
  return { outcome, hosts: [], services: [] }
}

/** Says how a change has ended, marks its hosts on the canvas, and logs every detail. */
export function concludeChange(
  verb: ChangeVerb,
  end: FollowedEnd<ApplyReport | RemoveReport | RollbackReport | DrainReport>,
  planned: readonly PlannedHost[],
  { document, name }: PreparedTopology,
  { canvas }: RemoteContext,
  /** What it was done to; the cluster unless told. */
  subject = name,
): ChangeResult {
  const what = `${verbWords(verb)} ${subject}`
  if (end.how === 'unknown') {
    // A host without changes was not to be touched, whatever has happened to the others.
    const hosts = planned.map(({ host, steps }) =>
      steps.length === 0
        ? { host, outcome: 'UNCHANGED' as const, detail: say`was not to be changed` }
        : { host, outcome: 'UNKNOWN' as const, detail: end.message },
    )
    canvas.showOutcomes(document.uri, hosts)
    const open = hosts.filter(({ outcome }) => outcome === 'UNKNOWN').map(({ host }) => host)
    sayError(
      say`${what}: the outcome is unknown. Somebody must look at ${open.join(', ')}: ${end.message}.`,
      hosts.map(({ host, outcome, detail }) => `${outcome} ${host}: ${detail}`),
    )
    return { outcome: 'UNKNOWN', hosts, services: [] }
  }
  if (end.how === 'failed') return without(sayWhyNot(what, end))
  const { outcome, hosts, services, refusals } = end.result
  const gone = verb === 'Remove' && (outcome === 'COMMITTED' || outcome === 'UNCHANGED')
  // Of what is removed there is nothing left to be marked.
  if (outcome !== 'REFUSED') canvas.showOutcomes(document.uri, gone ? [] : hosts)
  const details = [
    ...hosts.map(({ host, outcome: each, detail }) => `${each} ${host}: ${detail}`),
    ...serviceLines(services),
  ]
  const having = (wanted: string) => hosts.filter((each) => each.outcome === wanted).map(({ host }) => host)
  switch (outcome) {
    case 'REFUSED':
      if (end.wasCancelled) {
        sayInformation(say`${what} was cancelled. Nothing was changed.`, refusals)
        return without('CANCELLED')
      }
      sayError(say`${what}: ${firstOf(refusals)} Nothing was changed.`, refusals)
      break
    case 'UNKNOWN':
      sayError(
        say`${what}: the outcome is unknown. Somebody must look at ${having('UNKNOWN').join(', ')}.`,
        details,
      )
      break
    case 'REVERTED': {
      const reason = hosts.find((each) => each.outcome === 'REVERTED')?.detail ?? ''
      const where = having('REVERTED').join(', ')
      if (end.wasCancelled)
        sayWarning(say`${what} was cancelled. Everything was undone on ${where}.`, details)
      else sayError(say`${what}: everything was undone on ${where}: ${reason}`, details)
      break
    }
    case 'COMMITTED':
    case 'UNCHANGED': {
      const where = having('COMMITTED').join(', ') || say`nothing was to be changed`
      sayServices(say`${subject} ${said(DONE[verb])} (${where}).`, services, details)
    }
  }
  return { outcome, hosts, services }
}

/** A sentence, and behind it what is known of the services; what is not proved is a warning. */
export function sayServices(
  sentence: string,
  services: readonly ServiceReport[],
  details: readonly string[],
): void {
  const failed = services.filter(({ outcome }) => outcome === 'FAILED')
  const unknown = services.filter(({ outcome }) => outcome === 'UNKNOWN')
  const lines = (some: readonly ServiceReport[]) =>
    firstOf(some.map(({ service, detail }) => `${service}: ${detail}`))
  if (failed.length > 0) sayError(say`${sentence} Not served: ${lines(failed)}`, details)
  else if (unknown.length > 0) sayWarning(say`${sentence} Not proved: ${lines(unknown)}`, details)
  else if (services.length > 0) sayInformation(`${sentence} ${lines(services)}`, details)
  else sayInformation(sentence, details)
}

export function serviceLines(services: readonly ServiceReport[]): string[] {
  return services.map(({ service, outcome, detail }) => say`${outcome} service ${service}: ${detail}`)
}
