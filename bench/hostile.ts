import { checkTopology } from '../src/core/checks/check.js'
import { deriveCluster } from '../src/core/hosts/cluster.js'
import { parseTopology } from '../src/core/topology/parse.js'
import { findingsPage, findingsText } from '../src/cli/finding-text.js'
import { hostileMegabytes } from '../test/hostile-megabytes.js'
import { drawingText } from './drawings.js'
import { runRounds, timed } from './measure.js'
import type { Effort, Figure } from './measure.js'

/** The peer: as much of an honest file, which is read whole. */
export const HONEST = '5,000 real servers'

const EFFORT: Effort = { warmUp: 1, least: 3, most: 3, patienceMs: 0 }

/** Milliseconds from a text that is made to hurt to its findings as people read them, with fixes. */
export async function timeHostile(signal: AbortSignal): Promise<ReadonlyMap<string, Figure>> {
  const texts = [[HONEST, drawingText({ mode: 'dr', realServers: 5_000 })] as const, ...hostileMegabytes()]
  return runRounds(EFFORT, signal, (samples) => {
    for (const [what, text] of texts) {
      samples.add(what, timed(() => answer(text)).ms)
    }
  })
}

function answer(text: string): string {
  const parsed = parseTopology(text)
  const findings = checkTopology(parsed, deriveCluster(parsed.topology))
  return findingsText('hostile.lvs.yaml', parsed, findings, findingsPage({ colour: false, columns: 120 }))
}
