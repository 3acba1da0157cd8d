import type { Purpose } from '../../core/plan/plan.js'
import type { DeployResult } from '../../remote/deploy/deploy.js'
import { oneWord, readArguments } from '../arguments.js'
import type { Arguments } from '../arguments.js'
import type { Command } from '../command.js'
import { EXIT, UsageError, writeJson } from '../io.js'
import type { ExitStatus, Io } from '../io.js'
import { openTopology, openTopologyText, readText, requireSound } from '../open-topology.js'
import type { OpenedTopology } from '../open-topology.js'
import { readSavedPlan } from '../saved-plan.js'
import { reachFrom } from '../reach.js'

const OPTIONS = {
  'ssh-config': 'value',
  json: 'flag',
  drain: 'value',
  timer: 'value',
  prune: 'flag',
} as const

const APPLY =
  'apply FILE|PLAN.json [--ssh-config F] [--drain SECONDS] [--timer SECONDS] [--prune] [--skip-verify] [--json]'

export const apply: Command = {
  name: 'apply',
  usage: APPLY,
  summary: 'deploy: bring the hosts into the drawn state, verify, and undo everything where that fails',
  run: async (argv, io) => {
    const args = readArguments(argv, { ...OPTIONS, 'skip-verify': 'flag' }, APPLY)
    const file = oneWord(args, APPLY)
    const text = await readText(file)
    const saved = readSavedPlan(text)
    const opened = await openTopologyText(saved?.file ?? file, saved?.topology ?? text)
    requireSound(opened, io)
    return deploy(opened, args, io, {
      purpose: 'apply',
      verify: !args.flag('skip-verify'),
      ...(saved === undefined ? {} : { expected: saved.expected }),
    })
  },
}

const REMOVE = 'remove FILE [--ssh-config F] [--drain SECONDS] [--timer SECONDS] [--prune] [--json]'

export const remove: Command = {
  name: 'remove',
  usage: REMOVE,
  summary: 'bring the hosts back to what they were before the first deployment',
  run: async (argv, io) => {
    const args = readArguments(argv, OPTIONS, REMOVE)
    // A drawing that has gone wrong since must not keep anybody from taking down what it once deployed.
    const opened = await openTopology(oneWord(args, REMOVE))
    if (opened.cluster.topology.name === undefined) requireSound(opened, io)
    return deploy(opened, args, io, { purpose: 'remove', verify: false })
  },
}

const ROLLBACK = 'rollback FILE [--ssh-config F] [--drain SECONDS] [--timer SECONDS] [--json]'

export const rollback: Command = {
  name: 'rollback',
  usage: ROLLBACK,
  summary: 'bring the hosts back to what was confirmed before the last deployment; once more: forward again',
  run: async (argv, io) => {
    const { prune: _, ...options } = OPTIONS
    const args = readArguments(argv, options, ROLLBACK)
    // What is gone back to is written down on the hosts; the drawing only says which they are.
    const opened = await openTopology(oneWord(args, ROLLBACK))
    if (opened.cluster.topology.name === undefined) requireSound(opened, io)
    return deploy(opened, args, io, { purpose: 'rollback', verify: false })
  },
}

interface What {
  readonly purpose: Purpose
  readonly verify: boolean
  readonly expected?: ReadonlyMap<string, string>
}

async function deploy({ cluster }: OpenedTopology, args: Arguments, io: Io, what: What): Promise<ExitStatus> {
  const { applyDeployment } = await import('../../remote/deploy/deploy.js')
  const { memoryIn } = await import('../../remote/deploy/memory.js')
  const result = await applyDeployment(cluster, {
    memory: memoryIn(args.value('ssh-config')),
    prune: args.flag('prune'),
    ...(await reachFrom(io, args.value('ssh-config'))),
    ...what,
    drainSeconds: seconds('drain', args.value('drain') ?? '30', 0, 86_400),
    timerSeconds: seconds('timer', args.value('timer') ?? '120', 5, 3600),
    tell: (message) => {
      io.err(`${message}\n`)
    },
  })
  if (args.flag('json')) writeJson(io, json(result))
  else io.out(text(result))
  return statusOf(result)
}

/**
 * 30 s to drain let ordinary requests end; long ones are for the operator to decide on. The timer is how long a host waits
 * for a sign of life before it takes everything back.
 */
function seconds(option: string, value: string, least: number, most: number): number {
  const number = Number(value)
  if (/^\d{1,5}$/.test(value) && number >= least && number <= most) return number
  throw new UsageError(`--${option} takes seconds from ${least} to ${most}, not "${value}"`)
}

function json({ outcome, hosts, refusals, verification }: DeployResult) {
  return { outcome, hosts, refusals, services: verification?.services ?? [] }
}

function text({ outcome, hosts, refusals, verification }: DeployResult): string {
  if (outcome === 'REFUSED') return `${refusals.join('\n')}\nrefused: nothing was changed on any host\n`
  const lines = hosts.map(({ host, outcome: each, detail }) => `${each.padEnd(9)} ${host}: ${detail}`)
  for (const { service, outcome: each, detail } of verification?.services ?? []) {
    lines.push(`${each.padEnd(9)} service ${service}: ${detail}`)
  }
  return `${lines.join('\n')}\n`
}

function statusOf({ outcome, verification }: DeployResult): ExitStatus {
  switch (outcome) {
    case 'UNCHANGED':
    case 'COMMITTED':
      // Nothing was to be changed, and still a service is not served: that does not hold.
      return verification?.outcome === 'FAILED' ? EXIT.doesNotHold : EXIT.holds
    case 'REVERTED':
      return EXIT.doesNotHold
    case 'REFUSED':
      return EXIT.unusable
    case 'UNKNOWN':
      return EXIT.unknown
  }
}
