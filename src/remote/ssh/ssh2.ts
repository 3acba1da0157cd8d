/**
 * The one door to the ssh2 library: only this module imports it as a value, so that nobody can open a connection
 * without the host key check, with other algorithms, or with the agent forwarded.
 */
import { getCiphers } from 'node:crypto'
import type { Duplex } from 'node:stream'
import ssh2 from 'ssh2'
import type {
  AnyAuthMethod,
  AuthenticationType,
  CipherAlgorithm,
  Client,
  GetStreamCallback,
  IdentityCallback,
  KexAlgorithm,
  MacAlgorithm,
  NextAuthHandler,
  ParsedKey,
  ServerHostKeyAlgorithm,
  SignCallback,
  SigningRequestOptions,
} from 'ssh2'

export type { Client, ClientChannel } from 'ssh2'

/** The types of host key that are asked for, best first: no SHA-1 signatures, no DSA. */
export const HOST_KEY_TYPES = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
] as const

const KEY_EXCHANGES: KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
]

const CIPHERS: CipherAlgorithm[] = [
  'aes256-gcm@openssh.com',
  'aes128-gcm@openssh.com',
  'aes256-ctr',
  'aes192-ctr',
  'aes128-ctr',
]

const MACS: MacAlgorithm[] = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
]

const KEEPALIVES_UNANSWERED = 3

/** One thing to authenticate with. */
export type Credential =
  | { kind: 'key'; key: ParsedKey }
  | { kind: 'agent'; agent: Agent; blobs: readonly Buffer[] }
  | { kind: 'password'; password: string }
  /** Questions of the host (RFC 4256). No answers: none are given. */
  | {
      kind: 'prompts'
      answer: (instructions: string, prompts: readonly Prompt[]) => Promise<readonly string[] | undefined>
      /** It is over, with or without questions. */
      ended: () => void
    }
  /** Asks what the host takes. */
  | { kind: 'none' }

export interface Prompt {
  readonly prompt: string
  readonly echo: boolean
}

export interface ClientOptions {
  user: string
  /** Types of host key in the order they are asked for. */
  hostKeyTypes: readonly string[]
  /** Milliseconds between signs of life, once authenticated. */
  keepaliveMs: number
  /** Decides about the host's key, once. Only `true` accepts; later key exchanges must show the same key. */
  verifyHostKey: (blob: Buffer) => Promise<boolean>
  /** The next thing to offer, each once; undefined: nothing is left. `accepted` is what the server still takes. */
  nextCredential: (
    server: { accepted: readonly string[]; partial: boolean } | undefined,
  ) => Promise<Credential | undefined>
}

/** Starts the SSH handshake on a connected stream. Listen to the client's events in the same turn. */
export function startClient(stream: Duplex, options: ClientOptions): Client {
  const client = new ssh2.Client()
  let acceptedKey: Buffer | undefined
  let lastEnded: (() => void) | undefined
  const authHandler = (
    accepted: AuthenticationType[] | null,
    partial: boolean | null,
    next: (method: Parameters<NextAuthHandler>[0] | false) => void,
  ): void => {
    lastEnded?.()
    lastEnded = undefined
    options.nextCredential(accepted === null ? undefined : { accepted, partial: partial === true }).then(
      (credential) => {
        if (credential?.kind === 'prompts') lastEnded = credential.ended
        if (!stream.destroyed) next(credential === undefined ? false : toAuthMethod(options.user, credential))
      },
      () => stream.destroy(),
    )
  }
  client.connect({
    sock: stream,
    username: options.user,
    // The library's own timer knows nothing of a person who is being asked; `TimeLimit` does.
    readyTimeout: 0,
    keepaliveInterval: options.keepaliveMs,
    keepaliveCountMax: KEEPALIVES_UNANSWERED,
    agentForward: false,
    tryKeyboard: false,
    algorithms: {
      kex: KEY_EXCHANGES,
      cipher: ciphers(),
      hmac: MACS,
      compress: ['none'],
      serverHostKey: options.hostKeyTypes.flatMap(signatureAlgorithms),
    },
    // The library takes every answer but `false` for a yes: undefined, null, 0, an Error, a promise. So it only ever
    // gets `true` or `false`, and only through the callback.
    hostVerifier: (blob: Buffer, answer: (accepted: boolean) => void) => {
      // Every later key exchange shows a key again: the same one, or it is somebody else. This answer must come in the
      // same turn: once the host's NEWKEYS is in, the library sends ours too late, and sshd reads noise.
      if (acceptedKey !== undefined) {
        answer(acceptedKey.equals(blob))
        return
      }
      const copy = Buffer.from(blob)
      options
        .verifyHostKey(copy)
        .then(
          (accepted: unknown) => accepted === true,
          () => false,
        )
        .then((accepted) => {
          if (accepted) acceptedKey = copy
          answer(accepted)
        })
        .catch(() => stream.destroy())
    },
    // Its type leaves out null and false, which its documentation and code have.
    authHandler: authHandler as unknown as NonNullable<Parameters<Client['connect']>[0]['authHandler']>,
  })
  return client
}

/** Electron's crypto (BoringSSL) has no ChaCha20 under this name, and the library throws for what is not there. */
function ciphers(): CipherAlgorithm[] {
  return getCiphers().includes('chacha20') ? [...CIPHERS, 'chacha20-poly1305@openssh.com'] : CIPHERS
}

