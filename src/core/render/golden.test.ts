import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { renderCluster } from './cluster.js'

const GOLDEN = 'test/golden/generate'
const SAMPLES = ['nat', 'tun', 'dr']
const HOW = 'If this is what is wanted: UPDATE_GOLDEN=1 npx vitest run src/core/render/golden.test.ts'

function generated(sample: string): Map<string, string> {
  const { topology } = parseTopology(readFileSync(`samples/${sample}.lvs.yaml`, 'utf8'))
  return new Map(renderCluster(deriveCluster(topology)).map(({ path, content }) => [path, content]))
}

function kept(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => relative(folder, join(folder, name)).split(sep).join('/'))
    .sort()
}

if (process.env['UPDATE_GOLDEN'] === '1') {
  rmSync(GOLDEN, { recursive: true, force: true })
  for (const sample of SAMPLES) {
    for (const [path, content] of generated(sample)) {
      const place = join(GOLDEN, sample, path)
      mkdirSync(dirname(place), { recursive: true })
      writeFileSync(place, content)
    }
  }
}

describe.each(SAMPLES)('what is generated of samples/%s.lvs.yaml', (sample) => {
  const files = generated(sample)

  it('has the files it should, none missing, none extra', () => {
    expect([...files.keys()].sort(), HOW).toEqual(kept(join(GOLDEN, sample)))
  })

  it.each([...files])('%s is as it should be', (path, content) => {
    expect(content, HOW).toBe(readFileSync(join(GOLDEN, sample, path), 'utf8'))
  })
})
