import { describe, expect, it } from 'vitest'
import { imported } from '../../src/core/import/import.test-kit.js'
import { keepalivedDrawing } from './drawings.js'
import { writtenFor } from './written-files.js'

/**
 * What is drawn from a keepalived.conf, and written again, is that keepalived.conf: the files of both directors are compared
 * word by word.
 */

const SEEDS = Number(process.env['LVS_WRITTEN_SEEDS'] ?? 40)
const drawings = Array.from({ length: SEEDS }, (_, at) => ({
  seed: at + 1,
  files: writtenFor(keepalivedDrawing(at + 1)),
}))
// Which packets get a mark stands in no keepalived.conf, and so neither whose VIP an address is.
const unmarked = drawings.filter(({ files }) => files.every((text) => !text.includes('fwmark')))

describe('keepalived.conf by way of a drawing', () => {
  it('is there in many ways', () => {
    expect(unmarked.length).toBeGreaterThan(SEEDS / 2)
  })

  it.each(unmarked)('comes back as it was (drawing $seed)', ({ seed, files }) => {
    const drawn = imported('keepalived', files, [], `made-${seed}`)
    expect(drawn.notes).toEqual([])
    expect(writtenFor(drawn.text), drawn.text).toEqual(files)
  })
})
