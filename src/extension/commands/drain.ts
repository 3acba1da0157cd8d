import { window } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { RealServerOfService } from '../../protocol/reader.js'
import { concludeChange, without } from './change-outcome.js'
import type { ChangeResult } from './change-outcome.js'
import { confirmPlan, verbWords } from './confirmation.js'
import { followedCall } from './followed-call.js'
import { sayError, sayInformation, sayWarning } from './messages.js'
import { makePlan } from './planning.js'
import { prepareTopology } from './prepared-topology.js'
import type { PreparedTopology } from './prepared-topology.js'
import type { RemoteContext } from './remote-context.js'
import { chooseTarget, targetWords } from './remote-target.js'

/** As long as the command line waits unless told. */
const WAIT_SECONDS = 300

/** Takes a real server out of a service, after asking: weight 0, then its connections get time to end. */
export async function drain(context: RemoteContext, uri?: unknown, options?: unknown): Promise<ChangeResult> {
  return changeWeight('Drain', context, uri, options)
}

/** Gives a drained real server the weight of the drawing. */
export async function undrain(
  context: RemoteContext,
  uri?: unknown,
  options?: unknown,
): Promise<ChangeResult> {
  return changeWeight('Undrain', context, uri, options)
}

async function changeWeight(
  verb: 'Drain' | 'Undrain',
  context: RemoteContext,
  uri: unknown,
  options: unknown,
): Promise<ChangeResult> {
  const what = verbWords(verb)
  const prepared = await prepareTopology(what, uri, 'named')
  if (prepared === undefined) return without('REFUSED')
  const realServer = askedRealServer(options, prepared) ?? (await pickRealServer(what, prepared))
  if (realServer === undefined) return without('CANCELLED')
  const target = await chooseTarget(what, prepared, options, context)
  if (typeof target === 'string') return without(target)
  const purpose = verb === 'Drain' ? 'drain' : 'undrain'
  const planning = await makePlan(what, { purpose, realServer }, prepared, target, context)
  if (planning.how === 'not') return without(planning.outcome)
  const { hosts } = planning
  const which = say`${realServer.realServer} of ${realServer.service}`
  const unchanged = hosts.every(({ steps }) => steps.length === 0)
  if (unchanged && verb === 'Undrain') {
    sayInformation(say`${which} is not drained on ${targetWords(target)}.`)
    return { ...without('REFUSED'), outcome: 'UNCHANGED' }
  }
  const question =
    verb === 'Drain'
      ? say`Drain ${which} on ${targetWords(target)}? It gets no new connections; those it has go on.`
      : say`Undrain ${which} on ${targetWords(target)}? It gets the weight of the drawing again.`
  if (!unchanged && !(await confirmPlan(verb, question, prepared.name, planning, context.changes))) {
    return without('CANCELLED')
  }
  const end = await followedCall<'drain'>(
    context,
    verb === 'Drain' ? say`Draining ${which}` : say`Undraining ${which}`,
    {
      kind: 'drain',
      document: prepared.sent,
      sshConfig: target.sshConfig,
      expected: hosts.map(({ host, observedHash }) => ({ host, observedHash })),
      realServer,
      lift: verb === 'Undrain',
      waitSeconds: WAIT_SECONDS,
    },
  )
  const { drained } = end.how === 'done' ? end.result : { drained: undefined }
  if (end.how !== 'done' || drained === undefined) {
    return concludeChange(verb, end, hosts, prepared, context, which)
  }
  const { hosts: outcomes, services, outcome } = end.result
  context.canvas.showOutcomes(prepared.document.uri, outcomes)
  const details = outcomes.map(({ host, outcome: each, detail }) => `${each} ${host}: ${detail}`)
  const tell = { ended: sayInformation, left: sayWarning, unknown: sayError }[drained.kind]
  tell(drained.text, details)
  return { outcome, hosts: outcomes, services }
}

/** What a caller has chosen already. */
function askedRealServer(
  options: unknown,
  { realServers }: PreparedTopology,
): RealServerOfService | undefined {
  if (typeof options !== 'object' || options === null) return undefined
  if (!('service' in options) || !('realServer' in options)) return undefined
  return realServers.find(
    ({ service, realServer }) => service === options.service && realServer === options.realServer,
  )
}

async function pickRealServer(
  what: string,
  { name, realServers }: PreparedTopology,
): Promise<RealServerOfService | undefined> {
  if (realServers.length === 0) {
    sayInformation(say`${name} has no service with real servers.`)
    return undefined
  }
  const items = realServers.map((each) => ({ label: each.realServer, description: each.service, each }))
  const picked = await window.showQuickPick(items, {
    title: `${what}: ${name}`,
    placeHolder: say`Which real server, of which service?`,
    matchOnDescription: true,
  })
  return picked?.each
}
