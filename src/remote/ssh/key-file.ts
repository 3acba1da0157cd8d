import { open } from 'node:fs/promises'
import { readKeyText, type KeyFileContent } from './ssh2.js'

export type KeyFile =
  | Exclude<KeyFileContent, { kind: 'encrypted' }>
  /** `blob`: the public half, where it can be had without the passphrase. */
  | { kind: 'encrypted'; blob: Buffer | undefined }
  /** Others may read it: ssh(1) does not use such a key, and says so. */
  | { kind: 'exposed' }

/** 1 MiB; no key comes near. */
const LARGEST_KEY = 1024 * 1024

/** Reads a key file. Rejects with the system's error (`ENOENT` …) if it cannot be read. */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const text = await readSmall(path)
  if (text === undefined) return { kind: 'unusable' }
  const content = readKeyText(text.text)
  if (content.kind === 'public' || content.kind === 'unusable') return content
  // authfile.c, sshkey_perm_ok: only the operator's own files are judged; who shares a key by a group knows why.
  if (text.exposed) return { kind: 'exposed' }
  if (content.kind === 'private') return content
  return { kind: 'encrypted', blob: publicHalf(text.text) ?? (await publicFile(`${path}.pub`)) }
}

/** A key that is protected by a passphrase; undefined where this is not it. Rejects if the file cannot be read. */
export async function unlockedKey(
  path: string,
  passphrase: string,
): Promise<Extract<KeyFileContent, { kind: 'private' }> | undefined> {
  const text = await readSmall(path)
  const content = text === undefined ? undefined : readKeyText(text.text, passphrase)
  return content?.kind === 'private' ? content : undefined
}

async function readSmall(path: string): Promise<{ text: string; exposed: boolean } | undefined> {
  const handle = await open(path)
  try {
    const status = await handle.stat()
    if (!status.isFile() || status.size > LARGEST_KEY) return undefined
    const exposed = status.uid === process.getuid?.() && (status.mode & 0o077) !== 0
    return { text: await handle.readFile('latin1'), exposed }
  } finally {
    await handle.close()
  }
}

async function publicFile(path: string): Promise<Buffer | undefined> {
  const file = await readSmall(path).catch(() => undefined)
  const content = file && readKeyText(file.text)
  return content?.kind === 'public' ? content.blob : undefined
}

/**
 * The public key in an encrypted OpenSSH private key, which stands there in the clear (OpenSSH PROTOCOL.key): magic,
 * cipher name, KDF name, KDF options, number of keys, public key.
 */
function publicHalf(text: string): Buffer | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*)-----END OPENSSH PRIVATE KEY-----/.exec(text)?.[1]
  const magic = 'openssh-key-v1\0'
  const data = Buffer.from(body ?? '', 'base64')
  if (data.subarray(0, magic.length).toString('latin1') !== magic) return undefined
  let at = magic.length
  const field = (): Buffer | undefined => {
    if (at + 4 > data.length) return undefined
    const length = data.readUInt32BE(at)
    if (length > data.length - at - 4) return undefined
    at += 4 + length
    return data.subarray(at - length, at)
  }
  for (let skipped = 0; skipped < 3; skipped++) if (field() === undefined) return undefined
  at += 4
  return field()
}
