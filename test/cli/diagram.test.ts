import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/run.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-diagram-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

async function call(...argv: string[]) {
  let out = ''
  let err = ''
  const status = await run(['diagram', ...argv], {
    out: (text) => (out += text),
    err: (text) => (err += text),
    colour: false,
    ask: undefined,
    input: () => Promise.resolve(''),
    signal: new AbortController().signal,
  })
  return { status, out, err }
}

describe('diagram', () => {
  it('writes the drawing as the designer arranges it', async () => {
    const out = join(folder, 'dr.svg')
    expect(await call('samples/dr.lvs.yaml', '--out', out)).toEqual({ status: 0, out: `${out}\n`, err: '' })
    const svg = readFileSync(out, 'utf8')
    expect(svg).toMatch(/^<\?xml[^>]*>\n<svg /)
    // From left to right: client, router, director, real servers.
    const at = (name: string) => Number(new RegExp(`<text x="([-\\d.]+)"[^>]*>${name}<`).exec(svg)?.[1])
    expect(at('alice')).toBeLessThan(at('edge'))
    expect(at('edge')).toBeLessThan(at('rs1'))
    expect(at('rs1')).toBe(at('rs2'))
  })

  it('writes a page of Markdown beside the drawing', async () => {
    const out = join(folder, 'shop.md')
    const { status, out: said } = await call('samples/tun.lvs.yaml', '--out', out, '--json')
    expect(status).toBe(0)
    expect(JSON.parse(said)).toEqual({ files: [join(folder, 'shop.svg'), out] })
    expect(readFileSync(out, 'utf8')).toContain('](<shop.svg>)')
    expect(readFileSync(join(folder, 'shop.svg'), 'utf8')).toContain('<svg ')
  })

  it('draws what is wrong, too, and refuses what cannot be read', async () => {
    const wrong = join(folder, 'wrong.lvs.yaml')
    writeFileSync(wrong, readFileSync('samples/dr.lvs.yaml', 'utf8').replace(/^(\s+mode: )dr$/m, '$1dx'))
    expect((await call(wrong, '--out', join(folder, 'wrong.svg'))).status).toBe(0)
    expect(readFileSync(join(folder, 'wrong.svg'), 'utf8')).toContain('class="m-error"')
    writeFileSync(wrong, '[')
    const { status, err } = await call(wrong, '--out', join(folder, 'none.svg'))
    expect(status).toBe(2)
    expect(err).toContain('cannot be read')
    expect(readdirSync(folder)).not.toContain('none.svg')
  })

  it.each([
    [[], '--out says where to write'],
    [['--out', 'x.png'], 'ends in .svg or .md'],
    [['--out', 'x.svg', '--theme', 'blue'], '--theme takes auto, light, dark'],
  ])('refuses %j', async (options, reason) => {
    const { status, err } = await call('samples/dr.lvs.yaml', ...options)
    expect(status).toBe(2)
    expect(err).toContain(reason)
  })
})
