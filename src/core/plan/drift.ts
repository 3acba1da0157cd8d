import { say } from '../speech/say.js'
import { destinationKey, targetOptions } from '../formats/ipvsadm.js'
import { fileText, shownFile } from '../hosts/file-state.js'
import type { ObservedHost } from '../hosts/observe.js'
import { settingsIn } from './drain.js'
import { observedState } from './setting.js'
import type { Setting, SettingKind } from './setting.js'
import { ABSENT } from './setting.js'

/**
 * A setting that is not the same everywhere. `by` is who differs: the host was changed since the last deployment, or the
 * drawing was, or both.
 */
export interface Drift {
  readonly kind: SettingKind
  readonly key: string
  /** What the drawing wants. */
  readonly drawn: string
  /** What was confirmed last. */
  readonly deployed: string
  /** What is there. */
  readonly found: string
  readonly by: 'host' | 'drawing' | 'both'
}

/** What was drawn × what was confirmed × what is there. Settings of others are none of it, but for what they put into our services. */
export function driftOf(wanted: readonly Setting[], live: ObservedHost): Drift[] {
  const id = ({ kind, key }: { readonly kind: string; readonly key: string }) => `${kind}\t${key}`
  const drawn = new Map(wanted.map((setting) => [id(setting), setting]))
  const deployed = new Map(settingsIn(live.confirmed).map((setting) => [id(setting), setting]))
  const all = new Map([...deployed, ...drawn, ...strangers(drawn, deployed, live)])
  return [...all].flatMap(([at, { kind, key }]): Drift[] => {
    const states = {
      drawn: drawn.get(at)?.state ?? ABSENT,
      deployed: deployed.get(at)?.state ?? ABSENT,
      found: observedState(live, kind, key),
    }
    // Not wanted and not deployed: whatever state it is in, it is not ours; but see `strangers`.
    const host = states.found !== states.deployed && (deployed.has(at) || kind === 'destination')
    const drawing = states.drawn !== states.deployed && states.drawn !== states.found
    if (!host && !drawing) return []
    return [{ kind, key, ...states, by: host && drawing ? 'both' : host ? 'host' : 'drawing' }]
  })
}

type States = Pick<Drift, 'drawn' | 'deployed' | 'found'>

/** Of the states of a file, the first line in which they differ; of one without text the state itself. */
function linesThatDiffer({ drawn, deployed, found }: States): States {
  const lines = [drawn, deployed, found].map((state) => shownFile(state).split('\n'))
  const [first = [], ...others] = lines.filter((each) => each.length > 1)
  const longest = Math.max(0, ...lines.map(({ length }) => length))
  const at = Array.from({ length: longest }, (_, index) => index).findIndex((index) =>
    others.some((other) => other[index] !== first[index]),
  )
  const line = (state: string, index: number) =>
    fileText(state) === undefined ? state : (lines[index]?.[Math.max(0, at)] ?? '').trim()
  return { drawn: line(drawn, 0), deployed: line(deployed, 1), found: line(found, 2) }
}

/** Destinations that somebody has added to a service of ours; what keepalived puts in is in its file. */
function strangers(
  drawn: ReadonlyMap<string, Setting>,
  deployed: ReadonlyMap<string, Setting>,
  live: ObservedHost,
): Map<string, Setting> {
  const found = new Map<string, Setting>()
  for (const { target, destinations } of live.state.virtualServices) {
    const service = `virtual-service\t${targetOptions(target)}`
    if (!deployed.has(service) && !drawn.has(service)) continue
    for (const destination of destinations) {
      const key = destinationKey(target, destination)
      if (deployed.has(`destination\t${key}`) || live.pool.known.has(key)) continue
      found.set(`destination\t${key}`, { kind: 'destination', key, state: ABSENT })
    }
  }
  return found
}

/** In words, without full stop. */
export function driftText({ kind, key, by, ...states }: Drift): string {
  const what = `${kind} ${key}`
  const { drawn, deployed, found } = kind === 'file' ? linesThatDiffer(states) : states
  switch (by) {
    case 'host':
      return say`${what}: was deployed as "${deployed}" and is "${found}": the host was changed since`
    case 'drawing':
      return say`${what}: is "${found}" and drawn as "${drawn}": the drawing was changed since the deployment`
    case 'both':
      return say`${what}: was deployed as "${deployed}", is "${found}" and drawn as "${drawn}": host and drawing were changed since`
  }
}
