import { env, window } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { HostKeyQuestion } from '../../protocol/engine.js'
import { log } from '../log.js'

/** Asks whether the key of an unknown host is its own. Only the explicit answer accepts it; anything else refuses. */
export async function askHostKey({
  host,
  address,
  port,
  keyType,
  sha256,
}: HostKeyQuestion): Promise<boolean> {
  // First, so that it is what Enter does: a dialog that comes up while somebody types must not be answered by it.
  const copy = say`Copy Fingerprint`
  const trust = say`Trust This Key`
  const ask = () =>
    window.showWarningMessage(
      say`${oneLine(host)} is not known yet. Is this its key?`,
      {
        modal: true,
        detail: [
          say`Host: ${oneLine(host)}`,
          say`Address: ${oneLine(address)}`,
          say`Port: ${port}`,
          say`Key type: ${oneLine(keyType)}`,
          say`Fingerprint: ${oneLine(sha256)}`,
          '',
          say`Compare the fingerprint with what "ssh-keygen -lf" shows on the host's own console. A trusted key is written to known_hosts, and another one is never accepted in its place.`,
        ].join('\n'),
      },
      copy,
      trust,
    )
  let answer = await ask()
  while (answer === copy) {
    await env.clipboard.writeText(sha256)
    answer = await ask()
  }
  const trusted = answer === trust
  const what = `the ${keyType} key ${sha256} of ${host} (${address} port ${port})`
  log().info(oneLine(`${trusted ? 'trusted' : 'did not trust'} ${what}`))
  return trusted
}

/** What is shown must not look like lines of ours. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 300)
}
