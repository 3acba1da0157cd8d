import { below, pathOf } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Fix } from '../topology/problem.js'
import type { HostModel } from '../hosts/cluster.js'

/** A sysctl the file holds fast. */
export interface Pin {
  readonly key: string
  readonly path: Path
  /** As a number; NaN for what is none. */
  readonly value: number
}

/** Those of `keys` that a host pins, in the order of `keys`. */
export function pinsOf({ name, drawn }: HostModel, keys: readonly string[]): Pin[] {
  return keys.flatMap((key) => {
    const text = drawn.sysctls.get(key)
    return text === undefined
      ? []
      : [{ key, path: below(pathOf('hosts', name), 'sysctls', key), value: Number(text) }]
  })
}

/** The fix of every pinned sysctl: what is not pinned is derived. */
export function liftPins(pins: readonly Pin[]): Fix[] {
  if (pins.length === 0) return []
  return [
    {
      title: `Lift the pin of ${pins.map(({ key }) => key).join(' and ')}`,
      edits: pins.map(({ path }) => ({ kind: 'unset', path })),
    },
  ]
}
