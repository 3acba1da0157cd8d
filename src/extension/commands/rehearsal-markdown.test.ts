import { afterEach, expect, it } from 'vitest'
import { speakChinese } from '../../core/speech/chinese.test-kit.js'
import { speak } from '../../core/speech/say.js'
import type { Rehearsal, RehearsedRequest } from '../../protocol/rehearsal.js'
import { rehearsalMarkdown } from './rehearsal-markdown.js'

const frame = { host: 'alice', interface: 'eth0', network: 'front', headers: ['ip 192.0.2.50 → 192.0.2.100'] }
const request: RehearsedRequest = {
  seen: 'the client gets the reply',
  served: true,
  server: 'rs1',
  scheduled: true,
  agrees: true,
  walk: { served: true, verdict: 'SERVED', realServer: 'rs1', reason: 'all is well' },
  differences: [],
  frames: [{ walk: frame, kernel: frame, same: true }],
}
const rehearsal: Rehearsal = {
  kind: 'rehearse',
  name: 'shop',
  outcome: 'SERVED',
  summary: 'Served.',
  notes: [],
  asked: [
    {
      service: 'web',
      client: 'alice',
      target: 'tcp 192.0.2.100 port 80',
      requests: [request, request],
      unmet: [],
    },
  ],
  tables: [{ host: 'lb1', text: 'IP Virtual Server\n```\n' }],
}

afterEach(() => {
  speak(undefined)
})

it('has every request in a table, and the frames of those that went alike once', () => {
  const text = rehearsalMarkdown(rehearsal)
  expect(text).toContain('# shop in the lab: served, as the walk says\n')
  expect(text.match(/\| web \| alice \|.*\| agree \|/g)).toHaveLength(2)
  expect(
    text.match(/\*\*alice\*\* eth0 on front<br>ip 192\.0\.2\.50 → 192\.0\.2\.100 \| = \|/g),
  ).toHaveLength(1)
  // What a host says cannot end the block it stands in.
  expect(text).toContain('````text\nIP Virtual Server\n```\n````\n')
})

it('shows what is there on one side alone, and every request that differs', () => {
  const differing = { ...request, agrees: false, differences: ['served: walk true, kernel false'] }
  const text = rehearsalMarkdown({
    ...rehearsal,
    outcome: 'DIFFERS',
    asked: [
      {
        service: 'web',
        client: 'alice',
        target: 'tcp 192.0.2.100 port 80',
        requests: [differing, { ...differing, frames: [{ walk: frame, same: false }] }],
        unmet: [{ verdict: 'NO_ROUTE', reason: 'rs2 knows no way' }],
      },
    ],
  })
  expect(text.match(/\*\*Walk and kernel differ\*\*/g)).toHaveLength(2)
  expect(text).toContain('| **≠** | (no such frame) |')
  expect(text).toContain('- undetermined (NO\\_ROUTE): rs2 knows no way')
})

it('makes no markup of names and messages', () => {
  const text = rehearsalMarkdown({
    ...rehearsal,
    notes: ['<img src=x> [link](command:x) http://x |\nnew'],
  })
  expect(text).toContain('- &lt;img src=x> \\[link\\](command:x) http&#58;//x \\| new\n')
})

it('is in Chinese where VS Code is, with names as they are', () => {
  speakChinese()
  const text = rehearsalMarkdown(rehearsal)
  expect(text).toContain('# 实验环境中的 shop：得到服务，与追踪一致\n')
  expect(text.match(/\| web \| alice \|.*\| 一致 \|/g)).toHaveLength(2)
})
