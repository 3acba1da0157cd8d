import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as Path from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { writeGeneratedFolder } from './generated-folder.js'

/** Paths from a folder have the sign of Windows; those from the root are of this machine. */
vi.mock('node:path', async (original) => {
  const actual = await original<typeof Path>()
  const { posix, win32 } = actual
  return {
    ...actual,
    join: (...parts: string[]) => (posix.isAbsolute(parts[0] ?? '') ? posix : win32).join(...parts),
  }
})

const home = mkdtempSync(join(tmpdir(), 'lvs-generated-'))
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

const files = (content: string) => [{ path: 'lb1/up.sh', content }]

describe('a folder that the command line generates into', () => {
  it('is its own the second time, also on Windows', async () => {
    const out = join(home, 'out')
    await writeGeneratedFolder(out, files('one'))
    await writeGeneratedFolder(out, files('two'))
    expect(readFileSync(join(out, 'lb1/up.sh'), 'utf8')).toBe('two')
  })

  it.each(['.DS_Store', 'Thumbs.db', 'desktop.ini'])('may have been looked at (%s)', async (left) => {
    const out = join(home, left)
    await writeGeneratedFolder(out, files('one'))
    writeFileSync(join(out, left), '')
    writeFileSync(join(out, 'lb1', left), '')
    await writeGeneratedFolder(out, files('two'))
    expect(readdirSync(join(out, 'lb1'))).toEqual(['up.sh'])
    writeFileSync(join(out, `my${left}`), '')
    await expect(writeGeneratedFolder(out, files('three'))).rejects.toThrow(`: my${left};`)
  })
})
