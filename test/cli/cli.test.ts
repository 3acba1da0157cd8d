import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMMANDS, run } from '../../src/cli/run.js'

/** The command line as a program calls it, in this process: what it prints and its exit status. */
async function call(...argv: string[]) {
  let out = ''
  let err = ''
  const status = await run(argv, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    colour: false,
    ask: undefined,
    input: () => Promise.resolve(''),
    signal: new AbortController().signal,
  })
  return { status, out, err }
}

interface Checked {
  readonly files: readonly {
    readonly file: string
    readonly findings: readonly {
      readonly code: string
      readonly severity: string
      readonly message: string
      readonly path: string
      readonly range: {
        readonly start: { line: number; character: number }
        readonly end: { line: number; character: number }
      }
      readonly fixes: readonly { title: string; edits: readonly { range: unknown; newText: string }[] }[]
    }[]
  }[]
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-cli-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})
function file(name: string, text: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const WRONG = `lvs: 1
name: shop
networks: { lan: { subnet: 10.0.0.0/24, gateway: 10.0.0.254 } }
hosts:
  lb: { role: director, interfaces: { eth0: { network: lan, address: 10.0.0.1 } } }
  rs:
    role: real-server
    interfaces: { eth0: { network: lan, address: 10.0.0.11 } }
    gateway: 10.0.0.1 # the director
services:
  web: { mode: dr, director: lb, vip: 10.0.0.100, port: 80, real-servers: { rs: { port: 8080 } } }
`

describe('check', () => {
  it('finds nothing in the samples', async () => {
    // The pair is sound too, and only not deployed yet: checks/check.test.ts looks at it.
    const names = readdirSync('samples').filter((name) => name !== 'pair.lvs.yaml')
    const samples = names.map((name) => join('samples', name))
    expect(await call('check', ...samples)).toEqual({ status: 0, out: '3 files: nothing to mend\n', err: '' })
  })

  it('shows the line, the place and the fix', async () => {
    const { status, out } = await call('check', file('wrong.lvs.yaml', WRONG))
    expect(status).toBe(1)
    expect(out).toContain('wrong.lvs.yaml:9:14: error DR-GW: ')
    expect(out).toContain('9 |     gateway: 10.0.0.1 # the director\n  |              ^^^^^^^^\n')
    expect(out).toMatch(/= fix: /)
    expect(out).toMatch(/: 2 errors; "lvs-designer explain DR-GW" tells more\n$/)
  })

  it('gives the same as JSON, with ranges and fixes as text', async () => {
    const { status, out, err } = await call('check', file('wrong.lvs.yaml', WRONG), '--format', 'json')
    expect([status, err]).toEqual([1, ''])
    const findings = (JSON.parse(out) as Checked).files[0]?.findings ?? []
    expect(findings.map(({ code, path }) => [code, path])).toEqual([
      ['DR-GW', '/hosts/rs/gateway'],
      ['DR-PORT', '/services/web/real-servers/rs/port'],
    ])
    const [gateway, port] = findings
    expect(gateway?.range).toEqual({ start: { line: 8, character: 13 }, end: { line: 8, character: 21 } })
    expect(gateway?.severity).toBe('error')
    expect(gateway?.fixes.length).toBeGreaterThan(0)
    expect(port?.fixes[0]?.edits[0]).toMatchObject({ newText: expect.any(String) as string })
    expect((await call('check', join(folder, 'wrong.lvs.yaml'), '--json')).out).toBe(out)
  })

  it.each([
    ['empty', '', 'FILE-EMPTY'],
    ['binary', Uint8Array.from({ length: 3000 }, (_, index) => (index * 37) % 256), 'FILE-SYNTAX'],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from('lvs: 1\nname: "'), Buffer.from([0xff, 0xfe]), Buffer.from('"\n')]),
      'VALUE-RANGE',
    ],
    ['a NUL in a name', 'lvs: 1\nname: "a\\0b"\n', 'VALUE-RANGE'],
    ['nested too deep', '['.repeat(5_000_000), 'FILE-LIMIT'],
  ])('has a finding for a file that is %s', async (name, content, code) => {
    const { status, out } = await call('check', file(`${name}.lvs.yaml`, content), '--json')
    expect(status).toBe(1)
    expect((JSON.parse(out) as Checked).files[0]?.findings.map((finding) => finding.code)).toContain(code)
  })
})

