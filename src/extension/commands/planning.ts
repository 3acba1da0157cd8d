import { say } from '../../core/speech/say.js'
import type { NamedPlan, PlannedHost, PlanWish } from '../../protocol/engine.js'
import { followedCall, sayWhyNot } from './followed-call.js'
import { sayError, sayInformation } from './messages.js'
import type { Choice } from './messages.js'
import type { PreparedTopology } from './prepared-topology.js'
import type { RemoteContext } from './remote-context.js'
import { startLab } from './remote-target.js'
import type { RemoteTarget } from './remote-target.js'

/** A plan that may be applied, or why there is none, which the person has been told. */
export type Planning =
  | (NamedPlan & { readonly how: 'planned' })
  | (NamedPlan & { readonly how: 'not'; readonly outcome: 'REFUSED' | 'FAILED' | 'CANCELLED' })

/** Reads the hosts and makes a plan; nothing is changed. */
export async function makePlan(
  what: string,
  wish: PlanWish,
  { document, name, sent }: PreparedTopology,
  target: RemoteTarget,
  context: RemoteContext,
): Promise<Planning> {
  const end = await followedCall<'plan'>(context, say`Planning ${name}`, {
    kind: 'plan',
    ...wish,
    document: sent,
    sshConfig: target.sshConfig,
  })
  // Somebody without hosts yet can have virtual ones.
  const instead: readonly Choice[] = target.kind === 'ssh' ? [startLab(document.uri)] : []
  if (end.how !== 'done') {
    return { how: 'not', outcome: sayWhyNot(what, end, instead), hash: '', hosts: [] }
  }
  const { hash, hosts, refusals, failures } = end.result
  if (end.wasCancelled) {
    sayInformation(say`${what} was cancelled. Nothing was changed.`)
    return { how: 'not', outcome: 'CANCELLED', hash, hosts: [] }
  }
  if (failures.length > 0) {
    sayError(say`${what}: ${firstOf(failures)} Nothing was changed.`, failures, instead)
    return { how: 'not', outcome: 'FAILED', hash, hosts: [] }
  }
  if (refusals.length > 0) {
    const show: Choice = {
      title: say`Show Changes`,
      take: () => void context.changes.show(say`${name}: what is refused`, { hash, hosts }),
    }
    const changing = hosts.some(({ steps }) => steps.length > 0)
    sayError(
      say`${what} is refused: ${firstOf(refusals)} Nothing was changed.`,
      refusals,
      changing ? [show] : [],
    )
    return { how: 'not', outcome: 'REFUSED', hash, hosts }
  }
  return { how: 'planned', hash, hosts }
}

export function changesOf(hosts: readonly PlannedHost[]) {
  return hosts.map(({ host, steps }) => ({ host, changes: steps.length }))
}

/** The first of several lines as a sentence, and how many there are beside it. */
export function firstOf(lines: readonly string[]): string {
  const [first = '', ...others] = lines
  const more = others.length === 0 ? '' : say` (and ${others.length} more)`
  return say`${first.replace(/[.。]$/, '')}${more}.`
}
