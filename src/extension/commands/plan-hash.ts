import { createHash } from 'node:crypto'
import type { PlannedHost } from '../../protocol/engine.js'

/** Twelve hex digits that stand for a plan: the states it was made for and everything it does. */
export function planHash(hosts: readonly PlannedHost[]): string {
  const text = JSON.stringify(hosts.map(({ host, observedHash, steps }) => [host, observedHash, steps]))
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
