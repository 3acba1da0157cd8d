import { describe, expect, it } from 'vitest'
import { comparedFields, packetFields } from './packet-text.js'
import { headLines, plainText, walkText } from './walk-text.js'
import { SKIPPING, ending, hop, ip, packet } from './walk-text.test-kit.js'
import { walkJson } from './walk-json.js'

describe('a walk as text', () => {
  it('says what came of it, and shows every hop with its decisions and what it changes', () => {
    const causes = [{ code: 'NAT-GW', message: 'replies of rs1 go to 10.0.0.254' }]
    expect(plainText(walkText(SKIPPING, { causes }))).toBe(`\
web: alice → rs1: not served (REPLY_SKIPS_DIRECTOR); the client waits until it gives up
  rs1 sends the reply to its gateway 10.0.0.254 instead of lb1, so it reaches alice from 10.0.0.11,
  which alice never asked
  why: NAT-GW: replies of rs1 go to 10.0.0.254

The request
  1  alice  begins here → eth0 on front
      send          a program connects to 192.0.2.100 port 80
      neighbour     lb1 answers for 192.0.2.100: 02:00:00:00:00:01
      out  eth      02:00:00:00:00:50 → 02:00:00:00:00:01
           ip       192.0.2.50 → 192.0.2.100  ttl 64  60 bytes  DF
           tcp      40000 → 80  SYN
  2  lb1  eth0 → eth1 on back
      in   eth      02:00:00:00:00:50 → 02:00:00:00:00:01
           ip       192.0.2.50 → 192.0.2.100  ttl 64  60 bytes  DF
           tcp      40000 → 80  SYN
      service       tcp 192.0.2.100 port 80 is the service web
      schedule      wlc can choose any destination with a weight above 0 that is not overloaded;
                    this walk takes rs1 at 10.0.0.11 port 8080
      rewrite       192.0.2.100 port 80 becomes 10.0.0.11 port 8080
      remembers     TCP 192.0.2.50 port 40000 to 192.0.2.100 port 80: 10.0.0.11 port 8080, by nat
      out  eth      *02:00:00:00:01:01* → *02:00:00:00:01:11*
           ip       192.0.2.50 → *10.0.0.11*  *ttl 63*  60 bytes  DF
           tcp      40000 → *8080*  SYN

The reply
  3  rs1  eth0 → ends here
      in   eth      02:00:00:00:01:01 → 02:00:00:00:01:11
           ip       192.0.2.50 → 10.0.0.11  ttl 63  60 bytes  DF
           tcp      40000 → 8080  SYN
      drop          there is no route back

*...* is what the host changed.
`)
  })

  it('keeps within the width it is given, but for words that are longer', () => {
    for (const width of [60, 80, 100]) {
      for (const line of plainText(walkText(SKIPPING, { width })).split('\n')) {
        // Headers are looked at in one piece.
        if (!/^ {6}(in|out| {3}) /.test(line) && !line.startsWith('web:')) {
          expect(line.length, line).toBeLessThanOrEqual(width)
        }
      }
    }
  })

  it('shows the header of a tunnel come and go', () => {
    const inner = packet('192.0.2.50', '192.0.2.100', { srcPort: 40000, dstPort: 80, flags: 'SYN' })
    const tunnelled = {
      ...inner,
      outer: { src: ip('192.0.2.2'), dst: ip('10.1.0.12'), ttl: 64, protocol: 4, length: 80, df: true },
    }
    const hops = [
      hop({ host: 'lb1', in: 'eth0', out: 'eth0', packetIn: inner, packetOut: tunnelled }),
      hop({ host: 'rs1', in: 'eth0', out: 'tunl0', packetIn: tunnelled, packetOut: inner }),
    ]
    const text = plainText(walkText({ ...SKIPPING, hops }))
    expect(text).toContain(
      'out  outer    *192.0.2.2* → *10.1.0.12*  *ttl 64*  *ipip*  *80 bytes*  *DF*\n           ip       192.0.2.50 → 192.0.2.100  ttl 64',
    )
    expect(text).toContain('out  outer    *taken off*\n')
  })

  it('names who has answered for the VIP, and what is not known', () => {
    const walk = ending('ARP_AMBIGUOUS', { arpWinner: 'rs1', served: undefined, seen: undefined })
    expect(plainText(headLines(walk)).split('\n').slice(0, 2)).toEqual([
      'web: alice → rs1: undetermined (ARP_AMBIGUOUS)',
      '  Several may answer for the VIP; here rs1 did.',
    ])
  })

  it('says which of a pair is active, and leaves a client out that there is not', () => {
    const pair = plainText(headLines(SKIPPING, { active: 'lb2' })).split('\n')
    expect(pair[1]).toBe('  Of the pair of directors lb2 is the active one.')
    const nobody = ending('UNDETERMINED', {
      client: '',
      realServer: undefined,
      seen: undefined,
      served: undefined,
    })
    expect(plainText(headLines(nobody))).toMatch(/^web: undetermined \(UNDETERMINED\)\n/)
  })

  it('leaves a real server out that no request came to', () => {
    const walk = ending('NO_SERVICE', { realServer: undefined, seen: 'refused' })
    expect(plainText(headLines(walk))).toMatch(
      /^web: alice: not served \(NO_SERVICE\); the client is told "Connection refused"\n/,
    )
  })
})

