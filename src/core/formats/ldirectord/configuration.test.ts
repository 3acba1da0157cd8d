import { describe, expect, it } from 'vitest'
import { printRules } from '../ipvsadm.js'
import { applyTextEdits } from '../../topology/position.js'
import { readLdirectord } from './configuration.js'

const RIGHT = `# The whole of it, as ldirectord 4 takes it.
checktimeout=3
checkinterval = 5s
autoreload=yes
logfile="local0"
quiescent=no
supervised
fallback=127.0.0.1:80 gate

virtual=192.0.2.100:80
    real=10.0.0.11->10.0.0.13:8080 masq 2 "index.html", "OK" l:10 u:20
# A comment at the begin of a line ends no section.
\treal=10.0.0.14:80 gate # nor does one behind a value
    fallback=127.0.0.1:80 gate
    service=http
    request="index.html"
    receive="Test Page"
    scheduler=wlc
    persistent=600
    netmask=255.255.255.0
    protocol=tcp
    checktype=3
virtual6=[2001:db8::100]:53
    real6=[2001:db8::11] gate
    ops=yes
virtual=17
    real=10.0.0.20 ipip
    protocol=fwm
    scheduler=sh
    schedflags=sh-port,sh-fallback
`

it('is read as ldirectord reads it', () => {
  const { problems, virtuals, globals, lines } = readLdirectord(RIGHT)
  expect(problems).toEqual([])
  expect(globals).toHaveLength(7)
  expect(printRules(virtuals.flatMap(({ virtualService }) => virtualService ?? [])).split('\n')).toEqual([
    '-A -t 192.0.2.100:80 -s wlc -p 600 -M 255.255.255.0',
    '-a -t 192.0.2.100:80 -r 10.0.0.11:8080 -m -w 2 -x 20 -y 10',
    '-a -t 192.0.2.100:80 -r 10.0.0.12:8080 -m -w 2 -x 20 -y 10',
    '-a -t 192.0.2.100:80 -r 10.0.0.13:8080 -m -w 2 -x 20 -y 10',
    '-a -t 192.0.2.100:80 -r 10.0.0.14:80 -g -w 1',
    '-A -u [2001:db8::100]:53 -s wrr -o',
    '-a -u [2001:db8::100]:53 -r [2001:db8::11]:53 -g -w 1',
    '-A -f 17 -s sh -b sh-fallback,sh-port',
    '-a -f 17 -r 10.0.0.20:0 -i -w 1 --tun-type ipip',
    '',
  ])
  expect(lines.map(({ span }) => RIGHT.slice(span.start, span.end)).join('\n')).toBe(RIGHT)
})

const HEAD = 'virtual=192.0.2.100:80\n'
const REAL = '    real=10.0.0.11:80 gate\n'

