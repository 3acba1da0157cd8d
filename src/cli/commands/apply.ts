import type { Purpose } from '../../core/plan/plan.js'
import { oneWord, readArguments } from '../arguments.js'
import type { Arguments } from '../arguments.js'
import type { Command } from '../command.js'
import { deployJson, deployText, statusOf } from '../deploy-text.js'
import { UsageError, writeJson } from '../io.js'
import type { ExitStatus, Io } from '../io.js'
import { openTopology, openTopologyText, readText, requireSound } from '../open-topology.js'
import type { OpenedTopology } from '../open-topology.js'
import { readSavedPlan } from '../saved-plan.js'
import { reachFrom } from '../reach.js'
import { seconds } from '../seconds.js'

const OPTIONS = {
  'ssh-config': 'value',
  json: 'flag',
  drain: 'value',
  timer: 'value',
  prune: 'flag',
  canary: 'flag',
  batch: 'value',
} as const

const APPLY =
  'apply FILE|PLAN.json [--ssh-config F] [--canary] [--batch N] [--drain SECONDS] [--timer SECONDS] [--prune] [--skip-verify] [--json]'

export const apply: Command = {
  name: 'apply',
  usage: APPLY,
  summary: 'deploy: bring the hosts into the drawn state, verify, and undo everything where that fails',
  changesHosts: true,
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

const REMOVE =
  'remove FILE [--ssh-config F] [--canary] [--batch N] [--drain SECONDS] [--timer SECONDS] [--prune] [--json]'

export const remove: Command = {
  name: 'remove',
  usage: REMOVE,
  summary: 'bring the hosts back to what they were before the first deployment',
  changesHosts: true,
  run: async (argv, io) => {
    const args = readArguments(argv, OPTIONS, REMOVE)
    // A drawing that has gone wrong since must not keep anybody from taking down what it once deployed.
    const opened = await openTopology(oneWord(args, REMOVE))
    if (opened.cluster.topology.name === undefined) requireSound(opened, io)
    return deploy(opened, args, io, { purpose: 'remove', verify: false })
  },
}

const ROLLBACK =
  'rollback FILE [--ssh-config F] [--canary] [--batch N] [--drain SECONDS] [--timer SECONDS] [--json]'

export const rollback: Command = {
  name: 'rollback',
  usage: ROLLBACK,
  summary: 'bring the hosts back to what was confirmed before the last deployment; once more: forward again',
  changesHosts: true,
  run: async (argv, io) => {
    const { prune: _, ...options } = OPTIONS
    const args = readArguments(argv, options, ROLLBACK)
    // What is gone back to is written down on the hosts; the drawing only says which they are.
    const opened = await openTopology(oneWord(args, ROLLBACK))
    if (opened.cluster.topology.name === undefined) requireSound(opened, io)
    return deploy(opened, args, io, { purpose: 'rollback', verify: false })
  },
}

function batchOf(value: string | undefined): number | undefined {
  if (value === undefined || /^[1-9]\d{0,3}$/.test(value))
    return value === undefined ? undefined : Number(value)
  throw new UsageError(`--batch takes how many real servers are changed at once, from 1, not "${value}"`)
}

interface What {
  readonly purpose: Purpose
  readonly verify: boolean
  readonly expected?: ReadonlyMap<string, string>
}

/**
 * 30 s to drain let ordinary requests end; long ones are for the operator to decide on. The timer is how long a host waits
 * for a sign of life before it takes everything back.
 */
async function deploy({ cluster }: OpenedTopology, args: Arguments, io: Io, what: What): Promise<ExitStatus> {
  const { applyDeployment } = await import('../../remote/deploy/deploy.js')
  const { memoryIn } = await import('../../remote/deploy/memory.js')
  const result = await applyDeployment(cluster, {
    memory: memoryIn(args.value('ssh-config')),
    prune: args.flag('prune'),
    rollout: { canary: args.flag('canary'), batch: batchOf(args.value('batch')) },
    ...(await reachFrom(io, args.value('ssh-config'))),
    ...what,
    drainSeconds: seconds('drain', args.value('drain') ?? '30', 0, 86_400),
    timerSeconds: seconds('timer', args.value('timer') ?? '120', 5, 3600),
    tell: (message) => {
      io.err(`${message}\n`)
    },
  })
  if (args.flag('json')) writeJson(io, deployJson(result))
  else io.out(deployText(result))
  return statusOf(result)
}
