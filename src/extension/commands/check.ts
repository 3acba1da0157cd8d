import { commands } from 'vscode'
import type { Uri } from 'vscode'
import { joined, say } from '../../core/speech/say.js'
import type { ShownFinding } from '../../protocol/reader.js'
import { activeTopology } from '../active-topology.js'
import { log } from '../log.js'
import { askUntilAnswered } from '../topology-reader.js'
import { fileName, findingLines } from './findings-said.js'
import { sayInformation } from './messages.js'

/** Checks a topology: shows the Problems panel where there is something, and says so where there is nothing. */
export async function check(uri?: Uri): Promise<readonly ShownFinding[] | undefined> {
  const document = await activeTopology(uri)
  if (document === undefined) return undefined
  const { findings, hosts, services } = await askUntilAnswered(document, 'report', {})
  if (findings.length > 0) {
    for (const line of findingLines(document, findings)) log().info(line)
    await commands.executeCommand('workbench.actions.view.problems')
    return findings
  }
  const looked = joined([
    say`${hosts} host${hosts === 1 ? '' : 's'}`,
    say`${services} service${services === 1 ? '' : 's'}`,
  ])
  sayInformation(say`${fileName(document)}: nothing to mend in ${looked}.`)
  return findings
}
