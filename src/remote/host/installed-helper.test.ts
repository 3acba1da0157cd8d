import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { INSTALLED_HELPER, isUserName, sudoersFiles } from './installed-helper.js'

describe('what lets a user deploy by sudo', () => {
  const [helper, rule, install] = sudoersFiles('ops')

  it('names the helper by what is in it, and nothing else', () => {
    expect(rule?.text.split('\n').filter((line) => /^[^#]*ops/.test(line))).toEqual([
      'ops ALL=(root) NOPASSWD: LVS_DESIGNER',
    ])
    expect(rule?.text).toMatch(
      new RegExp(`^Cmnd_Alias LVS_DESIGNER = sha256:[0-9a-f]{64} ${INSTALLED_HELPER}$`, 'm'),
    )
    expect(INSTALLED_HELPER.endsWith(`/${helper?.name ?? ''}`)).toBe(true)
    expect(install?.text).toContain(
      `install -o root -g root -m 755 ./${helper?.name ?? ''} ${INSTALLED_HELPER}`,
    )
  })

  it.skipIf(!existsSync('/usr/sbin/visudo'))('is right by visudo', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lvs-sudoers-'))
    try {
      writeFileSync(join(folder, 'sudoers'), rule?.text ?? '', { mode: 0o440 })
      expect(
        execFileSync('/usr/sbin/visudo', ['-c', '-f', join(folder, 'sudoers')], { encoding: 'utf8' }),
      ).toMatch(/parsed OK/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it.each(['', 'ALL', 'a b', '%wheel', '-x', 'ops,root', 'ops\n', '#0'])('is not made for %j', (name) => {
    expect(isUserName(name)).toBe(false)
  })
})