describe('a call that cannot be used', () => {
  it.each([
    [['check'], /usage: lvs-designer check FILE/],
    [['check', '/no/such/file'], /cannot read \/no\/such\/file: there is no such file/],
    [['check', 'samples/nat.lvs.yaml', '--format', 'xml'], /--format takes text, json or sarif/],
    [['check', '--colour'], /Unknown option '--colour'[^]*usage: /],
    [['explain', 'NO-SUCH'], /there is no rule "NO-SUCH"/],
    [['generate', 'samples/nat.lvs.yaml'], /--out says where to write/],
    [['plan', 'a', 'b'], /usage: lvs-designer plan/],
    [['plan', 'samples/nat.lvs.yaml', '--ssh-config', '/no/such'], /\/no\/such does not exist/],
    [['apply', 'samples/nat.lvs.yaml', '--drain', 'soon'], /--drain takes seconds/],
    [['lab', 'sideways', 'samples/nat.lvs.yaml'], /usage: lvs-designer lab/],
    [['lab', 'ssh', 'samples/nat.lvs.yaml'], /usage: lvs-designer lab ssh/],
    [['lab', 'test'], /usage: lvs-designer lab test FILE/],
    [['lab', 'test', 'samples/nat.lvs.yaml', 'samples/dr.lvs.yaml'], /usage: lvs-designer lab test FILE/],
    [['lab', 'test', 'samples/nat.lvs.yaml', '--forever'], /--forever[^]*usage: lvs-designer lab test FILE/],
    [['lab', 'test', 'no-such-file.lvs.yaml'], /cannot read no-such-file/],
    [['fly'], /there is no command "fly"/],
  ])('%j ends in words and with status 2', async (argv, said) => {
    const { status, out, err } = await call(...argv)
    expect(err).toMatch(said)
    expect([status, out]).toEqual([2, ''])
  })

  it.each([
    [/^services:[^]*/m, 'services: {}\n', /has no service, so there is nothing to ask for/],
    [/^name: .*\n/m, '', /"name" is missing here/],
    [/mode: nat/, 'mode: teleport', /has .*error.*; nothing was done/],
  ])('lab test refuses a file with %s made %j, and starts nothing', async (part, instead, said) => {
    const text = readFileSync('samples/nat.lvs.yaml', 'utf8').replace(part, instead)
    const { status, out, err } = await call('lab', 'test', file('unfit.lvs.yaml', text))
    expect(err).toMatch(said)
    expect(err).not.toMatch(/starting the machine/)
    expect([status, out]).toEqual([2, ''])
  })

  it.each(['generate', 'plan', 'apply', 'verify'])(
    '%s refuses a file with errors, with the findings',
    async (command) => {
      const wrong = file('wrong.lvs.yaml', WRONG)
      const more = command === 'generate' ? ['--out', join(folder, 'never')] : []
      const { status, err } = await call(command, wrong, ...more)
      expect(status).toBe(2)
      expect(err).toContain('DR-GW')
      expect(err).toMatch(/has 2 errors; nothing was done/)
    },
  )
})

describe('generate', () => {
  it('writes what keepalived is told, by the drawing or by what was asked for', async () => {
    const out = join(folder, 'managed')
    expect((await call('generate', 'test/fixtures/keepalived-pair.lvs.yaml', '--out', out)).status).toBe(0)
    expect(readFileSync(join(out, 'lb2/keepalived.conf'), 'utf8')).toContain('priority 100')
    const asked = await call('generate', 'samples/dr.lvs.yaml', '--out', out, '--target', 'keepalived')
    expect(asked.status).toBe(0)
    expect(readFileSync(join(out, 'lb1/keepalived.conf'), 'utf8')).toContain('lvs_method DR')
    const unknown = await call('generate', 'samples/dr.lvs.yaml', '--out', out, '--target', 'puppet')
    expect([unknown.status, unknown.err]).toEqual([2, expect.stringContaining('not "puppet"')])
  })

  const generated = (out: string, file = 'samples/nat.lvs.yaml') => call('generate', file, '--out', out)

  it('writes a folder, and replaces what it has written there', async () => {
    const out = join(folder, 'out')
    expect((await generated(out)).status).toBe(0)
    expect(readdirSync(out).sort()).toEqual(['.lvs-designer', 'README.txt', 'lb1', 'rs1', 'rs2'])
    expect(statSync(join(out, 'lb1/up.sh')).mode & 0o111).not.toBe(0)
    symlinkSync(out, join(folder, 'way'))
    expect((await generated(join(folder, 'way'), 'samples/pair.lvs.yaml')).status).toBe(0)
    expect(lstatSync(join(folder, 'way')).isSymbolicLink()).toBe(true)
    expect((await generated(out, 'samples/pair.lvs.yaml')).status).toBe(0)
    expect(readdirSync(out)).toContain('lb2')
    expect((await generated(out)).status).toBe(0)
    expect(readdirSync(out).sort()).toEqual(['.lvs-designer', 'README.txt', 'lb1', 'rs1', 'rs2'])
    expect(readdirSync(folder).filter((name) => /\.(new|old)-/.test(name))).toEqual([])
  })

  it('takes nobody’s file away, and names what is in its way', async () => {
    const other = await generated(folder)
    expect([other.status, other.err]).toEqual([
      2,
      expect.stringMatching(/holds what was not generated there: .*; take it away, or name a new or empty/),
    ])
    const out = join(folder, 'with-notes')
    expect((await generated(out)).status).toBe(0)
    writeFileSync(join(out, 'MYNOTES'), 'mine')
    writeFileSync(join(out, 'lb1/mine'), 'mine')
    const { status, err } = await generated(out)
    expect([status, err]).toEqual([
      2,
      `${out} holds what was not generated there: MYNOTES, lb1/mine; take it away, or name a new or empty folder\n`,
    ])
    expect(readFileSync(join(out, 'lb1/mine'), 'utf8')).toBe('mine')
  })

  it('makes no folder of a file, the topology least of all', async () => {
    const text = readFileSync('samples/nat.lvs.yaml', 'utf8')
    const base = file('base.lvs.yaml', text)
    const itself = await generated(base, base)
    expect([itself.status, itself.err]).toEqual([2, `${base} is no folder; name a new or empty one\n`])
    expect(readFileSync(base, 'utf8')).toBe(text)
    const below = await generated(join(base, 'out'))
    expect([below.status, readFileSync(base, 'utf8')]).toEqual([2, text])
  })
})

