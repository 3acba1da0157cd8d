/**
 * What the extension and the engine process say to each other, as JSON over the channel of `fork`. Both ends look at
 * every message with the guards of engine-guards.ts; what is none of these is dropped.
 */
import type { Language } from '../core/speech/say.js'
import type { Rehearsal } from './rehearsal.js'

/** A topology as it stands in the editor, saved or not. The engine reads it itself and refuses one with errors. */
export interface EngineDocument {
  /** For messages. */
  readonly file: string
  readonly text: string
  /** The text of the settings by which it is judged; absent: there are none. */
  readonly settings?: string | undefined
}

/** How hosts are reached. */
interface Reaching {
  readonly document: EngineDocument
  /** Path of an ssh_config; absent: the operator's own. */
  readonly sshConfig?: string | undefined
}

/** The state a host was in when the plan was made that a person has confirmed. */
export interface ExpectedHost {
  readonly host: string
  readonly observedHash: string
}

interface Changing extends Reaching {
  /** The hosts of the confirmed plan; where one has changed since, nothing is done. */
  readonly expected: readonly ExpectedHost[]
  /** Seconds existing connections get before a destination that goes is deleted: 0 to 86400. */
  readonly drainSeconds: number
}

export interface NamedRealServer {
  readonly service: string
  readonly realServer: string
}

/** What a plan is made for; a drain is of one real server of a service. */
export interface PlanWish {
  readonly purpose: 'apply' | 'remove' | 'rollback' | 'drain' | 'undrain'
  readonly realServer?: NamedRealServer | undefined
}

export type EngineRequest =
  | ({ readonly kind: 'plan' } & PlanWish & Reaching)
  | ({ readonly kind: 'apply' } & Changing)
  | ({ readonly kind: 'verify' } & Reaching)
  | ({ readonly kind: 'remove' } & Changing)
  | ({ readonly kind: 'rollback' } & Changing)
  /** `lift`: give the weight back. Else, once it is at 0, its connections get `waitSeconds` to end: 0 to 86400. */
  | ({
      readonly kind: 'drain'
      readonly realServer: NamedRealServer
      readonly lift: boolean
      readonly waitSeconds: number
    } & Omit<Changing, 'drainSeconds'>)
  | ({ readonly kind: 'drift' } & Reaching)
  /** Hosts by their names in ssh_config: 1 to MOST_IMPORTED. */
  | ({ readonly kind: 'import'; readonly hosts: readonly string[] } & Pick<Reaching, 'sshConfig'>)
  | { readonly kind: 'lab-up'; readonly document: EngineDocument }
  | { readonly kind: 'lab-down'; readonly document: EngineDocument }
  | { readonly kind: 'lab-status'; readonly document: EngineDocument }
  /** `keep`: leave the lab running, deployed, when it is done. */
  | { readonly kind: 'rehearse'; readonly document: EngineDocument; readonly keep: boolean }

export const MOST_IMPORTED = 200

export type EngineRequestKind = EngineRequest['kind']
export type EngineRequestOf<K extends EngineRequestKind> = Extract<EngineRequest, { readonly kind: K }>

export interface PlannedStep {
  readonly summary: string
  readonly why: string
  readonly before: string
  readonly after: string
  readonly revertible: boolean
}

export interface PlannedHost {
  readonly host: string
  readonly observedHash: string
  readonly steps: readonly PlannedStep[]
  /** What to know beside them; a line each, without full stop. */
  readonly notes: readonly string[]
  /** What the plan is about on this host, as text before and after it. */
  readonly before: string
  readonly after: string
}

/** A plan by its name, and what it changes. */
export type NamedPlan = Pick<PlanReport, 'hash' | 'hosts'>

export interface PlanReport {
  readonly kind: 'plan'
  readonly cluster: string
  /** By which people and the hosts' logs call the plan; empty when there is none. */
  readonly hash: string
  /** Empty when hosts could not be reached: there is a plan for all of them or none. */
  readonly hosts: readonly PlannedHost[]
  /** Why the plan must not be applied, in words. */
  readonly refusals: readonly string[]
  /** Why no plan could be made, in words. */
  readonly failures: readonly string[]
}

export const DEPLOY_OUTCOMES = ['UNCHANGED', 'COMMITTED', 'REVERTED', 'UNKNOWN'] as const
export type DeployOutcome = (typeof DEPLOY_OUTCOMES)[number]

export const VERIFY_OUTCOMES = ['PASSED', 'FAILED', 'UNKNOWN'] as const
export type VerifyOutcome = (typeof VERIFY_OUTCOMES)[number]

export interface ServiceReport {
  readonly service: string
  readonly outcome: VerifyOutcome
  readonly detail: string
}

