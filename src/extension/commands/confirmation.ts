import { window } from 'vscode'
import { said, say, toSay } from '../../core/speech/say.js'
import type { NamedPlan, PlannedHost } from '../../protocol/engine.js'
import { log } from '../log.js'
import type { PlanChanges } from './plan-changes.js'

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

/** A dialog is as high as its text: with more hosts they stand in one line. */
const MOST_LINES = 20
const MOST_NOTES = 5

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

/** What is to be known beside the changes; the same on many hosts is said once. */
function noteLines(hosts: readonly PlannedHost[]): string[] {
  const byNote = new Map<string, string[]>()
  for (const { host, notes } of hosts) {
    for (const note of notes) byNote.set(note, [...(byNote.get(note) ?? []), host])
  }
  const lines = [...byNote].map(([note, names]) => `${names.join(', ')}: ${note}`)
  if (lines.length === 0) return []
  const more = lines.length - MOST_NOTES
  return ['', ...lines.slice(0, MOST_NOTES), ...(more > 0 ? [say`and ${more} more notes`] : [])]
}

function hostLines(hosts: readonly PlannedHost[]): string[] {
  const changed = hosts.filter(({ steps }) => steps.length > 0)
  const same = hosts.filter(({ steps }) => steps.length === 0).map(({ host }) => host)
  const lines = changed.map(
    ({ host, steps }) => say`${host}: ${steps.length} change${steps.length === 1 ? '' : 's'}`,
  )
  return [
    ...(lines.length > MOST_LINES ? [lines.join('; ')] : lines),
    ...(same.length > 0 ? [say`No change: ${same.join(', ')}`] : []),
  ]
}
