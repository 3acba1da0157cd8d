import type { Path } from './path.js'
import type { Position } from './types.js'

/** A value as it is written into a file: scalars, lists and maps (maps keep the order of their entries). */
export type Written = string | number | boolean | readonly Written[] | ReadonlyMap<string, Written>

/** What has a name in the file that other places refer to. */
export type Named = 'host' | 'network' | 'service'

/**
 * One change of a topology, as a person means it. `edits.ts` turns it into the smallest change of the text.
 */
export type TopologyEdit =
  /** A new host, network or service at the end of its section, which is made if it is not there. */
  | {
      readonly kind: 'add'
      readonly what: Named
      readonly name: string
      readonly value: ReadonlyMap<string, Written>
    }
  | {
      readonly kind: 'add-real-server'
      readonly service: string
      readonly host: string
      readonly value: ReadonlyMap<string, Written>
    }
  | { readonly kind: 'remove-real-server'; readonly service: string; readonly host: string }
  /** Removes it and what refers to it: real servers and director entries, interfaces on a network, its position. */
  | { readonly kind: 'remove'; readonly what: Named; readonly name: string }
  /** Renames it here and wherever the file refers to it. */
  | { readonly kind: 'rename'; readonly what: Named; readonly from: string; readonly to: string }
  /** Gives the key at `path` a value; missing keys on the way are made. */
  | { readonly kind: 'set'; readonly path: Path; readonly value: Written }
  /** Takes the key or list item at `path` out; nothing happens where it is not there. */
  | { readonly kind: 'unset'; readonly path: Path }
  /** Changes the key itself: for a misspelt one. */
  | { readonly kind: 'rename-key'; readonly path: Path; readonly to: string }
  /** A person moved something on the canvas. */
  | { readonly kind: 'move'; readonly what: Named; readonly name: string; readonly to: Position }
