import { say } from '../speech/say.js'
import { below, pathOf } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Fix } from '../topology/problem.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import type { FindingPlace } from './rule.js'

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
      title: say`Lift the pin of ${pins.map(({ key }) => key).join(say` and `)}`,
      edits: pins.map(({ path }) => ({ kind: 'unset', path })),
    },
  ]
}

/** Where hosts pin a switch to 0 that a need wants on, or where it was found to be 0. */
export function switchedOff({ hosts }: Cluster, key: string): SwitchedOff[] {
  const result: SwitchedOff[] = []
  for (const host of hosts.values()) {
    const { observed, denied, needs } = host
    for (const { need, services } of observed === undefined ? denied : [...denied, ...needs]) {
      if (need.kind !== 'sysctl' || need.key !== key) continue
      const pins = pinsOf(host, [key]).filter(({ value }) => value === 0)
      const [pin] = pins
      if (pin !== undefined) {
        result.push({ host, place: { path: pin.path, part: 'value' }, pins, services })
      } else if (observed?.state.sysctls.get(key) === '0') {
        result.push({ host, place: { path: pathOf('hosts', host.name), part: 'key' }, pins, services })
      }
    }
  }
  return result
}

interface SwitchedOff {
  readonly host: HostModel
  readonly place: FindingPlace
  /** Those that hold it at 0; none where nothing in the file does. */
  readonly pins: readonly Pin[]
  /** The services that need it, by name. */
  readonly services: readonly string[]
}
