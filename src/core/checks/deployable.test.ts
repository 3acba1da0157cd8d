import { describe, expect, it } from 'vitest'
import { hindrance } from './deployable.js'
import { DR, drawing, findingsOf } from './rules.test-kit.js'

const KEEPALIVED = 'manage: { director: keepalived }'

describe('what stands in the way of a deployment', () => {
  it('is nothing in a sound file, whatever is worth knowing of it', () => {
    expect(hindrance(findingsOf(DR))).toBeUndefined()
    const advised = findingsOf(drawing(DR, { web: ['scheduler: sh', 'health: { type: tcp }'] }))
    expect(advised.map(({ severity }) => severity).sort()).toEqual(['information', 'warning'])
    expect(hindrance(advised)).toBeUndefined()
  })

  it('is the errors first, and those alone', () => {
    const one = findingsOf(drawing(DR, { web: ['director: nobody'], '': [KEEPALIVED] }))
    expect(hindrance(one)).toMatchObject({ what: 'has an error', findings: [{ code: 'REF-HOST' }] })
    const two = findingsOf(
      drawing(DR, {
        web: ['scheduler: dh', 'real-servers: { rs1: {}, rs2: {}, rs3: {} }'],
        '': [KEEPALIVED],
      }),
    )
    expect(hindrance(two)?.what).toBe('has 2 errors')
    expect(hindrance(two)?.findings.map(({ code }) => code)).toEqual(['REF-HOST', 'SCHED-DST'])
  })
})
