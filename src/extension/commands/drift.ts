import { say } from '../../core/speech/say.js'
import type { HostOutcomeMark } from '../../protocol/designer.js'
import { followedCall, sayWhyNot } from './followed-call.js'
import { sayInformation, sayWarning } from './messages.js'
import { firstOf } from './planning.js'
import { prepareTopology } from './prepared-topology.js'
import type { RemoteContext } from './remote-context.js'
import { chooseTarget, targetWords } from './remote-target.js'

export interface DriftFound {
  readonly outcome: 'IN_SYNC' | 'DRIFTED' | 'UNKNOWN' | 'REFUSED' | 'CANCELLED'
  readonly hosts: readonly HostOutcomeMark[]
}

/** Holds drawing, deployment and hosts against each other, and marks on the canvas who differs. Changes nothing. */
export async function showDrift(
  context: RemoteContext,
  uri?: unknown,
  options?: unknown,
): Promise<DriftFound> {
  const prepared = await prepareTopology(say`Show Drift`, uri, 'sound')
  if (prepared === undefined) return { outcome: 'REFUSED', hosts: [] }
  const target = await chooseTarget(say`Show Drift`, prepared, options, context)
  if (target === 'FAILED') return { outcome: 'UNKNOWN', hosts: [] }
  if (typeof target === 'string') return { outcome: target, hosts: [] }
  const { document, name, sent } = prepared
  const end = await followedCall<'drift'>(context, say`Looking for drift of ${name}`, {
    kind: 'drift',
    document: sent,
    sshConfig: target.sshConfig,
  })
  if (end.how !== 'done') {
    const outcome = sayWhyNot(say`Show Drift of ${name}`, end) === 'CANCELLED' ? 'CANCELLED' : 'UNKNOWN'
    return { outcome, hosts: [] }
  }
  if (end.wasCancelled) {
    sayInformation(say`Show Drift of ${name} was cancelled.`)
    return { outcome: 'CANCELLED', hosts: [] }
  }
  const { outcome, hosts } = end.result
  context.canvas.showOutcomes(document.uri, hosts)
  const details = hosts.map(({ host, outcome: each, detail }) => `${each} ${host}: ${detail}`)
  const odd = hosts.filter((each) => each.outcome !== 'IN_SYNC')
  if (odd.length === 0) {
    sayInformation(say`${name}: no drift on ${targetWords(target)}.`, details)
  } else {
    const lines = odd.map(({ host, detail }) => `${host}: ${detail}`)
    const what = outcome === 'DRIFTED' ? say`has drifted` : say`could not be read as a whole`
    sayWarning(say`${name} ${what} on ${targetWords(target)}: ${firstOf(lines)}`, details)
  }
  return { outcome, hosts }
}
