import { said, say, toSay } from '../core/speech/say.js'
import type { Cluster } from '../core/hosts/cluster.js'
import { drainTarget } from '../core/plan/drain.js'
import type { DrainTarget } from '../core/plan/drain.js'
import { hostText } from '../core/plan/host-text.js'
import type { HostPlan } from '../core/plan/plan.js'
import type {
  ApplyReport,
  DrainReport,
  DriftReport,
  EngineRequestOf,
  NamedRealServer,
  PlannedHost,
  PlanReport,
  RemoveReport,
  RollbackReport,
  ServiceReport,
  VerifyReport,
} from '../protocol/engine.js'
import type { DeployResult } from '../remote/deploy/deploy.js'
import type { EngineCall } from './call.js'
import { reachFrom } from './reach.js'
import { EngineRefusal } from './refusal.js'
import { openDocument, requireSound } from './open-document.js'
import type { OpenedDocument } from './open-document.js'

/** What a plan would change; changes nothing. */
export async function planRequest(
  { document, purpose, realServer, sshConfig }: EngineRequestOf<'plan'>,
  call: EngineCall,
): Promise<PlanReport> {
  const { cluster } =
    purpose === 'apply' ? sound(openDocument(document), call) : named(openDocument(document), call)
  // ssh2 is loaded with the first request that reaches a host.
  const { planDeployment } = await import('../remote/deploy/deploy.js')
  const { failureText } = await import('../remote/deploy/connections.js')
  const {
    plan,
    hash = '',
    failures,
  } = await planDeployment(cluster, {
    ...(await reachFrom(sshConfig, call)),
    purpose,
    target: realServer && drainTargetOf(cluster, realServer),
    drainSeconds: 0,
    tell: call.tell,
  })
  return {
    kind: 'plan',
    cluster: cluster.topology.name ?? '',
    hash,
    hosts: (plan?.hosts ?? []).map(plannedHost),
    refusals: (plan?.refusals ?? []).map(({ host, reason, remedy }) => say`${host}: ${reason}; ${remedy}`),
    failures: failures.map(failureText),
  }
}

export async function applyRequest(
  request: EngineRequestOf<'apply'>,
  call: EngineCall,
): Promise<ApplyReport> {
  const opened = sound(openDocument(request.document), call)
  return { kind: 'apply', ...(await change(opened, request, call)) }
}

export async function removeRequest(
  request: EngineRequestOf<'remove'>,
  call: EngineCall,
): Promise<RemoveReport> {
  const opened = named(openDocument(request.document), call)
  return { kind: 'remove', ...(await change(opened, request, call)) }
}

export async function rollbackRequest(
  request: EngineRequestOf<'rollback'>,
  call: EngineCall,
): Promise<RollbackReport> {
  const opened = named(openDocument(request.document), call)
  return { kind: 'rollback', ...(await change(opened, request, call)) }
}

export async function drainRequest(
  { document, realServer, lift, waitSeconds, expected, sshConfig }: EngineRequestOf<'drain'>,
  call: EngineCall,
): Promise<DrainReport> {
  const { cluster } = named(openDocument(document), call)
  const target = drainTargetOf(cluster, realServer)
  const { drain, drainEndText, undrain } = await import('../remote/deploy/drain.js')
  const options = {
    ...(await reachFrom(sshConfig, call)),
    target,
    waitSeconds,
    expected: new Map(expected.map(({ host, observedHash }) => [host, observedHash])),
    tell: call.tell,
  }
  call.changing()
  if (lift) return { kind: 'drain', ...changed(await undrain(cluster, options)) }
  const { end, ...result } = await drain(cluster, options)
  return {
    kind: 'drain',
    ...changed(result),
    drained: end && { kind: end.kind, text: drainEndText(target, end) },
  }
}

