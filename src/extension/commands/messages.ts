import { window } from 'vscode'
import { say } from '../../core/speech/say.js'
import { log } from '../log.js'

/** A button of a message, and what it does. */
export interface Choice {
  readonly title: string
  readonly take: () => void
}

const SHOW_LOG: Choice = {
  get title() {
    return say`Show Log`
  },
  take: () => {
    log().show()
  },
}

/** Says something without waiting for the person, who may never look; the log has it too, with all details. */
export function sayInformation(
  message: string,
  details: readonly string[] = [],
  choices: readonly Choice[] = [],
): void {
  for (const line of [message, ...details]) log().info(line)
  offer((...titles) => window.showInformationMessage(message, ...titles), details, choices)
}

export function sayWarning(
  message: string,
  details: readonly string[] = [],
  choices: readonly Choice[] = [],
): void {
  for (const line of [message, ...details]) log().warn(line)
  offer((...titles) => window.showWarningMessage(message, ...titles), details, choices)
}

/** With the way to the log always: what is wrong is seldom said in one line. */
export function sayError(
  message: string,
  details: readonly string[] = [],
  choices: readonly Choice[] = [],
): void {
  for (const line of [message, ...details]) log().error(line)
  offer((...titles) => window.showErrorMessage(message, ...titles), [say`in the log`], choices)
}

function offer(
  show: (...titles: string[]) => Thenable<string | undefined>,
  details: readonly string[],
  choices: readonly Choice[],
): void {
  const all = details.length > 0 ? [...choices, SHOW_LOG] : choices
  void show(...all.map(({ title }) => title)).then((answer) => {
    all.find(({ title }) => title === answer)?.take()
  })
}
