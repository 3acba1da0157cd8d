import { joined, say } from '../speech/say.js'

const SHOWN = 3

/** `a`, `a and b`, `a, b, c and 7 more`: a message stays readable with a thousand real servers. */
export function listed(names: Iterable<string>): string {
  const all = [...new Set(names)]
  const shown = all.length > SHOWN + 1 ? all.slice(0, SHOWN) : all
  const rest = all.length - shown.length
  const parts = rest > 0 ? [...shown, say`${rest} more`] : shown
  return parts.length === 0 ? say`none` : joined(parts)
}

/** Names of services as messages write them. */
export function quoted(names: Iterable<string>): string {
  return listed([...names].map((name) => say`"${name}"`))
}
