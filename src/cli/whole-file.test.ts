import { execFileSync, spawn } from 'node:child_process'
import {
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { UsageError } from './io.js'
import { writeWhole } from './whole-file.js'

const home = mkdtempSync(join(tmpdir(), 'lvs-whole-'))
const at = (name: string) => join(home, name)
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

describe('a file that is written as a whole', () => {
  it('is there at once, and nothing else is', async () => {
    await writeWhole(at('a'), 'one')
    await writeWhole(at('a'), 'two')
    expect(readFileSync(at('a'), 'utf8')).toBe('two')
    expect(readdirSync(home)).toEqual(['a'])
  })

  it('is what a link leads to, and the link stays', async () => {
    writeFileSync(at('real'), 'old')
    symlinkSync('real', at('link'))
    await writeWhole(at('link'), 'new')
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true)
    expect(readFileSync(at('real'), 'utf8')).toBe('new')
  })

  it('is written into where it is no file', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const reader = spawn('cat', [at('pipe')])
    const [read] = await Promise.all([text(reader.stdout), writeWhole(at('pipe'), 'through')])
    expect(read).toBe('through')
    expect(lstatSync(at('pipe')).isFIFO()).toBe(true)
  })

  it('is said to be none where it cannot be', async () => {
    await expect(writeWhole(home, 'x')).rejects.toThrow(
      new UsageError(`cannot write ${home}: it is a folder`),
    )
    await expect(writeWhole(at('no/where'), 'x')).rejects.toThrow(/no\/where: there is no such file$/)
  })
})
