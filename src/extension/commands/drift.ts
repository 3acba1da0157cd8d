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
  const prepared = await prepareTopology('Show Drift', uri, 'sound')
  if (prepared === undefined) return { outcome: 'REFUSED', hosts: [] }
  const target = await chooseTarget('Show Drift', prepared, options, context)
  if (target === 'FAILED') return { outcome: 'UNKNOWN', hosts: [] }
  if (typeof target === 'string') return { outcome: target, hosts: [] }
  const { document, name, sent } = prepared
  const end = await followedCall<'drift'>(context, `Looking for drift of ${name}`, {
    kind: 'drift',
    document: sent,
    sshConfig: target.sshConfig,
  })
  if (end.how !== 'done') {
    const outcome = sayWhyNot(`Show Drift of ${name}`, end) === 'CANCELLED' ? 'CANCELLED' : 'UNKNOWN'
    return { outcome, hosts: [] }
  }
  if (end.wasCancelled) {
    sayInformation(`Show Drift of ${name} was cancelled.`)
    return { outcome: 'CANCELLED', hosts: [] }
  }
  const { outcome, hosts } = end.result
  context.canvas.showOutcomes(document.uri, hosts)
  const details = hosts.map(({ host, outcome: each, detail }) => `${each} ${host}: ${detail}`)
  const odd = hosts.filter((each) => each.outcome !== 'IN_SYNC')
  if (odd.length === 0) {
    sayInformation(`${name}: no drift on ${targetWords(target)}.`, details)
  } else {
    const lines = odd.map(({ host, detail }) => `${host}: ${detail}`)
    const what = outcome === 'DRIFTED' ? 'has drifted' : 'could not be read as a whole'
    sayWarning(`${name} ${what} on ${targetWords(target)}: ${firstOf(lines)}`, details)
  }
  return { outcome, hosts }
}
