import type { Uri } from 'vscode'
import type { HostOutcomeMark } from '../../protocol/designer.js'
import type { EngineClient } from '../engine-client.js'
import type { PlanChanges } from './plan-changes.js'
import type { RehearsalDocuments } from './rehearsal-document.js'

/** What the commands that reach hosts share. */
export interface RemoteContext {
  readonly engine: EngineClient
  readonly changes: PlanChanges
  readonly rehearsals: RehearsalDocuments
  readonly canvas: Canvas
}

/** Where outcomes are shown at the hosts they belong to. */
export interface Canvas {
  showOutcomes(uri: Uri, hosts: readonly HostOutcomeMark[]): void
}
