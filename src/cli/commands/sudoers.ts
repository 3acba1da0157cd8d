import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { oneWord, readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { fileReason } from '../file-reason.js'
import { EXIT, UsageError } from '../io.js'

const USAGE = 'sudoers USER --out DIR'

export const sudoers: Command = {
  name: 'sudoers',
  usage: USAGE,
  summary: 'what lets a user deploy by sudo and do nothing else as root: a helper, its rule, and install.sh',
  run: async (argv, io) => {
    const args = readArguments(argv, { out: 'value' }, USAGE)
    const user = oneWord(args, USAGE)
    const out = args.value('out')
    if (out === undefined) throw new UsageError(`usage: lvs-designer ${USAGE}`)
    const { isUserName, sudoersFiles } = await import('../../remote/host/installed-helper.js')
    if (!isUserName(user)) {
      throw new UsageError(
        `"${user}" is no name of a user: small letters, digits, "_" and "-", beginning with a letter`,
      )
    }
    try {
      await mkdir(out, { recursive: true })
      for (const { name, text, mode } of sudoersFiles(user)) {
        await writeFile(join(out, name), text)
        await chmod(join(out, name), mode)
      }
    } catch (error) {
      throw new UsageError(`${out} cannot be written: ${fileReason(error)}`)
    }
    io.out(
      `${out}: copy it to each host and run install.sh there as root. After an update of LVS Designer, do so again.\n`,
    )
    return EXIT.holds
  },
}
