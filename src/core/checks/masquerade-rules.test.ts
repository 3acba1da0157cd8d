import { describe, expect, it } from 'vitest'
import { DR, NAT, drawing, expectMarked, findingsOf } from './rules.test-kit.js'

const codes = (text: string) => findingsOf(text).map(({ code }) => code)

describe('a masqueraded service', () => {
  it('needs no way of its real servers to its clients, and says what they do not see', () => {
    const away = { rs1: ['gateway: 10.0.0.254'], rs2: ['gateway: 10.0.0.254'] }
    expect(codes(drawing(NAT, away))).toEqual(['NAT-GW', 'NAT-GW'])
    const [finding] = expectMarked(drawing(NAT, { ...away, web: ['masquerade: ⟦true⟧'] }), ['MASQ-CLIENT'])
    expect(finding?.message).toBe(
      'real servers of "web" see the address of lb1 for that of every client, in logs and rules alike',
    )
  })

  it('says so once for all that one director masquerades', () => {
    const shop = ['mode: nat', 'director: lb1', 'vip: 192.0.2.101', 'port: 80', 'real-servers: { rs1: {} }']
    const text = drawing(NAT, {
      web: ['masquerade: ⟦true⟧'],
      'services/shop': [...shop, 'masquerade: true'],
    })
    expect(expectMarked(text, ['MASQ-CLIENT'])[0]?.message).toContain('real servers of "web" and "shop" see')
  })

  it('may have its clients on the network of its real servers', () => {
    const beside = {
      alice: ['interfaces: { eth0: { network: back, address: 10.0.0.50 } }', 'gateway: 10.0.0.1'],
    }
    expect(codes(drawing(NAT, beside))).toEqual(['NAT-ONLINK', 'NAT-ONLINK'])
    expect(codes(drawing(NAT, { ...beside, web: ['masquerade: true'] }))).toEqual(['MASQ-CLIENT'])
  })

  it('tells of the pair that open connections end with a failover, and asks for no inside VIP', () => {
    const pair = {
      'hosts/lb2': [
        'role: director',
        'interfaces: { eth0: { network: front, address: 192.0.2.3 }, eth1: { network: back, address: 10.0.0.2 } }',
      ],
      '': ['vrrp: { id: 51, network: front }', 'manage: { director: keepalived }'],
    }
    const web = ['director: [lb1, lb2]']
    expect(codes(drawing(NAT, { ...pair, web }))).toContain('HA-NAT-SYNC')
    const found = findingsOf(drawing(NAT, { ...pair, web: [...web, 'masquerade: true'] }))
    expect(found.map(({ code }) => code)).not.toContain('HA-NAT-SYNC')
    expect(found.find(({ code }) => code === 'MASQ-CLIENT')?.message).toContain(
      'open connections end when the other director takes over',
    )
  })

  it('is lost where every packet is scheduled by itself, and nobody knows whose a reply is', () => {
    const web = ['protocol: udp', 'masquerade: true', 'one-packet: true']
    const said = (more: Parameters<typeof drawing>[1]) =>
      findingsOf(drawing(NAT, { ...more, web })).find(({ code }) => code === 'NAT-OPS')?.message
    expect(said({})).toBe(
      '"web" schedules every packet by itself, so lb1, which masquerades it, does not know whose replies those of rs1 and rs2 are: they end there',
    )
    expect(said({ lb1: ['sysctls: { net.ipv4.vs.conntrack: 0 }'] })).toContain(
      'leave the director with their own',
    )
    expect(codes(drawing(NAT, { web: web.slice(0, 2) }))).toEqual(['MASQ-CLIENT'])
  })

  it('is lost where real servers do not find the director that they answer', () => {
    const text = drawing(NAT, {
      'networks/pods': ['subnet: 10.7.0.0/24'],
      'hosts/node': [
        'role: router',
        'interfaces: { eth0: { network: back, address: 10.0.0.9 }, eth1: { network: pods, address: 10.7.0.1 } }',
      ],
      lb1: ['routes: [ { to: 10.7.0.0/24, via: 10.0.0.9 } ]'],
      rs1: ['interfaces: { eth0: { network: pods, address: 10.7.0.11 } }'],
      web: ['masquerade: true', 'real-servers: { rs1: { port: 8080 } }'],
    })
    const lost = findingsOf(text).find(({ code }) => code === 'REPLY-ROUTE')
    expect(lost?.message).toBe('replies of rs1 to alice for "web" are lost: rs1 has no route for 10.0.0.1')
    expect(codes(text)).not.toContain('NAT-GW')
  })
})

describe('MASQ-CT', () => {
  it('is said of a director whose IPVS is kept out of conntrack, and taken back by lifting the pin', () => {
    const text = drawing(NAT, { lb1: ['sysctls: { net.ipv4.vs.conntrack: ⟦0⟧ }'], web: ['masquerade: true'] })
    const found = findingsOf(text.replace('⟦', '').replace('⟧', ''))
    const said = found.find(({ code }) => code === 'MASQ-CT')
    expect(said?.message).toBe(
      'lb1 masquerades nothing with net.ipv4.vs.conntrack=0, so real servers of "web" see the addresses of clients and answer those',
    )
    expect(said?.fixes.map(({ title }) => title)).toEqual(['Lift the pin of net.ipv4.vs.conntrack'])
    // No firewall is in the way: that would be NAT-CT's.
    expect(found.map(({ code }) => code)).not.toContain('NAT-CT')
  })

  it('is silent where nothing is masqueraded', () => {
    expect(codes(drawing(NAT, { lb1: ['sysctls: { net.ipv4.vs.conntrack: 0 }'] }))).toEqual([])
  })
})

describe('MASQ-NAT', () => {
  it.each([
    ['a service that is not NAT', drawing(DR, { web: ['masquerade: ⟦true⟧'] }), 'its mode is dr'],
    [
      'one that is not NAT throughout',
      drawing(NAT, {
        web: ['masquerade: ⟦true⟧', 'real-servers: { rs1: { port: 8080 }, rs2: { mode: tun } }'],
        rs2: ['gateway: 10.0.0.254'],
      }),
      'is not NAT for rs2',
    ],
  ])('is said of %s', (_, text, message) => {
    const [finding] = expectMarked(text, ['MASQ-NAT'])
    expect(finding?.message).toContain(message)
    expect(finding?.fixes.map(({ title }) => title)).toEqual(['Take masquerade out of "web"'])
  })

  it('is said of one whose packets others mark', () => {
    const base = NAT.replace('    vip: 192.0.2.100\n    port: 80\n', '    mark: 17\n').replaceAll(
      '{ port: 8080 }',
      '{}',
    )
    expect(codes(drawing(base, { web: ['masquerade: true'] }))).toContain('MASQ-NAT')
    expect(codes(drawing(base, {}))).not.toContain('MASQ-NAT')
  })
})
