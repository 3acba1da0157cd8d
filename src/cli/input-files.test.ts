import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesOf } from './input-files.js'
import { UsageError } from './io.js'

const home = realpathSync(mkdtempSync(join(tmpdir(), 'lvs-input-')))
const at = (path: string) => join(home, path)

function put(path: string): void {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), '')
}

/** As they are named below the test's folder. */
async function found(...words: readonly string[]): Promise<string[]> {
  const files = await filesOf(words.map(at))
  return files.map((file) => file.slice(home.length + 1))
}

beforeAll(() => {
  for (const path of [
    'tree/b.lvs.yaml',
    'tree/a.lvs.yml',
    'tree/other.yaml',
    'tree/.hidden/h.lvs.yaml',
    'tree/.git/g.lvs.yaml',
    'tree/node_modules/n.lvs.yaml',
    'tree/deep/er/c.lvs.yaml',
    'odd [names] {x}/(1).lvs.yaml',
    'elsewhere/e.lvs.yaml',
  ]) {
    put(path)
  }
  symlinkSync('..', at('tree/deep/round'))
  symlinkSync('../../tree', at('tree/deep/round-as-well'))
  symlinkSync('../elsewhere', at('tree/away'))
  symlinkSync('../elsewhere/e.lvs.yaml', at('tree/linked.lvs.yaml'))
  symlinkSync('b.lvs.yaml', at('tree/z.lvs.yaml'))
  symlinkSync('gone', at('tree/dangling.lvs.yaml'))
})
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

describe('the files that words of a command line mean', () => {
  it('are those of a folder, with links to files and without links to folders, each once', async () => {
    expect(await found('tree')).toEqual([
      'tree/.hidden/h.lvs.yaml',
      'tree/a.lvs.yml',
      'tree/b.lvs.yaml',
      'tree/deep/er/c.lvs.yaml',
      'tree/linked.lvs.yaml',
    ])
    expect(await found('tree/')).toEqual(await found('tree'))
  })

  it('are those like a pattern, which folders with a dot are not', async () => {
    expect(await found('tree/**/*.lvs.yaml')).toEqual([
      'tree/b.lvs.yaml',
      'tree/deep/er/c.lvs.yaml',
      'tree/linked.lvs.yaml',
    ])
    expect(await found('tree/{b,a}.lvs.{yaml,yml}')).toEqual(['tree/a.lvs.yml', 'tree/b.lvs.yaml'])
    expect(await found('tree/?.lvs.yaml', 'tree/a*')).toEqual(['tree/b.lvs.yaml', 'tree/a.lvs.yml'])
  })

  it('are what is there by that name, whatever a pattern of it would mean', async () => {
    expect(await found('odd [names] {x}')).toEqual(['odd [names] {x}/(1).lvs.yaml'])
    expect(await found('odd [names] {x}/(1).lvs.yaml')).toEqual(['odd [names] {x}/(1).lvs.yaml'])
    expect(await found('tree/node_modules')).toEqual(['tree/node_modules/n.lvs.yaml'])
    expect(await found('tree/away')).toEqual(['tree/away/e.lvs.yaml'])
  })

  it('are each named as they were first, and a file that is not there is left to whoever opens it', async () => {
    expect(await found('tree/z.lvs.yaml', 'tree/b.lvs.yaml', 'elsewhere', 'tree/away')).toEqual([
      'tree/z.lvs.yaml',
      'elsewhere/e.lvs.yaml',
    ])
    expect(await found('not/there.lvs.yaml', 'not/there.lvs.yaml')).toEqual(['not/there.lvs.yaml'])
    expect(await filesOf(['-', at('elsewhere'), '-'])).toEqual(['-', at('elsewhere/e.lvs.yaml')])
  })

  it.each([
    ['not/there/**/*.lvs.yaml', 'no file is named like'],
    ['tree/b.lvs.yaml/*', 'no file is named like'],
    ['tree/deep/*', 'no file is named like'],
  ])('say where a word means none: %s', async (word, message) => {
    await expect(found(word)).rejects.toThrow(UsageError)
    await expect(found(word)).rejects.toThrow(`${message} ${at(word)}`)
  })

  it('say which folder could not be looked into, and pass over none in silence', async () => {
    put('closed/x.lvs.yaml')
    put('closed/in/y.lvs.yaml')
    chmodSync(home, 0o755)
    chmodSync(at('closed/in'), 0o000)
    const { geteuid, seteuid } = process
    const user = geteuid?.()
    // Nothing is closed to root.
    if (user === 0) seteuid?.('nobody')
    try {
      await expect(found('closed')).rejects.toThrow(/^cannot look into .*closed\/in\/?: you may not$/)
      await expect(found('closed/**/*.yaml')).rejects.toThrow(UsageError)
    } finally {
      if (user === 0) seteuid?.(0)
      chmodSync(at('closed/in'), 0o755)
    }
  })
})
