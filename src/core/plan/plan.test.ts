import { describe, expect, it } from 'vitest'
import { observeHost } from '../hosts/observe.js'
import { inverseSteps } from './inverse.js'
import { makePlan } from './plan.js'
import { brief, clusterOf, digest, fresh, hostPlan, observeAll, sample } from './plan.test-kit.js'

describe('the plan for hosts nobody has touched', () => {
  it('DR, real server: ARP settings before the VIP', () => {
    expect(hostPlan(clusterOf(sample('dr')), 'rs1').steps.map(brief)).toEqual([
      'real-servers sysctl net.ipv4.conf.all.arp_ignore: 0 -> 1',
      'real-servers sysctl net.ipv4.conf.all.arp_announce: 0 -> 2',
      'real-servers address lo 192.0.2.100/32: absent -> present',
      'real-servers address lo 2001:db8:1::100/128: absent -> present',
    ])
  })

  it('TUN, real server: module, filter, device, VIP', () => {
    const steps = hostPlan(clusterOf(sample('tun')), 'rs1').steps.map(({ kind }) => kind)
    expect(steps).toEqual([
      'module',
      'module',
      'sysctl',
      'sysctl',
      'sysctl',
      'link',
      'link',
      'address',
      'address',
    ])
  })

  it('NAT, director: service, destinations at weight 0, VIP, weights', () => {
    expect(
      hostPlan(clusterOf(sample('nat')), 'lb1')
        .steps.filter(({ key }) => !key.includes('['))
        .map(brief),
    ).toEqual([
      'directors module ip_vs: absent -> loaded',
      'directors module ip_vs_rr: absent -> loaded',
      'directors sysctl net.ipv4.ip_forward: 0 -> 1',
      'directors sysctl net.ipv6.conf.all.forwarding: 0 -> 1',
      'directors virtual-service -t 192.0.2.100:80: absent -> -s rr',
      'directors destination -t 192.0.2.100:80 -r 10.0.0.11:8080: absent -> -m -w 0',
      'directors destination -t 192.0.2.100:80 -r 10.0.0.12:8080: absent -> -m -w 0',
      'directors address eth0 192.0.2.100/32: absent -> present',
      'directors address eth0 2001:db8:1::100/128: absent -> present',
      'directors destination -t 192.0.2.100:80 -r 10.0.0.11:8080: -m -w 0 -> -m -w 1',
      'directors destination -t 192.0.2.100:80 -r 10.0.0.12:8080: -m -w 0 -> -m -w 1',
    ])
  })

  it('touches no client and no router', () => {
    const cluster = clusterOf(sample('dr'))
    const { hosts } = makePlan(cluster, observeAll(cluster), { purpose: 'apply', digest })
    expect(hosts.map(({ host }) => host)).toEqual(['lb1', 'rs1', 'rs2'])
  })

  it('undoes itself in the opposite order', () => {
    const { steps } = hostPlan(clusterOf(sample('dr')), 'rs1')
    const undo = inverseSteps(steps)
    expect(undo.map(({ kind }) => kind)).toEqual(['address', 'address', 'sysctl', 'sysctl'])
    expect(undo[0]).toMatchObject({ before: 'present', after: 'absent', record: 'release' })
    expect(inverseSteps(undo).map(({ after }) => after)).toEqual(steps.map(({ after }) => after))
  })
})

const TABLE = `== ipvs
-A -t 192.0.2.100:80 -s rr
-a -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 1
-a -t 192.0.2.100:80 -r 192.0.2.99:80 -g -w 4
`

