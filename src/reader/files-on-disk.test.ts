import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesOnDisk } from './files-on-disk.js'
import type { DiskOptions } from './files-on-disk.js'

/** That these are the files keepalived reads is shown in test/keepalived/includes.test.ts, beside keepalived. */

let folder = ''
const at = (name: string) => join(folder, name)

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'lvs-disk-')))
  for (const name of ['space/d/a.conf', 'space/d/b.conf', 'space/d/c.conf', 'outside/secret.conf']) {
    mkdirSync(join(at(name), '..'), { recursive: true })
    writeFileSync(at(name), `# ${name}\n`)
  }
  symlinkSync(at('outside'), at('space/out'))
  symlinkSync(at('outside/secret.conf'), at('space/d/z.conf'))
  symlinkSync(at('space'), at('linked-space'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function look(pattern: string, options: DiskOptions = {}, main = 'space/main.conf') {
  const found = filesOnDisk(options).matching(pattern, at(main))
  return {
    files: found?.files.map(({ name, text }) => [name.slice(folder.length + 1), text]),
    unread: found?.unread,
  }
}

describe('how much is looked at', () => {
  it('no more names than the limit', () => {
    const { unread } = look('d/*', { limits: { names: 3 } })
    expect(unread).toEqual({ reason: 'more than 3 names would have to be looked at', kept: false })
    expect(look('{a,b}'.repeat(200), { limits: { names: 1000 } }).unread?.reason).toContain(
      'more than 1000 names',
    )
  })

  it('no more files, and no more bytes, and what was read before that is there', () => {
    expect(look('d/*', { limits: { files: 2 } })).toEqual({
      files: [
        ['space/d/a.conf', '# space/d/a.conf\n'],
        ['space/d/b.conf', '# space/d/b.conf\n'],
      ],
      unread: { reason: 'there are more than 2 files', kept: false },
    })
    expect(look('d/*', { limits: { bytes: 20 } })).toEqual({
      files: [['space/d/a.conf', '# space/d/a.conf\n']],
      unread: { reason: 'together the files have more than 20 bytes', kept: false },
    })
  })

  it('however many includes of one configuration ask, and each finds the same', () => {
    const files = filesOnDisk({ limits: { files: 2 } })
    const first = files.matching('d/a.conf', at('space/main.conf'))
    writeFileSync(at('space/d/a.conf'), 'changed\n')
    expect(files.matching('d/?.conf', at('space/main.conf'))?.files[0]).toEqual(first?.files[0])
    expect(files.matching('d/?.conf', at('space/main.conf'))?.unread?.reason).toBe(
      'there are more than 2 files',
    )
    expect(look('d/a.conf').files).toEqual([['space/d/a.conf', 'changed\n']])
    writeFileSync(at('space/d/a.conf'), '# space/d/a.conf\n')
  })

  it('no longer than the limit', () => {
    let time = 0
    const now = () => (time += 1000)
    expect(look('d/*', { now, limits: { milliseconds: 5000 } }).unread?.reason).toBe(
      'that takes longer than 5 seconds',
    )
  })

  it('what never ends is no file, or ends at the limit', () => {
    spawnSync('mkfifo', [at('space/pipe')])
    expect(filesOnDisk().matching('pipe', at('space/main.conf'))?.files).toEqual([
      { name: at('space/pipe'), text: undefined, reason: 'it is no regular file' },
    ])
    expect(filesOnDisk().matching('/dev/zero', at('space/main.conf'))?.files).toEqual([
      { name: '/dev/zero', text: undefined, reason: 'it is no regular file' },
    ])
    // Regular by name, of no size by theirs, and with more in them than there is memory.
    const { unread } = look('/proc/self/pagemap', { limits: { bytes: 100_000 } })
    expect(unread?.reason).toBe('together the files have more than 100000 bytes')
  })

  it('a pattern of stars takes no longer than others', () => {
    const name = 'a'.repeat(250)
    writeFileSync(at(`space/${name}`), '')
    expect(look(`${'*a'.repeat(120)}*b`).files).toEqual([])
    expect(look(`${'*a'.repeat(120)}*`).files).toHaveLength(1)
  })
})

describe('in a workspace that is not trusted', () => {
  const within = () => ({ within: [at('space')] })
  const KEPT = { reason: 'it leads out of the workspace, which is not trusted', kept: true }

  it('what lies in it is read', () => {
    expect(look('d/a.conf', within())).toEqual({
      files: [['space/d/a.conf', '# space/d/a.conf\n']],
      unread: undefined,
    })
    expect(look('e/../d/[ab].conf', within()).files).toHaveLength(2)
    // The workspace itself may be opened by way of a link.
    const linked = look('d/a.conf', { within: [at('linked-space')] }, 'linked-space/main.conf')
    expect(linked).toEqual({ files: [['linked-space/d/a.conf', '# space/d/a.conf\n']], unread: undefined })
  })

  it.each([
    ['a path', () => at('outside/secret.conf')],
    ['the way up', () => '../outside/secret.conf'],
    ['a pattern', () => '../*/secret.conf'],
    ['the root', () => '/*'],
    ['a link to a folder', () => 'out/secret.conf'],
    ['a pattern through a link', () => 'out/*'],
    ['a pattern with a link to a folder', () => '*/secret.conf'],
    ['a link to a file', () => 'd/z.conf'],
  ])('nothing outside is, by %s', (_, pattern) => {
    expect(look(pattern(), within())).toEqual({ files: [], unread: KEPT })
  })

  it('the way up from a link is none', () => {
    expect(look('out/../outside/secret.conf').files).toHaveLength(1)
    expect(look('out/../outside/secret.conf', within()).files).toEqual([])
  })

  it('without a folder nothing is', () => {
    expect(look('d/a.conf', { within: [] })).toEqual({ files: [], unread: KEPT })
  })
})

describe('what is named like it and is no file', () => {
  it('is told by its reason, folders apart', () => {
    mkdirSync(at('odd/sub'), { recursive: true })
    symlinkSync('nowhere', at('odd/link'))
    const found = filesOnDisk().matching('odd/*', at('main.conf'))
    expect(found?.files).toEqual([
      { name: at('odd/link'), text: undefined, reason: 'it is a link that leads nowhere' },
      { name: at('odd/sub'), text: undefined, reason: 'it is a folder', folder: true },
    ])
  })
})

describe('what is kept from whoever looks, and not from keepalived', () => {
  /** As a user who is not root: nothing is closed to that. */
  function lookAsUser(pattern: string) {
    const { geteuid, seteuid } = process
    const isRoot = geteuid?.() === 0
    if (isRoot) seteuid?.('nobody')
    try {
      return look(pattern, {}, 'main.conf')
    } finally {
      if (isRoot) seteuid?.(0)
    }
  }
  beforeAll(() => {
    chmodSync(folder, 0o755)
    for (const name of ['kept/a.conf', 'kept/b.conf', 'kept/c.conf', 'kept/in/d.conf']) {
      mkdirSync(join(at(name), '..'), { recursive: true })
      writeFileSync(at(name), `# ${name}\n`)
    }
    symlinkSync('in/d.conf', at('kept/e.conf'))
    for (const name of ['kept/b.conf', 'kept/c.conf', 'kept/in']) chmodSync(at(name), 0)
  })
  afterAll(() => {
    chmodSync(at('kept/in'), 0o755)
  })

  const A = ['kept/a.conf', '# kept/a.conf\n']
  it.each([
    ['kept/b.conf', '@kept/b.conf, which keepalived does as root; what it holds is not known', []],
    ['kept/[ab].conf', '@kept/b.conf, which keepalived does as root; what it holds is not known', [A]],
    ['kept/in/d.conf', '@kept/in/d.conf, which keepalived does as root; what it holds is not known', []],
    ['kept/in/*', '@kept/in/, which keepalived does as root; what it holds is not known', []],
    ['kept/e.conf', '@kept/e.conf, which keepalived does as root; what it holds is not known', []],
    ['kept/{b,f}.conf', '@kept/b.conf, which keepalived does as root; what it holds is not known', []],
    [
      'kept/*.conf',
      '@kept/b.conf and 2 more, which keepalived does as root; what they hold is not known',
      [A],
    ],
  ])('is told for %s, and the rest is read', (pattern, text, files) => {
    const reason = `you may not read ${text.replace('@', `${folder}/`)}`
    expect(lookAsUser(pattern)).toEqual({ files, unread: { reason, kept: true } })
  })
})
