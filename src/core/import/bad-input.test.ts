import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FileFinding } from '../checks/file-finding.js'
import { checkIpvsadm } from '../checks/ipvsadm/check.js'
import { checkKeepalived } from '../checks/keepalived/check.js'
import { checkLdirectord } from '../checks/ldirectord/check.js'
import { NO_FILES } from '../formats/source-text.js'
import type { SourceText } from '../formats/source-text.js'
import { parseTopology } from '../topology/parse.js'
import { imported, rulesOfSource, rulesOfTopology } from './import.test-kit.js'
import type { ImportKind } from './read-source.js'

/** Files as they must not be: whatever they hold, there are findings and a drawing, and the drawing says what was read. */

const RIGHT: Readonly<Record<ImportKind, string>> = {
  keepalived: readFileSync('test/keepalived/right/everything.conf', 'utf8'),
  ipvsadm: `-A -t 192.0.2.100:80 -s wlc -p 300 -M 255.255.255.0
-a -t 192.0.2.100:80 -r 10.0.0.11:8080 -m -w 2 -x 100 -y 50
-A -u 192.0.2.101:53 -s rr -o
-a -u 192.0.2.101:53 -r 10.0.0.12:53 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum
-A -f 7 -6 -s sh -b sh-port,sh-fallback
-a -f 7 -6 -r [2001:db8::11]:0 -g -w 1
--start-daemon master --mcast-interface eth0 --syncid 7
`,
  ldirectord: `checkinterval = 5
quiescent = no
virtual = 192.0.2.100:80
    real = 10.0.0.11->10.0.0.13:8080 masq 2
    fallback = 127.0.0.1:80 gate
    service = http
    request = "alive.html"
    receive = "OK"
    persistent = 300
    netmask = 255.255.255.0
virtual6 = [2001:db8::100]:53
    real6 = [2001:db8::11]:53 gate 1
    protocol = udp
`,
}
const KINDS = Object.keys(RIGHT) as ImportKind[]

function findingsOf(kind: ImportKind, source: SourceText): readonly FileFinding[] {
  switch (kind) {
    case 'keepalived':
      return checkKeepalived(source, NO_FILES).findings
    case 'ipvsadm':
      return checkIpvsadm(source)
    case 'ldirectord':
      return checkLdirectord(source)
  }
}

function seeded(seed: number): (below: number) => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** What files must not have in them, and what means something to those who read what is made of them. */
const HOSTILE = [
  '\0',
  '\ud800',
  '\u2028',
  '\ufeff',
  '\r',
  '\t',
  '🏴‍☠️',
  '"',
  "'",
  '{',
  '}',
  '#',
  '!',
  '\\',
  '$(reboot)',
  '`reboot`',
  '${X}',
  '{{ 7 * 7 }}',
  '~SEQ(x, 1, 3) ',
  '@x ',
  ': ',
  '- ',
  '&a ',
  '*a ',
  '!!js/function ',
  '<<: ',
  '%YAML 2\n---\n',
  '\n...\n',
  '../../etc/passwd',
  '999999999999999999999',
  '-1',
  '[::',
  ']:',
]

function spoilt(text: string, seed: number): string {
  const next = seeded(seed)
  let result = text
  for (let times = 1 + next(4); times > 0; times--) {
    const at = next(result.length + 1)
    switch (next(4)) {
      case 0:
        result = result.slice(0, at)
        break
      case 1:
        result = result.slice(0, at) + result.slice(at + 1 + next(20))
        break
      case 2:
        result = result.slice(0, at) + (HOSTILE[next(HOSTILE.length)] ?? '') + result.slice(at)
        break
      default:
        result = result.slice(0, at) + result.slice(next(result.length + 1)).slice(0, 200) + result.slice(at)
    }
  }
  return result
}

function holds(kind: ImportKind, text: string, of: string): void {
  for (const { span, source, message } of findingsOf(kind, { name: 'file', text })) {
    expect(message).not.toBe('')
    expect(span.start, of).toBeGreaterThanOrEqual(0)
    expect(span.end, of).toBeGreaterThanOrEqual(span.start)
    expect(span.end, of).toBeLessThanOrEqual(source.text.length)
  }
  const { text: drawn, notes } = imported(kind, [text])
  expect(parseTopology(drawn).problems, `${of}: ${drawn}`).toEqual([])
  // A drawing without a word of what is not in it has the whole table.
  if (notes.length === 0) expect(rulesOfTopology(drawn), of).toBe(rulesOfSource(kind, text))
}

describe.each(KINDS)('a file of %s that is spoilt', (kind) => {
  it('has findings in its text, and a drawing of what could be read', { timeout: 60_000 }, () => {
    for (let seed = 1; seed <= 100; seed++) {
      const text = spoilt(RIGHT[kind], seed)
      holds(kind, text, `seed ${seed}: ${JSON.stringify(text)}`)
    }
  })

  it.each([
    ['one line', 'a'],
    ['braces', '{'],
  ])('and is ten megabytes of %s', { timeout: 120_000 }, (_, letter) => {
    holds(kind, letter.repeat(10 * 1024 * 1024), letter)
  })
})

describe('names that mean something elsewhere', () => {
  it.each(HOSTILE)('%j names no host, and no service', (name) => {
    const { text } = imported('keepalived', [
      `global_defs {\n router_id ${name}\n}\n${RIGHT.keepalived.replaceAll('many', () => `many${name}`)}`,
    ])
    const { topology, problems } = parseTopology(text)
    expect(problems, text).toEqual([])
    for (const host of topology.hosts.keys()) expect(host).toMatch(/^[A-Za-z0-9._-]+$/)
    for (const service of topology.services.keys()) expect(service).toMatch(/^[\p{L}\p{N}_. -]+$/u)
  })

  it('of a file stand in one comment', () => {
    const { text } = imported('ipvsadm', [RIGHT.ipvsadm], [], 'x\nlvs: 2')
    expect(parseTopology(text).topology.name).toBe('imported')
  })
})
