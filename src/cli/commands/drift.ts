import { oneWord, readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { EXIT, writeJson } from '../io.js'
import { openTopology, requireSound } from '../open-topology.js'
import { reachFrom } from '../reach.js'

const USAGE = 'drift FILE [--ssh-config F] [--json]'

export const drift: Command = {
  name: 'drift',
  usage: USAGE,
  summary: 'what differs between the drawing, what was deployed, and what the hosts are now; changes nothing',
  run: async (argv, io) => {
    const args = readArguments(argv, { 'ssh-config': 'value', json: 'flag' }, USAGE)
    const opened = await openTopology(oneWord(args, USAGE))
    requireSound(opened, io)
    const { driftText } = await import('../../core/plan/drift.js')
    const { findDrift } = await import('../../remote/deploy/drift.js')
    const result = await findDrift(opened.cluster, {
      ...(await reachFrom(io, args.value('ssh-config'))),
      tell: (message) => {
        io.err(`${message}\n`)
      },
    })
    if (args.flag('json')) writeJson(io, result)
    else {
      for (const { host, outcome, detail, settings } of result.hosts) {
        io.out(`${outcome.padEnd(7)} ${host}${outcome === 'DRIFTED' ? '' : `: ${detail}`}\n`)
        for (const each of settings) io.out(`        ${driftText(each)}\n`)
      }
    }
    return result.outcome === 'IN_SYNC'
      ? EXIT.holds
      : result.outcome === 'DRIFTED'
        ? EXIT.doesNotHold
        : EXIT.unknown
  },
}
