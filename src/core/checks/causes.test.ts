import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { SKIPPING, ending } from '../packet/walk-text.test-kit.js'
import type { Walk } from '../packet/walk.js'
import { walkCluster } from '../packet/walk-cluster.js'
import { parseTopology } from '../topology/parse.js'
import { causeCodes, causesOf } from './causes.js'
import { checkTopology } from './check.js'
import { DR, NAT, TUN, drawing } from './rules.test-kit.js'

/** `CODE path` of every cause. */
function causes(text: string, walk: Walk): string[] {
  const parsed = parseTopology(text)
  const cluster = deriveCluster(parsed.topology)
  return causesOf(walk, { cluster, findings: checkTopology(parsed, cluster) }).map(
    ({ code, path }) => `${code} ${path}`,
  )
}

const pinned = (text: string, host: string, pin: string) =>
  text.replace(`  ${host}:\n    role: real-server\n`, `  ${host}:\n    role: real-server\n    ${pin}\n`)

describe('the causes of a walk', () => {
  const ASTRAY = pinned(
    pinned(NAT, 'rs1', "gateway: [10.0.0.254, 'fd00:10::254']"),
    'rs2',
    "gateway: [10.0.0.254, 'fd00:10::254']",
  )

  it('are findings of rules that explain its verdict, about its own real server', () => {
    expect(causes(ASTRAY, SKIPPING)).toEqual(['NAT-GW /hosts/rs1/gateway/0'])
    expect(causes(ASTRAY, { ...SKIPPING, realServer: 'rs2', reason: 'rs2 sends it past', hops: [] })).toEqual(
      ['NAT-GW /hosts/rs2/gateway/0'],
    )
  })

  it('are none where it is served, and none of rules that explain something else', () => {
    expect(causes(ASTRAY, ending('SERVED', { served: true }))).toEqual([])
    expect(causes(ASTRAY, ending('MTU_BLACKHOLE'))).toEqual([])
  })

  it('are none of another service', () => {
    const walk = { ...SKIPPING, service: 'mail' }
    expect(causes(ASTRAY, walk)).toEqual([])
  })

  it('are those of whoever answers for the VIP, first of whom did in this walk', () => {
    const pin = 'sysctls: { net.ipv4.conf.all.arp_ignore: 0 }'
    const text = pinned(pinned(DR, 'rs1', pin), 'rs2', pin)
    const found = (arpWinner: string) =>
      causes(text, ending('ARP_AMBIGUOUS', { arpWinner, at: arpWinner, realServer: arpWinner, hops: [] }))
    expect(found('rs2').map((each) => each.split(' ')[1]?.split('/')[2])).toEqual(['rs2', 'rs1'])
    expect(found('rs1').map((each) => each.split(' ')[1]?.split('/')[2])).toEqual(['rs1', 'rs2'])
  })

  it('are those of any real server where the request came to none', () => {
    const text = DR.replaceAll('{ rs1: {}, rs2: {} }', '{}')
    const walk = ending('NO_DESTINATION', { realServer: undefined, at: 'lb1', hops: [] })
    expect(causes(text, walk).map((each) => each.split(' ')[0])).toEqual(['NORS'])
  })

  it('may be one of many that a message does not name', () => {
    const many = Array.from({ length: 6 }, (_, index) => index + 11)
    const text = `lvs: 1
name: many
networks: { farm: { subnet: 192.0.2.0/24, gateway: 192.0.2.1 } }
hosts:
  lb1: { role: director, interfaces: { eth0: { network: farm, address: 192.0.2.2 } } }
  rs1:
    role: real-server
    sysctls: { net.ipv4.conf.all.arp_ignore: 0 }
    interfaces: { eth0: { network: farm, address: 192.0.2.11 } }
services:
${many.map((each) => `  s${each}: { mode: dr, director: lb1, vip: 192.0.2.${each + 100}, port: 80, real-servers: { rs1: {} } }`).join('\n')}
`
    for (const each of many) {
      const walk = ending('SERVED_BYPASSING_DIRECTOR', { service: `s${each}`, at: 'rs1', hops: [] })
      expect(causes(text, walk), `s${each}`).toEqual([
        'DR-ARP /hosts/rs1/sysctls/net.ipv4.conf.all.arp_ignore',
      ])
    }
  })

  it('are first those about the leg it ended on', () => {
    const text = drawing(TUN, {
      'hosts/alice': ['role: client', 'interfaces: { eth0: { network: front, address: 192.0.2.50 } }'],
      core: ['sysctls: { net.ipv4.ip_forward: 0 }'],
    })
    const cluster = deriveCluster(parseTopology(text).topology)
    const walk = walkCluster(cluster).find(({ verdict }) => verdict === 'FORWARDING_OFF')
    expect(walk?.hops[0]?.leg).toBe('request')
    if (walk !== undefined)
      expect(causes(text, walk).map((each) => each.split(' ')[0])).toEqual(['RS-ROUTE', 'REPLY-ROUTE'])
  })

  it('have each code once', () => {
    const parsed = parseTopology(ASTRAY)
    const findings = checkTopology(parsed)
    const gateways = findings.filter(({ code }) => code === 'NAT-GW')
    expect(gateways.length).toBeGreaterThan(1)
    expect(causeCodes(gateways)).toEqual(['NAT-GW'])
  })
})
