import { describe, expect, it } from 'vitest'
import { observedHosts } from '../core/checks/observed.test-kit.js'
import { deriveCluster } from '../core/hosts/cluster.js'
import { directorStatus } from '../core/plan/director-status.js'
import { ratesBetween } from '../core/plan/traffic-rates.js'
import { parseTopology } from '../core/topology/parse.js'
import { redrawn } from './live-screen.js'
import { statusLines } from './status-text.js'

const PAIR = `lvs: 1
name: shop
networks: { farm: { subnet: 192.0.2.0/24 } }
hosts:
  lb1: { role: director, interfaces: { eth0: { network: farm, address: 192.0.2.2 } } }
  lb2: { role: director, interfaces: { eth0: { network: farm, address: 192.0.2.3 } } }
  web1: { role: real-server, interfaces: { eth0: { network: farm, address: 192.0.2.11 } } }
  web2: { role: real-server, interfaces: { eth0: { network: farm, address: 192.0.2.12 } } }
  sorry: { role: real-server, interfaces: { eth0: { network: farm, address: 192.0.2.13 } } }
manage: { director: keepalived }
vrrp: { id: 51 }
services:
  web:
    mode: dr
    director: [lb1, lb2]
    vip: 192.0.2.100
    port: 80
    scheduler: wrr
    persistence: { timeout: 300 }
    real-servers: { web1: { weight: 2 }, web2: {} }
    sorry-server: { address: 192.0.2.13, port: 80 }
  mail: { mode: dr, director: [lb1, lb2], vip: 192.0.2.101, port: 25, real-servers: { web1: {} } }
`

/** As `ipvsadm` prints it: web2 is drained, somebody has added two things, mail is gone. */
const IPVS = `== ipvs
-A -t 192.0.2.100:80 -s wrr -p 300
-a -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 1
-a -t 192.0.2.100:80 -r 192.0.2.12:80 -g -w 0
-a -t 192.0.2.100:80 -r 192.0.2.99:80 -i -w 1
-A -f 7 -s sh -b sh-port
== thresholds
TCP  192.0.2.100:80 wrr persistent 300
  -> 192.0.2.11:80      0          0          3          14
  -> 192.0.2.12:80      0          0          1          0
  -> 192.0.2.99:80      0          0          0          0
== traffic
TCP  192.0.2.100:80                 20       40        0     4000        0
  -> 192.0.2.11:80                  10       20        0     2000        0
  -> 192.0.2.12:80                  10       20        0     2000        0
== sync
master sync daemon (mcast=eth0, syncid=51, maxlen=1460)
== wanted
drain\t-t 192.0.2.100:80 -r 192.0.2.12:80\tdrained
== end`

const cluster = deriveCluster(parseTopology(PAIR).topology)

function statusOf(host: string, ipvs = IPVS) {
  const live = observedHosts(cluster, { [host]: [['== end', ipvs]] }).get(host)
  if (live === undefined) throw new Error(`${host} was not read`)
  return directorStatus(cluster, host, live)
}

const textOf = (shown: Parameters<typeof statusLines>[0]) => statusLines(shown).map(({ text }) => text)

