import { EngineRefusal } from '../../engine/refusal.js'
import { LabError } from '../../lab/index.js'
import type { RehearsalOutcome } from '../../protocol/rehearsal.js'
import { oneWord, readArguments } from '../arguments.js'
import { EXIT, UsageError, writeJson } from '../io.js'
import type { ExitStatus, Io } from '../io.js'
import { openTopology, requireFitForLab } from '../open-topology.js'
import { rehearsalText } from '../rehearsal-text.js'

const USAGE = 'lab test FILE [--json] [--keep]'

/** The drawing on virtual hosts, asked and held against the walk. */
export async function labTest(argv: readonly string[], io: Io): Promise<ExitStatus> {
  const args = readArguments(argv, { json: 'flag', keep: 'flag' }, USAGE)
  const file = oneWord(args, USAGE)
  const opened = await openTopology(file)
  requireFitForLab(opened, io)
  const { cluster, findings } = opened
  if (cluster.topology.name === undefined) {
    throw new UsageError(`${file} has no name, which a lab is known by; give it one`)
  }
  if (cluster.services.length === 0) {
    throw new UsageError(`${file} has no service, so there is nothing to ask for`)
  }
  const keep = args.flag('keep')
  try {
    const { rehearse } = await import('../../engine/rehearse.js')
    const rehearsal = await rehearse(cluster, findings, {
      signal: io.signal,
      keep,
      tell: (message) => {
        io.err(`${message}\n`)
      },
    })
    if (args.flag('json')) writeJson(io, { ...rehearsal, kept: keep })
    else io.out(rehearsalText(rehearsal, io))
    if (keep) io.err(`The lab is kept; lvs-designer lab down ${file}\n`)
    return STATUS[rehearsal.outcome]
  } catch (error) {
    if (error instanceof LabError || error instanceof EngineRefusal) throw new UsageError(error.message)
    throw error
  }
}

const STATUS: Readonly<Record<RehearsalOutcome, ExitStatus>> = {
  SERVED: EXIT.holds,
  NOT_SERVED: EXIT.doesNotHold,
  DIFFERS: EXIT.doesNotHold,
  NOT_DEPLOYED: EXIT.doesNotHold,
  UNKNOWN: EXIT.unknown,
}
