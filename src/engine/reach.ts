import type { Reach } from '../remote/deploy/connections.js'
import { secretsFrom } from '../remote/ssh/secrets.js'
import { loadSshConfig } from '../remote/ssh/ssh-config.js'
import type { EngineCall } from './call.js'

/** How the person who asked reaches hosts. */
export async function reachFrom(sshConfig: string | undefined, call: EngineCall): Promise<Reach> {
  return {
    sshConfig: await loadSshConfig(sshConfig === undefined ? {} : { file: sshConfig }),
    signal: call.signal,
    confirmHostKey: call.confirmHostKey,
    secrets: secretsFrom(call.askSecret),
  }
}
