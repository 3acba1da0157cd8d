import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Cluster } from '../hosts/cluster.js'
import { observeHost } from '../hosts/observe.js'
import { inverseSteps } from './inverse.js'
import { makePlan } from './plan.js'
import { brief, clusterOf, digest, fresh, hostPlan, observeAll } from './plan.test-kit.js'
import type { PlanStep } from './step.js'

describe('tunnels and marks', () => {
  const tunnels = () => clusterOf(readFileSync('test/fixtures/tunnels.lvs.yaml', 'utf8'))
  const kinds = (steps: readonly PlanStep[]) => [...new Set(steps.map(({ kind }) => kind))]
  /** With what such a deployment leaves on rs1. */
  const DEPLOYED = [
    '== fou',
    'port 6080 gue',
    'port 6080 gue -6',
    '== owned',
    'fou\t4 6080\tabsent',
    'tunnel-device\tlvs-4in6-d868fa\tabsent',
    'sysctl\tnet.ipv4.conf.lvs-4in6-d868fa.rp_filter\tabsent',
    'link\tlvs-4in6-d868fa\tabsent',
    'address\tlvs-4in6-d868fa 192.0.2.106/32\tabsent',
  ].join('\n')
  const link = (name: string, made: string) =>
    `9: ${name}@NONE: <NOARP,UP,LOWER_UP> mtu 1452 qdisc noqueue\\    link/tunnel6 :: brd ::\\    ${made} hoplimit 64 encaplimit 4 addrgenmode eui64 `
  const withLink = (cluster: Cluster, line: string, extra = '') => {
    const observed = observeAll(cluster)
    const probe = fresh(cluster, 'rs1', extra).replace('== address', `${line}\n== address`)
    return new Map([...observed, ['rs1', observeHost('rs1', probe)]])
  }

  it('makes the device before its settings and its address, and the port before that', () => {
    const { steps } = hostPlan(tunnels(), 'rs1')
    expect(kinds(steps)).toEqual(['module', 'fou', 'tunnel-device', 'sysctl', 'link', 'address'])
    expect(steps.filter(({ kind }) => kind === 'fou' || kind === 'tunnel-device').map(brief)).toEqual([
      'real-servers fou 4 6080: absent -> gue',
      'real-servers fou 4 6090: absent -> gue',
      'real-servers fou 6 6080: absent -> gue',
      'real-servers tunnel-device lvs-4in6-d868fa: absent -> ip6tnl mode any local fd00:1::11 remote any',
      'real-servers tunnel-device lvs-gre6-d868fa: absent -> ip6gre local fd00:1::11 remote any icsum',
    ])
    expect(kinds(inverseSteps(steps))).toEqual([
      'address',
      'link',
      'sysctl',
      'tunnel-device',
      'fou',
      'module',
    ])
  })

  it('marks packets once the service is there and before the VIP is', () => {
    const { steps } = hostPlan(tunnels(), 'lb1')
    expect(kinds(steps)).toEqual([
      'module',
      'sysctl',
      'virtual-service',
      'destination',
      'mark',
      'masquerade',
      'address',
    ])
    expect(
      steps
        .filter(({ kind }) => kind === 'masquerade')
        .map(({ key, after, summary }) => [key, after, summary]),
    ).toEqual([
      [
        'tcp 192.0.2.111 80',
        'on',
        'put the director’s address in the place of the client’s in requests: tcp to 192.0.2.111, port 80',
      ],
      [
        'tcp 2001:db8:1::112 80',
        'on',
        'put the director’s address in the place of the client’s in requests: tcp to 2001:db8:1::112, port 80',
      ],
    ])
    expect(
      steps.filter(({ kind }) => kind === 'mark').map(({ key, after, summary }) => [key, after, summary]),
    ).toEqual([
      [
        '17 ipv4',
        'tcp 192.0.2.120 80,8080',
        'give the firewall mark 17 (IPv4) to packets: tcp to 192.0.2.120, ports 80, 8080',
      ],
      [
        '18 ipv6',
        'tcp 2001:db8:1::121',
        'give the firewall mark 18 (IPv6) to packets: tcp to 2001:db8:1::121, every port',
      ],
    ])
  })

  it('finds what is there, and removes it from the address down', () => {
    const cluster = tunnels()
    const made = link('lvs-4in6-d868fa', 'ip6tnl any remote any local fd00:1::11')
    const observed = withLink(cluster, made, DEPLOYED)
    const { steps } = hostPlan(cluster, 'rs1', observed)
    const there = steps.map(({ kind, key }) => `${kind} ${key}`)
    expect(there).not.toContain('fou 4 6080')
    expect(there).not.toContain('fou 6 6080')
    expect(there).not.toContain('tunnel-device lvs-4in6-d868fa')
    expect(there).toContain('fou 4 6090')
    expect(
      hostPlan(cluster, 'rs1', observed, 'remove').steps.map(({ kind, after }) => `${kind} ${after}`),
    ).toEqual(['address absent', 'link absent', 'sysctl absent', 'tunnel-device absent', 'fou absent'])
  })

  it('changes which packets get a mark of ours', () => {
    const cluster = tunnels()
    const marks = [
      '== marks',
      'table inet lvs-designer-tunnels {',
      '\tchain mark-17-ipv4 {',
      '\t\ttype filter hook prerouting priority -150; policy accept;',
      '\t\tip daddr 192.0.2.120 tcp dport 80 meta mark set 0x00000011',
      '\t}',
      '}',
    ].join('\n')
    const owned = '\n== owned\nmark\t17 ipv4\tabsent'
    const { steps } = hostPlan(cluster, 'lb1', observeAll(cluster, { lb1: marks + owned }))
    expect(steps.find(({ key }) => key === '17 ipv4')).toMatchObject({
      before: 'tcp 192.0.2.120 80',
      after: 'tcp 192.0.2.120 80,8080',
      record: 'keep',
      summary: 'change which packets get the firewall mark 17 (IPv4): tcp to 192.0.2.120, ports 80, 8080',
    })
    const { refusals } = makePlan(cluster, observeAll(cluster, { lb1: marks }), { purpose: 'apply', digest })
    expect(refusals.map(({ reason }) => reason)).toEqual([
      "a table of nftables named as this cluster's would be gives the mark 17 ipv4 already",
    ])
  })

  it('needs nft on the director, and says so', () => {
    const cluster = tunnels()
    const observed = observeAll(cluster)
    observed.set('lb1', observeHost('lb1', fresh(cluster, 'lb1').replace(' nft', '')))
    const { refusals } = makePlan(cluster, observed, { purpose: 'apply', digest })
    expect(refusals).toEqual([
      { host: 'lb1', reason: 'nft is not installed', remedy: expect.stringContaining('nftables') as string },
    ])
  })

  it.each([
    [
      'a device of the name that is made otherwise',
      link('lvs-4in6-d868fa', 'ip6tnl any remote any local fd00:9::9'),
      '',
      /there is a device lvs-4in6-d868fa already.*\(ip6tnl mode any local fd00:9::9 remote any\)/,
    ],
    [
      'a device of the name of another kind',
      link('lvs-4in6-d868fa', 'dummy'),
      '',
      /there is a device lvs-4in6-d868fa already.*another kind/,
    ],
    [
      "somebody's device that takes the same packets",
      link('gre6b', 'ip6gre remote any local fd00:1::11'),
      '',
      /its tunnel device gre6b takes the packets already that lvs-gre6-d868fa is for/,
    ],
    [
      'a port that unpacks something else',
      '9: x: <UP> mtu 1500',
      '== fou\nport 6090 ipproto 4',
      /UDP port 6090 unpacks something else there already \(ipproto 4\)/,
    ],
  ])('refuses %s', (_, line, extra, reason) => {
    const cluster = tunnels()
    const { refusals } = makePlan(cluster, withLink(cluster, line, extra), { purpose: 'apply', digest })
    expect(refusals.map((each) => each.reason)).toEqual([expect.stringMatching(reason)])
  })

  it("leaves somebody's tunnel alone that takes other packets", () => {
    const cluster = tunnels()
    const observed = withLink(cluster, link('gre6b', 'ip6gre remote any local fd00:9::9'))
    expect(makePlan(cluster, observed, { purpose: 'apply', digest }).refusals).toEqual([])
  })
})
