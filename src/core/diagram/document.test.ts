import { describe, expect, it } from 'vitest'
import { speakChinese } from '../speech/chinese.test-kit.js'
import { speak } from '../speech/say.js'
import { judgeTopology } from '../checks/check.js'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { sample } from './diagram.test-kit.js'
import { clusterDocument } from './document.js'

function documentOf(text: string): string {
  const parsed = parseTopology(text)
  const cluster = deriveCluster(parsed.topology)
  return clusterDocument(cluster, judgeTopology(parsed, cluster), 'shop.svg')
}

describe('the page of a cluster', () => {
  it('has the drawing, services, the address plan, where the VIPs live, and that nothing is wrong', () => {
    const page = documentOf(sample('dr'))
    expect(page).toContain('](<shop.svg>)')
    expect(page).toContain('- address: 192.0.2.100:80, TCP')
    expect(page).toContain('| rs1 | 192.0.2.11 | 80 | DR | 1 |')
    expect(page).toContain('| farm | 192.0.2.0/24, 2001:db8:1::/64 | 192.0.2.1, 2001:db8:1::1 |')
    expect(page).toContain('| 192.0.2.100 | rs1 | lo |')
    expect(page).toContain('No rule has anything to say.')
  })

  it('says what the rules say, and where', () => {
    const page = documentOf(sample('dr').replace(/^(\s+mode: )dr$/m, '$1dx'))
    expect(page).toMatch(/- Error `[A-Z-]+` \(.*\), line \d+: /)
  })

  it('takes text for text', () => {
    expect(documentOf(sample('nat'))).toContain('- address: \\[2001:db8:1::100\\]:80, TCP')
    const wrong = sample('nat').replace(/^(\s+mode: )nat$/m, '$1"<b>*|x"')
    expect(documentOf(wrong)).not.toMatch(/(?<!\\)[<*|]x?b?>?\*?\|x/)
  })

  it('is in Chinese for whoever reads Chinese', () => {
    speakChinese()
    const page = documentOf(sample('dr').replace(/^(\s+mode: )dr$/m, '$1dx'))
    speak(undefined)
    for (const [, heading = ''] of page.matchAll(/^## (.*)$/gm)) expect(heading).toMatch(/\p{Script=Han}/u)
    expect(page).toMatch(/^- 错误 `[A-Z-]+`（.*），第 \d+ 行：/m)
    expect(page).toContain('- 转发模式：')
    expect(page).not.toMatch(/\b(?:the|is|of|and|address|line|role)\b/)
  })

  it('has something to say of an empty file', () => {
    expect(documentOf('')).toMatch(/^# LVS cluster\n/)
  })
})
