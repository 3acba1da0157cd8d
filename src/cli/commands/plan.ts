import type { Plan } from '../../core/plan/plan.js'
import { oneWord, readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { EXIT, painter, UsageError, writeJson } from '../io.js'
import type { Io } from '../io.js'
import { openTopology, requireSound } from '../open-topology.js'
import { outputFile } from '../output-file.js'
import { readSavedPlan, savedPlanText } from '../saved-plan.js'
import { reachFrom } from '../reach.js'

const USAGE = 'plan FILE [--out PLAN.json] [--prune] [--ssh-config F] [--json]'

export const plan: Command = {
  name: 'plan',
  usage: USAGE,
  summary: 'what a deployment would change on every host; changes nothing',
  run: async (argv, io) => {
    const args = readArguments(
      argv,
      { out: 'value', prune: 'flag', 'ssh-config': 'value', json: 'flag' },
      USAGE,
    )
    const file = oneWord(args, USAGE)
    const opened = await openTopology(file)
    requireSound(opened, io)
    const out = args.value('out')
    const save =
      out === undefined
        ? undefined
        : await outputFile('--out', out, {
            inputs: [file],
            what: 'a plan',
            isOurs: (text) => readSavedPlan(text) !== undefined,
          })
    const { leftText, planDeployment } = await import('../../remote/deploy/deploy.js')
    const { failureText } = await import('../../remote/deploy/connections.js')
    const { memoryIn } = await import('../../remote/deploy/memory.js')
    const result = await planDeployment(opened.cluster, {
      ...(await reachFrom(io, args.value('ssh-config'))),
      purpose: 'apply',
      memory: memoryIn(args.value('ssh-config')),
      prune: args.flag('prune'),
      drainSeconds: 0,
      tell: (message) => {
        io.err(`${message}\n`)
      },
    })
    if (result.plan === undefined) {
      throw new UsageError(
        `${result.failures.map(failureText).join('\n')}\nno plan was made; nothing was changed`,
      )
    }
    await save?.(savedPlanText(file, opened.parsed.text, result.plan))
    if (args.flag('json')) writeJson(io, { ...planJson(result.plan), left: result.left })
    else io.out(planText(result.plan, io))
    const { drainedText } = await import('../../core/plan/drain.js')
    for (const { host, drained } of result.plan.hosts) {
      for (const key of drained) io.err(`${drainedText(host, key)}\n`)
    }
    for (const host of result.left) io.err(`${leftText(host)}\n`)
    if (result.plan.refusals.length > 0) {
      io.err(`${refusalText(result.plan)}\n`)
      return EXIT.unusable
    }
    return EXIT.holds
  },
}

function planJson({ hosts, refusals }: Plan) {
  return {
    hosts: hosts.map(({ host, observedHash, steps, recorded, knowsMembers, drained, notes }) => ({
      host,
      observedHash,
      recorded,
      knowsMembers,
      drained,
      notes,
      steps: steps.map(({ id, kind, summary, why, before, after, revertible, stage }) => ({
        id,
        kind,
        summary,
        why,
        before,
        after,
        revertible,
        stage,
      })),
    })),
    refusals,
  }
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

/** A plan as a diff a host: what is added, changed and taken away, in the order it happens. */
function planText(made: Plan, io: Io): string {
  const paint = painter(io.colour)
  const changes = made.hosts.reduce((sum, { steps }) => sum + steps.length, 0)
  const parts = made.hosts.map(({ host, steps, recorded, knowsMembers, notes }) => {
    const noted = notes.map((note) => `${paint('yellow', '  !')} ${note}\n`).join('')
    if (steps.length === 0) {
      const more = !recorded
        ? ', but it would not come back like that after a reboot: apply writes it down'
        : knowsMembers
          ? ''
          : '; apply notes there which hosts belong to the cluster now'
      return `${paint('bold', host)}: already as drawn${more}\n${noted}`
    }
    const lines = steps.flatMap(({ summary, why, before, after }, index) => {
      // One reason for a run of steps is said once.
      const reason = steps[index - 1]?.why === why ? [] : [paint('dim', `    # ${why}`)]
      const [style, mark] =
        before === 'absent'
          ? (['green', '+'] as const)
          : after === 'absent'
            ? (['red', '-'] as const)
            : (['yellow', '~'] as const)
      return [...reason, paint(style, `  ${mark} ${summary}`)]
    })
    return `${paint('bold', host)}: ${counted(steps.length, 'change')}\n${lines.join('\n')}\n${noted}`
  })
  const busy = made.hosts.filter(({ steps }) => steps.length > 0).length
  parts.push(
    changes === 0
      ? 'Nothing to change.\n'
      : `${counted(changes, 'change')} on ${busy} of ${counted(made.hosts.length, 'host')}.\n`,
  )
  return parts.join('\n')
}

function refusalText({ refusals }: Plan): string {
  return refusals.map(({ host, reason, remedy }) => `${host}: ${reason}; ${remedy}`).join('\n')
}