/** RSA keys sign with SHA-2 (RFC 8332) or not at all. */
function signatureAlgorithms(keyType: string): ServerHostKeyAlgorithm[] {
  const type = HOST_KEY_TYPES.find((known) => known === keyType)
  if (type === undefined) return []
  return type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]
}

function toAuthMethod(username: string, credential: Credential): AnyAuthMethod {
  switch (credential.kind) {
    case 'key':
      return { type: 'publickey', username, key: credential.key }
    case 'agent':
      return { type: 'agent', username, agent: credential.agent.offering(credential.blobs) }
    case 'password':
      return { type: 'password', username, password: credential.password }
    case 'prompts':
      return {
        type: 'keyboard-interactive',
        username,
        prompt: (name, instructions, _language, prompts, finish) => {
          const asked = prompts.map(({ prompt, echo }) => ({ prompt, echo: echo === true }))
          credential.answer(`${name} ${instructions}`, asked).then(
            (answers) => {
              finish([...(answers ?? asked.map(() => ''))])
            },
            () => {
              finish(asked.map(() => ''))
            },
          )
        },
      }
    case 'none':
      return { type: 'none', username }
  }
}

export type KeyFileContent =
  | { kind: 'private'; key: ParsedKey; blob: Buffer }
  | { kind: 'public'; blob: Buffer }
  | { kind: 'encrypted' }
  | { kind: 'unusable' }

/** Reads the text of a key file: OpenSSH, PEM or PuTTY private keys, or a public key (whose private half an agent has). */
export function readKeyText(text: string, passphrase?: string): KeyFileContent {
  const parsed: unknown = ssh2.utils.parseKey(text, passphrase)
  if (parsed instanceof Error) {
    return /encrypted|passphrase/i.test(parsed.message) ? { kind: 'encrypted' } : { kind: 'unusable' }
  }
  const key = (Array.isArray(parsed) ? parsed[0] : parsed) as ParsedKey | undefined
  if (key === undefined) return { kind: 'unusable' }
  const blob = key.getPublicSSH()
  if (!key.isPrivateKey()) return { kind: 'public', blob }
  const sign = key.sign.bind(key)
  // A server that does not say which signatures it takes would be given SHA-1 by the library; an Error makes it go on
  // to the next key.
  key.sign = (data, algorithm) =>
    isSha1(key.type, algorithm)
      ? (new Error('SHA-1 signatures are not made') as unknown as Buffer)
      : sign(data, algorithm)
  return { kind: 'private', key, blob }
}

const isSha1 = (type: string, hash: string | undefined): boolean =>
  type === 'ssh-rsa' && hash !== 'sha256' && hash !== 'sha512'

/** How long an agent may take to list its keys, and to sign: a person may have to touch a token for that. */
const AGENT_LIST_MS = 5_000
const AGENT_SIGN_MS = 60_000

/** An ssh-agent: which keys it has, and signing with some of them. */
export interface Agent {
  /** The public key blobs. Rejects if the agent cannot be reached or does not answer. */
  list(): Promise<Buffer[]>
  offering(blobs: readonly Buffer[]): InstanceType<typeof ssh2.BaseAgent>
  /** Ends what is under way. */
  dispose(): void
}

export function agentAt(path: string): Agent {
  const open = new Set<Duplex>()

  class BoundedAgent extends ssh2.OpenSSHAgent {
    constructor(
      private readonly patienceMs: number,
      private readonly only?: readonly Buffer[],
    ) {
      super(path)
    }

    override getStream(callback: GetStreamCallback): void {
      super.getStream((error, stream) => {
        if (stream !== undefined) {
          open.add(stream)
          const timer = setTimeout(() => stream.destroy(), this.patienceMs)
          stream.once('close', () => {
            clearTimeout(timer)
            open.delete(stream)
          })
        }
        callback(error, stream)
      })
    }

    override getIdentities(callback: IdentityCallback<ParsedKey>): void {
      if (this.only === undefined) super.getIdentities(callback)
      // The library parses blobs itself; its type only tells of parsed keys.
      else callback(null, [...this.only] as unknown as ParsedKey[])
    }

    override sign(
      key: ParsedKey | Buffer | string,
      data: Buffer,
      options?: SigningRequestOptions | SignCallback,
      callback?: SignCallback,
    ): boolean {
      const done = typeof options === 'function' ? options : (callback ?? (() => undefined))
      const request = typeof options === 'object' ? options : {}
      if (typeof key === 'object' && 'type' in key && isSha1(key.type, request.hash)) {
        done(new Error('SHA-1 signatures are not made'))
        return false
      }
      return super.sign(key, data, request, done)
    }
  }

  return {
    list: () =>
      new Promise((resolve, reject) => {
        new BoundedAgent(AGENT_LIST_MS).getIdentities((error, keys) => {
          if (error) reject(error)
          else resolve((keys ?? []).flatMap((key) => blobOf(key) ?? []))
        })
      }),
    offering: (blobs) => new BoundedAgent(AGENT_SIGN_MS, blobs),
    dispose: () => {
      for (const stream of open) stream.destroy()
    },
  }
}

/** An identity as the library lists it: a blob, a parsed key, or a parsed key beside a comment. */
function blobOf(identity: unknown): Buffer | undefined {
  if (Buffer.isBuffer(identity)) return identity
  if (typeof identity !== 'object' || identity === null) return undefined
  if ('getPublicSSH' in identity) return (identity as ParsedKey).getPublicSSH()
  return 'pubKey' in identity ? blobOf(identity.pubKey) : undefined
}