/** What is marked is where it is told; what it becomes is the fix, if there is one. */
const WRONG: readonly { readonly code: string; readonly text: string; readonly mended?: string }[] = [
  { code: 'LD-DIRECTIVE', text: '⟦chektimeout⟧=3\n', mended: 'checktimeout=3\n' },
  { code: 'LD-DIRECTIVE', text: `${HEAD}${REAL}    ⟦autoreload⟧=yes\n` },
  {
    code: 'LD-DIRECTIVE',
    text: `${HEAD}    ⟦real6⟧=10.0.0.11 gate\n`,
    mended: `${HEAD}    real=10.0.0.11 gate\n`,
  },
  { code: 'LD-REMOVED', text: '⟦timeout⟧=3\n', mended: 'checktimeout=3\n' },
  { code: 'LD-INDENT', text: `${HEAD}⟦  real⟧=10.0.0.11 gate\n`, mended: `${HEAD}    real=10.0.0.11 gate\n` },
  { code: 'LD-INDENT', text: `${HEAD}${REAL}\n    ⟦service⟧=http\n` },
  { code: 'LD-VALUE', text: 'autoreload=⟦Yes⟧\n', mended: 'autoreload=yes\n' },
  { code: 'LD-VALUE', text: 'checkinterval=⟦soon⟧\n' },
  { code: 'LD-VALUE', text: 'logfile=⟦/var/log/l⟧\n', mended: 'logfile="/var/log/l"\n' },
  { code: 'LD-VALUE', text: `virtual=⟦192.0.2.300:80⟧\n${REAL}` },
  { code: 'LD-VALUE', text: `${HEAD}    real=⟦10.0.0.11 nat⟧\n` },
  { code: 'LD-VALUE', text: `${HEAD}    real=⟦10.0.0.11 gate 1 what⟧\n` },
  { code: 'LD-VALUE', text: `${HEAD}    real=⟦10.0.0.13->10.0.0.11 gate⟧\n` },
  { code: 'LD-VALUE', text: `${HEAD}${REAL}    netmask=⟦24⟧\n` },
  { code: 'LD-VALUE', text: `${HEAD}${REAL}    service=⟦gopher⟧\n` },
  { code: 'LD-VALUE', text: `${HEAD}${REAL}    checkport=⟦0⟧\n` },
  {
    code: 'LD-VALUE',
    text: `virtual=17\n    real=10.0.0.11 gate\n    protocol=⟦tcp⟧\n`,
    mended: `virtual=17\n    real=10.0.0.11 gate\n    protocol=fwm\n`,
  },
  { code: 'LD-COMMENT', text: `${HEAD}${REAL}    passwd="pass⟦#word"⟧\n` },
  { code: 'LD-NAME', text: `virtual=⟦www:http⟧\n${REAL}` },
  { code: 'LD-NAME', text: `${HEAD}    real=⟦web1:80 gate⟧\n` },
  { code: 'DUP-VS', text: `${HEAD}${REAL}virtual=⟦192.0.2.100:80⟧\n${REAL}` },
  { code: 'DUP-RS', text: `${HEAD}${REAL}    real=⟦10.0.0.11 gate 2⟧\n` },
  { code: 'DR-PORT', text: `${HEAD}    real=⟦10.0.0.11:8080 gate⟧\n` },
  { code: 'THRESH', text: `${HEAD}    real=⟦10.0.0.11:80 gate 1 l:20 u:10⟧\n` },
  { code: 'PERSIST0', text: 'virtual=⟦10.0.0.1:0⟧\n    real=10.0.0.11:0 gate\n' },
  { code: 'TUN-PORT', text: `${HEAD}    real=⟦10.0.0.11:8080 ipip⟧\n` },
  { code: 'NORS', text: 'virtual=⟦192.0.2.100:80⟧\n    service=http\n' },
  { code: 'OPS-UDP', text: `${HEAD}${REAL}    ops=⟦yes⟧\n` },
  { code: 'LD-CHECK', text: `${HEAD}${REAL}    checktype=⟦off⟧\n` },
  { code: 'LD-CHECK', text: `${HEAD}${REAL}    checktype=⟦external⟧\n` },
]

describe('what is wrong', () => {
  it.each(WRONG)('is told at its place: $code $text', ({ code, text, mended }) => {
    const plain = text.replace(/[⟦⟧]/g, '')
    const marked = { start: text.indexOf('⟦'), end: text.indexOf('⟧') - 1 }
    const found = readLdirectord(plain).problems.filter((problem) => problem.code === code)
    expect(found.map(({ span }) => span)).toContainEqual(marked)
    const fix = found.find(({ span }) => span.start === marked.start)?.fixes[0]
    expect(fix === undefined ? undefined : applyTextEdits(plain, fix.edits)).toBe(mended)
  })
})

describe('whatever a text holds', () => {
  it('is read, wherever it is cut off', () => {
    for (let end = 0; end <= RIGHT.length; end++)
      expect(() => readLdirectord(RIGHT.slice(0, end))).not.toThrow()
  })

  it.each([
    ['ten million characters', `${'virtual=1\n'.repeat(30_000)}${'\t# nothing\n'.repeat(900_000)}`],
    ['a line of a million', `virtual=${'a'.repeat(1_000_000)}`],
    [
      'real servers without end',
      `virtual=192.0.2.1:80\n${'\treal=10.0.0.1->10.255.255.255 gate\n'.repeat(1000)}`,
    ],
    ['other characters', '\u0000virtual=\u2028\ufeff\ud800=:\n\t\treal==->: \r\r\n'],
  ])('is read: %s', (_, text) => {
    expect(readLdirectord(text).problems.length).toBeLessThanOrEqual(2_001)
  })
})