describe('the state of directors, for people', () => {
  it('is their tables by the names of the drawing, and what is not as drawn', () => {
    const failure = { host: 'lb2', step: 'connect' as const, message: 'nothing answers', unknown: false }
    expect(textOf({ directors: [statusOf('lb1')], failures: [failure] })).toEqual([
      'lb1',
      '  web: tcp 192.0.2.100:80, wrr, persistent for 300 s, has the VIP',
      '    real server  address        method  weight  active  inactive',
      '    web1         192.0.2.11:80  dr           1       3        14  drawn with weight 2',
      '    web2         192.0.2.12:80  dr           0       1         0  drained',
      '    sorry        192.0.2.13:80  -            -       -         -  sorry server, not in use',
      '    -            192.0.2.99:80  tun          1       0         0  not drawn',
      '  mail: tcp 192.0.2.101:25, not in the table',
      '  mark 7: not drawn, sh sh-port',
      '    no real server',
      '  master sync daemon (mcast=eth0, syncid=51, maxlen=1460)',
      '',
      'lb2: connect: nothing answers',
    ])
  })

  it('says where nobody has a VIP, and where more than one does', () => {
    const having = (host: string, hasVip: boolean) => {
      const status = statusOf(host)
      return { ...status, services: status.services.map((service) => ({ ...service, hasVip })) }
    }
    const last = (lb1: boolean, lb2: boolean) =>
      textOf({ directors: [having('lb1', lb1), having('lb2', lb2)], failures: [] }).slice(-2)
    expect(last(true, true)).toEqual([
      '192.0.2.100 is on lb1 and lb2 at once',
      '192.0.2.101 is on lb1 and lb2 at once',
    ])
    expect(last(false, false)).toEqual([
      'no director has the VIP 192.0.2.100',
      'no director has the VIP 192.0.2.101',
    ])
    expect(last(false, true).join('\n')).not.toMatch(/at once|no director/)
    const failure = { host: 'lb2', step: 'connect' as const, message: 'nothing answers', unknown: false }
    const alone = textOf({ directors: [having('lb1', false)], failures: [failure] })
    expect(alone[1]).toBe('  web: tcp 192.0.2.100:80, wrr, persistent for 300 s, does not have the VIP')
    expect(alone.at(-1)).toBe('no director that could be read has the VIP 192.0.2.101')
  })

  it('says where a drain does not hold', () => {
    const lines = textOf({
      directors: [statusOf('lb1', IPVS.replace('.12:80 -g -w 0', '.12:80 -g -w 1'))],
      failures: [],
    })
    expect(lines[4]).toMatch(/drained, but has weight again$/)
  })

  it('has rates between two readings, and none of what was added since', () => {
    const before = statusOf('lb1')
    const later = IPVS.replace(
      /10 +20 +0 +2000 +0\n {2}-> 192.0.2.12/,
      '25 2520 0 5002000 0\n  -> 192.0.2.12',
    )
      .replace('== sync', '  -> 192.0.2.99:80  5 5 5 5 5\n== sync')
      .replace(/(192.0.2.12:80 +)10 /, '$1 3 ')
    const now = statusOf('lb1', later)
    const rates = new Map([['lb1', ratesBetween(before, now, 2)]])
    const lines = textOf({ directors: [now], failures: [], rates })
    expect(lines.slice(2, 7)).toEqual([
      '    real server  address        method  weight  active  inactive  conn/s  in B/s  out B/s',
      '    web1         192.0.2.11:80  dr           1       3        14     7.5    2.5M        0  drawn with weight 2',
      '    web2         192.0.2.12:80  dr           0       1         0       -       -        -  drained',
      '    sorry        192.0.2.13:80  -            -       -         -       -       -        -  sorry server, not in use',
      '    -            192.0.2.99:80  tun          1       0         0       -       -        -  not drawn',
    ])
  })

  it('knows who is a sorry server in use, and whom keepalived has taken out', () => {
    const status = statusOf('lb2', IPVS.replace(/-r 192.0.2.11:80 -g -w 1/, '-r 192.0.2.13:80 -g -w 1'))
    const [web] = status.services
    expect(web?.destinations.map(({ realServer, is, there }) => [realServer, is, there])).toEqual([
      ['web1', 'real server', false],
      ['web2', 'real server', true],
      ['sorry', 'sorry server', true],
      [undefined, 'undrawn', true],
    ])
    const out = {
      ...status,
      services: status.services.map((service) => ({
        ...service,
        destinations: service.destinations.map((each) => ({ ...each, takenOut: !each.there })),
      })),
    }
    const lines = textOf({ directors: [out], failures: [] })
    expect(lines[3]).toMatch(/^ {4}web1 .* taken out by keepalived: its check fails$/)
    expect(lines[5]).toMatch(/^ {4}sorry .* sorry server, in use$/)
  })

  it('lets no host move the cursor', () => {
    const failure = { host: 'lb1', step: 'probe' as const, message: 'a\u001b[2Jb', unknown: false }
    expect(textOf({ directors: [], failures: [failure] })).toEqual(['lb1: probe: a␛[2Jb'])
  })
})

describe('a screen that is drawn again', () => {
  const lines = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ text: `line ${index + 1}`, style: undefined }))
  const screen = { colour: false, rows: 5, columns: 8 }
  const write = () => undefined
  const io = {
    ...screen,
    out: write,
    err: write,
    ask: undefined,
    input: () => Promise.resolve(''),
    signal: new AbortController().signal,
  }

  it('is written over from its first line, and cleared below its last', () => {
    expect(redrawn(lines(2), io, true)).toBe('\u001b[2J\u001b[Hline 1\u001b[K\nline 2\u001b[K\n\u001b[J')
    expect(redrawn(lines(1), io, false)).toBe('\u001b[Hline 1\u001b[K\n\u001b[J')
  })

  it('never scrolls, and says what is left out', () => {
    const text = redrawn([{ text: 'a line that is too long', style: undefined }, ...lines(9)], io, false)
    expect(text.split('\n')).toEqual([
      '\u001b[Ha line t\u001b[K',
      'line 1\u001b[K',
      'line 2\u001b[K',
      expect.stringMatching(/^… 7 more/),
      '\u001b[J',
    ])
  })
})
