import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkTopology } from '../checks/check.js'
import { EXPLANATIONS } from '../checks/explain.js'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import { fixAsText } from './fix-text.js'
import { ruleAnchor } from './rule-anchor.js'

const nat = readFileSync('samples/nat.lvs.yaml', 'utf8')

describe('a fix as text', () => {
  it('mends what it says it mends', () => {
    const text = nat.replace('scheduler: rr', 'scheduler: rrr')
    const parsed = parseTopology(text)
    const [finding] = checkTopology(parsed)
    const [fix] = finding?.fixes ?? []
    if (fix === undefined) throw new Error('no fix')
    const asText = fixAsText(parsed, fix)
    expect(asText?.title).toBe(fix.title)
    expect(applyTextEdits(text, asText?.edits ?? [])).toMatch(/scheduler: w?rr\n/)
  })

  it('is none where the text cannot be changed', () => {
    const parsed = parseTopology('hosts: &a { x: {} }\nservices: *a\nname: [')
    expect(fixAsText(parsed, { title: 'x', edits: [{ kind: 'unset', path: '/hosts' }] })).toBeUndefined()
  })
})

describe('the place of a rule in docs/rules.md', () => {
  it('is known for every code', () => {
    const headings = readFileSync('docs/rules.md', 'utf8')
    for (const { code } of EXPLANATIONS) {
      const anchor = ruleAnchor(code)
      expect(anchor).toMatch(new RegExp(`^${code.toLowerCase()}-`))
      expect(headings).toContain(`(#${anchor})`)
    }
    expect(ruleAnchor('NO-SUCH')).toBeUndefined()
  })
})
