import { appendFileSync, writeFileSync } from 'node:fs'
import { it } from 'vitest'
import { parseTopology } from '../../src/core/topology/parse.js'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import { checkTopology } from '../../src/core/checks/check.js'
import { disagreements } from '../../src/core/checks/agreement.js'
import { generateCase } from '../differential/generate.js'
import { textOf } from '../differential/drawing.js'
it('x', { timeout: 600000 }, () => {
  const tally = new Map<string, number>()
  writeFileSync('/tmp/a5.txt', '')
  let bad = 0
  const from = Number(process.env['FROM'] ?? 1)
  const n = Number(process.env['N'] ?? 400)
  const t = performance.now()
  for (let i = from; i < from + n; i++) {
    const text = textOf(generateCase(i).drawing)
    const p = parseTopology(text)
    const c = deriveCluster(p.topology)
    const f = checkTopology(p, c)
    const ds = disagreements(c, f)
    if (ds.length === 0) continue
    bad++
    const kinds = [...new Set(ds.map((d) => d.code ? `rule ${d.code}` : `walk ${d.walk?.verdict}`))]
    for (const k of kinds) tally.set(k, (tally.get(k) ?? 0) + 1)
    appendFileSync('/tmp/a5.txt', `#### ${i} ${kinds.join(', ')}\nfindings: ${f.map((x) => x.code + ': ' + x.message).join('\n   ')}\n` + ds.map((d) => `  !! ${d.code ?? d.walk?.verdict} ${d.walk ? d.walk.service + ' ' + d.walk.client + '->' + d.walk.realServer + ' at ' + d.walk.at : ''}: ${d.message}`).join('\n') + '\n' + text+'\n\n')
  }
  console.log(`${bad} of ${n}, ${Math.round(performance.now() - t)} ms`, [...tally].sort((a, b) => b[1] - a[1]).map(([k, n]) => `${k}: ${n}`).join('\n'))
})
