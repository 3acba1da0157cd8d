import type { DrainEnd } from '../../remote/deploy/drain.js'
import { readArguments } from '../arguments.js'
import type { Arguments } from '../arguments.js'
import type { Command } from '../command.js'
import { deployJson, deployText, statusOf } from '../deploy-text.js'
import { EXIT, UsageError, writeJson } from '../io.js'
import type { ExitStatus, Io } from '../io.js'
import { openTopology, requireSound } from '../open-topology.js'
import { reachFrom } from '../reach.js'
import { seconds } from '../seconds.js'

const DRAIN = 'drain FILE SERVICE REAL-SERVER [--wait SECONDS] [--timer SECONDS] [--ssh-config F] [--json]'

export const drain: Command = {
  name: 'drain',
  usage: DRAIN,
  summary: 'take a real server out of a service: weight 0, then wait until its connections have ended',
  changesHosts: true,
  run: async (argv, io) => {
    const args = readArguments(argv, { ...OPTIONS, wait: 'value' }, DRAIN)
    const waitSeconds = seconds('wait', args.value('wait') ?? '300', 0, 86_400)
    const { cluster, options, target } = await prepared(args, io, DRAIN)
    const remote = await import('../../remote/deploy/drain.js')
    const result = await remote.drain(cluster, { ...options, waitSeconds })
    const { end, ...deployed } = result
    if (args.flag('json')) writeJson(io, { ...deployJson(deployed), end })
    else {
      io.out(deployText(deployed))
      if (end !== undefined) io.out(`${remote.drainEndText(target, end)}\n`)
    }
    return end === undefined ? statusOf(deployed) : STATUS[end.kind]
  },
}

const STATUS: Readonly<Record<DrainEnd['kind'], ExitStatus>> = {
  ended: EXIT.holds,
  left: EXIT.doesNotHold,
  unknown: EXIT.unknown,
}

const UNDRAIN = 'undrain FILE SERVICE REAL-SERVER [--timer SECONDS] [--ssh-config F] [--json]'

export const undrain: Command = {
  name: 'undrain',
  usage: UNDRAIN,
  summary: 'give a drained real server the weight that is drawn',
  changesHosts: true,
  run: async (argv, io) => {
    const args = readArguments(argv, OPTIONS, UNDRAIN)
    const { cluster, options } = await prepared(args, io, UNDRAIN)
    const remote = await import('../../remote/deploy/drain.js')
    const result = await remote.undrain(cluster, { ...options, waitSeconds: 0 })
    if (args.flag('json')) writeJson(io, deployJson(result))
    else io.out(deployText(result))
    return statusOf(result)
  },
}

const OPTIONS = { 'ssh-config': 'value', json: 'flag', timer: 'value' } as const

/** The real server that is meant, in a drawing that may have gone wrong since: somebody may be in a hurry. */
async function prepared(args: Arguments, io: Io, usage: string) {
  const [file, service, realServer, ...more] = args.words
  if (file === undefined || service === undefined || realServer === undefined || more.length > 0) {
    throw new UsageError(`usage: lvs-designer ${usage}`)
  }
  const timerSeconds = seconds('timer', args.value('timer') ?? '120', 5, 3600)
  const opened = await openTopology(file)
  if (opened.cluster.topology.name === undefined) requireSound(opened, io)
  const { drainTarget } = await import('../../core/plan/drain.js')
  const target = drainTarget(opened.cluster, service, realServer)
  if (typeof target === 'string') throw new UsageError(`${file}: ${target}`)
  const { memoryIn } = await import('../../remote/deploy/memory.js')
  const options = {
    ...(await reachFrom(io, args.value('ssh-config'))),
    memory: memoryIn(args.value('ssh-config')),
    target,
    timerSeconds,
    tell: (message: string) => {
      io.err(`${message}\n`)
    },
  }
  return { cluster: opened.cluster, target, options }
}
