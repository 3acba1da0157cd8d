import { describe, expect, it } from 'vitest'
import { causeCodes, causesOf } from '../checks/causes.js'
import { checkTopology } from '../checks/check.js'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { walkCluster } from './walk-cluster.js'
import type { WalkWishes } from './walk-cluster.js'

const DRAWING = `lvs: 1
name: sorry
networks:
  front: { subnet: 192.0.2.0/24 }
  back: { subnet: 10.0.0.0/24 }
hosts:
  alice: { role: client, interfaces: { eth0: { network: front, address: 192.0.2.50 } } }
  lb1: { role: director, interfaces: { eth0: { network: front, address: 192.0.2.2 }, eth1: { network: back, address: 10.0.0.1 } } }
  rs1: { role: real-server, interfaces: { eth0: { network: back, address: 10.0.0.11 } } }
  page: { role: real-server, interfaces: { eth0: { network: back, address: 10.0.0.99 } }, gateway: 10.0.0.1 }
services:
  web:
    mode: nat
    director: lb1
    vip: 192.0.2.100
    port: 80
    real-servers: { rs1: { weight: 0 } }
    sorry-server: { address: 10.0.0.99, port: 8080 }
manage: { director: keepalived }
`

function walked(change: (text: string) => string, wishes: WalkWishes = {}) {
  const parsed = parseTopology(change(DRAWING))
  expect(parsed.problems).toEqual([])
  const cluster = deriveCluster(parsed.topology)
  const findings = checkTopology(parsed, cluster)
  return walkCluster(cluster, wishes).map((walk) => ({
    walk,
    causes: causeCodes(causesOf(walk, { cluster, findings })),
  }))
}
const heavy = (text: string) => text.replace('weight: 0', 'weight: 2')

describe('a sorry server', () => {
  it('is walked to where no real server has a weight, at its own port, and says so', () => {
    const [only, ...others] = walked((text) => text)
    expect(others).toEqual([])
    expect(only?.walk).toMatchObject({ realServer: 'sorry', verdict: 'SERVED', served: true })
    const steps = only?.walk.hops.flatMap((hop) => hop.steps) ?? []
    expect(steps.find(({ type }) => type === 'schedule')?.detail).toBe(
      'no real server of weight is left, and keepalived has put the sorry server in: page, 10.0.0.99:8080, by NAT',
    )
    expect(steps.some(({ detail }) => detail.includes('page listens at 10.0.0.99 port 8080'))).toBe(true)
  })

  it('is walked to when it is asked for, though real servers are there', () => {
    expect(walked(heavy).map(({ walk }) => walk.realServer)).toEqual(['rs1'])
    expect(walked(heavy, { realServer: 'sorry' }).map(({ walk }) => [walk.realServer, walk.verdict])).toEqual(
      [['sorry', 'SERVED']],
    )
  })

  it('fails as a real server would, and a rule says why', () => {
    const astray = (text: string) => text.replace(', gateway: 10.0.0.1', ', gateway: 10.0.0.254')
    expect(walked(astray)).toMatchObject([
      { walk: { realServer: 'sorry', verdict: 'REPLY_SKIPS_DIRECTOR' }, causes: ['SORRY-ADDR'] },
    ])
  })

  it('of a host that is not drawn cannot be told about', () => {
    const undrawn = (text: string) => text.replace('{ address: 10.0.0.99, port', '{ address: 10.0.0.77, port')
    expect(walked(undrawn)).toMatchObject([
      { walk: { realServer: 'sorry', verdict: 'UNDETERMINED' }, causes: ['SORRY-ONLY'] },
    ])
  })

  it('is put in by nobody without keepalived, and not by it where there is no real server', () => {
    const alone = (text: string) => text.replace('manage: { director: keepalived }\n', '')
    expect(walked(alone)).toMatchObject([{ walk: { verdict: 'NO_DESTINATION' }, causes: ['NORS'] }])
    const none = (text: string) => text.replace('{ rs1: { weight: 0 } }', '{}')
    expect(walked(none)).toMatchObject([{ walk: { verdict: 'NO_DESTINATION' }, causes: ['NORS'] }])
  })

  it('does not explain what becomes of others', () => {
    const both = (text: string) =>
      heavy(text)
        .replace(', gateway: 10.0.0.1', ', gateway: 10.0.0.254')
        .replace('10.0.0.11 } }', '10.0.0.11 } }, gateway: 10.0.0.254')
    for (const { walk, causes } of walked(both)) {
      expect(walk.realServer).toBe('rs1')
      expect(causes).not.toContain('SORRY-ADDR')
    }
  })
})
