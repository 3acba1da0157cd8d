import { judgeTopology } from '../core/checks/check.js'
import type { Finding, Judgement } from '../core/checks/check.js'
import { NO_SETTINGS, parseCheckSettings } from '../core/checks/settings.js'
import type { CheckSettings } from '../core/checks/settings.js'
import type { SourceFiles } from '../core/formats/source-text.js'
import { sceneOf } from '../core/diagram/scene-of.js'
import type { Scene } from '../core/diagram/scene.js'
import { deriveCluster } from '../core/hosts/cluster.js'
import type { Cluster } from '../core/hosts/cluster.js'
import { parseTopology } from '../core/topology/parse.js'
import type { ParsedTopology } from '../core/topology/parse.js'
import { textLines } from '../core/topology/position.js'
import type { TextLines } from '../core/topology/position.js'
import type { Problem } from '../core/topology/problem.js'

/** What texts may include, where somebody can look at a disk: on all of it, or within folders. */
export type FilesOn = (within: readonly string[] | undefined) => SourceFiles

/** A text at one version with everything that follows from it, each part made when it is first asked for. */
export interface ReadDocument {
  readonly version: number
  readonly text: string
  readonly settings: CheckSettings
  readonly filesOn: FilesOn | undefined
  readonly lines: () => TextLines
  readonly parsed: () => ParsedTopology
  readonly cluster: () => Cluster
  readonly findings: () => readonly Finding[]
  /** The findings, and what comments of the text take back. */
  readonly judgement: () => Judgement
  /** What keeps the text from being read as a whole, and so from being changed by anything but a person. */
  readonly unreadable: () => readonly Problem[]
  /** As it is drawn: while the text cannot be read, the last that could, with the findings of now. */
  readonly scene: () => Scene
  /** The last scene of this document that was drawn of a text that can be read. */
  readonly lastGood: () => Scene | undefined
}

/** What of settings can be used; what cannot is said where they are edited, and by the command line. */
export function settingsIn(text: string | undefined): CheckSettings {
  return text === undefined ? NO_SETTINGS : parseCheckSettings(text).settings
}

/** `before`: the same document as it was. Reads nothing yet. */
export function readDocument(
  version: number,
  text: string,
  settings: CheckSettings,
  before?: ReadDocument,
  filesOn?: FilesOn,
): ReadDocument {
  let earlier = before?.lastGood()
  const lines = once(() => textLines(text))
  const parsed = once(() => parseTopology(text))
  const cluster = once(() => deriveCluster(parsed().topology))
  const judgement = once(() => judgeTopology(parsed(), cluster(), settings))
  const findings = () => judgement().findings
  const unreadable = once(() =>
    parsed().problems.filter(
      ({ code, span }) => code === 'FILE-LIMIT' || (code === 'FILE-SYNTAX' && span !== undefined),
    ),
  )
  const scene = once(() => {
    const fresh = sceneOf(cluster(), findings())
    if (unreadable().length > 0) return { ...(earlier ?? fresh), findings: fresh.findings }
    earlier = fresh
    return fresh
  })
  return {
    version,
    text,
    settings,
    filesOn,
    lines,
    parsed,
    cluster,
    findings,
    judgement,
    unreadable,
    scene,
    lastGood: () => earlier,
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
