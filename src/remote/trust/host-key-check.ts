import { say } from '../../core/speech/say.js'
import type { Endpoint } from '../ssh/endpoint.js'
import { addressAndPort, SshFailure } from '../ssh/failure.js'
import { createSlots } from '../ssh/slots.js'
import { keyTypeName, readHostKey, sha256Fingerprint, type HostKey } from './host-key.js'
import { appendKnownHost, readKnownHostsFiles } from './known-hosts-file.js'
import {
  judgeHostKey,
  knownHostsName,
  knownKeyTypes,
  linesFor,
  parseKnownHosts,
  type KnownHostsLine,
} from './known-hosts.js'

/** What a person is asked before the key of an unknown host is accepted. */
export interface HostKeyQuestion {
  /** The host's name in the drawing, or that of a jump host and where it leads. */
  host: string
  address: string
  port: number
  /** `ED25519`, `ECDSA`, `RSA`. */
  keyType: string
  /** `SHA256:…` as ssh-keygen -lf prints it. */
  sha256: string
}

/** Only the answer `true` accepts. */
export type ConfirmHostKey = (question: HostKeyQuestion) => Promise<boolean>

/** The check of one connection's host key. */
export interface HostKeyCheck {
  /** The types to ask the host for, those already known first, so that the known key is the one that is shown. */
  readonly types: readonly string[]
  /** The key the host showed. */
  readonly shown: HostKey | undefined
  /** Why `verify` said no. */
  readonly failure: SshFailure | undefined
  readonly verify: (blob: Buffer) => Promise<boolean>
  /**
   * To be called when the host has proved, by its signature, that the key is its own: only then is an accepted key
   * written down. Rejects with `known-hosts-unwritable`.
   */
  record(): Promise<void>
  /** Must be called at the end, whatever it was. */
  release(): void
}

/** One question at a time: twenty hosts behind one new jump host ask about it once. */
const questions = createSlots(1)

export async function prepareHostKeyCheck(
  endpoint: Endpoint,
  supportedTypes: readonly string[],
  ask: { confirm: ConfirmHostKey; onAsking: () => void; onAnswered: () => void; signal: AbortSignal },
): Promise<HostKeyCheck> {
  const name = knownHostsName(endpoint.hostName, endpoint.port, endpoint.hostKeyAlias)
  const bareName = knownHostsName(endpoint.hostName, 22)
  const look = async (): Promise<{ exact: KnownHostsLine[]; bare: KnownHostsLine[] }> => {
    const files = [...endpoint.userKnownHostsFiles, ...endpoint.globalKnownHostsFiles]
    const lines = (await readKnownHostsFiles(endpoint.host, files)).flatMap(parseKnownHosts)
    const bare = name === bareName || endpoint.hostKeyAlias !== undefined ? [] : linesFor(lines, [bareName])
    return { exact: linesFor(lines, [name]), bare }
  }
  const first = await look()
  const known = knownKeyTypes(first.exact.length > 0 ? first.exact : first.bare)
  const types = [
    ...known.filter((type) => supportedTypes.includes(type)),
    ...supportedTypes.filter((type) => !known.includes(type)),
  ]

  let shown: HostKey | undefined
  let failure: SshFailure | undefined
  let unrecorded: HostKey | undefined
  let leaveQuestion: (() => void) | undefined
  const release = (): void => leaveQuestion?.()

  const decide = async (key: HostKey, lines: typeof first, asked: boolean): Promise<boolean | 'ask'> => {
    const judged = judgeHostKey(key, types, lines.exact, lines.bare)
    switch (judged.verdict) {
      case 'known':
        return true
      case 'changed':
      case 'revoked':
        throw refusal(endpoint, name, key, judged)
      case 'unknown':
        if (endpoint.strictHostKeyChecking === 'yes')
          throw unknownRefused(endpoint, key, say`StrictHostKeyChecking is yes`)
        if (!asked) return 'ask'
        if (((await unlessAborted(ask.confirm(questionOf(endpoint, key)), ask.signal)) as unknown) === true)
          return true
        throw unknownRefused(endpoint, key, say`it was not accepted`)
    }
  }

  const verify = async (blob: Buffer): Promise<boolean> => {
    const key = readHostKey(blob)
    if (key === undefined) return false
    shown = key
    const decision = await decide(key, first, false)
    if (decision !== 'ask') return decision
    ask.onAsking()
    try {
      leaveQuestion = await questions.take(ask.signal)
      // Another connection may have had the answer while this one waited.
      const again = await look()
      if (judgeHostKey(key, types, again.exact, again.bare).verdict === 'known') return true
      const accepted = (await decide(key, again, true)) === true
      if (accepted) unrecorded = key
      return accepted
    } finally {
      ask.onAnswered()
      if (unrecorded === undefined) release()
    }
  }

  return {
    types,
    get shown() {
      return shown
    },
    get failure() {
      return failure
    },
    verify: async (blob) => {
      try {
        return await verify(blob)
      } catch (error) {
        failure =
          error instanceof SshFailure
            ? error
            : unknownRefused(endpoint, shown, say`the question was not answered`)
        return false
      }
    },
    record: async () => {
      try {
        const [file] = endpoint.userKnownHostsFiles
        if (unrecorded !== undefined && file !== undefined) {
          await appendKnownHost(endpoint.host, file, name, unrecorded)
        }
        unrecorded = undefined
      } finally {
        release()
      }
    },
    release,
  }
}

/** A question that nobody waits for any more must not keep the next one from being asked. */
async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  let leave: (() => void) | undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => {
      reject(new Error('cancelled'))
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  })
  try {
    return await Promise.race([answer, aborted])
  } finally {
    if (leave !== undefined) signal.removeEventListener('abort', leave)
  }
}

function questionOf(endpoint: Endpoint, key: HostKey): HostKeyQuestion {
  return {
    host: endpoint.label,
    address: endpoint.hostName,
    port: endpoint.port,
    keyType: keyTypeName(key.type),
    sha256: sha256Fingerprint(key.blob),
  }
}

function describe(key: HostKey | undefined): string {
  return key === undefined ? say`key` : say`${keyTypeName(key.type)} key ${sha256Fingerprint(key.blob)}`
}

function unknownRefused(endpoint: Endpoint, key: HostKey | undefined, why: string): SshFailure {
  return new SshFailure(
    'host-key-unknown-refused',
    endpoint.host,
    say`${endpoint.label}: the ${describe(key)} of ${addressAndPort(endpoint.hostName, endpoint.port)} is not known, and ${why}. Compare it with "ssh-keygen -lf" on the host's own console, then accept it or add it to known_hosts.`,
  )
}

function refusal(
  endpoint: Endpoint,
  name: string,
  key: HostKey,
  judged: { verdict: 'changed' | 'revoked'; at: { file: string; line: number; keyType: string } },
): SshFailure {
  const where = `${judged.at.file}:${judged.at.line}`
  const address = addressAndPort(endpoint.hostName, endpoint.port)
  if (judged.verdict === 'revoked') {
    return new SshFailure(
      'host-key-revoked',
      endpoint.host,
      say`${endpoint.label}: the ${describe(key)} of ${address} is marked as revoked at ${where}. Do not connect; give the host a new key.`,
    )
  }
  return new SshFailure(
    'host-key-changed',
    endpoint.host,
    say`${endpoint.label}: ${address} shows the ${describe(key)}, but another ${keyTypeName(judged.at.keyType)} key is known for it at ${where}. Either the host was set up anew, or somebody is in between. If you are sure, remove the old key with: ssh-keygen -f '${judged.at.file}' -R '${name}'`,
  )
}
