import { expect } from 'vitest'
import { checkTopology } from '../../src/core/checks/check.js'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import { disagreements } from '../../src/core/hosts/keepalived/agreement.js'
import { renderCluster } from '../../src/core/render/cluster.js'
import { parseTopology } from '../../src/core/topology/parse.js'

/** The configurations that are written for a drawing, one a director. */
export function writtenFor(drawing: string): string[] {
  const parsed = parseTopology(drawing)
  expect(
    checkTopology(parsed)
      .filter(({ severity }) => severity === 'error')
      .map(({ code, message }) => `${code}: ${message}`),
  ).toEqual([])
  const cluster = deriveCluster(parsed.topology)
  expect(disagreements(cluster)).toEqual([])
  return renderCluster(cluster).flatMap(({ path, content }) =>
    path.endsWith('/keepalived.conf') ? [content] : [],
  )
}
