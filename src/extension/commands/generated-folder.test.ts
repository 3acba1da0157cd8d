import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { Uri } from 'vscode'
import { writeGenerated } from './generated-folder.js'

/** Files of this machine, as VS Code's own file system has them. */
vi.mock('vscode', async () => {
  const fs = await import('node:fs/promises')
  const path = await import('node:path')
  interface Place {
    readonly fsPath: string
  }
  const typeOf = (entry: { isSymbolicLink: () => boolean; isDirectory: () => boolean }) =>
    entry.isSymbolicLink() ? 64 | 2 : entry.isDirectory() ? 2 : 1
  return {
    FileType: { File: 1, Directory: 2, SymbolicLink: 64 },
    Uri: {
      file: (fsPath: string) => ({ fsPath }),
      joinPath: ({ fsPath }: Place, ...parts: string[]) => ({ fsPath: path.join(fsPath, ...parts) }),
    },
    workspace: {
      fs: {
        createDirectory: ({ fsPath }: Place) => fs.mkdir(fsPath, { recursive: true }),
        readDirectory: async ({ fsPath }: Place) =>
          (await fs.readdir(fsPath, { withFileTypes: true })).map((entry) => [entry.name, typeOf(entry)]),
        readFile: ({ fsPath }: Place) => fs.readFile(fsPath),
        writeFile: async ({ fsPath }: Place, content: Uint8Array) => {
          await fs.mkdir(path.dirname(fsPath), { recursive: true })
          await fs.writeFile(fsPath, content)
        },
        rename: (from: Place, to: Place) => fs.rename(from.fsPath, to.fsPath),
        delete: ({ fsPath }: Place, { recursive }: { recursive: boolean }) => fs.rm(fsPath, { recursive }),
      },
    },
  }
})

const home = mkdtempSync(join(tmpdir(), 'lvs-generated-'))
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

const FIRST = [
  { path: 'README.txt', content: 'one' },
  { path: 'lb1/up.sh', content: 'up', executable: true },
] as const
const SECOND = [{ path: 'README.txt', content: 'two' }] as const

function write(folder: string, files: Parameters<typeof writeGenerated>[1]) {
  return writeGenerated(Uri.file(folder), files, () => Promise.resolve())
}

describe('a folder that VS Code generates into', () => {
  it('is new or empty, or holds what was generated, which is replaced', async () => {
    const folder = join(home, 'out')
    expect(await write(folder, FIRST)).toEqual({ ok: true })
    expect(await write(folder, SECOND)).toEqual({ ok: true })
    expect(readdirSync(folder).sort()).toEqual(['.lvs-designer', 'README.txt'])
    expect(readFileSync(join(folder, 'README.txt'), 'utf8')).toBe('two')
    expect(await write(folder, FIRST)).toEqual({ ok: true })
    expect(readFileSync(join(folder, 'lb1/up.sh'), 'utf8')).toBe('up')
  })

  it('is left as it is where anything else is in it, which is named', async () => {
    const folder = join(home, 'with-notes')
    await write(folder, FIRST)
    writeFileSync(join(folder, 'lb1/mine'), 'mine')
    const reason = `${folder} holds what was not generated there: lb1/mine; pick a new or empty folder`
    expect(await write(folder, SECOND)).toEqual({ ok: false, reason })
    expect(readFileSync(join(folder, 'lb1/mine'), 'utf8')).toBe('mine')
    expect(readFileSync(join(folder, 'README.txt'), 'utf8')).toBe('one')
    rmSync(join(folder, 'lb1/mine'))
    // A link is not looked behind.
    symlinkSync(home, join(folder, 'way'))
    expect(await write(folder, SECOND)).toMatchObject({
      ok: false,
      reason: expect.stringContaining(': way;') as string,
    })
    expect((await write(home, FIRST)).ok).toBe(false)
  })
})
