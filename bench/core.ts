import { parseDocument } from 'yaml'
import { checkTopology } from '../src/core/checks/check.js'
import { NO_SETTINGS } from '../src/core/checks/settings.js'
import { USUAL_ASSUMPTIONS } from '../src/core/compare/assumptions.js'
import { compareModes } from '../src/core/compare/compare-modes.js'
import { deriveCluster } from '../src/core/hosts/cluster.js'
import { walkCluster } from '../src/core/packet/walk-cluster.js'
import { renderCluster } from '../src/core/render/cluster.js'
import { editTopology } from '../src/core/topology/edits.js'
import { parseTopology } from '../src/core/topology/parse.js'
import { pathOf } from '../src/core/topology/path.js'
import { drawingText } from './drawings.js'
import type { Drawing } from './drawings.js'
import { heapKept, runRounds, timed } from './measure.js'
import type { Effort, Figure } from './measure.js'

/** The peer: the library alone, on the same text. */
export const PEER = 'yaml alone'

export const OURS = 'parse, derive, check'

export interface CoreTimes extends Drawing {
  readonly characters: number
  /** Milliseconds, the peer first. */
  readonly times: ReadonlyMap<string, Figure>
}

export interface CoreHeap extends Drawing {
  /** Bytes that stay, the peer first. */
  readonly heap: ReadonlyMap<string, Figure>
}

const EFFORT: Effort = { warmUp: 2, least: 9, most: 60, patienceMs: 4_000 }
const HEAP_RUNS = 5

/** Node compiles what runs often, better and better: without this the first drawing would look slow. */
export async function warmUpCore(signal: AbortSignal): Promise<void> {
  await timeCore({ mode: 'dr', realServers: 1_000 }, signal)
}

export async function timeCore(drawing: Drawing, signal: AbortSignal): Promise<CoreTimes> {
  const text = drawingText(drawing)
  const weight = pathOf('services', 'web', 'real-servers', `rs${drawing.realServers >> 1}`, 'weight')
  const times = await runRounds(EFFORT, signal, (samples) => {
    samples.add(PEER, timed(() => peer(text)).ms)
    const parse = timed(() => parseTopology(text))
    const derive = timed(() => deriveCluster(parse.result.topology))
    const check = timed(() => checkTopology(parse.result, derive.result))
    const edit = timed(() => editTopology(parse.result, [{ kind: 'set', path: weight, value: 2 }]))
    const generate = timed(() => renderCluster(derive.result))
    // What an edit costs that shows its walks at once: all of it but reading the text.
    const anew = timed(() => walkCluster(deriveCluster(parse.result.topology)))
    const fresh = deriveCluster(parse.result.topology)
    const walked = timed(() => walkCluster(fresh))
    // As in an editor, where the drawing has been derived and checked.
    const compared = timed(() =>
      compareModes(parse.result, 'web', USUAL_ASSUMPTIONS, {
        cluster: derive.result,
        findings: check.result,
        settings: NO_SETTINGS,
      }),
    )
    const wrong = check.result.find(({ severity }) => severity === 'error')
    if (wrong !== undefined) throw new Error(`the drawing is wrong (${wrong.code}): ${wrong.message}`)
    if (!edit.result.ok) throw new Error(`the edit was refused: ${edit.result.reason}`)
    samples.add('parse', parse.ms)
    samples.add('derive', derive.ms)
    samples.add('check', check.ms)
    samples.add('one edit', edit.ms)
    samples.add('generate', generate.ms)
    samples.add('derive and walk', anew.ms)
    samples.add('one walk', walked.ms / walked.result.length)
    samples.add('compare modes', compared.ms)
    const lost = anew.result.find(({ verdict }) => verdict !== 'SERVED')
    if (lost !== undefined) throw new Error(`a walk is not served: ${lost.reason}`)
  })
  return { ...drawing, characters: text.length, times }
}

/** Apart from the times, and after all of them: it forces collections. */
export async function heapOfCore(drawing: Drawing, signal: AbortSignal): Promise<CoreHeap> {
  const text = drawingText(drawing)
  const effort = { warmUp: 1, least: HEAP_RUNS, most: HEAP_RUNS, patienceMs: 0 }
  const heap = await runRounds(effort, signal, (samples) => {
    samples.add(
      PEER,
      heapKept(() => peer(text)),
    )
    samples.add(
      OURS,
      heapKept(() => {
        const parsed = parseTopology(text)
        const cluster = deriveCluster(parsed.topology)
        return { parsed, cluster, findings: checkTopology(parsed, cluster) }
      }),
    )
  })
  return { ...drawing, heap }
}

/**
 * With the settings the product reads with: by default the library compares every key of a map with every other,
 * which would make a slow peer.
 */
function peer(text: string): unknown {
  const document = parseDocument(text, { keepSourceTokens: true, uniqueKeys: false, merge: false })
  return { document, value: document.toJS() as unknown }
}