describe('a file that is there already', () => {
  const text = readFileSync('samples/nat.lvs.yaml', 'utf8')

  it('is not written over where it is what is read, under whatever name', async () => {
    const page = file('drawing.md', text)
    linkSync(page, join(folder, 'same.json'))
    symlinkSync(page, join(folder, 'linked.md'))
    for (const argv of [
      ['check', page, '--output', page],
      ['check', page, '--output', join(folder, 'same.json'), '--json'],
      ['plan', page, '--out', join(folder, 'linked.md')],
      ['diagram', page, '--out', join(folder, 'linked.md')],
    ]) {
      const { status, out, err } = await call(...argv)
      expect({ status, out, err }, argv.join(' ')).toEqual({
        status: 2,
        out: '',
        err: `${argv[2] ?? ''} ${argv[3] ?? ''} is what is read; name another file\n`,
      })
      expect(readFileSync(page, 'utf8')).toBe(text)
    }
  })

  it('is written over where the same command wrote it or nothing is in it, and not otherwise', async () => {
    const drawing = file('shop.lvs.yaml', text)
    for (const [name, ...argv] of [
      ['report.txt', 'check', drawing, '--output'],
      ['report.json', 'check', drawing, '--json', '--output'],
      ['report.sarif', 'check', drawing, '--format', 'sarif', '--output'],
      ['page.md', 'diagram', drawing, '--out'],
      ['picture.svg', 'diagram', drawing, '--out'],
    ] as const) {
      const target = file(name, '')
      expect((await call(...argv, target)).status).toBe(0)
      const written = readFileSync(target, 'utf8')
      expect(written).not.toBe('')
      expect((await call(...argv, target)).status).toBe(0)
      const mine = `# Mine\n\n${'all my thoughts\n'.repeat(1000)}`
      writeFileSync(target, mine)
      const { status, err } = await call(...argv, target)
      expect(err).toMatch(new RegExp(`${name} is there already, and is not a .*; name another file, or take`))
      expect([status, readFileSync(target, 'utf8')]).toEqual([2, mine])
    }
    const plan = await call('plan', drawing, '--out', join(folder, 'page.md'))
    expect([plan.status, plan.err]).toEqual([2, expect.stringContaining('is not a plan; name another')])
    // Of a report it takes the kind that was asked for last.
    const target = join(folder, 'any-report')
    for (const format of ['text', 'sarif', 'json', 'text']) {
      expect((await call('check', drawing, '--format', format, '--output', target)).status).toBe(0)
    }
    const sudo = join(folder, 'sudo')
    mkdirSync(sudo)
    writeFileSync(join(sudo, 'install.sh'), 'mine')
    expect((await call('sudoers', 'ops', '--out', sudo)).err).toMatch(
      /install\.sh is there already, and is not/,
    )
    expect(readdirSync(sudo)).toEqual(['install.sh'])
    rmSync(join(sudo, 'install.sh'))
    expect((await call('sudoers', 'ops', '--out', sudo)).status).toBe(0)
    const { status, out } = await call('sudoers', 'ops', '--out', sudo, '--json')
    expect([status, JSON.parse(out)]).toEqual([0, { out: sudo, files: expect.any(Array) as string[] }])
    expect((JSON.parse(out) as { files: string[] }).files.sort()).toEqual(readdirSync(sudo).sort())
  })
})

describe('help', () => {
  it('lists every command, and the README knows them', async () => {
    const { out } = await call('help')
    const readme = readFileSync('README.md', 'utf8')
    for (const { name } of COMMANDS) {
      expect(out).toContain(`  ${name} `)
      expect(readme).toContain(`lvs-designer ${name} `)
      expect((await call(name, '--help')).status).toBe(0)
    }
  })
})
