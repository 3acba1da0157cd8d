import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/run.js'

const folder = mkdtempSync(join(tmpdir(), 'lvs-check-keepalived-'))
const at = (name: string) => join(folder, name)

async function call(argv: readonly string[], input = '') {
  let out = ''
  let err = ''
  const status = await run(['check', '--no-config', ...argv], {
    out: (text) => (out += text),
    err: (text) => (err += text),
    colour: false,
    ask: undefined,
    input: () => Promise.resolve(input),
    signal: new AbortController().signal,
  })
  return { out, err, status }
}

interface Json {
  readonly files: readonly {
    readonly file: string
    readonly findings: readonly {
      readonly code: string
      readonly range: { readonly start: { readonly line: number } }
      readonly fixes: readonly { readonly edits: readonly { readonly newText: string }[] }[]
    }[]
  }[]
}

const WEB =
  'virtual_server 192.0.2.100 80 {\n    lb_algo wlc\n    lb_kind dr\n    protocol TCP\n    real_server 192.0.2.11 80 {\n        weight 1\n    }\n}\n'

beforeAll(() => {
  mkdirSync(at('conf.d'))
  writeFileSync(at('keepalived.conf'), 'include conf.d/*.conf\ninclude missing.conf\n')
  writeFileSync(at('conf.d/web.conf'), WEB)
  writeFileSync(at('conf.d/run.conf'), 'weigth 1\n', { mode: 0o755 })
  writeFileSync(at('right.conf'), WEB.replace('dr', 'DR'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('check of a keepalived.conf', () => {
  it('tells of the file and of what it includes, each with its own lines', async () => {
    const { out, status } = await call([at('keepalived.conf'), '--json'])
    expect(status).toBe(1)
    const { files } = JSON.parse(out) as Json
    expect(
      files.map(({ file, findings }) => [file.slice(folder.length + 1), findings.map(({ code }) => code)]),
    ).toEqual([
      // What may be executed keepalived passes over; what is named outright has to be there.
      ['keepalived.conf', ['KA-INCLUDE-NONE', 'KA-INCLUDE']],
      ['conf.d/web.conf', ['METHOD-NAT']],
    ])
    const [finding] = files[1]?.findings ?? []
    expect(finding?.range.start.line).toBe(2)
    expect(finding?.fixes[0]?.edits[0]?.newText).toBe('DR')
  })

  it('knows one by its content, and from standard input', async () => {
    expect(await call([at('right.conf')])).toMatchObject({ status: 0 })
    const { out, status } = await call(['-'], WEB)
    expect(status).toBe(1)
    expect(out).toContain('(standard input):3:13: error METHOD-NAT')
    expect(out).toContain('fix: Write DR')
  })

  it('takes rules of ipvsadm', async () => {
    const { out, status } = await call(['-', '--stdin-name', 'ipvsadm.rules'], '-A -t 192.0.2.1:80 -s foo\n')
    expect(status).toBe(1)
    expect(out).toContain('ipvsadm.rules:1:23: error IPVS-VALUE')
  })

  it('is told what a file is', async () => {
    expect((await call([at('right.conf'), '--as', 'topology'])).status).toBe(1)
    expect(await call([at('right.conf'), '--as', 'nginx'])).toMatchObject({ status: 2 })
  })

  it('writes SARIF', async () => {
    const { out } = await call([at('conf.d/web.conf'), '--format', 'sarif'])
    const log = JSON.parse(out) as { runs: { results: { ruleId: string; fixes?: unknown[] }[] }[] }
    expect(log.runs[0]?.results.map(({ ruleId, fixes }) => [ruleId, fixes?.length])).toEqual([
      ['METHOD-NAT', 1],
    ])
  })
})
