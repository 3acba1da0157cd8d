import { say } from '../../core/speech/say.js'
import { concludeChange, without } from './change-outcome.js'
import type { ChangeResult } from './change-outcome.js'
import { confirmPlan } from './confirmation.js'
import { followedCall } from './followed-call.js'
import { sayInformation } from './messages.js'
import { makePlan } from './planning.js'
import { prepareTopology } from './prepared-topology.js'
import type { RemoteContext } from './remote-context.js'
import { chooseTarget, targetWords } from './remote-target.js'
import { drainSecondsOf } from './settings.js'

/** Brings the hosts back to what they were before the first deployment, after asking. */
export async function remove(
  context: RemoteContext,
  uri?: unknown,
  options?: unknown,
): Promise<ChangeResult> {
  const prepared = await prepareTopology(say`Remove`, uri, 'named')
  if (prepared === undefined) return without('REFUSED')
  const target = await chooseTarget(say`Remove`, prepared, options, context)
  if (typeof target === 'string') return without(target)
  const planning = await makePlan(say`Remove`, { purpose: 'remove' }, prepared, target, context)
  if (planning.how === 'not') return without(planning.outcome)
  const { hosts } = planning
  const { name, sent, document } = prepared
  if (hosts.every(({ steps }) => steps.length === 0)) {
    sayInformation(say`${name}: there is nothing of it on ${targetWords(target)}.`)
    const unchanged = hosts.map(({ host }) => ({
      host,
      outcome: 'UNCHANGED' as const,
      detail: say`nothing of it is there`,
    }))
    return { outcome: 'UNCHANGED', hosts: unchanged, services: [] }
  }
  const question = say`Remove ${name} from ${targetWords(target)}? Its services will not be served any longer.`
  if (!(await confirmPlan('Remove', question, name, planning, context.changes))) return without('CANCELLED')
  const end = await followedCall<'remove'>(context, say`Removing ${name}`, {
    kind: 'remove',
    document: sent,
    sshConfig: target.sshConfig,
    expected: hosts.map(({ host, observedHash }) => ({ host, observedHash })),
    drainSeconds: drainSecondsOf(document.uri),
  })
  return concludeChange('Remove', end, hosts, prepared, context)
}