describe('the fields of a packet', () => {
  const SYN = packet('2001:db8::1', '2001:db8::2', { srcPort: 1, dstPort: 2 })

  it('have a DF bit, and a time to live, where the header is one of IPv4', () => {
    const of = (inner: 4 | 6, outer: 4 | 6) => {
      const [from, to] = outer === 4 ? ['192.0.2.2', '10.1.0.12'] : ['2001:db8::a', '2001:db8::b']
      const carried = inner === 4 ? packet('192.0.2.50', '192.0.2.100', { srcPort: 1, dstPort: 2 }) : SYN
      const header = { src: ip(from), dst: ip(to), ttl: 64, protocol: 41, length: 100, df: true }
      return packetFields({ ...carried, ip: { ...carried.ip, df: true }, outer: header })
        .filter(({ key }) => key === 'df' || key === 'ttl')
        .map(({ layer, text }) => `${layer} ${text}`)
    }
    expect(of(4, 4)).toEqual(['outer ttl 64', 'outer DF', 'ip ttl 64', 'ip DF'])
    expect(of(6, 4)).toEqual(['outer ttl 64', 'outer DF', 'ip hop limit 64'])
    expect(of(4, 6)).toEqual(['outer hop limit 64', 'ip ttl 64', 'ip DF'])
    expect(of(6, 6)).toEqual(['outer hop limit 64', 'ip hop limit 64'])
  })

  it('are marked where the other packet lacks them, and not where there is none', () => {
    const error = { ...SYN, l4: { icmp: { type: 2, code: 0, mtu: 1480 } }, ip: { ...SYN.ip, protocol: 58 } }
    expect(comparedFields(error, SYN).filter(({ changed }) => changed)).toEqual([
      { layer: 'l4', key: 'icmp', text: 'packet too big (type 2 code 0), mtu 1480', changed: true },
    ])
    expect(comparedFields(error, undefined).some(({ changed }) => changed)).toBe(false)
  })

  it('of ICMP that has no name here are its numbers', () => {
    const odd = { ...SYN, l4: { icmp: { type: 9, code: 9 } } }
    expect(comparedFields(odd, SYN).at(-1)?.text).toBe('type 9 code 9')
  })
})

describe('a walk as JSON', () => {
  it('has every key, null where there is nothing, and leaves out what most walks lack', () => {
    const json = JSON.parse(JSON.stringify(walkJson(SKIPPING, ['NAT-GW']))) as {
      hops: Record<string, unknown>[]
    }
    expect(json).toMatchObject({
      service: 'web',
      client: 'alice',
      realServer: 'rs1',
      served: false,
      verdict: 'REPLY_SKIPS_DIRECTOR',
      findings: ['NAT-GW'],
      seen: 'timeout',
      at: 'alice',
    })
    expect(json).not.toHaveProperty('arpWinner')
    expect(json.hops.map(({ in: from, out, packetIn }) => [from, out, packetIn === null])).toEqual([
      [null, 'eth0', true],
      ['eth0', 'eth1', false],
      ['eth0', null, false],
    ])
    expect(json.hops[1]?.['packetOut']).toEqual({
      eth: { src: '02:00:00:00:01:01', dst: '02:00:00:00:01:11' },
      ip: { family: 4, src: '192.0.2.50', dst: '10.0.0.11', ttl: 63, protocol: 6, length: 60, df: true },
      l4: { srcPort: 40000, dstPort: 8080, flags: 'SYN' },
    })
  })

  it('says null of what cannot be told, and names the winner of a race', () => {
    const walk = ending('UNDETERMINED', { served: undefined, realServer: undefined, arpWinner: 'rs2' })
    expect(walkJson(walk, [])).toMatchObject({ served: null, realServer: null, arpWinner: 'rs2' })
  })
})
