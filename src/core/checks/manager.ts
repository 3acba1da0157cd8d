import { say } from '../speech/say.js'
import { pathOf } from '../topology/path.js'
import type { Fix } from '../topology/problem.js'

/** The fix of what only keepalived does: health checks, pairs, sorry servers. */
export function managedByKeepalived(): Fix {
  return {
    title: say`Let keepalived manage the directors`,
    edits: [{ kind: 'set', path: pathOf('manage', 'director'), value: 'keepalived' }],
  }
}
