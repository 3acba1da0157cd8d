import { constants } from 'node:fs'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { say } from '../../core/speech/say.js'
import { saying, SshFailure, systemCode } from '../ssh/failure.js'
import type { HostKey } from './host-key.js'
import type { KnownHostsText } from './known-hosts.js'

/** 64 MiB: far above any real file, and a bound for one that is none (a device, a log). */
const LARGEST_FILE = 64 * 1024 * 1024

/**
 * Reads the known_hosts files that exist. A file that exists and cannot be read may hold the very line that says
 * "revoked" or "another key", so it is an error (G21), never an empty file.
 *
 * @throws SshFailure `known-hosts-unreadable`
 */
export async function readKnownHostsFiles(host: string, files: readonly string[]): Promise<KnownHostsText[]> {
  const texts: KnownHostsText[] = []
  for (const file of new Set(files)) {
    try {
      texts.push({ file, text: await readBounded(file) })
    } catch (error) {
      if (systemCode(error) === 'ENOENT') continue
      throw new SshFailure(
        'known-hosts-unreadable',
        host,
        say`${host}: the known hosts file ${file} exists but cannot be read (${saying(error)}), so nothing can be said about this host's key. Make the file readable, or name another with UserKnownHostsFile.`,
      )
    }
  }
  return texts
}

async function readBounded(file: string): Promise<string> {
  // O_NONBLOCK: a FIFO in this place must not make the open wait for a writer.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const status = await handle.stat()
    // /dev/null is how people say "no known hosts".
    if (status.isCharacterDevice()) return ''
    if (!status.isFile()) throw new Error('not a regular file')
    if (status.size > LARGEST_FILE) throw new Error(`larger than ${LARGEST_FILE} bytes`)
    return await handle.readFile('latin1')
  } finally {
    await handle.close()
  }
}

/**
 * Writes a key down: one whole line at the end of `file`, which is made (0600, its folder 0700) if absent. What the file
 * held is never rewritten, so no crash can damage it; a line torn by one is closed by the newline the next append puts
 * first, and read as void (`readHostKey`).
 *
 * @throws SshFailure `known-hosts-unwritable`
 */
export async function appendKnownHost(host: string, file: string, name: string, key: HostKey): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const handle = await open(file, 'a+', 0o600)
    try {
      const separator = (await endsInsideLine(handle)) ? '\n' : ''
      const line = Buffer.from(`${separator}${name} ${key.type} ${key.blob.toString('base64')}\n`, 'latin1')
      const { bytesWritten } = await handle.write(line)
      if (bytesWritten !== line.length) throw new Error('the line was written only in part')
      await syncWhereItCan(handle)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw new SshFailure(
      'known-hosts-unwritable',
      host,
      say`${host}: its key was accepted but cannot be written to ${file} (${saying(error)}). Make the file writable, or name another with UserKnownHostsFile.`,
    )
  }
}

async function endsInsideLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat()
  if (size === 0) return false
  const last = Buffer.alloc(1)
  await handle.read(last, 0, 1, size - 1)
  return last[0] !== 0x0a
}

async function syncWhereItCan(handle: FileHandle): Promise<void> {
  try {
    await handle.sync()
  } catch (error) {
    // /dev/null and some network file systems have nothing to sync.
    if (systemCode(error) !== 'EINVAL' && systemCode(error) !== 'ENOTSUP') throw error
  }
}
