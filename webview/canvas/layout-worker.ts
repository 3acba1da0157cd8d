import ELK from 'elkjs/lib/elk-api.js'
import type { ElkGraph } from '../../src/core/diagram/elk-graph.js'

/** ELK needs a second for a thousand hosts; after this the first picture is kept. */
const DEADLINE_MS = 15_000

/**
 * Lays a graph out in a worker. Undefined when it was cancelled, took too long, or the worker could not be had: the
 * picture there is stays.
 */
export async function layOut(
  graph: ElkGraph,
  workerUrl: string,
  signal: AbortSignal,
): Promise<ElkGraph | undefined> {
  const source = await workerSource(workerUrl)
  if (signal.aborted || source === undefined) return undefined
  let worker: Worker | undefined
  const url = URL.createObjectURL(source)
  try {
    const elk = new ELK({
      workerFactory: () => {
        worker = new Worker(url)
        return worker
      },
    })
    const ended = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve(undefined)
      })
      setTimeout(resolve, DEADLINE_MS, undefined)
    })
    return await Promise.race([
      elk.layout(structuredClone(graph) as never).then((done) => done as unknown as ElkGraph),
      ended,
    ])
  } finally {
    worker?.terminate()
    URL.revokeObjectURL(url)
  }
}

let fetched: Promise<Blob | undefined> | undefined

/** A page of VS Code may start workers from blobs only, so the file is fetched; when first needed, and once. */
function workerSource(url: string): Promise<Blob | undefined> {
  fetched ??= fetch(url).then(
    (response) => (response.ok ? response.blob() : undefined),
    () => undefined,
  )
  return fetched
}
