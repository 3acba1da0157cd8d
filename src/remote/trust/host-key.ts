import { createHash } from 'node:crypto'

/** A public key as it travels in SSH: the blob of RFC 4253 section 6.6, and the key type it begins with. */
export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa` … */
  type: string
  blob: Buffer
}

/**
 * Reads a public key blob. Returns undefined unless it is a sequence of length-prefixed fields (RFC 4251 section 5) that
 * begins with a key type and ends exactly at the end: a line of known_hosts torn by a crash must not count as a key.
 */
export function readHostKey(blob: Buffer): HostKey | undefined {
  const fields: Buffer[] = []
  let at = 0
  while (at < blob.length) {
    if (at + 4 > blob.length) return undefined
    const length = blob.readUInt32BE(at)
    if (length > blob.length - at - 4) return undefined
    fields.push(blob.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  const type = fields[0]?.toString('latin1')
  if (type === undefined || !/^[a-z0-9@.-]{1,64}$/.test(type) || fields.length < 2) return undefined
  return { type, blob }
}

/** `SHA256:` and the base64 of the hash without padding, as ssh-keygen(1) and ssh(1) print it. */
export function sha256Fingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** The name people use for a key type: `ED25519`, `ECDSA`, `RSA`, as ssh-keygen -l prints it. */
export function keyTypeName(type: string): string {
  if (type === 'ssh-ed25519') return 'ED25519'
  if (type.startsWith('ecdsa-sha2-')) return 'ECDSA'
  if (type === 'ssh-rsa') return 'RSA'
  return type
}
