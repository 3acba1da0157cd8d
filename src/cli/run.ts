import { version } from '../../package.json'
import { apply, remove, rollback } from './commands/apply.js'
import { check } from './commands/check.js'
import { compare } from './commands/compare.js'
import { diagnose } from './commands/diagnose.js'
import { diagram } from './commands/diagram.js'
import { drain, undrain } from './commands/drain.js'
import { drift } from './commands/drift.js'
import { explain } from './commands/explain.js'
import { generate } from './commands/generate.js'
import { importCommand } from './commands/import.js'
import { lab } from './commands/lab.js'
import { plan } from './commands/plan.js'
import { status } from './commands/status.js'
import { sudoers } from './commands/sudoers.js'
import { trace } from './commands/trace.js'
import { verify } from './commands/verify.js'
import type { Command } from './command.js'
import { EXIT, UsageError } from './io.js'
import type { ExitStatus, Io } from './io.js'

/** Every command, in the order of a day's work. */
export const COMMANDS: readonly Command[] = [
  check,
  importCommand,
  explain,
  trace,
  compare,
  diagram,
  generate,
  plan,
  apply,
  verify,
  drift,
  status,
  drain,
  undrain,
  rollback,
  remove,
  diagnose,
  lab,
  sudoers,
]

/** Runs one call of the command line. Every failure a person can cause ends in words, not in a stack trace. */
export async function run(argv: readonly string[], io: Io): Promise<ExitStatus> {
  const [name, ...rest] = argv
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    io.out(helpText())
    return name === undefined ? EXIT.unusable : EXIT.holds
  }
  if (name === '--version' || name === 'version') {
    io.out(`${version}\n`)
    return EXIT.holds
  }
  const command = COMMANDS.find((each) => each.name === name)
  if (command === undefined) {
    io.err(`there is no command "${name}"\n\n${helpText()}`)
    return EXIT.unusable
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(`lvs-designer ${command.usage}\n  ${command.summary}\n`)
    return EXIT.holds
  }
  try {
    return await command.run(rest, io)
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`${error.message}\n`)
      return EXIT.unusable
    }
    if (io.signal.aborted) {
      io.err('cancelled\n')
      return EXIT.unusable
    }
    throw error
  }
}

function helpText(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length))
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return [
    'lvs-designer COMMAND: design, check and deploy Linux Virtual Server clusters',
    '',
    ...lines,
    '',
    '"lvs-designer COMMAND --help" shows how each is called. Exit status: 0 holds, 1 does not hold,',
    '2 the call or the input cannot be used or was refused before anything changed, 3 outcome unknown.',
    '',
  ].join('\n')
}
