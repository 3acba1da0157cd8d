import { say } from '../../core/speech/say.js'
import { concludeChange, without } from './change-outcome.js'
import type { ChangeResult } from './change-outcome.js'
import { confirmPlan } from './confirmation.js'
import { followedCall } from './followed-call.js'
import { makePlan } from './planning.js'
import { prepareTopology } from './prepared-topology.js'
import type { RemoteContext } from './remote-context.js'
import { chooseTarget, targetWords } from './remote-target.js'
import { drainSecondsOf } from './settings.js'
import { verifyTarget } from './verify.js'

/**
 * Plans, asks, and brings the hosts into the drawn state: exactly the plan that was confirmed, or nothing. Nothing a
 * caller passes skips the question.
 */
export async function deploy(
  context: RemoteContext,
  uri?: unknown,
  options?: unknown,
): Promise<ChangeResult> {
  const prepared = await prepareTopology(say`Deploy`, uri, 'sound')
  if (prepared === undefined) return without('REFUSED')
  const target = await chooseTarget(say`Deploy`, prepared, options, context)
  if (typeof target === 'string') return without(target)
  const planning = await makePlan(say`Deploy`, { purpose: 'apply' }, prepared, target, context)
  if (planning.how === 'not') return without(planning.outcome)
  const { hosts } = planning
  const { name, sent, document } = prepared
  if (hosts.every(({ steps }) => steps.length === 0)) {
    const { services } = await verifyTarget(say`Nothing to change.`, prepared, target, context)
    const unchanged = hosts.map(({ host }) => ({
      host,
      outcome: 'UNCHANGED' as const,
      detail: say`already as wanted`,
    }))
    return { outcome: 'UNCHANGED', hosts: unchanged, services }
  }
  const question = say`Deploy ${name} to ${targetWords(target)}?`
  if (!(await confirmPlan('Deploy', question, name, planning, context.changes))) return without('CANCELLED')
  const end = await followedCall<'apply'>(context, say`Deploying ${name}`, {
    kind: 'apply',
    document: sent,
    sshConfig: target.sshConfig,
    expected: hosts.map(({ host, observedHash }) => ({ host, observedHash })),
    drainSeconds: drainSecondsOf(document.uri),
  })
  return concludeChange('Deploy', end, hosts, prepared, context)
}
