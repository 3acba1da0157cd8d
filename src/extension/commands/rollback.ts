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

/** Brings the hosts back to what was confirmed before the last deployment, after asking. Once more: forward again. */
export async function rollBack(
  context: RemoteContext,
  uri?: unknown,
  options?: unknown,
): Promise<ChangeResult> {
  const prepared = await prepareTopology(say`Roll Back`, uri, 'named')
  if (prepared === undefined) return without('REFUSED')
  const target = await chooseTarget(say`Roll Back`, prepared, options, context)
  if (typeof target === 'string') return without(target)
  const planning = await makePlan(say`Roll Back`, { purpose: 'rollback' }, prepared, target, context)
  if (planning.how === 'not') return without(planning.outcome)
  const { hosts } = planning
  const { name, sent, document } = prepared
  if (hosts.every(({ steps }) => steps.length === 0)) {
    sayInformation(say`${name}: there is nothing to go back to on ${targetWords(target)}.`)
    return {
      outcome: 'UNCHANGED',
      hosts: hosts.map(({ host }) => ({
        host,
        outcome: 'UNCHANGED' as const,
        detail: say`there is nothing to go back to`,
      })),
      services: [],
    }
  }
  const question = say`Roll ${name} back to what it was before the last deployment to ${targetWords(target)}? The drawing stays as it is.`
  if (!(await confirmPlan('Roll Back', question, name, planning, context.changes)))
    return without('CANCELLED')
  const end = await followedCall<'rollback'>(context, say`Rolling back ${name}`, {
    kind: 'rollback',
    document: sent,
    sshConfig: target.sshConfig,
    expected: hosts.map(({ host, observedHash }) => ({ host, observedHash })),
    drainSeconds: drainSecondsOf(document.uri),
  })
  return concludeChange('Roll Back', end, hosts, prepared, context)
}
