import { describe, expect, it } from 'vitest'
import type { PlannedHost } from '../../protocol/engine.js'
import { hostLines, noteLines } from './plan-lines.js'

const step = { summary: 's', why: 'w', before: '0', after: '1', revertible: true }
const host = (name: string, steps: number, ...notes: readonly string[]): PlannedHost => ({
  host: name,
  observedHash: '',
  steps: Array<typeof step>(steps).fill(step),
  notes,
  before: '',
  after: '',
})

describe('what a dialog says of a plan', () => {
  it('counts changes by host, in one line where there are many', () => {
    expect(hostLines([host('lb1', 2), host('rs1', 1), host('rs2', 0)])).toEqual([
      'lb1: 2 changes',
      'rs1: 1 change',
      'No change: rs2',
    ])
    const many = Array.from({ length: 21 }, (_, index) => host(`rs${index}`, 1))
    expect(hostLines(many)).toHaveLength(1)
  })

  it('says a note of many hosts once, and no more than can be read', () => {
    expect(noteLines([host('lb1', 1), host('rs1', 1)])).toEqual([])
    expect(noteLines([host('lb1', 1, 'a'), host('rs1', 0, 'b', 'c'), host('rs2', 1, 'b')])).toEqual([
      '',
      'lb1: a',
      'rs1, rs2: b',
      'rs1: c',
    ])
    const notes = ['1', '2', '3', '4', '5', '6']
    expect(noteLines([host('lb1', 1, ...notes)]).at(-1)).toBe('and 1 more note')
  })
})
