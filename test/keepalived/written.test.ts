import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { checkKeepalived } from '../../src/core/checks/keepalived/check.js'
import { NO_FILES } from '../../src/core/formats/source-text.js'
import { fileState } from '../../src/core/hosts/file-state.js'
import { HELPER_FUNCTIONS } from '../../src/remote/host/helper-text.js'
import { keepalivedDrawing } from './drawings.js'
import { INSTALLED, keepalivedSays } from './says.js'
import { writtenFor } from './written-files.js'

/** What is written for drawings of every kind says what is drawn, to us and to keepalived itself. */

const SEEDS = Number(process.env['LVS_WRITTEN_SEEDS'] ?? 40)
const written = Array.from({ length: SEEDS }, (_, at) => at + 1).flatMap((seed) =>
  writtenFor(keepalivedDrawing(seed)).map((text) => ({ seed, text })),
)

describe('keepalived.conf as it is written', () => {
  it('is there for every drawing', () => {
    expect(new Set(written.map(({ seed }) => seed)).size).toBe(SEEDS)
  })

  it.each(written)('of drawing $seed holds before our own checks', ({ text }) => {
    const ours = checkKeepalived({ name: 'keepalived.conf', text }, NO_FILES)
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ code, message }) => `${code}: ${message}`)
    expect(ours, text).toEqual([])
  })

  it('is taken by hosts, which take no other words of keepalived than those', () => {
    const judge = written.map(({ text }) => `(valid_conf '${fileState(text)}')`).join('\n')
    const script = `${HELPER_FUNCTIONS}\nid() { echo 900; }\nis_installed() { false; }\n${judge}\necho all`
    expect(spawnSync('sh', { input: script, encoding: 'utf8' })).toMatchObject({
      stdout: 'all\n',
      stderr: '',
    })
  })

  it.skipIf(!INSTALLED)('is taken by keepalived as it is', { timeout: 60_000 }, () => {
    const said = keepalivedSays(written.map(({ text }) => text))
    const refused = written.flatMap(({ seed }, at) =>
      said[at]?.takes === true ? [] : [{ seed, complaints: said[at]?.complaints }],
    )
    expect(refused).toEqual([])
  })
})
