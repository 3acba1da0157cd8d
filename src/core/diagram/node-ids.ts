import type { Subject } from './scene.js'

/* A node's id says what it stands for, so that a selection or a gesture can be read from it. */

export function nodeId({ what, name }: Subject): string {
  return `${what}:${name}`
}

export function subjectOf(id: string): Subject | undefined {
  const colon = id.indexOf(':')
  const [what, name] = [id.slice(0, colon), id.slice(colon + 1)]
  return what === 'host' || what === 'network' || what === 'service' ? { what, name } : undefined
}

/** The farm a node stands for. */
export function farmId(id: string): string | undefined {
  return id.startsWith('farm:') ? id.slice('farm:'.length) : undefined
}
