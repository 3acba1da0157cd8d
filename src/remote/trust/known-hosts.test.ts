import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, describe, it } from 'vitest'
import { readHostKey, sha256Fingerprint, type HostKey } from './host-key.js'
import { appendKnownHost, readKnownHostsFiles } from './known-hosts-file.js'
import { judgeHostKey, knownHostsName, knownKeyTypes, linesFor, parseKnownHosts } from './known-hosts.js'

function field(content: Buffer | string): Buffer {
  const data = Buffer.from(content)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, data])
}

function key(seed: number, type = 'ssh-ed25519'): HostKey {
  return { type, blob: Buffer.concat([field(type), field(Buffer.alloc(32, seed))]) }
}

const line = (names: string, { type, blob }: HostKey): string => `${names} ${type} ${blob.toString('base64')}`
const ALL = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa']

function judge(text: string, name: string, shown: HostKey, bareName?: string): string {
  const lines = parseKnownHosts({ file: 'kh', text })
  const bare = bareName === undefined ? [] : linesFor(lines, [bareName])
  const judged = judgeHostKey(shown, ALL, linesFor(lines, [name]), bare)
  return judged.verdict === 'unknown' ? 'unknown' : `${judged.verdict} ${judged.at.line}`
}

function hashed(name: string): string {
  const salt = Buffer.alloc(20, 7)
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

describe('the name a key is kept under', () => {
  it.each([
    ['LB1.example.net', 22, undefined, 'lb1.example.net'],
    ['lb1', 2222, undefined, '[lb1]:2222'],
    ['2001:db8::1', 22, undefined, '2001:db8::1'],
    ['2001:db8::1', 2222, undefined, '[2001:db8::1]:2222'],
    ['10.0.0.1', 2222, 'Alias', 'alias'],
  ])('%s port %s alias %s is %s', (host, port, alias, name) => {
    expect(knownHostsName(host, port, alias)).toBe(name)
  })
})

describe('verdicts', () => {
  it('finds plain, listed, globbed, negated, bracketed and hashed names', () => {
    const text = [
      '# a comment',
      '',
      line('lb1,10.0.0.1', key(1)),
      line('*.example.net,!bad.example.net', key(2)),
      line('[lb1]:2222', key(3)),
      line(hashed('rs1'), key(4)),
      line('[10.9.*]:22?2', key(5)),
    ].join('\n')
    expect(judge(text, 'lb1', key(1))).toBe('known 3')
    expect(judge(text, '10.0.0.1', key(1))).toBe('known 3')
    expect(judge(text, 'lb1', key(9))).toBe('changed 3')
    expect(judge(text, 'a.example.net', key(2))).toBe('known 4')
    expect(judge(text, 'bad.example.net', key(2))).toBe('unknown')
    expect(judge(text, '[lb1]:2222', key(3))).toBe('known 5')
    expect(judge(text, 'rs1', key(4))).toBe('known 6')
    expect(judge(text, 'rs1', key(5))).toBe('changed 6')
    expect(judge(text, 'rs2', key(4))).toBe('unknown')
    expect(judge(text, '[10.9.0.1]:2222', key(5))).toBe('known 7')
  })

  it('takes one of several keys of a host, and names the first other one', () => {
    const text = [line('lb1', key(1)), line('lb1', key(2)), line('lb1', key(3, 'ssh-rsa'))].join('\n')
    expect(judge(text, 'lb1', key(2))).toBe('known 2')
    expect(judge(text, 'lb1', key(9))).toBe('changed 1')
    expect(judge(text, 'lb1', key(9, 'ssh-rsa'))).toBe('changed 3')
  })

  it('lets @revoked win, for this key only, and ignores @cert-authority and unknown markers', () => {
    const known = line('lb1', key(1))
    expect(judge(`${known}\n@revoked * ${line('', key(1)).trim()}`, 'lb1', key(1))).toBe('revoked 2')
    expect(judge(`${known}\n@revoked * ${line('', key(2)).trim()}`, 'lb1', key(1))).toBe('known 1')
    expect(judge(`@cert-authority ${known}`, 'lb1', key(1))).toBe('unknown')
    expect(judge(`@trusted ${known}`, 'lb1', key(1))).toBe('unknown')
    expect(knownKeyTypes(parseKnownHosts({ file: 'kh', text: `@revoked ${known}` }))).toEqual([])
  })

  it('calls another type of key changed when the known one was asked for, else unknown', () => {
    expect(judge(line('lb1', key(1, 'ssh-rsa')), 'lb1', key(2))).toBe('changed 1')
    expect(judge(line('lb1', key(1, 'ssh-dss')), 'lb1', key(2))).toBe('unknown')
  })

  it('accepts under the bare name what ssh accepts, and takes nothing there for changed', () => {
    const text = line('lb1', key(1))
    expect(judge(text, '[lb1]:2222', key(1), 'lb1')).toBe('known 1')
    expect(judge(text, '[lb1]:2222', key(2), 'lb1')).toBe('unknown')
    expect(judge(`@revoked ${text}`, '[lb1]:2222', key(1), 'lb1')).toBe('revoked 1')
  })

  it('gives nothing for nasty lines, and still reads the good one', () => {
    const whole = line('lb1', key(1))
    const nasty = [
      whole.slice(0, -8),
      whole.slice(0, 30),
      'lb1',
      'lb1 ssh-ed25519',
      'lb1 ssh-ed25519 !!!!',
      `lb1 ssh-rsa ${key(1).blob.toString('base64')}`,
      `lb1 ssh-ed25519 ${Buffer.concat([key(1).blob, Buffer.from('x')]).toString('base64')}`,
      'lb1 1024 35 1234567890',
      line('|1|AAAA', key(1)),
      line('|2|AAAA|AAAA', key(1)),
      line(`${hashed('lb1')}|x`, key(1)),
      line('l\0b1', key(1)),
      line('lb1\0', key(1)),
      '@',
      '@revoked',
      `@revoked${whole}`,
      'lb1 ssh-ed25519 AAAA\u0000',
      ' '.repeat(10_000),
      '|'.repeat(1000),
      `#${whole}`,
    ]
    for (const bad of nasty) expect(judge(bad, 'lb1', key(1)), JSON.stringify(bad)).toBe('unknown')
    expect(judge([...nasty, `\t ${whole} a comment\r`].join('\n'), 'lb1', key(1))).toBe(
      `known ${nasty.length + 1}`,
    )
  })

  it('reads what ssh-keygen -H makes of a file, whatever the case of the name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lvs-known-hosts-'))
    const file = join(folder, 'known_hosts')
    writeFileSync(file, `${line('LB1.Example.net', key(1))}\n${line('[lb1]:2222', key(2))}\n`)
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'pipe' })
    const text = readFileSync(file, 'latin1')
    expect(text).not.toMatch(/lb1/i)
    expect(judge(text, '[lb1]:2222', key(2))).toBe('known 2')
    expect(judge(text, 'lb1.example.net', key(1))).toBe('known 1')
    rmSync(folder, { recursive: true })
  })
})