describe('the plan for hosts that have been deployed before', () => {
  const cluster = clusterOf(sample('dr'))

  it('changes what differs, quiesces what goes before anything else, and leaves what is not owned', () => {
    const owned = [
      '== owned',
      'virtual-service\t-t 192.0.2.100:80\tabsent',
      'destination\t-t 192.0.2.100:80 -r 192.0.2.99:80\tabsent',
      'sysctl\tnet.ipv4.ip_forward\t0',
    ].join('\n')
    const { steps } = hostPlan(cluster, 'lb1', observeAll(cluster, { lb1: `${TABLE}${owned}` }))
    const own = steps.filter(({ key }) => !key.includes('[') && !key.includes('db8'))
    expect(own.map(brief)).toEqual([
      'quiesce destination -t 192.0.2.100:80 -r 192.0.2.99:80: -g -w 4 -> -g -w 0',
      'quiesce destination -t 192.0.2.100:80 -r 192.0.2.99:80: -g -w 4 -> absent',
      'quiesce sysctl net.ipv4.ip_forward: 0 -> 0',
      'directors module ip_vs: absent -> loaded',
      'directors module ip_vs_rr: absent -> loaded',
      'directors destination -t 192.0.2.100:80 -r 192.0.2.12:80: absent -> -g -w 0',
      'directors address eth0 192.0.2.100/32: absent -> present',
      'directors destination -t 192.0.2.100:80 -r 192.0.2.12:80: -g -w 0 -> -g -w 1',
    ])
  })

  it('refuses a service of the same address that is not its own', () => {
    const table = TABLE.replace('-s rr', '-s sh')
    const { refusals } = makePlan(cluster, observeAll(cluster, { lb1: table }), { purpose: 'apply', digest })
    expect(refusals).toEqual([
      {
        host: 'lb1',
        reason: "the virtual service -t 192.0.2.100:80 is there already and is not this cluster's",
        remedy: expect.stringContaining('by hand') as string,
      },
    ])
  })

  it('remove puts back what is owned and nothing else', () => {
    const owned = '== owned\nsysctl\tnet.ipv4.conf.all.arp_ignore\t0\naddress\tlo 192.0.2.100/32\tabsent\n'
    const { steps } = hostPlan(cluster, 'rs1', observeAll(cluster, { rs1: owned }), 'remove')
    expect(steps.map(({ kind, after, record }) => [kind, after, record])).toEqual([
      ['address', 'absent', 'release'],
      ['sysctl', '0', 'release'],
    ])
  })

  it('the hash changes with what the plan depends on, and with nothing else', () => {
    const hash = (extra: string) => hostPlan(cluster, 'rs1', observeAll(cluster, { rs1: extra })).observedHash
    expect(hash('')).toBe(hash('== thresholds\nProt LocalAddress:Port\n'))
    expect(hash('')).not.toBe(hash('== owned\nsysctl\tnet.ipv4.conf.all.arp_ignore\t0\n'))
  })
})

describe('what must hold before anything is changed', () => {
  const nat = clusterOf(sample('nat'))
  const refusalsFor = (host: string, edit: (probe: string) => string, cluster = nat) => {
    const observed = observeAll(cluster)
    observed.set(host, observeHost(host, edit(fresh(cluster, host))))
    return makePlan(cluster, observed, { purpose: 'apply', digest }).refusals.map(({ reason }) => reason)
  }

  it.each([
    ['root', (probe: string) => probe.replace('uid 0', 'uid 1000'), 'the helper does not run as root'],
    ['ipvsadm', (probe: string) => probe.replace(' ipvsadm', ''), 'ipvsadm is not installed'],
    [
      'a module',
      (probe: string) => probe.replace('ip_vs absent', 'ip_vs missing'),
      'its kernel 6.1.0 has no module ip_vs',
    ],
    ['an interface', (probe: string) => probe.replaceAll('eth1', 'ens4'), 'it has no interface eth1'],
    [
      'its own address',
      (probe: string) => probe.replace('inet 10.0.0.1/24', 'inet 10.0.0.7/24'),
      'eth1 does not have 10.0.0.1, as the drawing says',
    ],
  ])('misses %s', (_, edit, reason) => {
    expect(refusalsFor('lb1', edit)).toEqual([reason])
  })

  it.each([
    [
      'several gateways',
      'default proto static \n\tnexthop via 10.0.0.253 dev eth0 weight 1 \n\tnexthop via 10.0.0.254 dev eth0 weight 1 ',
    ],
    ['a tunnel of its own', 'default encap ip id 1 dst 10.0.0.1 via 10.0.0.254 dev eth0 '],
    ['a locked MTU', 'default via 10.0.0.254 dev eth0 mtu lock 1400 '],
    ['a nexthop object', 'default nhid 8 via 10.0.0.254 dev eth0 '],
    [
      'a nexthop object of several gateways',
      'default nhid 9 proto static \n\tnexthop via 10.0.0.253 dev eth0 weight 1 ',
    ],
  ])('refuses to change a default route of %s, which could not be put back', (_, route) => {
    const having = (words: string) => (probe: string) =>
      probe.replace(/^default via .*\n/m, '').replace('== route4', `== route4\n${words}`)
    expect(refusalsFor('rs1', having(route))).toEqual([
      expect.stringMatching(/^its IPv4 default route is not a plain one by a single gateway \(default/),
    ])
    // Beside one of another metric ours has a place of its own.
    expect(refusalsFor('rs1', having(route.replace(/ (?=\n|$)/, ' metric 100 ')))).toEqual([])
    expect(refusalsFor('rs1', having('default via 10.0.0.254 dev eth0 proto static onlink'))).toEqual([])
  })

  it('refuses to change the default route the operator came by', () => {
    const far = (probe: string) => probe.replace('ssh 10.254.0.2', 'ssh 203.0.113.9')
    expect(refusalsFor('rs1', far)[0]).toMatch(/you are connected from 203.0.113.9/)
  })
})
