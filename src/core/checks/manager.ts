import { pathOf } from '../topology/path.js'
import type { Fix } from '../topology/problem.js'

/** The fix of what only keepalived does: health checks, pairs, sorry servers. */
export const KEEPALIVED: Fix = {
  title: 'Let keepalived manage the directors',
  edits: [{ kind: 'set', path: pathOf('manage', 'director'), value: 'keepalived' }],
}
