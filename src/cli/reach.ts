import { loadSshConfig } from '../remote/ssh/ssh-config.js'
import { secretsFrom } from '../remote/ssh/secrets.js'
import type { Secrets } from '../remote/ssh/secrets.js'
import { SshFailure } from '../remote/ssh/failure.js'
import type { Reach } from '../remote/deploy/connections.js'
import { UsageError } from './io.js'
import type { Io } from './io.js'
import { secretWords } from './secret-words.js'

/** How hosts are reached from the command line: the operator's ssh_config, and questions on the terminal. */
export async function reachFrom(io: Io, sshConfigFile: string | undefined): Promise<Reach> {
  try {
    return {
      sshConfig: await loadSshConfig(sshConfigFile === undefined ? {} : { file: sshConfigFile }),
      signal: io.signal,
      secrets: secretsOf(io),
      confirmHostKey: ({ host, address, port, keyType, sha256 }) => {
        const { ask } = io
        const question = `${host} (${address} port ${port}) is not known. Its ${keyType} key is ${sha256}.\nIs this the right host?`
        return ask === undefined ? Promise.resolve(false) : ask(question)
      },
    }
  } catch (error) {
    if (error instanceof SshFailure) throw new UsageError(error.message)
    throw error
  }
}

/** Passphrases and passwords are asked for on the terminal, and kept nowhere. */
function secretsOf({ askFor }: Io): Secrets | undefined {
  if (askFor === undefined) return undefined
  return secretsFrom((question) =>
    askFor(secretWords(question), { hidden: question.kind !== 'prompt' || !question.echo }),
  )
}
