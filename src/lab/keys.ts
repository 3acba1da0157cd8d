import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './run.js'

export interface HostKeys {
  /** In OpenSSH's own format, with its newline. */
  readonly privateKey: string
  /** `ssh-ed25519 AAAA…`, without newline. */
  readonly publicKey: string
}

/** A fresh key pair; the private key is on disk only while it is made. */
export async function generateHostKeys(
  comment: string,
  folder: string,
  signal?: AbortSignal,
): Promise<HostKeys> {
  const place = await mkdtemp(join(folder, 'key-'))
  try {
    const path = join(place, 'key')
    await generate(path, comment, signal)
    const [privateKey, publicKey] = await Promise.all([
      readFile(path, 'utf8'),
      readFile(`${path}.pub`, 'utf8'),
    ])
    return { privateKey, publicKey: publicKey.trim() }
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

/** The operator's key of this lab, at `path`. @returns the line for authorized_keys */
export async function generateClientKey(
  path: string,
  comment: string,
  signal?: AbortSignal,
): Promise<string> {
  await generate(`${path}.new`, comment, signal)
  const publicKey = await readFile(`${path}.new.pub`, 'utf8')
  await rename(`${path}.new.pub`, `${path}.pub`)
  await rename(`${path}.new`, path)
  return publicKey.trim()
}

async function generate(path: string, comment: string, signal?: AbortSignal): Promise<void> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path], { signal })
}
