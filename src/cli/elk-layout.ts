import ELK from 'elkjs/lib/elk.bundled.js'
import type { ElkGraph } from '../core/diagram/elk-graph.js'

/*
 * A bundle of its own (scripts/build.mjs): ELK is three times as large as the rest of the command line, which loads it for
 * `diagram` alone.
 */

/** The graph with a place for each of its nodes, as the designer's layout worker has it. */
export async function layOut(graph: ElkGraph): Promise<ElkGraph> {
  const done: unknown = await new ELK().layout(structuredClone(graph) as never)
  return done as ElkGraph
}
