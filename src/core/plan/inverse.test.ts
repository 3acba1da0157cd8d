import { describe, expect, it } from 'vitest'
import { inverseSteps } from './inverse.js'
import type { PlanStep } from './step.js'

const step = (before: string, after: string): PlanStep => ({
  id: 'mark-1',
  stage: 'directors',
  kind: 'mark',
  key: '17 ipv4',
  before,
  after,
  why: '',
  summary: '',
  revertible: true,
  record: 'keep',
})

describe('the way back', () => {
  it('exchanges before and after', () => {
    const [undone] = inverseSteps([step('tcp 192.0.2.1 80', 'tcp 192.0.2.1 81')])
    expect(undone).toMatchObject({ before: 'tcp 192.0.2.1 81', after: 'tcp 192.0.2.1 80' })
  })

  it('does not write again what somebody else wrote into a chain of ours', () => {
    expect(inverseSteps([step('other rules: drop', 'tcp 192.0.2.1 80')])).toEqual([])
  })
})
