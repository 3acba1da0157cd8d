import { say } from '../speech/say.js'
import type { ObservedHost, OwnedEntry, RecordedSetting } from '../hosts/observe.js'
import type { Refusal } from './preconditions.js'
import { observedState } from './setting.js'
import type { Setting } from './setting.js'
import type { DraftStep } from './step.js'

/**
 * What other clusters have written down on a host. A setting that several of them need belongs to each: every one records the
 * state that it had before the first of them came, none takes it away while another needs it, and the last one puts it back.
 */
export interface Others {
  readonly need: (setting: Named) => OthersNeed | undefined
  /** The state a setting had before any of them changed it; undefined: none of them did. */
  readonly found: (setting: Named) => string | undefined
}

type Named = Pick<RecordedSetting, 'kind' | 'key'>

interface OthersNeed {
  readonly cluster: string
  readonly state: string
}

export function othersOn({ others }: Pick<ObservedHost, 'others'>): Others {
  const needs = new Map<string, OthersNeed>()
  const found = new Map<string, string>()
  for (const { name: cluster, wanted, owned } of others) {
    for (const setting of wanted) {
      if (!needs.has(idOf(setting))) needs.set(idOf(setting), { cluster, state: setting.state })
    }
    for (const entry of owned) if (!found.has(idOf(entry))) found.set(idOf(entry), entry.before)
  }
  return { need: (setting) => needs.get(idOf(setting)), found: (setting) => found.get(idOf(setting)) }
}

function idOf({ kind, key }: Named): string {
  return `${kind}\t${key}`
}

/** What is ours after the steps, also where they change nothing because another cluster has done so or goes on needing it. */
export function ownedAfter(
  live: ObservedHost,
  { steps, wanted, others }: { steps: readonly DraftStep[]; wanted: readonly Setting[]; others: Others },
): OwnedEntry[] {
  const after = new Map(live.owned.map((entry) => [idOf(entry), entry]))
  const wantedIds = new Set(wanted.map(idOf))
  for (const entry of live.owned) {
    if (!wantedIds.has(idOf(entry)) && others.need(entry) !== undefined) after.delete(idOf(entry))
  }
  for (const { kind, key, before, record } of steps) {
    const at = idOf({ kind, key })
    if (record === 'release') after.delete(at)
    else if (record === 'own' && !after.has(at))
      after.set(at, { kind, key, before: others.found({ kind, key }) ?? before })
  }
  for (const { kind, key, state } of wanted) {
    const before = others.found({ kind, key })
    if (before === undefined || after.has(idOf({ kind, key }))) continue
    if (observedState(live, kind, key) === state) after.set(idOf({ kind, key }), { kind, key, before })
  }
  return [...after.values()]
}

/** One line each, without full stop, about what is no longer needed here and stays all the same. */
export function leftNotes(live: ObservedHost, wanted: readonly Setting[], others: Others): string[] {
  const wantedIds = new Set(wanted.map(idOf))
  const notes = live.owned.flatMap((entry) => {
    const need = wantedIds.has(idOf(entry)) ? undefined : others.need(entry)
    if (need === undefined) return []
    return [say`${entry.kind} ${entry.key} stays as it is: the cluster ${need.cluster} needs it`]
  })
  const more = notes.length - MOST_NAMED
  return more > 1
    ? [...notes.slice(0, MOST_NAMED), say`${more} more settings stay as they are: other clusters need them`]
    : notes
}

/** Two clusters may have thousands of addresses in common. */
const MOST_NAMED = 8

/** What another cluster on the host would lose by a step. */
export function refuseTaking(
  host: string,
  { kind, key, after, record }: DraftStep,
  others: Others,
): Refusal | undefined {
  const need = record === 'release' ? undefined : others.need({ kind, key })
  if (need === undefined || need.state === after) return undefined
  return {
    host,
    reason: say`the cluster ${need.cluster} needs ${kind} ${key} to be "${need.state}" here, and this one "${after}"`,
    remedy: say`draw both with the same, give one of them hosts of its own, or remove ${need.cluster} first`,
  }
}
