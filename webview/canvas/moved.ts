import type { Moved } from '../../src/core/diagram/picture.js'
import { subjectOf } from '../../src/core/diagram/node-ids.js'
import type { Point } from './reach.js'

/** Where things are while they are dragged, and until the text has where they were dropped. */
export function withDragged(
  moved: Moved,
  dragged: ReadonlyMap<string, Point>,
  lengths: ReadonlyMap<string, number>,
): Moved {
  if (dragged.size + lengths.size === 0) return moved
  const all = {
    hosts: new Map(moved.hosts),
    networks: new Map(moved.networks),
    services: new Map(moved.services),
    lengths: new Map([...moved.lengths, ...lengths]),
  }
  for (const [id, at] of dragged) {
    const subject = subjectOf(id)
    if (subject === undefined) continue
    const into = { host: all.hosts, network: all.networks, service: all.services }[subject.what]
    into.set(subject.name, at)
  }
  return all
}
