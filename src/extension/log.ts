import { window } from 'vscode'
import type { LogOutputChannel } from 'vscode'

let channel: LogOutputChannel | undefined

/** The output channel "LVS Designer", made when something is first said. */
export function log(): LogOutputChannel {
  channel ??= window.createOutputChannel('LVS Designer', { log: true })
  return channel
}