describe('the file', () => {
  it('gets whole lines only, after a torn one too, and keeps every byte it had', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lvs-known-hosts-'))
    const file = join(folder, 'sub', 'known_hosts')
    await appendKnownHost('lb1', file, 'lb1', key(1))
    const torn = `${readFileSync(file, 'latin1')}lb2 ssh-ed255`
    writeFileSync(file, torn)
    await appendKnownHost('lb1', file, '[lb3]:2222', key(3))
    const text = readFileSync(file, 'latin1')
    expect(text).toBe(`${torn}\n${line('[lb3]:2222', key(3))}\n`)
    expect(judge(text, '[lb3]:2222', key(3))).toBe('known 3')
    await expect(appendKnownHost('lb1', join(file, 'x'), 'lb1', key(1))).rejects.toMatchObject({
      reason: 'known-hosts-unwritable',
    })
    rmSync(folder, { recursive: true })
  })

  it('may be absent, but not unreadable', async () => {
    expect(await readKnownHostsFiles('lb1', [join(tmpdir(), 'lvs-absent', 'known_hosts')])).toEqual([])
    expect(await readKnownHostsFiles('lb1', ['/dev/null'])).toEqual([{ file: '/dev/null', text: '' }])
    await expect(readKnownHostsFiles('lb1', [tmpdir()])).rejects.toMatchObject({
      reason: 'known-hosts-unreadable',
    })
  })
})

it('prints fingerprints without padding, and reads no key out of noise', () => {
  expect(sha256Fingerprint(Buffer.from('x'))).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
  for (const bytes of [[], [0, 0, 0, 1], [255, 255, 255, 255, 1], [0, 0, 0, 1, 65]]) {
    expect(readHostKey(Buffer.from(bytes))).toBeUndefined()
  }
})
