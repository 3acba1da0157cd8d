import { say } from '../../core/speech/say.js'
import type { RehearsalOutcome } from '../../protocol/rehearsal.js'
import { followedCall, sayWhyNot } from './followed-call.js'
import { sayInformation, sayWarning } from './messages.js'
import { prepareTopology } from './prepared-topology.js'
import type { RemoteContext } from './remote-context.js'

export interface RehearseResult {
  readonly outcome: RehearsalOutcome | 'REFUSED' | 'FAILED' | 'CANCELLED'
}

/** Deploys the drawing to virtual hosts, asks every service from every client, and shows walk and kernel side by side. */
export async function rehearse(context: RemoteContext, uri?: unknown): Promise<RehearseResult> {
  const prepared = await prepareTopology(say`Rehearse in Lab`, uri, 'readable')
  if (prepared === undefined) return { outcome: 'REFUSED' }
  const { name, sent } = prepared
  const end = await followedCall<'rehearse'>(context, say`Rehearsing ${name} in the lab`, {
    kind: 'rehearse',
    document: sent,
    keep: false,
  })
  if (end.how !== 'done') return { outcome: sayWhyNot(say`Rehearse ${name}`, end) }
  const { outcome, summary, notes } = end.result
  const tell = outcome === 'SERVED' ? sayInformation : sayWarning
  tell(`${name}: ${summary}`, notes)
  await context.rehearsals.show(end.result)
  return { outcome }
}
