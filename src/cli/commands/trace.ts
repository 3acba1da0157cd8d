import { walkCluster } from '../../core/packet/walk-cluster.js'
import { oneWord, readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { EXIT, UsageError, writeJson } from '../io.js'
import { observeTopology } from '../observed-findings.js'
import { openTopology, requireReadable } from '../open-topology.js'
import { chosenWalks } from '../walk-choice.js'
import { judgedBy, walksJson, walksStatus, walksText } from '../walks-report.js'

const USAGE =
  'trace FILE [--service S] [--client C] [--real-server R] [--all] [--json] [--observed [--ssh-config F]]'

export const trace: Command = {
  name: 'trace',
  usage: USAGE,
  summary:
    'a request and its reply, hop by hop, with every decision and every header: what comes of it and why',
  run: async (argv, io) => {
    const args = readArguments(
      argv,
      {
        service: 'value',
        client: 'value',
        'real-server': 'value',
        all: 'flag',
        json: 'flag',
        observed: 'flag',
        'ssh-config': 'value',
      },
      USAGE,
    )
    const file = oneWord(args, USAGE)
    const observed = args.flag('observed')
    if (args.value('ssh-config') !== undefined && !observed) {
      throw new UsageError('--ssh-config says how hosts are reached, which takes --observed')
    }
    const opened = await openTopology(file)
    requireReadable(opened, io)
    const wishes = chosenWalks(args, opened.cluster, file)
    const found = observed
      ? await observeTopology(opened, io, args.value('ssh-config'), 'all hosts')
      : { ...opened, unread: [] }
    const walks = walkCluster(found.cluster, wishes)
    const { unread } = found
    const judged = judgedBy(found)
    if (args.flag('json')) {
      writeJson(io, {
        ...(observed ? { unread: unread.map(({ host, step, message }) => ({ host, step, message })) } : {}),
        walks: walksJson(walks, judged),
      })
    } else {
      io.out(walksText(walks, judged, io, args.flag('all') || wishes.realServer !== undefined))
    }
    const status = walksStatus(walks)
    return status === EXIT.holds && unread.length > 0 ? EXIT.unknown : status
  },
}