/** Drawing, deployment and hosts, held against each other. */
export async function driftRequest(
  { document, sshConfig }: EngineRequestOf<'drift'>,
  call: EngineCall,
): Promise<DriftReport> {
  const { cluster } = sound(openDocument(document), call)
  const { findDrift } = await import('../remote/deploy/drift.js')
  const { outcome, hosts } = await findDrift(cluster, {
    ...(await reachFrom(sshConfig, call)),
    tell: call.tell,
  })
  return {
    kind: 'drift',
    outcome,
    hosts: hosts.map(({ host, outcome: each, detail }) => ({ host, outcome: each, detail })),
  }
}

function drainTargetOf(cluster: Cluster, { service, realServer }: NamedRealServer): DrainTarget {
  const target = drainTarget(cluster, service, realServer)
  if (typeof target === 'string') throw new EngineRefusal(say`${target}; nothing was done`)
  return target
}

export async function verifyRequest(
  { document, sshConfig }: EngineRequestOf<'verify'>,
  call: EngineCall,
): Promise<VerifyReport> {
  const { cluster } = sound(openDocument(document), call)
  const { verifyCluster } = await import('../remote/deploy/verify.js')
  const { outcome, summary, hosts, services } = await verifyCluster(cluster, {
    ...(await reachFrom(sshConfig, call)),
    tell: call.tell,
  })
  return { kind: 'verify', outcome, summary, hosts, services }
}

function sound(opened: OpenedDocument, { tell }: EngineCall): OpenedDocument {
  requireSound(opened, tell)
  return opened
}

/** A drawing that has gone wrong since must not keep anybody from taking down what it once deployed. */
function named(opened: OpenedDocument, { tell }: EngineCall): OpenedDocument {
  if (opened.cluster.topology.name === undefined) requireSound(opened, tell)
  return opened
}

async function change(
  { cluster }: OpenedDocument,
  { kind, expected, drainSeconds, sshConfig }: EngineRequestOf<'apply' | 'remove' | 'rollback'>,
  call: EngineCall,
): Promise<Omit<ApplyReport, 'kind'>> {
  const { applyDeployment } = await import('../remote/deploy/deploy.js')
  const reach = await reachFrom(sshConfig, call)
  call.changing()
  return changed(
    await applyDeployment(cluster, {
      ...reach,
      purpose: kind,
      verify: kind === 'apply',
      expected: new Map(expected.map(({ host, observedHash }) => [host, observedHash])),
      drainSeconds,
      tell: call.tell,
    }),
  )
}

function changed({ outcome, hosts, refusals, verification }: DeployResult): Omit<ApplyReport, 'kind'> {
  const services: readonly ServiceReport[] = verification?.services ?? []
  return { outcome, hosts, refusals, services }
}

/** What is left to do on a host that is as wanted and would not come back so after a reboot. */
const WRITE_DOWN = {
  summary: toSay`write down what is there, so that it is there again after a reboot`,
  why: toSay`it is as wanted, and was not deployed as it is`,
  before: '',
  after: '',
  revertible: true,
}

/** What is left to do on a host that is as wanted and does not know which others are. */
const NOTE_MEMBERS = {
  ...WRITE_DOWN,
  summary: toSay`note which hosts belong to the cluster now`,
  why: toSay`whoever plans next, on whatever machine, then knows of those that are drawn no longer`,
}

function inWords(step: typeof WRITE_DOWN): typeof WRITE_DOWN {
  return { ...step, summary: said(step.summary), why: said(step.why) }
}

function plannedHost(plan: HostPlan): PlannedHost {
  const { host, observedHash, steps, recorded, knowsMembers, notes } = plan
  const changes = steps.map(({ summary, why, before, after, revertible }) => ({
    summary,
    why,
    before,
    after,
    revertible,
  }))
  return {
    host,
    observedHash,
    steps:
      changes.length > 0
        ? changes
        : (!recorded ? [WRITE_DOWN] : knowsMembers ? [] : [NOTE_MEMBERS]).map(inWords),
    notes,
    ...hostText(plan),
  }
}
