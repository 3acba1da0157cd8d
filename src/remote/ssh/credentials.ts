import { say } from '../../core/speech/say.js'
import { sha256Fingerprint } from '../trust/host-key.js'
import type { Endpoint } from './endpoint.js'
import { saying, SshFailure, systemCode } from './failure.js'
import { readKeyFile, type KeyFile } from './key-file.js'
import { agentAt, type Agent, type Credential } from './ssh2.js'

/** What to authenticate with, in order, each key once. */
export interface Credentials {
  offers: { credential: Credential; name: string }[]
  /** Key files that a passphrase protects, which somebody may be asked for. */
  locked: string[]
  /** Why named keys are not among them; for the message when none of the others is accepted. */
  left: string[]
  dispose(): void
}

/**
 * Collects keys as ssh(1) does: first those of the agent that an IdentityFile names, then the agent's others (not with
 * IdentitiesOnly), then key files the agent does not have.
 *
 * @param canAsk whether somebody is there to be asked for passphrases and passwords
 * @throws SshFailure `no-usable-key`, `key-encrypted`, `agent-unreachable` where there is nothing to offer, nor to ask
 */
export async function gatherCredentials(endpoint: Endpoint, canAsk: boolean): Promise<Credentials> {
  const files = await readIdentityFiles(endpoint)
  const agent = endpoint.identityAgent && agentAt(endpoint.identityAgent.path)
  const { held, problem } = await listAgent(agent)

  const inFiles = files.keys.flatMap(({ blob }) => blob ?? [])
  const has = (blobs: readonly Buffer[], blob: Buffer | undefined): boolean =>
    blob !== undefined && blobs.some((other) => other.equals(blob))
  const named = held.filter((blob) => has(inFiles, blob))
  const others = endpoint.identitiesOnly ? [] : held.filter((blob) => !has(inFiles, blob))
  const fromAgent = [...named, ...others]

  const offers: Credentials['offers'] = []
  if (agent !== undefined && fromAgent.length > 0) {
    offers.push({
      credential: { kind: 'agent', agent, blobs: fromAgent },
      name: say`${fromAgent.length} key${fromAgent.length === 1 ? '' : 's'} of the ssh-agent`,
    })
  }
  const left = [...files.left]
  const encrypted: string[] = []
  const offered = [...fromAgent]
  for (const { path, content, blob } of files.keys) {
    if (has(offered, blob)) continue
    if (content.kind === 'private') {
      offered.push(content.blob)
      offers.push({
        credential: { kind: 'key', key: content.key },
        name: `${path} (${sha256Fingerprint(content.blob)})`,
      })
    } else if (content.kind === 'encrypted') {
      encrypted.push(path)
      left.push(say`${path} is protected by a passphrase: ssh-add ${path} puts it into the ssh-agent`)
    } else {
      left.push(say`${path} is a public key whose private half the ssh-agent does not have`)
    }
  }
  if (problem !== undefined)
    left.push(say`the ssh-agent at ${endpoint.identityAgent?.path ?? ''}: ${problem}`)
  if (offers.length === 0 && !canAsk) throw nothingToOffer(endpoint, encrypted, problem, left)
  return { offers, locked: encrypted, left, dispose: () => agent?.dispose() }
}

interface ReadKey {
  path: string
  content: KeyFile
  /** The public half. */
  blob: Buffer | undefined
}

async function readIdentityFiles(endpoint: Endpoint): Promise<{ keys: ReadKey[]; left: string[] }> {
  const keys: ReadKey[] = []
  const left: string[] = []
  for (const { path, named } of endpoint.identityFiles) {
    let content: KeyFile
    try {
      content = await readKeyFile(path)
    } catch (error) {
      const absent = systemCode(error) === 'ENOENT'
      if (named || !absent)
        left.push(`${path} ${absent ? say`does not exist` : say`cannot be read (${saying(error)})`}`)
      continue
    }
    if (content.kind === 'exposed') left.push(say`${path} may be read by others: chmod 600 ${path}`)
    else if (content.kind === 'unusable') left.push(say`${path} is no private key in a format that is known`)
    else keys.push({ path, content, blob: content.blob })
  }
  return { keys, left }
}

async function listAgent(agent: Agent | undefined): Promise<{ held: Buffer[]; problem?: string }> {
  if (agent === undefined) return { held: [] }
  try {
    return { held: await agent.list() }
  } catch (error) {
    return { held: [], problem: saying(error) }
  }
}

function nothingToOffer(
  endpoint: Endpoint,
  encrypted: readonly string[],
  agentProblem: string | undefined,
  left: readonly string[],
): SshFailure {
  const { host, label, user } = endpoint
  const because = left.length > 0 ? ` (${left.join('; ')})` : ''
  const file = encrypted[0]
  if (file !== undefined) {
    return new SshFailure(
      'key-encrypted',
      host,
      say`${label}: the key for ${user} is protected by a passphrase${because}. Start an ssh-agent, run "ssh-add ${file}", and try again.`,
    )
  }
  if (agentProblem !== undefined) {
    return new SshFailure(
      'agent-unreachable',
      host,
      say`${label}: there is no key file to use, and the ssh-agent cannot be reached${because}. Start the agent, or name a key with IdentityFile in the SSH configuration.`,
    )
  }
  return new SshFailure(
    'no-usable-key',
    host,
    say`${label}: there is no key to authenticate ${user} with${because}. Name one with IdentityFile in the SSH configuration, or load one with ssh-add.`,
  )
}
