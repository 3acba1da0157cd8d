import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Log } from 'sarif'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import manifest from '../../package.json'

/** Of the program as it is shipped, in a folder of the test's own: which file means what depends on where it runs. */
const home = mkdtempSync(join(tmpdir(), 'lvs-check-'))
const program = join(home, 'program', 'cli.js')
const folder = join(home, 'repository')

const GOOD = readFileSync('samples/dr.lvs.yaml', 'utf8')
const WRONG = GOOD.replace('      rs1: {}', '      rs1: { port: 8080 } # 備考')

function call(
  argv: readonly string[],
  { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, 'check', ...argv], {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', ...env },
  })
  return { out: stdout, err: stderr, status }
}

function put(path: string, text: string): void {
  const file = join(folder, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
}

beforeAll(async () => {
  await build({
    entryPoints: ['src/cli/main.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
    loader: { '.sh': 'text', '.pl': 'text' },
    external: ['cpu-features', '*.node'],
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href" },
  })
  mkdirSync(join(folder, '.git'), { recursive: true })
  put('good.lvs.yaml', GOOD)
  put('clusters/a/wrong.lvs.yaml', WRONG)
  put('clusters/b/ignored.lvs.yaml', WRONG.replace('# 備考', '# lvs-ignore DR-PORT: redirected by nft'))
  put('clusters/node_modules/x/other.lvs.yaml', 'nothing of ours')
  put('notes.txt', 'x')
  mkdirSync(join(folder, 'empty'))
  // A link to a folder above, which leads round for ever.
  symlinkSync(folder, join(folder, 'clusters', 'again'))
  put('strict/.lvs-designer.yaml', 'severity: { DR-PORT: warning }\n')
  put('strict/deep/wrong.lvs.yaml', WRONG)
  put('broken/.lvs-designer.yaml', 'severity:\n  DR-PROT: off\n')
  put('broken/good.lvs.yaml', GOOD)
}, 60_000)
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

describe('check in a pipeline', () => {
  it('tells what is wrong with the line, the place, the reason and the fix', () => {
    const { out, err, status } = call(['clusters/a/wrong.lvs.yaml'])
    expect(status).toBe(1)
    expect(err).toBe('')
    expect(out).toBe(
      [
        'clusters/a/wrong.lvs.yaml:39:20: error DR-PORT: rs1 of "web" is given port 8080, but direct routing rewrites no port: requests arrive at port 80, the VIP\'s',
        '39 |       rs1: { port: 8080 } # 備考',
        '   |                    ^^^^',
        '   = why: The port in the file is not used: requests arrive at the VIP’s port, and where nothing',
        '          listens there clients get "Connection refused".',
        "   = fix: Change the port to 80, the VIP's",
        '',
        'clusters/a/wrong.lvs.yaml: 1 error; "lvs-designer explain DR-PORT" tells more',
        '',
      ].join('\n'),
    )
  })

  it('takes folders and patterns, in order, each file once, past what is not ours', () => {
    const files = (out: string) =>
      (JSON.parse(out) as { files: { file: string }[] }).files.map(({ file }) => file)
    expect(files(call(['clusters', '--json']).out)).toEqual([
      'clusters/a/wrong.lvs.yaml',
      'clusters/b/ignored.lvs.yaml',
    ])
    expect(
      files(call(['good.lvs.yaml', 'clusters/**/*.lvs.yaml', '*.lvs.yaml', './good.lvs.yaml', '--json']).out),
    ).toEqual(['good.lvs.yaml', 'clusters/a/wrong.lvs.yaml', 'clusters/b/ignored.lvs.yaml'])
  })

  it.each([
    [['nothing/**/*.lvs.yaml'], 'no file is named like nothing/**/*.lvs.yaml\n'],
    [['not-there.lvs.yaml'], 'cannot read not-there.lvs.yaml: there is no such file\n'],
    [['program'], 'cannot read program: there is no such file\n'],
    [['empty'], 'there is no *.lvs.yaml in empty\n'],
    [['good.lvs.yaml', '--format', 'xml'], '--format takes text, json or sarif, not "xml"\n'],
    [['good.lvs.yaml', '--config', 'x', '--no-config'], '--config and --no-config do not go together\n'],
    [['good.lvs.yaml', '--config', 'not-there'], expect.stringMatching(/^cannot read not-there: /) as string],
    [
      ['good.lvs.yaml', '--output', 'not/there.json', '--json'],
      expect.stringMatching(/^cannot write not\/there.json: /) as string,
    ],
  ])('says what a call cannot be: %j', (argv, words) => {
    const { out, err, status } = call(argv)
    expect({ out, err, status }).toEqual({ out: '', err: words, status: 2 })
  })

  it('says so in a line where its output cannot be written', () => {
    const line = '"$0" "$1" check good.lvs.yaml >/dev/full'
    const { stderr, status } = spawnSync('sh', ['-c', line, process.execPath, program], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([2, 'cannot write the result: no space is left\n'])
  })

  it('goes on to its end, and to its own status, where what it says meanwhile cannot be written', () => {
    put('ssh_config', 'Host *\n  HostName 127.0.0.1\n  Port 1\n')
    const line = '"$0" "$1" status good.lvs.yaml --ssh-config ssh_config 2>/dev/full'
    const { stdout, status } = spawnSync('sh', ['-c', line, process.execPath, program], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([3, expect.stringMatching(/^lb1: connect: /)])
  })

  it('reads standard input, under the name it is given', () => {
    const { out, status } = call(['-', '--stdin-name', 'strict/typed.lvs.yaml'], { input: WRONG })
    expect(status).toBe(0)
    expect(out).toMatch(/^strict\/typed\.lvs\.yaml:39:20: warning DR-PORT: /)
  })

  it('judges by the nearest settings, by those it is given, or by none', () => {
    expect(call(['strict/deep/wrong.lvs.yaml']).status).toBe(0)
    expect(call(['strict/deep/wrong.lvs.yaml', '--no-config']).status).toBe(1)
    expect(call(['clusters/a', '--config', 'strict/.lvs-designer.yaml']).status).toBe(0)
    const { err, status } = call(['broken'])
    expect(status).toBe(2)
    expect(err).toContain(
      '.lvs-designer.yaml:2:3: there is no rule DR-PROT whose severity can be set; did you mean DR-PORT?',
    )
  })

  it('does not count what is ignored with a reason, and says so', () => {
    const { out, status } = call(['clusters/b'])
    expect({ out, status }).toEqual({
      out: '1 file: nothing to mend (1 ignored, with a reason)\n'.replace(
        '1 file',
        'clusters/b/ignored.lvs.yaml',
      ),
      status: 0,
    })
    const { files } = JSON.parse(call(['clusters/b', '--json']).out) as {
      files: { ignored: { code: string; reason: string }[] }[]
    }
    expect(files[0]?.ignored).toMatchObject([{ code: 'DR-PORT', reason: 'redirected by nft' }])
  })

  it('shows errors alone where that is asked for', () => {
    expect(call(['strict/deep', '--quiet']).out).toBe('strict/deep/wrong.lvs.yaml: no errors\n')
    expect(call(['clusters/a', '--quiet']).out).toContain('error DR-PORT')
  })

  it('writes colours where they are asked for and nowhere else', () => {
    expect(call(['clusters/a']).out).not.toContain('\u001b')
    expect(call(['clusters/a'], { env: { FORCE_COLOR: '1' } }).out).toContain('\u001b[31merror')
    expect(call(['clusters/a'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }).out).not.toContain('\u001b')
  })

  it('names bytes that are no text, and does not take them for some', () => {
    const file = join(folder, 'bytes.lvs.yaml')
    writeFileSync(
      file,
      Buffer.concat([Buffer.from('lvs: 1\nname: x'), Buffer.from([0xff, 0xfe]), Buffer.from('\n')]),
    )
    const { out, status } = call(['bytes.lvs.yaml'])
    writeFileSync(file, Buffer.concat([Buffer.from(`${GOOD}# B`), Buffer.from([0xfc]), Buffer.from('ro\n')]))
    const comment = call(['bytes.lvs.yaml'])
    rmSync(file)
    expect(status).toBe(1)
    expect(out).toMatch(/^bytes\.lvs\.yaml:2:\d+: error /)
    expect(comment.status).toBe(1)
    expect(comment.out).toMatch(
      /^bytes\.lvs\.yaml:\d+:4: error FILE-SYNTAX: here are bytes that are not UTF-8/,
    )
  })

  it('tells why a kind of finding matters once, not in every file', () => {
    const { out } = call(['clusters/a', 'strict/deep', '--no-config'])
    expect(out.match(/error DR-PORT/g)).toHaveLength(2)
    expect(out.match(/= why:/g)).toHaveLength(1)
    expect(out).toMatch(/\n2 files: 2 errors; "lvs-designer explain DR-PORT" tells more\n$/)
  })

  it('writes into what is no file without replacing it', () => {
    const line = '"$0" "$1" check clusters/a --json --output /dev/stdout | cat'
    const { stdout } = spawnSync('sh', ['-c', line, process.execPath, program], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(JSON.parse(stdout)).toMatchObject({ files: [{ file: 'clusters/a/wrong.lvs.yaml' }] })
  })

  it('stops before a deployment for what nobody has answered for, and says what somebody has', () => {
    const generate = (file: string) => {
      const argv = ['generate', file, '--out', join(home, 'out', file)]
      mkdirSync(join(home, 'out', file, '..'), { recursive: true })
      const { stderr, status } = spawnSync(process.execPath, [program, ...argv], {
        cwd: folder,
        encoding: 'utf8',
      })
      return { err: stderr, status }
    }
    const refused = generate('clusters/a/wrong.lvs.yaml')
    expect(refused.status).toBe(2)
    expect(refused.err).toContain('error DR-PORT')
    expect(generate('clusters/b/ignored.lvs.yaml')).toEqual({
      err: 'clusters/b/ignored.lvs.yaml:39: DR-PORT is ignored: redirected by nft\n',
      status: 0,
    })
    expect(generate('strict/deep/wrong.lvs.yaml')).toEqual({ err: '', status: 0 })
  })

  it('writes SARIF that a code host can take', () => {
    const { status } = call(['clusters', '--format', 'sarif', '--output', 'found.sarif'])
    expect(status).toBe(1)
    const log = JSON.parse(readFileSync(join(folder, 'found.sarif'), 'utf8')) as Log
    const [run] = log.runs
    expect(log.version).toBe('2.1.0')
    expect(run?.tool.driver.rules?.map(({ id }) => id)).toEqual(['DR-PORT'])
    expect(run?.results).toHaveLength(2)
    for (const result of run?.results ?? []) {
      expect(run?.tool.driver.rules?.[result.ruleIndex ?? -1]?.id).toBe(result.ruleId)
      const location = result.locations?.[0]?.physicalLocation
      expect(location?.artifactLocation).toMatchObject({
        uriBaseId: '%SRCROOT%',
        uri: expect.stringMatching(/^clusters\/\w\/\w+\.lvs\.yaml$/) as string,
      })
      expect(location?.region).toEqual({ startLine: 39, startColumn: 20, endLine: 39, endColumn: 24 })
      expect(result.fixes?.[0]?.artifactChanges[0]?.replacements[0]?.insertedContent?.text).toBe('80')
    }
    expect(run?.results?.map(({ suppressions }) => suppressions)).toEqual([
      undefined,
      [{ kind: 'inSource', status: 'accepted', justification: 'redirected by nft' }],
    ])
  })

  it('gives a finding the same fingerprint wherever its lines have moved', () => {
    const fingerprint = (text: string) => {
      const { out } = call(['-', '--format', 'sarif'], { input: text })
      return (JSON.parse(out) as Log).runs[0]?.results?.[0]?.partialFingerprints
    }
    expect(fingerprint(`# one more line\n\n${WRONG}`)).toEqual(fingerprint(WRONG))
    expect(fingerprint(WRONG)).not.toEqual(
      fingerprint(GOOD.replace('      rs2: {}', '      rs2: { port: 8080 }')),
    )
  })

  it('is understood by the problem matcher of VS Code', () => {
    const [matcher] = manifest.contributes.problemMatchers
    const { regexp, ...groups } = matcher?.pattern ?? { regexp: '' }
    const judged = (severity: string) => {
      put('matched/.lvs-designer.yaml', `severity: { DR-PORT: ${severity} }\n`)
      put('matched/wrong.lvs.yaml', WRONG)
      return call(['matched']).out
    }
    const found = ['error', 'warning', 'information', 'hint']
      .map(judged)
      .join('')
      .split('\n')
      .flatMap((line) => {
        const match = new RegExp(regexp).exec(line)
        return match === null
          ? []
          : [Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, match[group]]))]
      })
    const message = expect.stringContaining('direct routing rewrites no port') as string
    // The words VS Code knows.
    expect(found).toEqual(
      ['error', 'warning', 'info', 'hint'].map((severity) => ({
        file: 'matched/wrong.lvs.yaml',
        line: '39',
        column: '20',
        severity,
        code: 'DR-PORT',
        message,
      })),
    )
  })
})
