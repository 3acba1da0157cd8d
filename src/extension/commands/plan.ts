import { say } from '../../core/speech/say.js'
import { sayInformation } from './messages.js'
import { changesOf, makePlan } from './planning.js'
import { prepareTopology } from './prepared-topology.js'
import type { RemoteContext } from './remote-context.js'
import { chooseTarget, targetWords } from './remote-target.js'

export interface PlanResult {
  readonly outcome: 'CHANGES' | 'UNCHANGED' | 'REFUSED' | 'FAILED' | 'CANCELLED'
  readonly hosts: readonly { readonly host: string; readonly changes: number }[]
}

/** What a deployment would change, as a native difference a host. */
export async function plan(context: RemoteContext, uri?: unknown, options?: unknown): Promise<PlanResult> {
  const prepared = await prepareTopology(say`Plan`, uri, 'sound')
  if (prepared === undefined) return { outcome: 'REFUSED', hosts: [] }
  const target = await chooseTarget(say`Plan`, prepared, options, context)
  if (typeof target === 'string') return { outcome: target, hosts: [] }
  const planning = await makePlan(say`Plan`, { purpose: 'apply' }, prepared, target, context)
  const { hash, hosts } = planning
  if (planning.how === 'not') return { outcome: planning.outcome, hosts: changesOf(hosts) }
  const { name } = prepared
  const notes = hosts.flatMap((each) => each.notes.map((note) => `${each.host}: ${note}`))
  const noted =
    notes.length === 0 ? '' : say` The log has ${notes.length} note${notes.length === 1 ? '' : 's'} on it.`
  const changes = hosts.reduce((sum, { steps }) => sum + steps.length, 0)
  if (changes === 0) {
    sayInformation(
      say`${name}: nothing to change on ${targetWords(target)}, every host is as drawn.${noted}`,
      notes,
    )
    return { outcome: 'UNCHANGED', hosts: changesOf(hosts) }
  }
  const busy = hosts.filter(({ steps }) => steps.length > 0).length
  sayInformation(
    say`${name}: ${changes} change${changes === 1 ? '' : 's'} on ${busy} of ${hosts.length} hosts. Nothing was changed yet.${noted}`,
    [
      ...hosts.flatMap(({ host, steps }) => steps.map(({ summary, why }) => `${host}: ${summary} (${why})`)),
      ...notes,
    ],
  )
  await context.changes.show(say`${name}: plan ${hash}`, planning)
  return { outcome: 'CHANGES', hosts: changesOf(hosts) }
}
