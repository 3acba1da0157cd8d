import { describe, expect, it } from 'vitest'
import { runInHost } from './in-host-runner.js'

describe('inside the extension host', () => {
  it('the extension wakes up with a topology, and everything it offers is there', async () => {
    const results = await runInHost('activation.ts', {
      files: { 'note.txt': 'nothing of ours\n', 'shop.lvs.yaml': { copy: 'samples/dr.lvs.yaml' } },
    })
    expect(results).toHaveLength(4)
    expect(results.filter(({ failure }) => failure !== undefined)).toEqual([])
  })

  it('differences stay text', async () => {
    const results = await runInHost('diffs.ts', {
      files: { 'shop.lvs.yaml': { copy: 'samples/dr.lvs.yaml' } },
    })
    expect(results).toHaveLength(3)
    expect(results.filter(({ failure }) => failure !== undefined)).toEqual([])
  })
})
