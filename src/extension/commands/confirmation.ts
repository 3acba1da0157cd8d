import { window } from 'vscode'
import type { PlannedHost } from '../../protocol/engine.js'
import { log } from '../log.js'
import { planHash } from './plan-hash.js'
import type { PlanChanges } from './plan-changes.js'

/** What is done to hosts, as the button that confirms it. */
export type ChangeVerb = 'Deploy' | 'Remove' | 'Roll Back' | 'Drain' | 'Undrain'

const SHOW = 'Show Changes'
/** A dialog is as high as its text: with more hosts they stand in one line. */
const MOST_LINES = 20

/**
 * Asks natively, naming every host and the plan. Only the button with the verb confirms; there is no other way to,
 * for whoever calls a command.
 */
export async function confirmPlan(
  verb: ChangeVerb,
  question: string,
  name: string,
  hosts: readonly PlannedHost[],
  changes: PlanChanges,
): Promise<boolean> {
  const hash = planHash(hosts)
  const detail = [
    ...hostLines(hosts),
    '',
    `Plan ${hash}. Where anything fails, or you cancel, everything is undone.`,
  ].join('\n')
  for (;;) {
    const answer = await window.showWarningMessage(question, { modal: true, detail }, verb, SHOW)
    if (answer === verb) {
      log().info(`confirmed: ${question} Plan ${hash}`)
      return true
    }
    if (answer !== SHOW) return false
    await changes.show(`${name}: plan ${hash}`, hosts)
    const on = await window.showInformationMessage(
      `These are the changes of plan ${hash} of ${name}. Nothing was done yet.`,
      `${verb}…`,
    )
    if (on === undefined) return false
  }
}

function hostLines(hosts: readonly PlannedHost[]): string[] {
  const changed = hosts.filter(({ steps }) => steps.length > 0)
  const same = hosts.filter(({ steps }) => steps.length === 0).map(({ host }) => host)
  const lines = changed.map(
    ({ host, steps }) => `${host}: ${steps.length} ${steps.length === 1 ? 'change' : 'changes'}`,
  )
  return [
    ...(lines.length > MOST_LINES ? [lines.join('; ')] : lines),
    ...(same.length > 0 ? [`No change: ${same.join(', ')}`] : []),
  ]
}
