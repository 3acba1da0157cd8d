import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { it } from 'vitest'
import { agreementOf, disagreementText } from '../../src/core/checks/agreement.test-kit.js'
import { causesOf } from '../../src/core/checks/causes.js'
import { generateCase } from '../differential/generate.js'
import { textOf } from '../differential/drawing.js'
it('x', { timeout: 600000 }, () => {
  const OUT = process.env['OUT'] ?? '/tmp/a5.txt'
  const tally = new Map<string, number>()
  writeFileSync(OUT, '')
  let bad = 0, lifted = 0
  const gone = new Map<string, number>()
  const t = performance.now()
  const texts: [string, string][] = process.env['FIX'] ? [...new Set(readFileSync('/work/brief/fixtures.jsonl', 'utf8').trim().split('\n'))].map((l, i) => ['f' + i, JSON.parse(l) as string]) : Array.from({ length: Number(process.env['N'] ?? 400) }, (_, i) => { const s = i + Number(process.env['FROM'] ?? 1); return [String(s), textOf(generateCase(s).drawing)] })
  let sample = ''
  for (const [name, text] of texts) {
    const a = agreementOf(text)
    lifted += a.lifted
    for (const g of a.excused) { const k = `${g.why} ${'finding' in g ? g.finding.code : g.walk.verdict}`; gone.set(k, (gone.get(k) ?? 0) + 1); appendFileSync(OUT + '.gone', `${name} ${k}: ${'finding' in g ? g.finding.message : g.walk.reason}\n   others: ${a.judged.findings.map((f) => f.code).join(' ')}\n`) }
    for (const w of a.judged.walks) if (w.verdict !== 'SERVED') sample += `${name} ${w.verdict} at ${w.at}: ${w.reason.slice(0, 200)}\n     => ${causesOf(w, a.judged).map((f) => f.code + ': ' + f.message.slice(0, 140)).join('\n        ')}\n`
    const ds = a.disagreements
    if (ds.length === 0) continue
    bad++
    const kinds = [...new Set(ds.map((d) => d.kind === 'unfounded' ? `rule ${d.finding.code}` : `walk ${d.walk.verdict}`))]
    for (const k of kinds) tally.set(k, (tally.get(k) ?? 0) + 1)
    appendFileSync(OUT, `#### ${name} ${kinds.join(', ')}\n${ds.map((d) => '!! ' + disagreementText(d, a.judged).split('\n')[0]).join('\n')}\n${disagreementText(ds[0]!, a.judged)}\n`)
  }
  writeFileSync(OUT + '.sample', sample)
  console.log(`${bad} of ${texts.length}, lifted ${lifted}, gone ${JSON.stringify([...gone])}, ${Math.round(performance.now() - t)} ms`, [...tally].sort((a, b) => b[1] - a[1]).map(([k, n]) => `${k}: ${n}`).join('\n'))
})
