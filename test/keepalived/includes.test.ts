import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readKeepalived } from '../../src/core/formats/keepalived/tree.js'
import { filesOnDisk } from '../../src/reader/files-on-disk.js'
import { INSTALLED } from './says.js'

/** keepalived as the witness of what an `include` brings in, and in which order: each file has a word that nothing knows. */

const FILES = [
  'd/a.conf',
  'd/b.conf',
  'd/B.conf',
  'd/1.conf',
  'd/.hidden.conf',
  'd/two words.conf',
  'd/star*.conf',
  'd/{x}.conf',
  'd/quoted".conf',
  'd/e/b.conf',
  'd/e/f/c.conf',
  'd/e/down.conf',
  'conf.d/a.conf',
  'conf.d/x.conf',
  'conf.d/run.conf',
]
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-includes-'))
  for (const [index, file] of FILES.entries()) {
    mkdirSync(join(folder, dirname(file)), { recursive: true })
    const more = file === 'd/e/down.conf' ? 'include ../a.conf\ninclude f/*\n' : ''
    writeFileSync(join(folder, file), `word_${index}\n${more}`)
  }
  chmodSync(join(folder, 'conf.d/run.conf'), 0o755)
  spawnSync('mkfifo', [join(folder, 'conf.d/pipe.conf')])
  symlinkSync('x.conf', join(folder, 'conf.d/link.conf'))
  symlinkSync('/dev/zero', join(folder, 'conf.d/zero.conf'))
  symlinkSync('nowhere', join(folder, 'conf.d/nowhere.conf'))
  symlinkSync('../d/e', join(folder, 'conf.d/linked'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const PATTERNS = [
  'd/a.conf',
  'd/*.conf',
  'd/**.conf',
  'd/**/*.conf',
  '**/*.conf',
  '*/*/*.conf',
  'd/?.conf',
  'd/[ab].conf',
  'd/[!a].conf',
  'd/[^a].conf',
  'd/[a-b].conf',
  'd/[[:digit:]].conf',
  'd/[[:upper:]b].conf',
  'd/[].conf',
  'd/.*.conf',
  'd/[.]*.conf',
  'd/\\a.conf',
  'd/star\\*.conf',
  'd/two words.conf',
  'd/two*',
  '"d/a.conf"',
  'd/quoted".conf',
  'd/{b,a}.conf',
  '{conf.d,d}/{x,a,none}.conf',
  'd/{a,{b,1}}.conf',
  'd/{a.conf',
  'd/{a}.conf',
  'd/\\{x}.conf',
  'd/e/{,f/}*.conf',
  'd',
  'd/',
  'd/e*',
  'conf.d/*',
  'conf.d/linked/b.conf',
  'conf.d/*/b.conf',
  'd/../d//a.conf',
  'd/e/down.conf',
  'd/none.conf',
  'd/none*.conf',
  'd/{none,nothing}.conf',
  'd/a.conf ! a comment',
  'd/a.conf # another',
  '$_A',
  '${_D}/b.conf',
  '${_PWD}/d/a.conf',
  '$_D/a.conf',
  '"$_A"',
]

describe.skipIf(!INSTALLED)('what include brings in', () => {
  it.each(['include', 'includea'])('%s reads the files that keepalived reads', (keyword) => {
    for (const pattern of PATTERNS) {
      const text = `$_A=d/a.conf\n$_D=d\n${keyword} ${pattern}\n`
      writeFileSync(join(folder, 'main.conf'), text)
      const { stderr, stdout } = spawnSync(
        'unshare',
        [process.getuid?.() === 0 ? '-n' : '-rn', 'keepalived', '-t', '-f', 'main.conf'],
        { cwd: folder, encoding: 'utf8', timeout: 20_000 },
      )
      const theirs = [...`${stdout}${stderr}`.matchAll(/Unknown keyword 'word_(\d+)'/g)].map(([, at]) =>
        Number(at),
      )
      const tree = readKeepalived(
        { name: join(folder, 'main.conf'), text },
        { files: filesOnDisk(), id: undefined },
      )
      const ours = tree.problems.flatMap(({ code, source, span }) =>
        code === 'KA-KEYWORD' ? [Number(source.text.slice(span.start, span.end).replace('word_', ''))] : [],
      )
      // Each of its processes reads them, and says the same.
      const once = theirs.slice(0, theirs.length / processesIn(theirs))
      expect({ pattern, files: ours.map((at) => FILES[at]) }).toEqual({
        pattern,
        files: once.map((at) => FILES[at]),
      })
    }
  })
})

function processesIn(told: readonly number[]): number {
  for (const number of [4, 3, 2]) {
    const length = told.length / number
    if (Number.isInteger(length) && told.every((at, index) => at === told[index % length])) return number
  }
  return 1
}
