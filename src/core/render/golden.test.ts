import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { renderCluster } from './cluster.js'

const GOLDEN = 'test/golden/generate'
const DRAWINGS = [
  'samples/nat',
  'samples/tun',
  'samples/dr',
  'test/fixtures/tunnels',
  'test/fixtures/keepalived-pair',
].map((place) => ({
  name: place.slice(place.lastIndexOf('/') + 1),
  file: `${place}.lvs.yaml`,
}))
const HOW = 'If this is what is wanted: UPDATE_GOLDEN=1 npx vitest run src/core/render/golden.test.ts'

function generated(file: string): Map<string, string> {
  const { topology } = parseTopology(readFileSync(file, 'utf8'))
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
  for (const { name, file } of DRAWINGS) {
    for (const [path, content] of generated(file)) {
      const place = join(GOLDEN, name, path)
      mkdirSync(dirname(place), { recursive: true })
      writeFileSync(place, content)
    }
  }
}

describe.each(DRAWINGS)('what is generated of $file', ({ name, file }) => {
  const files = generated(file)

  it('has the files it should, none missing, none extra', () => {
    expect([...files.keys()].sort(), HOW).toEqual(kept(join(GOLDEN, name)))
  })

  it.each([...files])('%s is as it should be', (path, content) => {
    expect(content, HOW).toBe(readFileSync(join(GOLDEN, name, path), 'utf8'))
  })
})
