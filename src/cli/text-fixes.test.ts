import { describe, expect, it } from 'vitest'
import { checkTopology } from '../core/checks/check.js'
import { parseTopology } from '../core/topology/parse.js'
import { findingsPage, findingsText } from './finding-text.js'
import { fixWriter } from './text-fixes.js'

const atOneAddress = (hosts: number) =>
  `lvs: 1
name: x
networks: { n: { subnet: 10.0.0.0/8 } }
hosts:
${Array.from({ length: hosts }, (_, at) => `  h${at}: { role: real-server, interfaces: { e: { network: n, address: 10.0.0.1 } } }\n`).join('')}`

describe('fixes of many findings', () => {
  it('are written for every finding of a file of hundreds of hosts', () => {
    const parsed = parseTopology(atOneAddress(400))
    const writer = fixWriter(parsed)
    const findings = checkTopology(parsed).filter(({ fixes }) => fixes.length > 0)
    expect(findings.length).toBeGreaterThan(390)
    for (const finding of findings) expect(writer.fixes(finding).length).toBeGreaterThan(0)
    expect(writer.left()).toBe(0)
  })

  it('are written for as many as the size of a file allows, and it is said of how many they are not', () => {
    const parsed = parseTopology(atOneAddress(5_000))
    const findings = checkTopology(parsed)
    const writer = fixWriter(parsed)
    const written = findings.filter((finding) => writer.fixes(finding).length > 0).length
    expect(written).toBeGreaterThan(50)
    expect(written).toBeLessThan(400)
    expect(writer.left()).toBe(findings.filter(({ fixes }) => fixes.length > 0).length - written)
    const text = findingsText('x.lvs.yaml', parsed, findings, findingsPage({ colour: false, columns: 100 }))
    expect(text.trimEnd().split('\n').at(-1)).toBe(
      `x.lvs.yaml: how ${writer.left()} more findings are mended is not worked out, in a file of this size; mend those above, and check again`,
    )
  })
})
