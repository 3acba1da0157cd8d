import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkKeepalived } from '../../src/core/checks/keepalived/check.js'
import { checkTopology } from '../../src/core/checks/check.js'
import { NO_FILES } from '../../src/core/formats/source-text.js'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import { disagreements } from '../../src/core/hosts/keepalived/agreement.js'
import { renderCluster } from '../../src/core/render/cluster.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import { keepalivedDrawing } from './drawings.js'
import { INSTALLED, linesOfKeepalived } from './says.js'

/** What is written for drawings of every kind says what is drawn, to us and to keepalived itself. */

const home = mkdtempSync(join(tmpdir(), 'lvs-written-'))
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})
const SEEDS = Number(process.env['LVS_WRITTEN_SEEDS'] ?? 40)
const seeds = Array.from({ length: SEEDS }, (_, at) => at + 1)

function written(drawing: string): { host: string; text: string }[] {
  const parsed = parseTopology(drawing)
  expect(
    checkTopology(parsed)
      .filter(({ severity }) => severity === 'error')
      .map(({ code, message }) => `${code}: ${message}`),
  ).toEqual([])
  const cluster = deriveCluster(parsed.topology)
  expect(disagreements(cluster)).toEqual([])
  return renderCluster(cluster).flatMap(({ path, content }) =>
    path.endsWith('/keepalived.conf') ? [{ host: path.split('/')[0] ?? '', text: content }] : [],
  )
}

/** What depends on this machine: nobody else's user is here to run scripts as. */
const OF_THE_MACHINE = [/root-less/, /^Terminated$/]
/** Advice that is about how people write files by hand. */
const BESIDE = new Set(['KA-SCRIPT-ROOT'])

describe('keepalived.conf as it is written', () => {
  it.skipIf(!INSTALLED)('is looked at by a keepalived that would say so', () => {
    const wrong = 'virtual_server 192.0.2.9 80 {\n    lvs_sched none\n}\n'
    expect(linesOfKeepalived(join(home, 'keepalived.conf'), wrong).join('\n')).toMatch(/lvs_sched/)
  })

  it.each(seeds)('of drawing %i holds before our own checks and keepalived -t', (seed) => {
    const drawing = keepalivedDrawing(seed)
    const files = written(drawing)
    expect(files.length).toBeGreaterThan(0)
    for (const { text } of files) {
      const ours = checkKeepalived({ name: 'keepalived.conf', text }, NO_FILES)
        .findings.filter(({ severity, code }) => severity === 'error' && !BESIDE.has(code))
        .map(({ code, message }) => `${code}: ${message}`)
      expect(ours, text).toEqual([])
      if (!INSTALLED) continue
      const user = text.replaceAll('root-less', 'root')
      const theirs = linesOfKeepalived(join(home, 'keepalived.conf'), user).filter(
        (line) => !OF_THE_MACHINE.some((pattern) => pattern.test(line)),
      )
      expect(theirs, text).toEqual([])
    }
  })
})
