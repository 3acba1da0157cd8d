import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'

/** The dependency check must be able to fail: small houses with one thing wrong each. */
describe('the check of the rooms', () => {
  let folder = ''
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  function violations(files: Readonly<Record<string, string>>): string[] {
    folder = mkdtempSync(join(tmpdir(), 'lvs-rooms-'))
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
      cpSync(file, join(folder, file))
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    }
    const { stdout } = spawnSync(
      process.execPath,
      [
        resolve('node_modules/.bin/depcruise'),
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'json',
        'src',
      ],
      { cwd: folder, encoding: 'utf8' },
    )
    const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } }
    return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort()
  }

  const useful = 'export const a = 1\n'
  const main = "import { a } from '../core/topology/a.js'\nexport const b = a\n"

  it('is content with a house in order', () => {
    expect(violations({ 'src/core/topology/a.ts': useful, 'src/cli/main.ts': main })).toEqual([])
  })

  it.each([
    [
      'a room that looks down',
      'src/core/topology/a.ts',
      "import { b } from '../hosts/b.js'\nexport const a = b\n",
      'core-topology-looks-down',
    ],
    [
      'core with Node',
      'src/core/topology/a.ts',
      "import { join } from 'node:path'\nexport const a = join('x')\n",
      'core-is-pure-of-node',
    ],
    [
      'core with another package',
      'src/core/topology/a.ts',
      "import ssh from 'ssh-config'\nexport const a = ssh\n",
      'core-packages',
    ],
    [
      'ssh2 in a second module',
      'src/remote/a.ts',
      "import { Client } from 'ssh2'\nexport const a = Client\n",
      'ssh2-in-one-module',
    ],
    [
      'a socket outside of remote',
      'src/cli/a.ts',
      "import { connect } from 'node:net'\nexport const a = connect\n",
      'sockets-in-remote',
    ],
    [
      'a room nobody knows',
      'src/attic/a.ts',
      "import { b } from '../core/hosts/b.js'\nexport const a = b\n",
      'unknown-room',
    ],
    [
      'a package for development',
      'src/cli/a.ts',
      "import ajv from 'ajv'\nexport const a = ajv\n",
      'declared-packages',
    ],
    ['a module nobody uses', 'src/cli/a.ts', 'export {}\n', 'no-orphans'],
  ])('sees %s', (_, file, text, rule) => {
    expect(violations({ [file]: text, 'src/core/hosts/b.ts': 'export const b = 1\n' })).toContain(rule)
  })

  it('sees a circle', () => {
    const files = {
      'src/cli/a.ts': "import { b } from './b.js'\nexport const a = () => b\n",
      'src/cli/b.ts': "import { a } from './a.js'\nexport const b = () => a\n",
    }
    expect(violations(files)).toContain('no-circles')
  })
})
