import { commands, ProgressLocation, window } from 'vscode'
import type { Uri } from 'vscode'
import { say } from '../../core/speech/say.js'
import { COMMANDS } from '../catalogue.js'
import { followedCall, sayWhyNot } from './followed-call.js'
import { sayInformation, sayWarning } from './messages.js'
import type { Choice } from './messages.js'
import { prepareTopology } from './prepared-topology.js'
import type { RemoteContext } from './remote-context.js'

export interface LabResult {
  readonly outcome: 'RUNNING' | 'STOPPED' | 'REFUSED' | 'FAILED' | 'CANCELLED'
  readonly hosts: readonly string[]
  /** What is not as drawn. */
  readonly problems: readonly string[]
}

const without = (outcome: LabResult['outcome']): LabResult => ({ outcome, hosts: [], problems: [] })

/** Starts the drawn hosts as virtual ones on this machine, in their undeployed state. */
export async function startLab(context: RemoteContext, uri?: unknown): Promise<LabResult> {
  const prepared = await prepareTopology(say`Start Lab`, uri, 'readable')
  if (prepared === undefined) return without('REFUSED')
  const { document, name, sent } = prepared
  const status = await context.engine.call<'lab-status'>({ kind: 'lab-status', document: sent })
  if (status.how === 'done' && status.result.lab !== undefined) {
    const { hosts, problems } = status.result.lab
    sayInformation(
      say`The lab ${name} is running already: ${hosts.join(', ')}. To see a changed drawing in it, stop it and start it again.`,
      [],
      choices(document.uri),
    )
    return { outcome: 'RUNNING', hosts, problems }
  }
  const end = await followedCall<'lab-up'>(context, say`Starting the lab ${name}`, {
    kind: 'lab-up',
    document: sent,
  })
  if (end.how !== 'done') return without(sayWhyNot(say`Start Lab ${name}`, end))
  const { hosts, problems } = end.result.lab
  // What was known of other hosts of these names says nothing about new ones.
  context.canvas.showOutcomes(document.uri, [])
  const running = say`The lab ${name} is running: ${hosts.join(', ')}.`
  if (problems.length > 0) {
    const more = problems.length === 1 ? '' : say` (and ${problems.length - 1} more)`
    sayWarning(
      say`${running} Not as drawn: ${problems[0] ?? ''}${more}`,
      problems.map((problem) => say`not as drawn: ${problem}`),
      choices(document.uri),
    )
  } else sayInformation(running, [], choices(document.uri))
  return { outcome: 'RUNNING', hosts, problems }
}

/** Takes the lab of a drawing down; nothing of it is left. */
export async function stopLab(context: RemoteContext, uri?: unknown): Promise<LabResult> {
  const prepared = await prepareTopology(say`Stop Lab`, uri, 'named')
  if (prepared === undefined) return without('REFUSED')
  const { document, name, sent } = prepared
  const end = await window.withProgress(
    { location: ProgressLocation.Notification, title: say`Stopping the lab ${name}` },
    () => context.engine.call<'lab-down'>({ kind: 'lab-down', document: sent }),
  )
  if (end.how !== 'done') return without(sayWhyNot(say`Stop Lab ${name}`, end))
  if (end.result.existed) context.canvas.showOutcomes(document.uri, [])
  sayInformation(
    end.result.existed
      ? say`The lab ${name} is stopped; nothing of it is left.`
      : say`There is no lab ${name}; nothing was to be stopped.`,
  )
  return without('STOPPED')
}

function choices(uri: Uri): readonly Choice[] {
  return [
    {
      title: say`Deploy`,
      take: () => void commands.executeCommand(COMMANDS.deploy, uri, { target: 'lab' }),
    },
    { title: say`Stop Lab`, take: () => void commands.executeCommand(COMMANDS.stopLab, uri) },
  ]
}