interface Deployed {
  readonly outcome: DeployOutcome | 'REFUSED'
  readonly hosts: readonly {
    readonly host: string
    readonly outcome: DeployOutcome
    readonly detail: string
  }[]
  /** Why nothing was begun; empty when it was. */
  readonly refusals: readonly string[]
  readonly services: readonly ServiceReport[]
}
export type ApplyReport = { readonly kind: 'apply' } & Deployed
export type RollbackReport = { readonly kind: 'rollback' } & Deployed
export type DrainReport = {
  readonly kind: 'drain'
  /** What has become of the connections, as a sentence; absent where nothing was drained. */
  readonly drained?: { readonly kind: 'ended' | 'left' | 'unknown'; readonly text: string } | undefined
} & Deployed

export const DRIFT_OUTCOMES = ['IN_SYNC', 'DRIFTED', 'UNKNOWN'] as const
export type DriftOutcome = (typeof DRIFT_OUTCOMES)[number]

export interface DriftReport {
  readonly kind: 'drift'
  readonly outcome: DriftOutcome
  readonly hosts: readonly {
    readonly host: string
    readonly outcome: DriftOutcome
    readonly detail: string
  }[]
}

/** A drawing of what runs on hosts. */
export interface ImportReport {
  readonly kind: 'import'
  readonly text: string
  readonly services: number
  /** What could not be read or taken over, a line each. */
  readonly notes: readonly string[]
}
export type RemoveReport = { readonly kind: 'remove' } & Deployed

export interface VerifyReport {
  readonly kind: 'verify'
  readonly outcome: VerifyOutcome
  readonly summary: string
  readonly hosts: readonly {
    readonly host: string
    readonly outcome: VerifyOutcome
    readonly detail: string
  }[]
  readonly services: readonly ServiceReport[]
}

/** A lab that is running. */
export interface RunningLab {
  readonly name: string
  /** Path of the ssh_config that reaches its hosts. */
  readonly sshConfig: string
  readonly hosts: readonly string[]
  /** What is not as drawn; usually empty. */
  readonly problems: readonly string[]
}

export interface LabUpReport {
  readonly kind: 'lab-up'
  readonly lab: RunningLab
}

export interface LabDownReport {
  readonly kind: 'lab-down'
  readonly name: string
  /** Whether there was one. */
  readonly existed: boolean
}

export interface LabStatusReport {
  readonly kind: 'lab-status'
  readonly name: string
  readonly state: 'running' | 'starting' | 'stopped'
  readonly lab?: RunningLab | undefined
}

export type EngineResult =
  | PlanReport
  | ApplyReport
  | VerifyReport
  | RemoveReport
  | RollbackReport
  | DrainReport
  | DriftReport
  | ImportReport
  | LabUpReport
  | LabDownReport
  | LabStatusReport
  | Rehearsal
export type EngineResultOf<K extends EngineRequestKind> = Extract<EngineResult, { readonly kind: K }>

/** An unknown host's key, for a person to compare. Only `trusted: true` accepts it. */
export interface HostKeyQuestion {
  readonly host: string
  readonly address: string
  readonly port: number
  /** `ED25519`, `ECDSA`, `RSA`. */
  readonly keyType: string
  /** `SHA256:…` as ssh-keygen -lf prints it. */
  readonly sha256: string
}

/** Something only a person knows. The answer stays in memory. */
export type SecretQuestion = {
  readonly host: string
  /** An answer before this one was wrong. */
  readonly again: boolean
} & (
  | { readonly kind: 'passphrase'; readonly file: string }
  | { readonly kind: 'password'; readonly user: string; readonly address: string; readonly port: number }
  | {
      readonly kind: 'prompt'
      readonly user: string
      readonly address: string
      readonly port: number
      readonly instructions: string
      readonly prompt: string
      readonly echo: boolean
    }
)

export type ToEngine =
  /** First, where it is not English: the language of what is said to people. */
  | { readonly kind: 'speak'; readonly language: Language }
  | { readonly kind: 'request'; readonly id: number; readonly request: EngineRequest }
  /** End this request; what it has changed is undone, and its result still comes. */
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'answer'; readonly id: number; readonly question: number; readonly trusted: boolean }
  /** Without a secret: none is given. */
  | {
      readonly kind: 'secret'
      readonly id: number
      readonly question: number
      readonly secret?: string | undefined
    }
  | { readonly kind: 'ping'; readonly id: number }

export type FromEngine =
  /** What a person follows; one line, without full stop. */
  | { readonly kind: 'progress'; readonly id: number; readonly message: string }
  | {
      readonly kind: 'question'
      readonly id: number
      readonly question: number
      readonly hostKey: HostKeyQuestion
    }
  | {
      readonly kind: 'secret-question'
      readonly id: number
      readonly question: number
      readonly secret: SecretQuestion
    }
  | { readonly kind: 'done'; readonly id: number; readonly result: EngineResult }
  | {
      readonly kind: 'failed'
      readonly id: number
      /** What is wrong, where, and what to do next. */
      readonly message: string
      readonly cancelled: boolean
      /** Hosts may have been changed: somebody must look. */
      readonly unknown: boolean
    }
  | { readonly kind: 'pong'; readonly id: number }
