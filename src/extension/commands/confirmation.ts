import { window } from 'vscode'
import { said, say, toSay } from '../../core/speech/say.js'
import type { NamedPlan } from '../../protocol/engine.js'
import { log } from '../log.js'
import type { PlanChanges } from './plan-changes.js'
import { hostLines, noteLines } from './plan-lines.js'

/** What is done to hosts, as the button that confirms it. */
export type ChangeVerb = 'Deploy' | 'Remove' | 'Roll Back' | 'Drain' | 'Undrain'

const VERBS: Readonly<Record<ChangeVerb, string>> = {
  Deploy: toSay`Deploy`,
  Remove: toSay`Remove`,
  'Roll Back': toSay`Roll Back`,
  Drain: toSay`Drain`,
  Undrain: toSay`Undrain`,
}

/** As people read it, on the button and before what it is done to. */
export function verbWords(verb: ChangeVerb): string {
  return said(VERBS[verb])
}

/**
 * Asks natively, naming every host and the plan. Only the button with the verb confirms; there is no other way to,
 * for whoever calls a command.
 */
export async function confirmPlan(
  verb: ChangeVerb,
  question: string,
  name: string,
  plan: NamedPlan,
  changes: PlanChanges,
): Promise<boolean> {
  const { hash, hosts } = plan
  const confirming = verbWords(verb)
  const showing = say`Show Changes`
  const detail = [
    ...hostLines(hosts),
    ...noteLines(hosts),
    '',
    say`Plan ${hash}. Where anything fails, or you cancel, everything is undone.`,
  ].join('\n')
  for (;;) {
    const answer = await window.showWarningMessage(question, { modal: true, detail }, confirming, showing)
    if (answer === confirming) {
      log().info(`confirmed: ${question} Plan ${hash}`)
      return true
    }
    if (answer !== showing) return false
    await changes.show(say`${name}: plan ${hash}`, plan)
    const on = await window.showInformationMessage(
      say`These are the changes of plan ${hash} of ${name}. Nothing was done yet.`,
      `${confirming}…`,
    )
    if (on === undefined) return false
  }
}
