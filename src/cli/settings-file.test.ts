import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from './io.js'
import { settingsFor } from './settings-file.js'

const home = mkdtempSync(join(tmpdir(), 'lvs-settings-'))
const at = (path: string) => join(home, path)

function put(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), text)
}

/** How grave DR-PORT is for a topology. */
async function severityFor(topology: string): Promise<string | undefined> {
  return (await settingsFor(at(topology), { kind: 'nearest' })).severities.get('DR-PORT')
}

beforeAll(() => {
  put('.lvs-designer.yaml', 'severity: { DR-PORT: hint }\n')
  put('inner/.lvs-designer.yaml', 'severity: { DR-PORT: warning }\n')
  put('inner/deep/er/x.lvs.yaml', '')
  put('repository/.git/HEAD', '')
  put('repository/clusters/x.lvs.yaml', '')
  // A worktree has a file of that name.
  put('worktree/.git', 'gitdir: elsewhere\n')
  put('worktree/.lvs-designer.yaml', 'severity: { DR-PORT: off }\n')
  put('faults/.lvs-designer.yaml', 'severity:\n  DR-PORT: grave\nfiles: []\n')
  put('silent/.lvs-designer.yaml', '# nothing\n')
  mkdirSync(at('folder/.lvs-designer.yaml'), { recursive: true })
  mkdirSync(at('link'))
  symlinkSync('gone', at('link/.lvs-designer.yaml'))
})
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

describe('the settings that hold for a topology', () => {
  it.each([
    ['x.lvs.yaml', 'hint'],
    ['inner/x.lvs.yaml', 'warning'],
    ['inner/deep/er/x.lvs.yaml', 'warning'],
    ['not/there/x.lvs.yaml', 'hint'],
    ['worktree/x.lvs.yaml', 'off'],
    ['repository/clusters/x.lvs.yaml', undefined],
    ['silent/x.lvs.yaml', undefined],
  ])('are the nearest ones up to the root of the repository: %s', async (topology, severity) => {
    expect(await severityFor(topology)).toBe(severity)
  })

  it('can be chosen, or none', async () => {
    const file = at('inner/.lvs-designer.yaml')
    const chosen = await settingsFor(at('x.lvs.yaml'), { kind: 'file', file })
    expect(chosen.severities.get('DR-PORT')).toBe('warning')
    expect((await settingsFor(at('x.lvs.yaml'), { kind: 'none' })).severities.size).toBe(0)
  })

  it('are refused with the place of every fault', async () => {
    const file = at('faults/.lvs-designer.yaml')
    const refused = severityFor('faults/x.lvs.yaml')
    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow(`${file}:2:12: "grave" is no value`)
    await expect(refused).rejects.toThrow(`${file}:3:1: "files" is not a key here`)
  })

  it('are not passed over where they cannot be read', async () => {
    await expect(severityFor('folder/x.lvs.yaml')).rejects.toThrow(/^cannot read .*: it is a folder$/)
    await expect(severityFor('link/x.lvs.yaml')).rejects.toThrow(/^cannot read .*: there is no such file$/)
  })
})
