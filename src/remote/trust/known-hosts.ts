import { createHmac, timingSafeEqual } from 'node:crypto'
import { readHostKey, type HostKey } from './host-key.js'
import { matchesPatternList } from './pattern-list.js'

/** One usable line of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
export interface KnownHostsLine {
  file: string
  /** From 1. */
  line: number
  marker: 'none' | 'revoked' | 'cert-authority'
  hosts: { hashed: false; patterns: string[] } | { hashed: true; salt: Buffer; hash: Buffer }
  key: HostKey
}

/** Where a key is written down. */
export interface KnownHostsPlace {
  file: string
  line: number
  keyType: string
}

export type HostKeyVerdict =
  | { verdict: 'known'; at: KnownHostsPlace }
  | { verdict: 'unknown' }
  /** Another key is known for this name; `sameType` says whether it is a key of the type that was shown. */
  | { verdict: 'changed'; at: KnownHostsPlace; sameType: boolean }
  | { verdict: 'revoked'; at: KnownHostsPlace }

/** The text of one known_hosts file. */
export interface KnownHostsText {
  file: string
  text: string
}

/**
 * The names under which a host's key is kept: `host` for port 22, else `[host]:port`. A HostKeyAlias is taken as it is,
 * whatever the port (ssh_config(5)). Lower case, as ssh(1) does before it looks up.
 */
export function knownHostsName(host: string, port: number, alias?: string): string {
  const name = (alias ?? host).toLowerCase()
  return alias !== undefined || port === 22 ? name : `[${name}]:${port}`
}

/**
 * Reads a known_hosts file. Never throws: a line that is not of the format (torn, another marker, a key that is none,
 * the protocol 1 format of old) is left out, as ssh(1) does, and so can only make a host less known.
 */
export function parseKnownHosts({ file, text }: KnownHostsText): KnownHostsLine[] {
  const lines: KnownHostsLine[] = []
  text.split('\n').forEach((raw, index) => {
    const parsed = parseLine(raw)
    if (parsed !== undefined) lines.push({ file, line: index + 1, ...parsed })
  })
  return lines
}

function parseLine(raw: string): Omit<KnownHostsLine, 'file' | 'line'> | undefined {
  // A NUL inside a line is no text; ssh(1) would read up to it, which is not what an editor shows.
  if (raw.includes('\0')) return undefined
  const fields = raw.split(/[ \t\r]+/).filter((field) => field !== '')
  let marker: KnownHostsLine['marker'] = 'none'
  if (fields[0]?.startsWith('@') === true) {
    const word = fields.shift()
    if (word === '@revoked') marker = 'revoked'
    else if (word === '@cert-authority') marker = 'cert-authority'
    else return undefined
  }
  const [names, type, encoded] = fields
  if (names === undefined || names.startsWith('#') || type === undefined || encoded === undefined) {
    return undefined
  }
  const hosts = parseNames(names)
  const blob = decodeBase64(encoded)
  const key = blob === undefined ? undefined : readHostKey(blob)
  if (hosts === undefined || key?.type !== type) return undefined
  return { marker, hosts, key }
}

function parseNames(names: string): KnownHostsLine['hosts'] | undefined {
  if (!names.startsWith('|')) return { hashed: false, patterns: names.toLowerCase().split(',') }
  // |1|base64(salt)|base64(HMAC-SHA1(salt, name)); 1 is the only scheme there is (OpenSSH hostfile.c, HASH_MAGIC).
  const [, scheme, salt64, hash64, rest] = names.split('|')
  const salt = decodeBase64(salt64 ?? '')
  const hash = decodeBase64(hash64 ?? '')
  if (scheme !== '1' || rest !== undefined || salt === undefined || hash?.length !== 20) return undefined
  return { hashed: true, salt, hash }
}

/** Buffer.from leaves out what is no base64; for a file that decides about trust such a line is void. */
function decodeBase64(text: string): Buffer | undefined {
  if (text === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  return Buffer.from(text, 'base64')
}

function names(line: KnownHostsLine, name: string): boolean {
  if (!line.hosts.hashed) return matchesPatternList(line.hosts.patterns, name)
  const hash = createHmac('sha1', line.hosts.salt).update(name).digest()
  return timingSafeEqual(hash, line.hosts.hash)
}

/**
 * The lines that speak of a host under any of its `lookupNames`.
 *
 * @param lookupNames the name of `knownHostsName`, and after it names under which a key also counts
 */
export function linesFor(lines: readonly KnownHostsLine[], lookupNames: readonly string[]): KnownHostsLine[] {
  return lines.filter((line) => lookupNames.some((name) => names(line, name)))
}

const place = ({ file, line, key }: KnownHostsLine): KnownHostsPlace => ({ file, line, keyType: key.type })

/**
 * What the known keys say about the key a host shows.
 *
 * A revoked key is revoked whatever else the files say. `@cert-authority` lines are as if they were not there: host
 * certificates are not asked for. A key of another type than the known one counts as changed when the known one could
 * have been shown (`offered`, the types asked for, known ones first): a host that suddenly has only another key is what
 * somebody in between would look like. Only where the known type could not be asked for is the host unknown.
 *
 * @param exact lines under the host's own name (`knownHostsName`)
 * @param bare lines under the name without its port: ssh(1) accepts a key found there, but takes no other for changed
 */
export function judgeHostKey(
  shown: HostKey,
  offered: readonly string[],
  exact: readonly KnownHostsLine[],
  bare: readonly KnownHostsLine[] = [],
): HostKeyVerdict {
  const isShown = (line: KnownHostsLine): boolean => line.key.blob.equals(shown.blob)
  const revoked = [...exact, ...bare].find((line) => line.marker === 'revoked' && isShown(line))
  if (revoked !== undefined) return { verdict: 'revoked', at: place(revoked) }
  const plain = exact.filter((line) => line.marker === 'none')
  const same = plain.find(isShown)
  if (same !== undefined) return { verdict: 'known', at: place(same) }
  const other =
    plain.find((line) => line.key.type === shown.type) ??
    plain.find((line) => offered.includes(line.key.type))
  if (other !== undefined) {
    return { verdict: 'changed', at: place(other), sameType: other.key.type === shown.type }
  }
  const underBareName = bare.find((line) => line.marker === 'none' && isShown(line))
  if (underBareName !== undefined) return { verdict: 'known', at: place(underBareName) }
  return { verdict: 'unknown' }
}

/** The types of the keys that are known (and not revoked), in the order of the files. */
export function knownKeyTypes(lines: readonly KnownHostsLine[]): string[] {
  return [...new Set(lines.filter((line) => line.marker === 'none').map((line) => line.key.type))]
}
