import { describe, expect, it } from 'vitest'
import { checkTopology } from '../checks/check.js'
import { observedHosts } from '../checks/observed.test-kit.js'
import type { Breakage } from '../checks/observed.test-kit.js'
import { DR, NAT } from '../checks/rules.test-kit.js'
import { deriveCluster } from '../hosts/cluster.js'
import { observedCluster } from '../hosts/observed-cluster.js'
import { walkCluster } from '../packet/walk-cluster.js'
import { parseTopology } from '../topology/parse.js'
import { diagnose } from './diagnosis.js'
import { makePlan } from './plan.js'

function diagnosed(text: string, broken: Breakage, mayDeploy = true) {
  const parsed = parseTopology(text)
  const drawn = deriveCluster(parsed.topology)
  const read = observedHosts(drawn, broken)
  const cluster = observedCluster(drawn, read)
  return diagnose({
    cluster,
    findings: checkTopology(parsed, cluster),
    walks: walkCluster(cluster),
    plan: mayDeploy ? makePlan(drawn, read, { purpose: 'apply', digest: (said) => said }) : undefined,
  })
}

const ARP = ['net.ipv4.conf.all.arp_ignore\t1', 'net.ipv4.conf.all.arp_ignore\t0'] as const
const FORWARD = ['net.ipv4.ip_forward\t1', 'net.ipv4.ip_forward\t0'] as const
const FORWARDING = ['.forwarding\t1', '.forwarding\t0'] as const
const VIP_GONE = [
  ['1: lo    inet 192.0.2.100/32 scope global lo', '1: lo    inet 127.0.0.2/8 scope host lo'],
  ['local 192.0.2.100 dev lo src 192.0.2.100', '192.0.2.100 dev eth0 src 192.0.2.11'],
] as const

describe('a diagnosis', () => {
  it('of hosts that are as drawn names nothing', () => {
    expect(diagnosed(DR, {})).toMatchObject({
      causes: [],
      unexplained: [],
      counts: { served: 2, notServed: 0, undetermined: 0 },
    })
  })

  it('names the cause, the host, where walks end by it and what a deployment would do', () => {
    const { causes, counts } = diagnosed(DR, { rs1: [...VIP_GONE] })
    expect(counts).toMatchObject({ served: 1, notServed: 1 })
    expect(causes).toHaveLength(1)
    expect(causes[0]).toMatchObject({
      code: 'DR-VIP-MISSING',
      hosts: ['rs1'],
      services: ['web'],
      verdicts: ['VIP_NOT_ON_REAL_SERVER'],
      walks: 1,
    })
    expect(causes[0]?.evidence[0]).toMatch(
      /^web: alice → rs1 ends at rs1 \(hop \d of \d\), VIP_NOT_ON_REAL_SERVER: rs1 gets a packet for the VIP/,
    )
    expect(causes[0]?.fixes[0]).toBe('"lvs-designer apply" makes rs1 as drawn: add 192.0.2.100/32 to lo')
  })

  it('offers no deployment where the drawing may not be deployed', () => {
    const { causes } = diagnosed(DR, { rs1: [...VIP_GONE] }, false)
    expect(causes[0]?.fixes.join('\n')).not.toContain('as drawn:')
    expect(causes[0]?.fixes.length).toBeGreaterThan(0)
  })

  it('puts first what most walks end by, and last what they hide', () => {
    const { causes } = diagnosed(NAT, {
      lb1: [FORWARD, FORWARDING],
      rs1: [['default via 10.0.0.1', 'default via 10.0.0.254']],
    })
    expect(causes.map(({ code, walks }) => [code, walks > 0])).toEqual([
      ['NAT-FWD', true],
      ['NAT-GW', true],
    ])
  })

  it('offers what a deployment does on the director where that lacks the real server', () => {
    const { causes } = diagnosed(NAT, { lb1: [['-a -t 192.0.2.100:80 -r 10.0.0.11:8080 -m -w 1\n', '']] })
    expect(causes.map(({ code, hosts }) => [code, hosts])).toEqual([['IPVS-TABLE', ['rs1', 'lb1']]])
    expect(causes[0]?.fixes[0]).toMatch(
      /^"lvs-designer apply" makes lb1 as drawn: add real server 10\.0\.0\.11:8080/,
    )
  })

  it('names what is served for now', () => {
    const { causes, counts } = diagnosed(DR, { rs2: [ARP] })
    expect(causes.map(({ code, hosts }) => [code, hosts[0]])).toEqual([['DR-ARP', 'rs2']])
    expect(counts.notServed).toBeGreaterThan(0)
  })

  it('sees who waits in the table of the director', () => {
    const waiting = [
      '== end',
      '== connections\n3 TCP SYN_RECV 192.0.2.100:80 192.0.2.11:80\n1 TCP ESTABLISHED 192.0.2.100:80 192.0.2.11:80\n== end',
    ] as const
    const { causes } = diagnosed(DR, { rs1: [...VIP_GONE], lb1: [waiting] })
    expect(causes[0]?.evidence.at(-1)).toBe(
      'lb1 has 3 connections of "web" to rs1 in SYN_RECV: the request was sent there, and the client has not gone on',
    )
  })

  it('sees that the sorry server has taken the place of real servers, and who is missing', () => {
    const text = NAT.replace(
      '  rs1:\n',
      `  page:\n    role: real-server\n    interfaces: { eth0: { network: back, address: 10.0.0.99 } }\n    gateway: 10.0.0.1\n  rs1:\n`,
    )
      .replace('    real-servers: { rs1', '    sorry-server: { address: 10.0.0.99 }\n    real-servers: { rs1')
      .concat('manage: { director: keepalived }\n')
    const { causes, counts } = diagnosed(text, {
      lb1: [
        ['-a -t 192.0.2.100:80 -r 10.0.0.11:8080 -m -w 1\n', ''],
        [
          '-a -t 192.0.2.100:80 -r 10.0.0.12:8080 -m -w 1\n',
          '-a -t 192.0.2.100:80 -r 10.0.0.99:80 -m -w 1\n',
        ],
      ],
    })
    // Everybody is served, by the page that says sorry; what is missing is named all the same.
    expect(counts).toMatchObject({ served: 1, notServed: 0 })
    expect(causes.map(({ code, hosts }) => [code, hosts[0]])).toEqual([
      ['IPVS-TABLE', 'rs1'],
      ['IPVS-TABLE', 'rs2'],
    ])
  })

  it('does not take for a cause what cannot be told', () => {
    const rules = ['== end', '== firewall\nunread nft lists its rules to root alone\n== end'] as const
    const { causes, unexplained, counts } = diagnosed(DR, { rs1: [rules] })
    expect(causes).toEqual([])
    expect(unexplained.map(({ verdict, realServer }) => [verdict, realServer])).toEqual([
      ['UNDETERMINED', 'rs1'],
    ])
    expect(counts).toMatchObject({ served: 1, undetermined: 1 })
  })
})
