import { describe, expect, it } from 'vitest'
import { parseRules, printRules } from '../ipvsadm.js'
import { readRules } from './rules.js'

function said(text: string): string[] {
  return readRules(text).problems.map(({ code, span }) => `${code} ${text.slice(span.start, span.end)}`)
}

// As `ipvsadm -S -n` 1.31 prints it.
const SAVED = `-A -t 10.0.0.1:443 -s rr -p 600 -M 255.255.255.0
-a -t 10.0.0.1:443 -r 192.168.0.1:443 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum
-A -u 10.0.0.1:5060 -s rr -p 60 --pe sip -o
-A -t [2001:db8::80]:80 -s rr -p 10 -M 64
-a -t [2001:db8::80]:80 -r 192.168.0.9:80 -i -w 1 --tun-type ipip
-A -f 2 -6 -s wrr -p 300 -M 64
-A -t 10.0.0.2:80 -s sh -b sh-fallback,sh-port
-a -t 10.0.0.2:80 -r 10.0.0.11:8080 -m -w 3
`
const WEB = '-A -t 10.0.0.1:80 -s rr\n'

describe('rules of ipvsadm', () => {
  it('are read as ipvsadm saves them', () => {
    const { services, problems } = readRules(SAVED)
    expect(problems).toEqual([])
    expect(printRules(services)).toBe(SAVED)
  })

  it.each([
    [
      'long options',
      'ipvsadm --add-service --tcp-service=10.0.0.1:80 --scheduler rr\n--add-server --tcp-service 10.0.0.1:80 --real-server 10.0.0.2:80 --masquerading --weight 5\n',
    ],
    ['short ones together', '/sbin/ipvsadm -At 10.0.0.1:80 -s rr\r\n-at 10.0.0.1:80 -r 10.0.0.2 -mw5\r\n'],
    [
      'a script',
      '#!/bin/sh\n# the table\nmodprobe ip_vs\n/sbin/ipvsadm -C\n/sbin/ipvsadm -A -t 10.0.0.1:80 -s rr\n  ipvsadm -a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 5\n',
    ],
    [
      'a service that is changed',
      '-A -t 10.0.0.1:80 -s wlc\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -g\n-a -t 10.0.0.1:80 -r 10.0.0.3:80 -g\n-E -t 10.0.0.1:80 -s rr\n-e -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 5\n-d -t 10.0.0.1:80 -r 10.0.0.3:80\n-A -u 10.0.0.1:53\n-D -u 10.0.0.1:53\n',
    ],
  ])('are read with %s', (_, text) => {
    const { services, problems } = readRules(text)
    expect(problems).toEqual([])
    expect(printRules(services)).toBe('-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 5\n')
  })

  it('lose nothing that the reader of saved tables sees', () => {
    expect(printRules(readRules(SAVED).services)).toBe(printRules(parseRules(SAVED).services))
  })

  it.each([
    ['# a comment\n', 'IPVS-COMMENT # a comment'],
    [`${WEB}-A -t 10.0.0.1:80 -s rr\n`, 'DUP-VS -A -t 10.0.0.1:80 -s rr'],
    ['-A -t 10.0.0.1:80 -s foo\n', 'IPVS-VALUE foo'],
    ['-A -t 10.0.0.1:80 -w 1\n', 'IPVS-SYNTAX -w'],
    ['-A -t\n', 'IPVS-SYNTAX -t'],
    ['-A -s rr\n', 'IPVS-SYNTAX -A -s rr'],
    ['-t 10.0.0.1:80 -A\n', 'IPVS-SYNTAX -A'],
    ['-A -q\n', 'IPVS-SYNTAX -q'],
    ['-A -t 10.0.0.1:80 --foo\n', 'IPVS-SYNTAX --foo'],
    ['-A -t 10.0.0.1:80 # trailing\n', 'IPVS-SYNTAX #'],
    ['-A -t web.example:80\n', 'IPVS-NAME web.example:80'],
    ['-A -t 10.0.0.1:http\n', 'IPVS-NAME 10.0.0.1:http'],
    ['-A -t 10.0.0.1:70000\n', 'IPVS-VALUE 10.0.0.1:70000'],
    ['-A -t 10.0.0.1\n', 'PERSIST0 -A -t 10.0.0.1'],
    ['-A -t 10.0.0.1:80 -o\n', 'OPS-UDP -o'],
    ['-A -t 10.0.0.1:80 -s rr -b sh-port\n', 'SCHED-FLAGS sh-port'],
    ['-A -f 0\n', 'IPVS-VALUE 0'],
    ['-A -6 -f 1\n', 'IPVS-ORDER -6'],
    ['-A -t 10.0.0.1:80 -p 0\n', 'IPVS-VALUE 0'],
    ['-a -t 10.0.0.1:80 -r 10.0.0.2:80\n', 'IPVS-ORDER -a -t 10.0.0.1:80 -r 10.0.0.2:80'],
    [`${WEB}-a -t 10.0.0.1:80 -r 10.0.0.2:8080 -g\n`, 'DR-PORT 10.0.0.2:8080'],
    [
      `${WEB}-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -g\n`,
      'DUP-RS 10.0.0.2:80',
    ],
    [`${WEB}-a -t 10.0.0.1:80 -r [2001:db8::2]:80 -g\n`, 'TUN-FAM [2001:db8::2]:80'],
    [`${WEB}-a -t 10.0.0.1:80 -r 224.0.0.1:80 -g\n`, 'RS-ADDR 224.0.0.1:80'],
    [`${WEB}-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -x 5 -y 9\n`, 'THRESH 9'],
    [
      `${WEB}-a -t 10.0.0.1:80 -r 10.0.0.2:80 -i --tun-type gue\n`,
      'TUN-GUE -a -t 10.0.0.1:80 -r 10.0.0.2:80 -i --tun-type gue',
    ],
    [`${WEB}-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -g\n`, 'IPVS-SYNTAX -g'],
    ['#!/bin/sh\nipvsadm -A -t $VIP:80\n', 'IPVS-NAME ipvsadm -A -t $VIP:80'],
  ])('%j', (text, expected) => {
    expect(said(text)).toEqual([expected])
  })

  it('say of a table that is read in part neither what it lacks nor what is not there', () => {
    const part = (text: string) => {
      const { whole, problems } = readRules(text)
      return [whole, ...problems.map(({ code }) => code)]
    }
    expect(part(`${WEB}-a -t 10.0.0.1:80 -r $RS1:80 -g\n`)).toEqual([false, 'IPVS-NAME'])
    expect(part(`${WEB}-a -t 10.0.0.1:80 -r web1:http -g\n`)).toEqual([false, 'IPVS-NAME'])
    expect(part(`${WEB}-a -t 10.0.0.1:80 -m -g\n`)).toEqual([false, 'IPVS-SYNTAX'])
    expect(part(`-A -t 10.0.0.1:80 -s $S\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -g\n`)).toEqual([
      false,
      'IPVS-NAME',
    ])
    // What makes no real server leaves nothing open.
    expect(part(`${WEB}-D -t 10.0.0.9:80\n`)).toEqual([true, 'IPVS-ORDER'])
    expect(part(`${WEB}-A -t 10.0.0.9:80 -s rr -s wlc\n`)).toEqual([true, 'IPVS-SYNTAX'])
  })

  it('are read whatever they hold', () => {
    for (let at = 0; at < SAVED.length; at++) readRules(SAVED.slice(0, at))
    for (const text of [
      '-'.repeat(100_000),
      '"'.repeat(100_001),
      '-A '.repeat(100_000),
      '\u0000\ud800 -A\n',
      '-a\n'.repeat(100_000),
    ]) {
      expect(readRules(text).problems.length).toBeGreaterThan(0)
    }
  })
})
