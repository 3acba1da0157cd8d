import type { OfferedPatch } from '../core/hosts/offered-patches.js'
import type { Walk } from '../core/packet/walk.js'
import type { Path } from '../core/topology/path.js'

/** Which walk of a service is to be seen. Undefined, or a name that is gone: the first there is. */
export interface WalkWish {
  readonly service: string
  readonly client: string | undefined
  readonly realServer: string | undefined
  /** Ids of what is broken on purpose (core/hosts/offered-patches.ts); those that are not offered break nothing. */
  readonly broken: readonly string[]
}

/** What can be wished for: names, in the order of the file. */
export interface WalkChoices {
  readonly service: string
  readonly clients: readonly string[]
  readonly realServers: readonly string[]
}

/** The walks of one client's request to one real server: more than one where the kernel leaves the rest to chance. */
export interface Walked {
  /** The wish as it was met: with the names that were taken where it said none. */
  readonly wish: WalkWish
  readonly walks: readonly ExplainedWalk[]
  /** There are more than were walked. */
  readonly more: boolean
  /** What can be broken: everything of the hosts of this walk, and whatever is broken already. */
  readonly offered: readonly WalkSwitch[]
}

export interface ExplainedWalk {
  readonly walk: Walk
  /** The rules that name its cause. */
  readonly causes: readonly WalkCause[]
}

export interface WalkCause {
  readonly code: string
  readonly message: string
  readonly path: Path
}

export interface WalkSwitch extends Pick<OfferedPatch, 'id' | 'host' | 'title' | 'lesson'> {
  readonly on: boolean
}
