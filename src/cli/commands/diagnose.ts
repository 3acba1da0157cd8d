import { hindrance } from '../../core/checks/deployable.js'
import { walkCluster } from '../../core/packet/walk-cluster.js'
import { walkJson } from '../../core/packet/walk-json.js'
import { diagnose as nameCauses } from '../../core/plan/diagnosis.js'
import type { Diagnosis } from '../../core/plan/diagnosis.js'
import { makePlan } from '../../core/plan/plan.js'
import type { ObservedHost } from '../../core/hosts/observe.js'
import { oneWord, readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { diagnosisText } from '../diagnosis-text.js'
import { EXIT, UsageError, writeJson } from '../io.js'
import type { ExitStatus } from '../io.js'
import { observeTopology } from '../observed-findings.js'
import type { ObservedTopology } from '../observed-findings.js'
import { openTopology, requireReadable } from '../open-topology.js'
import type { OpenedTopology } from '../open-topology.js'
import { chosenWalks } from '../walk-choice.js'
import { judgedBy } from '../walks-report.js'

const USAGE = 'diagnose FILE [--service S] [--client C] [--real-server R] [--ssh-config F] [--json]'

export const diagnose: Command = {
  name: 'diagnose',
  usage: USAGE,
  summary:
    'why a running cluster does not answer: reads the hosts over SSH, walks what is there, names the causes',
  run: async (argv, io) => {
    const args = readArguments(
      argv,
      { service: 'value', client: 'value', 'real-server': 'value', 'ssh-config': 'value', json: 'flag' },
      USAGE,
    )
    const file = oneWord(args, USAGE)
    const opened = await openTopology(file)
    requireReadable(opened, io)
    const wishes = chosenWalks(args, opened.cluster, file)
    const found = await observeTopology(opened, io, args.value('ssh-config'), 'all hosts')
    const { unread, cluster } = found
    const read = observedHosts(found)
    if (read.size === 0) {
      throw new UsageError(`no host of ${file} could be read, so nothing can be said of what is there`)
    }
    const walks = walkCluster(cluster, wishes)
    const diagnosis = nameCauses({ ...judgedBy(found), walks, plan: planFor(opened, read) })
    if (args.flag('json')) {
      const { counts, causes, unexplained } = diagnosis
      writeJson(io, {
        unread: unread.map(({ host, step, message }) => ({ host, step, message })),
        counts,
        causes,
        unexplained: unexplained.map((walk) => walkJson(walk, [])),
      })
    } else
      io.out(
        diagnosisText(
          diagnosis,
          unread.map(({ host }) => host),
          io,
        ),
      )
    return statusOf(diagnosis, unread.length > 0)
  },
}

function observedHosts({ cluster }: ObservedTopology): ReadonlyMap<string, ObservedHost> {
  return new Map(
    [...cluster.hosts].flatMap(([name, { observed }]) =>
      observed === undefined ? [] : [[name, observed] as const],
    ),
  )
}

/** What a deployment would do, where the drawing may be deployed; it is shown, never run, so it needs no digest. */
function planFor({ cluster, findings }: OpenedTopology, read: ReadonlyMap<string, ObservedHost>) {
  return hindrance(findings) === undefined
    ? makePlan(cluster, read, { purpose: 'apply', digest: (text) => text })
    : undefined
}

function statusOf({ causes, counts, unexplained }: Diagnosis, lacks: boolean): ExitStatus {
  if (causes.length > 0 || counts.notServed > 0) return EXIT.doesNotHold
  return lacks || unexplained.length > 0 ? EXIT.unknown : EXIT.holds
}
