import { explainRule, explanationText } from '../../core/checks/explain.js'
import { oneWord, readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { EXIT, UsageError, writeJson } from '../io.js'

const USAGE = 'explain CODE [--json]'

export const explain: Command = {
  name: 'explain',
  usage: USAGE,
  summary: 'a rule: why it is there, what the kernel does, how to mend it',
  run: (argv, io) => {
    const args = readArguments(argv, { json: 'flag' }, USAGE)
    const code = oneWord(args, USAGE)
    const rule = explainRule(code.toUpperCase())
    if (rule === undefined)
      throw new UsageError(
        `there is no rule "${code}"; the codes stand in docs/rules.md and in what "check" prints`,
      )
    if (args.flag('json')) writeJson(io, rule)
    else io.out(explanationText(rule))
    return Promise.resolve(EXIT.holds)
  },
}
