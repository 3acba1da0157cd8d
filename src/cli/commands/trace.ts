import { turnsOf } from '../../core/packet/turns.js'
import { walkCluster } from '../../core/packet/walk-cluster.js'
import { oneWord, readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { EXIT, UsageError, writeJson } from '../io.js'
import { observeTopology } from '../observed-findings.js'
import { openTopology, requireReadable } from '../open-topology.js'
import { chosenWalks } from '../walk-choice.js'
import { turnsJson, turnsText } from '../turns-text.js'
import { judgedBy, textWidth, walksJson, walksStatus, walksText } from '../walks-report.js'

const USAGE =
  'trace FILE [--service S] [--client C] [--real-server R] [--all] [--turns N] [--json] [--observed [--ssh-config F]]'

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
        turns: 'value',
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
    const turns = turnsAsked(args.value('turns'))
    if (turns !== undefined && observed) {
      throw new UsageError('--turns begins with a table that was just made, which that of a real host is not')
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
        ...(turns === undefined ? {} : { turns: turnsJson(turnsOf(found.cluster, wishes, turns)) }),
      })
    } else {
      io.out(walksText(walks, judged, io, args.flag('all') || wishes.realServer !== undefined))
      if (turns !== undefined) io.out(`\n${turnsText(turnsOf(found.cluster, wishes, turns), textWidth(io))}`)
    }
    const status = walksStatus(walks)
    return status === EXIT.holds && unread.length > 0 ? EXIT.unknown : status
  },
}

const MOST_TURNS = 1000

function turnsAsked(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const count = /^\d+$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= MOST_TURNS) return count
  throw new UsageError(`--turns takes a number of connections from 1 to ${MOST_TURNS}, not "${text}"`)
}
