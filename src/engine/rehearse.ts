import { say } from '../core/speech/say.js'
import { hindrance } from '../core/checks/deployable.js'
import type { Finding } from '../core/checks/check.js'
import type { Cluster } from '../core/hosts/cluster.js'
import { askInLab } from '../lab/asking/ask.js'
import { labSpecOf, vipsOf } from '../lab/from-drawing.js'
import { labDown, labUp } from '../lab/index.js'
import type { Lab, LabSpec } from '../lab/index.js'
import type { Rehearsal } from '../protocol/rehearsal.js'
import { applyDeployment } from '../remote/deploy/deploy.js'
import { awaitTurns } from '../remote/deploy/turns.js'
import { loadSshConfig } from '../remote/ssh/ssh-config.js'
import { EngineRefusal } from './refusal.js'
import { judgeAnswers, outcomeOf } from './rehearsal-judgement.js'
import { questionsFor } from './rehearsal-requests.js'

export interface RehearsalOptions {
  readonly signal: AbortSignal
  /** One line, without full stop. */
  readonly tell: (message: string) => void
  /** Leave the lab running, deployed. */
  readonly keep: boolean
}

/**
 * Tries a drawing out: its hosts as virtual ones, deployed to as real ones are, every service asked by every client, and
 * all of it held against the walk. A drawing that is wrong is deployed as far as that goes, to see it fail. Whatever
 * happens, the lab is taken down again, unless it is to be kept and there is something to keep.
 * @throws LabError, EngineRefusal where it cannot begin
 */
export async function rehearse(
  cluster: Cluster,
  findings: readonly Finding[],
  options: RehearsalOptions,
): Promise<Rehearsal> {
  const { signal, tell, keep } = options
  const spec = labSpecOf(cluster)
  const lab = await labUp(spec, { signal, avoid: vipsOf(cluster), passing: !keep, onProgress: tell })
  let kept = false
  try {
    const rehearsal = await onHosts(cluster, findings, spec, lab, options)
    kept = keep
    return rehearsal
  } finally {
    if (!kept) {
      tell(say`taking the lab down`)
      await labDown(spec.name)
    }
  }
}

async function onHosts(
  cluster: Cluster,
  findings: readonly Finding[],
  spec: LabSpec,
  lab: Lab,
  { signal, tell }: RehearsalOptions,
): Promise<Rehearsal> {
  const virtual = inTheLab(cluster)
  const reach = {
    sshConfig: await loadSshConfig({ file: lab.sshConfig }),
    confirmHostKey: () => Promise.resolve(false),
    signal,
    tell,
  }
  const result = await applyDeployment(virtual, {
    ...reach,
    purpose: 'apply',
    verify: false,
    drainSeconds: 0,
  })
  // Its outcome is then one of a deployment that was broken off, which is nobody's any more.
  signal.throwIfAborted()
  const settled = result.outcome === 'COMMITTED' || result.outcome === 'UNCHANGED'
  const notes = [
    ...(settled ? await awaitTurns(virtual, reach) : []),
    ...lab.problems.map((problem) => say`not as drawn: ${problem}`),
    ...wrongNotes(cluster, findings),
  ]
  switch (result.outcome) {
    case 'REFUSED':
      throw new EngineRefusal(
        [
          say`${spec.name} cannot be deployed, not even to virtual hosts; nothing was asked`,
          ...result.refusals,
        ].join('\n'),
      )
    case 'REVERTED':
    case 'UNKNOWN':
      return {
        kind: 'rehearse',
        name: spec.name,
        outcome: 'NOT_DEPLOYED',
        summary: say`The drawing could not be deployed to the virtual hosts, so nothing was asked.`,
        notes: [
          ...notes,
          ...result.hosts.map(({ host, outcome, detail }) => `${host}: ${outcome}: ${detail}`),
        ],
        asked: [],
        tables: [],
      }
    case 'COMMITTED':
    case 'UNCHANGED':
      break
  }
  const questions = questionsFor(cluster)
  const requests = questions.questions.flatMap(({ request, times }) =>
    Array.from({ length: times }, () => request),
  )
  tell(say`asking: ${requests.length === 1 ? say`1 request` : say`${requests.length} requests`}`)
  const directors = new Set(
    cluster.services.flatMap(({ director }) => (director === undefined ? [] : [director])),
  )
  const guePorts = cluster.services.flatMap(({ realServers }) =>
    realServers.flatMap(({ tunnel }) =>
      tunnel.type === 'gue' && tunnel.port !== undefined ? [tunnel.port] : [],
    ),
  )
  const answers = await askInLab(
    spec,
    { requests, tables: [...directors].filter((name) => cluster.hosts.has(name)), guePorts },
    { signal, onProgress: tell },
  )
  const asked = judgeAnswers(questions.questions, answers)
  return {
    kind: 'rehearse',
    name: spec.name,
    ...outcomeOf(asked, questions),
    notes: [...notes, ...questions.notes],
    asked,
    tables: [...answers.tables].map(([host, text]) => ({ host, text })),
  }
}

/** Without the ways to the real hosts: a rehearsal must not be able to reach them. */
function inTheLab(cluster: Cluster): Cluster {
  return {
    ...cluster,
    hosts: new Map(
      [...cluster.hosts].map(([name, model]) => [
        name,
        { ...model, drawn: { ...model.drawn, ssh: undefined } },
      ]),
    ),
  }
}

/** What keeps the drawing from real hosts, and what the virtual ones did not get either. */
function wrongNotes(cluster: Cluster, findings: readonly Finding[]): string[] {
  const found = hindrance(findings)
  return [
    ...(found === undefined
      ? []
      : [
          say`the drawing ${found.what} and would be refused for real hosts; the virtual ones got it as far as that goes`,
          ...found.findings.map(
            ({ code, message, range }) => say`line ${range.start.line + 1}: ${code}: ${message}`,
          ),
        ]),
    ...[...cluster.hosts.values()].flatMap(({ name, denied }) =>
      denied.map(({ why, pinned }) => say`${name}: not done, because the file pins ${pinned}: ${why}`),
    ),
  ]
}
