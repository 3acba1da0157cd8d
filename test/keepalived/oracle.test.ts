import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { beside } from './beside.js'
import { keepalivedDrawing } from './drawings.js'
import { mutations } from './mutations.js'
import { INSTALLED, keepalivedSays } from './says.js'
import { writtenFor } from './written-files.js'

/**
 * keepalived itself as the witness: whatever `keepalived -t` refuses a file for, right or made wrong by a seed, we call an
 * error at the same line; and in a file it takes we call nothing an error but what it is known to let pass.
 */

interface Right {
  readonly name: string
  readonly text: string
  /** How many files are made wrong from it. */
  readonly wrong: number
}

/** `LVS_ORACLE_SEEDS=8201-8400`: these, for every file, instead of the usual ones. */
const [, FIRST = '1', LAST] = /^(\d+)-(\d+)$/.exec(process.env['LVS_ORACLE_SEEDS'] ?? '') ?? []

/** Files of our own, what we write ourselves, and the samples of keepalived where they are installed or lie beside the repository. */
function rightFiles(): Right[] {
  const own = (name: string, wrong: number) => ({
    name,
    text: readFileSync(join('test/keepalived/right', name), 'utf8'),
    wrong,
  })
  return [
    own('everything.conf', 120),
    own('plain.conf', 30),
    ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((seed) => {
      const [text = ''] = writtenFor(keepalivedDrawing(seed))
      return { name: `drawing ${seed}`, text, wrong: 25 }
    }),
    ...samples().map((sample) => ({ ...sample, wrong: 3 })),
  ]
}

function samples(): { name: string; text: string }[] {
  return ['../shared/samples/keepalived', '/usr/share/doc/keepalived/samples'].flatMap((folder) => {
    try {
      const names = readdirSync(folder).filter((name) => name.includes('.conf'))
      return names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
    } catch {
      return []
    }
  })
}

/** Faults that `keepalived -t` is silent on; each is explained by its rule. */
const LET_PASS = new Set([
  'DUP-VS',
  'KA-GROUP',
  'KA-DEFINITION',
  'KA-UNCLOSED',
  'KA-LINE',
  'PERSIST-MASK',
  'THRESH',
  'VRRP-STRICT',
  'HA-VRID',
  'RS-ADDR',
  'SYNC',
  'SCHED-DST',
  'NAT-OPS',
  'NAT-LOOP127',
])

describe.skipIf(!INSTALLED)('beside keepalived -t', () => {
  it('has a witness that speaks', () => {
    const [wrong, right] = keepalivedSays([
      'virtual_server 192.0.2.1 80 {\n    weigth 1\n}\n',
      readFileSync('test/keepalived/right/everything.conf', 'utf8'),
    ])
    expect(wrong?.refuses).toBe(true)
    expect(wrong?.complaints).toContainEqual({ line: 2, message: "(Line 2) Unknown keyword 'weigth'" })
    expect(right).toEqual({ refuses: false, takes: true, complaints: [] })
  })

  it(
    'every fault it refuses a file for is an error to us, and no file it takes has one',
    { timeout: LAST === undefined ? 120_000 : 1_800_000 },
    () => {
      const files = rightFiles().flatMap(({ name, text, wrong }) => [
        { name, change: 'as it is', seed: 0, text },
        ...[...mutations(text, Number(FIRST), Number(LAST ?? wrong))].map((mutation) => ({
          name,
          ...mutation,
        })),
      ])
      const said = keepalivedSays(files.map(({ text }) => text))
      const count = { files: files.length, refused: 0, taken: 0, complaints: 0, told: 0 }
      const wrongs: string[] = []
      files.forEach(({ name, seed, change, text }, at) => {
        const theirs = said[at]
        if (theirs === undefined) throw new Error('a file was not looked at')
        const { missed, overstated } = beside(text, theirs)
        if (theirs.refuses) count.refused++
        if (theirs.takes) count.taken++
        count.complaints += theirs.complaints.length
        count.told += theirs.complaints.length - missed.length
        const file = `${name}, seed ${seed} (${change})`
        for (const { message } of missed) wrongs.push(`${file}: missed: ${message}`)
        for (const { code, message } of overstated)
          if (!LET_PASS.has(code)) wrongs.push(`${file}: no error to keepalived: ${code}: ${message}`)
      })
      console.log(
        `${count.files} files beside keepalived -t: ${count.refused} refused, ${count.taken} taken; of ${count.complaints} complaints ${count.told} are errors to us at their lines`,
      )
      expect(wrongs).toEqual([])
      expect(count.refused).toBeGreaterThan(150)
      expect(count.taken).toBeGreaterThan(50)
    },
  )
})
