import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkTopology } from '../checks/check.js'
import { parseTopology } from '../topology/parse.js'
import { MODES, ROLES } from '../topology/types.js'
import { applied, completions, labels, lines, taken, unmarked, within } from './complete.test-kit.js'

describe('snippets', () => {
  it.each(MODES)('an empty file becomes a small cluster of mode %s that works', (mode) => {
    for (const marked of ['|', '# a comment\n|', '\n|\n', '\ufeff|', 'to|']) {
      const found = parseTopology(taken(marked, `topology ${mode}`))
      expect(found.problems).toEqual([])
      expect(
        checkTopology(found).filter(({ severity }) => severity === 'error' || severity === 'warning'),
      ).toEqual([])
    }
    expect(labels('lvs: 1\n|')).not.toContain(`topology ${mode}`)
  })

  it.each(['nat', 'dr', 'tun'])('all that fit into the %s sample can be read as they are', (sample) => {
    const text = readFileSync(`samples/${sample}.lvs.yaml`, 'utf8')
    const places = [
      text.replace('networks:\n', 'networks:\n  |\n'),
      text.replace('hosts:\n', 'hosts:\n  |\n'),
      text.replace('services:\n', 'services:\n  |\n'),
      text.replace('    interfaces:\n', '    interfaces:\n      |\n'),
      text.replace(/(real-servers:\n).*?(?= {2}web6)/s, '$1      |\n'),
      `${text}|`,
    ]
    const kinds = places.flatMap((marked) => {
      const { text: before } = unmarked(marked)
      const snippets = completions(marked).filter(({ kind }) => kind === 'snippet')
      for (const snippet of snippets) expect(parseTopology(applied(before, snippet)).problems).toEqual([])
      return snippets.map(({ label }) => label)
    })
    expect(kinds).toEqual([
      'network',
      ...ROLES,
      ...MODES.map((mode) => `service ${mode}`),
      'interface',
      'real server',
      'pair of directors',
    ])
  })

  it('fills in free names and addresses of the drawing', () => {
    expect(lines(within('hosts:\n', 'hosts:\n  |\n'), 'real-server')).toBe(
      '  rs3:\n    role: real-server\n    interfaces:\n      eth0: { network: back, address: 10.0.0.13 }',
    )
    const [found] = completions(within('services:\n', 'services:\n  |\n'))
    expect(found?.insert).toMatch(/^\$\{1:service1\}:\n {4}mode: nat\n {4}director: \$\{2:lb1\}/)
  })

  it('are written in braces within braces', () => {
    const marked = 'hosts: { | }\nnetworks: { a: { subnet: 10.0.0.0/24 } }\n'
    expect(parseTopology(taken(marked, 'client')).problems.map(({ code }) => code)).not.toContain(
      'FILE-SYNTAX',
    )
    expect(lines(marked, 'client')).toMatch(/^hosts: \{ client1: \{ role: client/)
  })
})
