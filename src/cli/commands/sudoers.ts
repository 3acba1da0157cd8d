import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { oneWord, readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { fileReason } from '../file-reason.js'
import { EXIT, UsageError, writeJson } from '../io.js'
import { outputFile } from '../output-file.js'

const USAGE = 'sudoers USER --out DIR [--json]'

export const sudoers: Command = {
  name: 'sudoers',
  usage: USAGE,
  summary: 'what lets a user deploy by sudo and do nothing else as root: a helper, its rule, and install.sh',
  run: async (argv, io) => {
    const args = readArguments(argv, { out: 'value', json: 'flag' }, USAGE)
    const user = oneWord(args, USAGE)
    const out = args.value('out')
    if (out === undefined) throw new UsageError(`usage: lvs-designer ${USAGE}`)
    const { isUserName, sudoersFiles } = await import('../../remote/host/installed-helper.js')
    if (!isUserName(user)) {
      throw new UsageError(
        `"${user}" is no name of a user: small letters, digits, "_" and "-", beginning with a letter`,
      )
    }
    const given = sudoersFiles(user)
    try {
      await mkdir(out, { recursive: true })
      const files = await Promise.all(
        given.map(async ({ name, text, mode }) => {
          const file = join(out, name)
          const save = await outputFile('--out', file, {
            inputs: [],
            what: 'one of "sudoers"',
            isOurs: (before) => before.includes('LVS Designer'),
          })
          return { file, text, mode, save }
        }),
      )
      for (const { file, text, mode, save } of files) {
        await save(text)
        await chmod(file, mode)
      }
    } catch (error) {
      if (error instanceof UsageError) throw error
      throw new UsageError(`${out} cannot be written: ${fileReason(error)}`)
    }
    if (args.flag('json')) writeJson(io, { out, files: given.map(({ name }) => name) })
    else
      io.out(
        `${out}: copy it to each host and run install.sh there as root. After an update of LVS Designer, do so again.\n`,
      )
    return EXIT.holds
  },
}
