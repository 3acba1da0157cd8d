import { say } from '../../core/speech/say.js'
import type { HostOutcomeMark } from '../../protocol/designer.js'
import type { ServiceReport } from '../../protocol/engine.js'
import { sayServices, serviceLines } from './change-outcome.js'
import { followedCall, sayWhyNot } from './followed-call.js'
import { sayError, sayInformation } from './messages.js'
import { firstOf } from './planning.js'
import { prepareTopology } from './prepared-topology.js'
import type { PreparedTopology } from './prepared-topology.js'
import type { RemoteContext } from './remote-context.js'
import { chooseTarget, targetWords } from './remote-target.js'
import type { RemoteTarget } from './remote-target.js'

export interface VerifyResult {
  readonly outcome: 'PASSED' | 'FAILED' | 'UNKNOWN' | 'REFUSED' | 'CANCELLED'
  readonly hosts: readonly HostOutcomeMark[]
  readonly services: readonly ServiceReport[]
}

/** Reads the hosts back and proves each service by a connection. */
export async function verify(
  context: RemoteContext,
  uri?: unknown,
  options?: unknown,
): Promise<VerifyResult> {
  const none = { hosts: [], services: [] }
  const prepared = await prepareTopology(say`Verify`, uri, 'sound')
  if (prepared === undefined) return { outcome: 'REFUSED', ...none }
  const target = await chooseTarget(say`Verify`, prepared, options, context)
  if (target === 'FAILED') return { outcome: 'UNKNOWN', ...none }
  if (typeof target === 'string') return { outcome: target, ...none }
  return verifyTarget('', prepared, target, context)
}

/** @param before a sentence that stands before what is said, or nothing */
export async function verifyTarget(
  before: string,
  { document, name, sent }: PreparedTopology,
  target: RemoteTarget,
  context: RemoteContext,
): Promise<VerifyResult> {
  const end = await followedCall<'verify'>(context, say`Verifying ${name}`, {
    kind: 'verify',
    document: sent,
    sshConfig: target.sshConfig,
  })
  if (end.how !== 'done') {
    // That it could not be looked at says nothing about the services.
    const outcome = sayWhyNot(say`Verify ${name}`, end) === 'CANCELLED' ? 'CANCELLED' : 'UNKNOWN'
    return { outcome, hosts: [], services: [] }
  }
  if (end.wasCancelled) {
    sayInformation(say`Verify ${name} was cancelled.`)
    return { outcome: 'CANCELLED', hosts: [], services: [] }
  }
  const { outcome, hosts, services } = end.result
  context.canvas.showOutcomes(document.uri, hosts)
  const details = [
    ...hosts.map(({ host, outcome: each, detail }) => `${each} ${host}: ${detail}`),
    ...serviceLines(services),
  ]
  const wrong = hosts.filter((each) => each.outcome !== 'PASSED')
  if (wrong.length > 0) {
    const lines = wrong.map(({ host, detail }) => `${host}: ${detail}`)
    sayError(
      say`${before} ${name} is not as drawn on ${targetWords(target)}: ${firstOf(lines)}`.trim(),
      details,
    )
  } else {
    sayServices(say`${before} ${name} is as drawn on ${targetWords(target)}.`.trim(), services, details)
  }
  return { outcome, hosts, services }
}
