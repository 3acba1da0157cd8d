import { say } from '../speech/say.js'
import type { Cluster } from '../hosts/cluster.js'
import { fileState, fileText } from '../hosts/file-state.js'
import { keepalivedPool, withWeights } from '../hosts/keepalived/pool.js'
import type { ObservedHost, RecordedSetting } from '../hosts/observe.js'
import { destinationKey, destinationOptions } from '../formats/ipvsadm.js'
import { withoutMembers } from './members.js'
import type { Refusal } from './preconditions.js'
import { observedState } from './setting.js'
import type { Setting, SettingKind } from './setting.js'
import { destinationText } from './summary.js'

/**
 * What the record of a host says beside its settings: that a destination stands at weight 0 because somebody has drained
 * it, and not because it is drawn so. Key is that of the destination. It holds until it is taken back: a deployment of
 * the drawing keeps it, and so does a boot.
 */
export const DRAIN_RECORD = 'drain'

/** A real server of a service that is drained, or gets its weight back. */
export interface DrainTarget {
  readonly service: string
  readonly realServer: string
  /** As its directors know it. */
  readonly key: string
  /** `-g -w 2`: what the drawing gives it. */
  readonly drawn: string
  readonly directors: readonly string[]
  /** Seconds in which clients of a persistent service come back to it all the same; absent: they do not. */
  readonly persistence: number | undefined
}

/** Finds what is meant by the names of a drawing; in words, why it cannot be. */
export function drainTarget(cluster: Cluster, service: string, realServer: string): DrainTarget | string {
  const model = cluster.services.find(({ name }) => name === service)
  if (model === undefined) {
    return say`there is no service ${service}; the drawing has ${listed(cluster.services.map(({ name }) => name))}`
  }
  const found = model.realServerOf(realServer)
  if (found === undefined) {
    return say`${service} has no real server ${realServer}; it has ${listed(model.realServers.map(({ name }) => name))}`
  }
  const destination = model.virtualService?.destinations.find(({ address }) => address === found.rip)
  if (model.virtualService === undefined || destination === undefined) {
    return say`the drawing does not say where ${service} sends requests for ${realServer}; see what "check" says of it`
  }
  return {
    service,
    realServer,
    key: destinationKey(model.virtualService.target, destination),
    drawn: destinationOptions(destination),
    directors: model.drawn.directors.filter((name) => cluster.hosts.has(name)),
    persistence: model.virtualService.persistence?.timeout,
  }
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? say`none` : names.join(', ')
}

/** Keys of destinations that a record says are drained. */
export function drainedIn(record: readonly RecordedSetting[] | undefined): string[] {
  return (record ?? []).filter(({ kind }) => kind === DRAIN_RECORD).map(({ key }) => key)
}

/** A record without what is no setting. */
export function settingsIn(record: readonly RecordedSetting[] | undefined): Setting[] {
  return withoutMembers(record)
    .filter(({ kind }) => kind !== DRAIN_RECORD)
    .map(({ kind, key, state }) => ({ kind: kind as SettingKind, key, state }))
}

/** Whether a setting brings a destination about: itself, or the file by which keepalived does. */
export function speaksOf({ kind, key, state }: Setting, destination: string): boolean {
  if (kind !== 'file') return kind === 'destination' && key === destination
  const text = fileText(state)
  return text !== undefined && keepalivedPool(text, []).known.has(destination)
}

/** What keepalived is told, with these destinations at weight 0: a check that comes and goes must not end a drain. */
export function withDrained(setting: Setting, keys: readonly string[]): Setting {
  return inFile(setting, (key) => (keys.includes(key) ? 0 : undefined))
}

function inFile(setting: Setting, weightOf: (key: string) => number | undefined): Setting {
  const text = setting.kind === 'file' ? fileText(setting.state) : undefined
  return text === undefined ? setting : { ...setting, state: fileState(withWeights(text, weightOf)) }
}

/** As it is written down. */
export function drainRecord(key: string): RecordedSetting {
  return { kind: DRAIN_RECORD, key, state: 'drained' }
}

/** What is to be on a director after one of its destinations was drained or got its weight back: all else as it was deployed. */
export function afterDrain(
  purpose: 'drain' | 'undrain',
  { key, drawn }: DrainTarget,
  live: ObservedHost,
): { readonly settings: readonly Setting[]; readonly drained: readonly string[] } {
  const weight = purpose === 'drain' ? 0 : Number(/ -w (\d+)/.exec(drawn)?.[1] ?? 1)
  const others = drainedIn(live.confirmed).filter((each) => each !== key)
  return {
    settings: settingsIn(live.confirmed).map((setting) =>
      setting.kind === 'destination' && setting.key === key
        ? { ...setting, state: setting.state.replace(/ -w \d+/, ` -w ${weight}`) }
        : inFile(setting, (each) => (each === key ? weight : undefined)),
    ),
    drained: purpose === 'drain' ? [...others, key] : others,
  }
}

/** Why a destination cannot be drained on a director, or get its weight back. */
export function drainRefusal(
  host: string,
  { service, realServer, key }: DrainTarget,
  live: ObservedHost,
): Refusal | undefined {
  if (live.confirmed === undefined) {
    return { host, reason: say`nothing is deployed here`, remedy: say`deploy the drawing first` }
  }
  const deployed = settingsIn(live.confirmed)
  const file = deployed.find(({ kind }) => kind === 'file')
  if (file !== undefined && observedState(live, file.kind, file.key) !== file.state) {
    return {
      host,
      reason: say`${file.key} is not as it was deployed, and a drain changes it`,
      remedy: say`see what "drift" says, and deploy the drawing first`,
    }
  }
  if (deployed.some((setting) => speaksOf(setting, key))) return undefined
  return {
    host,
    reason: say`${realServer} of ${service} is not deployed here as it is drawn (${destinationText(key)})`,
    remedy: say`see what "drift" says, or deploy the drawing first`,
  }
}

/** One line, without full stop. */
export function drainedText(host: string, key: string): string {
  return say`${host}: ${destinationText(key)} is drained and stays so; "undrain" gives it its weight back`
}
