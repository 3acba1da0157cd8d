import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { observedCluster } from '../hosts/observed-cluster.js'
import { parseTopology } from '../topology/parse.js'
import { checkTopology } from './check.js'
import { observedFindings, observedHosts } from './observed.test-kit.js'
import type { Breakage } from './observed.test-kit.js'
import { DR, NAT, TUN, drawing, findingsOf, marked } from './rules.test-kit.js'
import type { Changes } from './rules.test-kit.js'

const DR6 = drawing(DR, {
  rs1: ["interfaces: { eth0: { network: farm, address: [192.0.2.11, '2001:db8:1::11'] } }"],
  rs2: ["interfaces: { eth0: { network: farm, address: [192.0.2.12, '2001:db8:1::12'] } }"],
  web: ["vip: '2001:db8:1::100'"],
})
const PAIR = drawing(DR, {
  'hosts/lb2': ['role: director', 'interfaces: { eth0: { network: farm, address: 192.0.2.3 } }'],
  web: ['director: [lb1, lb2]'],
  '': ['vrrp: { id: 7, network: farm }', 'manage: { director: keepalived }'],
})
const LO_VIP = '1: lo    inet 192.0.2.100/32 scope global lo'
const VIP_ON_ETH = 'eth0    inet 192.0.2.100/32 scope global eth0'
const LOCAL_VIP = 'local 192.0.2.100 dev lo src 192.0.2.100'
const NOT_LOCAL = '192.0.2.100 dev eth0 src 192.0.2.11'
const TUNL_VIP = /** of rs1 */ '3: tunl0    inet 192.0.2.100/32 scope global tunl0'

/** More sections of what the probe prints. */
const more = (...sections: readonly string[]) => ['== end', `${sections.join('\n')}\n== end`] as const
const firewall = (hook: string, policy: string, ...rules: readonly unknown[][]) => {
  const at = { family: 'inet', table: 'mine', chain: 'all' }
  const chain = { family: 'inet', table: 'mine', name: 'all', type: 'filter', hook, prio: 0, policy }
  const nftables = [{ chain }, ...rules.map((expr) => ({ rule: { ...at, expr } }))]
  return more('== firewall', `nft ${JSON.stringify({ nftables })}`)
}
const dport = (right: number) => ({
  match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right },
})
const DROP = { drop: null }
const LISTENS = '== sockets\ntcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*'

interface Case {
  readonly code: string
  readonly what: string
  readonly base: string
  readonly drawn?: Changes
  readonly broken: Breakage
  /** What is underlined, of each finding of the code. */
  readonly at: readonly string[]
  /** Pieces of the first message. */
  readonly says: readonly string[]
  /** What else is then said, and rightly. */
  readonly also?: readonly string[]
}

const CASES: readonly Case[] = [
  {
    code: 'HOST-LISTEN',
    what: 'the daemon is bound to the RIP alone',
    base: DR,
    broken: { rs1: [more(LISTENS, 'tcp LISTEN 0 128 192.0.2.11:80 0.0.0.0:*')] },
    at: ['rs1'],
    says: ['"web"', '192.0.2.100 port 80/tcp', 'there is only 192.0.2.11'],
  },
  {
    code: 'HOST-LISTEN',
    what: 'there is no daemon',
    base: NAT,
    broken: { rs1: [more(LISTENS)], rs2: [more(LISTENS, 'tcp LISTEN 0 128 *:8080 *:*')] },
    at: ['rs1'],
    says: ['10.0.0.11 port 8080/tcp, and nothing listens there'],
  },
  {
    code: 'HOST-FIREWALL',
    what: 'a real server drops requests',
    base: DR,
    broken: { rs1: [firewall('input', 'accept', [dport(443), DROP], [dport(80), DROP])] },
    at: ['rs1'],
    says: ['"web" the firewall of rs1 drops it: "tcp dport 80 drop" in chain all of table inet mine'],
  },
  {
    code: 'HOST-FIREWALL',
    what: 'the director passes nothing on',
    base: NAT,
    broken: { lb1: [firewall('forward', 'drop')] },
    at: ['lb1'],
    says: ['drops it: the policy of chain all of table inet mine'],
  },
  {
    code: 'HOST-FILTER',
    what: 'a rule goes by how many there are',
    base: DR,
    broken: { rs1: [firewall('input', 'accept', [dport(80), { limit: { rate: 1, per: 'second' } }, DROP])] },
    at: ['rs1'],
    says: ['cannot be told: it depends on "tcp dport 80 limit drop"'],
  },
  {
    code: 'HOST-FIREWALL',
    what: 'a real server drops requests by iptables-legacy',
    base: DR,
    broken: {
      rs2: [
        more(
          '== firewall',
          'legacy ip *filter',
          'legacy ip :INPUT ACCEPT',
          'legacy ip -A INPUT -p tcp -j DROP',
        ),
      ],
    },
    at: ['rs2'],
    says: ['drops it: "-p tcp -j DROP" in chain INPUT of table ip filter of iptables-legacy'],
  },
  {
    code: 'HOST-FILTER',
    what: 'rules of iptables-legacy that nobody could read',
    base: DR,
    broken: {
      rs2: [
        more(
          '== firewall',
          'unread there are tables of iptables-legacy, and iptables-legacy-save does not read them',
        ),
      ],
    },
    at: ['rs2'],
    says: ['there are tables of iptables-legacy, and iptables-legacy-save does not read them'],
  },
  {
    code: 'HOST-NEIGHBOUR',
    what: 'the director has one real server for the other',
    base: DR,
    broken: { lb1: [more('== neighbours', '192.0.2.11 dev eth0 lladdr 02:00:00:00:04:01 PERMANENT')] },
    at: ['eth0'],
    says: [
      '02:00:00:00:04:01',
      'for 192.0.2.11 (on the way of "web") on eth0, PERMANENT: that is rs2, and not rs1',
    ],
  },
  {
    code: 'HOST-NEIGHBOUR',
    what: 'a real server has nobody for the director',
    base: NAT,
    broken: { rs1: [more('== neighbours', '10.0.0.1 dev eth0 lladdr 02:00:de:ad:00:01 STALE')] },
    at: ['eth0'],
    says: ['that is no host of the drawing, and not lb1'],
  },
  {
    code: 'DR-VIP-MISSING',
    what: 'the VIP was taken off',
    base: DR,
    broken: {
      rs1: [
        [LO_VIP, '1: lo    inet 127.0.0.2/8 scope host lo'],
        [LOCAL_VIP, NOT_LOCAL],
      ],
    },
    at: ['rs1'],
    says: ['rs1 does not have 192.0.2.100', '"web"'],
  },
  {
    code: 'DR-VIP-MISSING',
    what: 'it is on a device that is down',
    base: DR,
    broken: {
      rs1: [
        [LO_VIP, '3: dummy0    inet 192.0.2.100/32 scope global dummy0'],
        [
          '== address',
          '3: dummy0: <BROADCAST,NOARP> mtu 1500 qdisc noop\\    link/ether 02:00:00:00:00:09\n== address',
        ],
        [LOCAL_VIP, NOT_LOCAL],
      ],
    },
    at: ['rs1'],
    says: ['dummy0, where it is, is down'],
  },
  {
    code: 'TUN-VIP',
    what: 'the VIP was taken off the tunnel device',
    base: TUN,
    broken: {
      rs1: [
        [TUNL_VIP, '3: tunl0    inet 10.99.0.1/32 scope global tunl0'],
        [LOCAL_VIP, NOT_LOCAL],
      ],
    },
    at: ['rs1'],
    says: ['rs1 does not have 192.0.2.100', 'on the tunnel device'],
  },
  {
    code: 'VIP-LOCAL',
    what: 'the director lost it',
    base: DR,
    broken: {
      lb1: [
        [VIP_ON_ETH, 'eth0    inet 192.0.2.99/32 scope global eth0'],
        [LOCAL_VIP, NOT_LOCAL],
      ],
    },
    at: ['lb1'],
    says: ['lb1 does not have 192.0.2.100', '"web"'],
  },
  {
    code: 'VIP-LOCAL',
    what: 'neither of a pair has it',
    base: PAIR,
    broken: {
      lb1: [
        [VIP_ON_ETH, 'eth0    inet 192.0.2.99/32 scope global eth0'],
        [LOCAL_VIP, NOT_LOCAL],
      ],
    },
    at: ['lb1'],
    says: ['neither of lb1 and lb2 has 192.0.2.100'],
  },
  {
    code: 'DR-MASK',
    what: 'the VIP with /24 on lo',
    base: DR,
    broken: { rs1: [['192.0.2.100/32', '192.0.2.100/24']] },
    at: ['rs1'],
    says: ['/24 on lo', 'makes that whole subnet its own', 'must be /32'],
  },
  {
    code: 'DR-MASK',
    what: 'the VIP with /24 on the tunnel device',
    base: TUN,
    broken: { rs2: [['192.0.2.100/32', '192.0.2.100/24']] },
    at: ['rs2'],
    says: ['/24 on tunl0', 'sends what is for that subnet to tunl0'],
  },
  {
    code: 'DR-ARP',
    what: 'somebody set arp_ignore back',
    base: DR,
    broken: { rs1: [['conf.all.arp_ignore\t1', 'conf.all.arp_ignore\t0']] },
    at: ['rs1'],
    says: ['rs1 answers ARP', 'is 0'],
  },
  {
    code: 'DR-ANNOUNCE',
    what: 'somebody set arp_announce back',
    base: DR,
    broken: { rs1: [['conf.all.arp_announce\t2', 'conf.all.arp_announce\t0']] },
    at: ['rs1'],
    says: ['arp_announce must be 2 for eth0 and is 0'],
  },
  {
    code: 'DR-ARP-ETH',
    what: 'the VIP was moved to the network interface',
    base: DR,
    broken: { rs1: [[LO_VIP, '2: eth0    inet 192.0.2.100/32 scope global eth0']] },
    at: ['eth0'],
    says: ['rs1 has 192.0.2.100', 'on eth0'],
  },
  {
    code: 'DR-ARP-DUMMY',
    what: 'a dummy device and no settings',
    base: DR,
    broken: {
      rs1: [
        [LO_VIP, '3: dummy0    inet 192.0.2.100/32 scope global dummy0'],
        [
          '== address',
          '3: dummy0: <BROADCAST,NOARP,UP,LOWER_UP> mtu 1500 qdisc noop\\    link/ether 02:00:00:00:00:09\n== address',
        ],
        ['conf.all.arp_ignore\t1', 'conf.all.arp_ignore\t0'],
      ],
    },
    at: ['rs1'],
    says: ['on dummy0', 'arp_ignore must be 1 for eth0 and is 0'],
  },
  {
    code: 'DR6-NA',
    what: 'the IPv6 VIP on the network interface',
    base: DR6,
    broken: {
      rs2: [['1: lo    inet6 2001:db8:1::100/128', '2: eth0    inet6 2001:db8:1::100/128']],
    },
    at: ['eth0'],
    says: ['rs2 has 2001:db8:1::100'],
  },
  {
    code: 'DR6-SRC',
    what: 'a VIP that is preferred',
    base: DR6,
    broken: {
      lb1: [
        [
          '2001:db8:1::100/128 scope global deprecated \\       valid_lft forever preferred_lft 0sec',
          '2001:db8:1::100/128 scope global \\       valid_lft forever preferred_lft forever',
        ],
      ],
    },
    at: ['lb1'],
    says: ['lb1 has the VIP 2001:db8:1::100', 'preferred_lft 0'],
  },
  {
    code: 'DR-RPF',
    what: 'strict where the route to clients leaves elsewhere',
    base: DR,
    drawn: {
      rs1: [
        'interfaces: { eth0: { network: farm, address: 192.0.2.11 }, eth1: { network: aside, address: 10.9.0.11 } }',
        'routes: [{ to: 198.51.100.0/24, via: 10.9.0.1 }]',
      ],
      aside: ['gateway: 10.9.0.1'],
      'hosts/out': ['role: router', 'interfaces: { eth0: { network: aside, address: 10.9.0.1 } }'],
      farm: ['gateway: 192.0.2.1', 'subnet: 192.0.2.0/24'],
      edge: [
        'interfaces: { eth0: { network: outside, address: 198.51.100.1 }, eth1: { network: farm, address: 192.0.2.1 } }',
      ],
      lb1: ['interfaces: { eth0: { network: farm, address: 192.0.2.2 } }'],
    },
    broken: { rs1: [['conf.eth0.rp_filter\t2', 'conf.eth0.rp_filter\t1']] },
    at: ['rs1'],
    says: ['filters strictly on eth0'],
  },
  {
    code: 'NAT-GW',
    what: 'another default route',
    base: NAT,
    broken: { rs1: [['default via 10.0.0.1 dev eth0', 'default via 10.0.0.254 dev eth0']] },
    at: ['rs1'],
    says: ['go to 10.0.0.254'],
  },
  {
    code: 'NAT-GW',
    what: 'no default route',
    base: NAT,
    broken: { rs1: [['default via 10.0.0.1 dev eth0', '10.77.0.0/24 dev eth0']] },
    at: ['rs1'],
    says: ['have no route'],
  },
  {
    code: 'NAT-FWD',
    what: 'forwarding off on the inside interface',
    base: NAT,
    broken: { lb1: [['conf.eth1.forwarding\t1', 'conf.eth1.forwarding\t0']] },
    at: ['lb1'],
    says: ['come in by eth1'],
  },
  {
    code: 'TUN-DECAP',
    what: 'the device is down',
    base: TUN,
    broken: {
      rs1: [
        ['tunl0: <NOARP,UP,LOWER_UP>', 'tunl0: <NOARP>'],
        [LOCAL_VIP, NOT_LOCAL],
      ],
    },
    at: ['rs1'],
    says: ['rs1 has tunl0 down'],
  },
  {
    code: 'TUN-DECAP',
    what: 'the kernel has no such module',
    base: TUN,
    broken: { rs2: [['ipip loaded', 'ipip missing']] },
    at: ['rs2'],
    says: ['without the module ipip', '6.1.0-18-amd64'],
  },
  {
    code: 'TUN-DECAP',
    what: 'GUE is not unpacked at the port',
    base: TUN,
    drawn: { web: ['tunnel: { type: gue, port: 6080 }'] },
    broken: { rs1: [['port 6080 gue', 'port 6081 gue']] },
    at: ['rs1'],
    says: ['does not unpack GUE at UDP port 6080'],
  },
  {
    code: 'TUN-RPF',
    what: 'strict on the tunnel device',
    base: TUN,
    broken: { rs1: [['conf.tunl0.rp_filter\t2', 'conf.tunl0.rp_filter\t1']] },
    at: ['rs1'],
    says: ['filters strictly on tunl0'],
  },
  {
    code: 'TUN-RPF2-NOADDR',
    what: 'the VIP on lo',
    base: TUN,
    broken: { rs1: [[TUNL_VIP, LO_VIP]] },
    at: ['rs1'],
    says: ['no IPv4 address on tunl0', 'rp_filter 2'],
  },
  {
    code: 'TUN-SRC',
    what: 'the VIP first on the interface',
    base: TUN,
    broken: {
      lb1: [
        [
          '10.1.0.12 via 192.0.2.1 dev eth0 src 192.0.2.2',
          '10.1.0.12 via 192.0.2.1 dev eth0 src 192.0.2.100',
        ],
      ],
    },
    at: ['lb1'],
    says: ['from 192.0.2.100', 'to rs2'],
  },
  {
    code: 'TUN-ARP',
    what: 'arp_ignore set back on the director’s network',
    base: TUN,
    broken: { rs1: [['conf.all.arp_ignore\t1', 'conf.all.arp_ignore\t0']] },
    at: ['rs1'],
    says: ['rs1 answers ARP'],
  },
  {
    code: 'SYSCTL-MODULE',
    what: 'a pin of IPVS before its module',
    base: DR,
    drawn: { lb1: ['sysctls: { net.ipv4.vs.sloppy_tcp: 1 }'] },
    broken: {
      lb1: [
        ['ip_vs loaded', 'ip_vs absent'],
        ['net.ipv4.vs.sloppy_tcp\t1\n', ''],
        ['== ipvs', '== nothing'],
      ],
    },
    at: ['lb1'],
    says: ['no net.ipv4.vs.sloppy_tcp', 'ip_vs is not loaded'],
    also: ['IPVS-TABLE'],
  },
  {
    code: 'SCHED-AVAIL',
    what: 'a kernel built without it',
    base: DR,
    drawn: { web: ['scheduler: mh'] },
    broken: { lb1: [['ip_vs_mh loaded', 'ip_vs_mh missing']] },
    at: ['mh'],
    says: ['built without it', 'lb1'],
  },
  {
    code: 'HOST-MTU',
    what: 'smaller than Ethernet',
    base: DR,
    broken: { rs1: [['mtu 1500', 'mtu 1400']] },
    at: ['eth0'],
    says: ['MTU 1400', 'means 1500'],
  },
  {
    code: 'HOST-MTU',
    what: 'not as drawn',
    base: DR,
    drawn: { rs1: ['interfaces: { eth0: { network: farm, address: 192.0.2.11, mtu: 1500 } }'] },
    broken: { rs1: [['mtu 1500', 'mtu 9000']] },
    at: ['1500'],
    says: ['MTU 9000', 'says 1500'],
  },
  {
    code: 'HOST-ROUTING',
    what: 'a rule of its own; its main table, which would be wrong, is not blamed',
    base: NAT,
    broken: {
      rs1: [
        ['default via 10.0.0.1 dev eth0', 'default via 10.0.0.254 dev eth0'],
        [
          '== ways',
          '== rules\n0:\tfrom all lookup local \n100:\tfrom 10.0.0.11 lookup 7\n32766:\tfrom all lookup main \n32767:\tfrom all lookup default \n== ways',
        ],
      ],
    },
    at: ['rs1'],
    says: ['"100: from 10.0.0.11 lookup 7"'],
  },
  {
    code: 'HOST-ROUTING',
    what: 'several gateways',
    base: NAT,
    broken: {
      rs2: [
        [
          'default via 10.0.0.1 dev eth0',
          'default \n\tnexthop via 10.0.0.1 dev eth0 weight 1 \n\tnexthop via 10.0.0.254 dev eth0 weight 1 ',
        ],
      ],
    },
    at: ['rs2'],
    says: ['"nexthop via 10.0.0.1 dev eth0 weight 1"', 'not judged'],
  },
  {
    code: 'HOST-ADDR',
    what: 'another address than drawn',
    base: DR,
    broken: { rs1: [['192.0.2.11', '192.0.2.13']] },
    at: ['192.0.2.11'],
    says: ['no address 192.0.2.11 on eth0', 'there is 192.0.2.13'],
  },
  {
    code: 'HOST-ADDR',
    what: 'the interface has another name',
    base: DR,
    broken: { rs1: [['eth0', 'ens3']] },
    at: ['eth0'],
    says: ['no interface eth0', 'is on ens3'],
  },
  {
    code: 'HOST-ADDR',
    what: 'the address of another host',
    base: DR,
    broken: {
      rs1: [
        ['== route4', '2: eth0    inet 192.0.2.12/32 scope global eth0\\       valid_lft forever\n== route4'],
      ],
    },
    at: ['eth0'],
    says: ['drawn as the address of rs2'],
  },
  {
    code: 'HOST-ADDR',
    what: 'the VIP on a real server of NAT',
    base: NAT,
    drawn: { web: ['vip: 10.0.0.100'] },
    broken: {
      rs1: [
        ['== route4', '2: eth0    inet 10.0.0.100/32 scope global eth0\\       valid_lft forever\n== route4'],
      ],
    },
    at: ['eth0'],
    says: ['rs1 has 10.0.0.100'],
  },
  {
    code: 'HA-SPLIT',
    what: 'both have the VIP',
    base: PAIR,
    broken: {
      lb2: [
        [
          '== route4',
          '2: eth0    inet 192.0.2.100/32 scope global eth0\\       valid_lft forever\n== route4',
        ],
      ],
    },
    at: ['eth0'],
    says: ['both lb1 (eth0) and lb2 (eth0)'],
  },
  {
    code: 'IPVS-TABLE',
    what: 'no such service',
    base: DR,
    broken: { lb1: [['-t 192.0.2.100:80', '-t 192.0.2.100:81']] },
    at: ['web'],
    says: ['no service tcp 192.0.2.100:80'],
  },
  {
    code: 'IPVS-TABLE',
    what: 'a destination is gone',
    base: DR,
    broken: { lb1: [['-a -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 1\n', '']] },
    at: ['rs1'],
    says: ['rs1 (192.0.2.11:80)', 'not in the IPVS table of lb1'],
  },
  {
    code: 'IPVS-TABLE',
    what: 'a destination at another port',
    base: NAT,
    broken: { lb1: [['10.0.0.11:8080', '10.0.0.11:80']] },
    at: ['rs1'],
    says: ['there it has port 80'],
  },
  {
    code: 'IPVS-TABLE',
    what: 'another forwarding method',
    base: DR,
    broken: { lb1: [['192.0.2.12:80 -g', '192.0.2.12:80 -m']] },
    at: ['rs2'],
    says: ['by nat, and the drawing says dr'],
  },
  {
    code: 'IPVS-TABLE',
    what: 'another tunnel',
    base: TUN,
    broken: {
      lb1: [['192.0.2.11:80 -i -w 1 --tun-type ipip', '192.0.2.11:80 -i -w 1 --tun-type gre --tun-nocsum']],
    },
    at: ['rs1'],
    says: ['by tun (gre)', 'says tun'],
  },
  {
    code: 'IPVS-DRIFT',
    what: 'weight 0',
    base: DR,
    broken: { lb1: [['192.0.2.12:80 -g -w 1', '192.0.2.12:80 -g -w 0']] },
    at: ['rs2'],
    says: ['weight 0, and the drawing says weight 1', 'no new connections'],
  },
  {
    code: 'IPVS-DRIFT',
    what: 'another scheduler',
    base: DR,
    broken: { lb1: [['-s wlc', '-s rr']] },
    at: ['web'],
    says: ['the scheduler rr, and the drawing says wlc'],
  },
  {
    code: 'IPVS-DRIFT',
    what: 'a destination nobody drew',
    base: DR,
    broken: { lb1: [['== thresholds', '-a -t 192.0.2.100:80 -r 192.0.2.77:80 -g -w 1\n== thresholds']] },
    at: ['web'],
    says: ['192.0.2.77:80', 'not drawn'],
  },
  {
    code: 'PROXYARP',
    what: 'on the interface of the VIP',
    base: DR,
    broken: { lb1: [['conf.eth0.proxy_arp\t0', 'conf.eth0.proxy_arp\t1']] },
    at: ['lb1'],
    says: ['answers ARP on eth0'],
  },
  {
    code: 'PERSIST-Q',
    what: 'the setting was put back',
    base: DR,
    drawn: { web: ['persistence: { timeout: 60 }', 'real-servers: { rs1: { weight: 0 }, rs2: {} }'] },
    broken: { lb1: [['expire_quiescent_template\t1', 'expire_quiescent_template\t0']] },
    at: ['lb1'],
    says: ['lb1 keeps sending'],
  },
]

const codesOf = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code).sort()

describe.each(CASES.map((one) => ({ ...one, name: `${one.code}: ${one.what}` })))('$name', (one) => {
  const { text } = marked(drawing(one.base, one.drawn ?? {}))

  it('is silent on hosts that are as deployed', () => {
    const as = observedFindings(text, one.base === PAIR ? BACKUP : {})
    expect(as.map(({ code, message }) => `${code}: ${message}`)).toEqual(
      findingsOf(text).map(({ code, message }) => `${code}: ${message}`),
    )
  })

  it('is found, with its place, and nothing else is', () => {
    const broken = one.base === PAIR ? together(BACKUP, one.broken) : one.broken
    const findings = observedFindings(text, broken)
    const own = findings.filter(({ code }) => code === one.code)
    expect(own.map(({ span }) => text.slice(span.start, span.end))).toEqual(one.at)
    for (const piece of one.says) expect(own[0]?.message).toContain(piece)
    const others = findings.filter(({ code }) => code !== one.code)
    const before = codesOf(findingsOf(text))
    const fresh = codesOf(others).filter((code) => !before.includes(code))
    const also = (one.also ?? []).filter((code) => !before.includes(code))
    expect(fresh, others.map(({ code, message }) => `${code}: ${message}`).join('\n')).toEqual(also)
  })
})

/** keepalived programs the table on both, and the backup has no VIP. */
const BACKUP: Breakage = {
  lb2: [
    [
      '== end',
      '== ipvs\n-A -t 192.0.2.100:80 -s wlc\n-a -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 1\n-a -t 192.0.2.100:80 -r 192.0.2.12:80 -g -w 1\n== end',
    ],
  ],
}

function together(a: Breakage, b: Breakage): Breakage {
  const hosts = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries([...hosts].map((host) => [host, [...(a[host] ?? []), ...(b[host] ?? [])]]))
}

describe('a cluster as it was found', () => {
  const found = (text: string, broken: Breakage, only: (host: string) => boolean = () => true) => {
    const parsed = parseTopology(text)
    const cluster = deriveCluster(parsed.topology)
    const observed = new Map([...observedHosts(cluster, broken)].filter(([host]) => only(host)))
    return { cluster: observedCluster(cluster, observed), parsed }
  }

  it('follows the pair: whoever has the VIP is its director', () => {
    const swapped: Breakage = {
      lb1: [
        [VIP_ON_ETH, 'eth0    inet 192.0.2.99/32 scope global eth0'],
        [LOCAL_VIP, NOT_LOCAL],
      ],
      lb2: [
        ...(BACKUP['lb2'] ?? []),
        [
          '== route4',
          '2: eth0    inet 192.0.2.100/32 scope global eth0\\       valid_lft forever\n== route4',
        ],
        ['192.0.2.100 dev eth0 src 192.0.2.3', LOCAL_VIP],
      ],
    }
    const { cluster, parsed } = found(PAIR, swapped)
    expect(cluster.services[0]?.director).toBe('lb2')
    expect(checkTopology(parsed, cluster).map(({ code }) => code)).toEqual(codesOf(findingsOf(PAIR)))
  })

  it('says nothing of the VIP while one of a pair is not known', () => {
    const broken: Breakage = {
      lb1: [
        [VIP_ON_ETH, 'eth0    inet 192.0.2.99/32 scope global eth0'],
        [LOCAL_VIP, NOT_LOCAL],
      ],
    }
    const { cluster, parsed } = found(PAIR, { ...BACKUP, ...broken }, (host) => host !== 'lb2')
    expect(codesOf(checkTopology(parsed, cluster))).not.toContain('VIP-LOCAL')
  })

  it('leaves a host nobody looked at as the drawing means it', () => {
    const { cluster } = found(DR, {}, (host) => host === 'rs1')
    expect(cluster.hosts.get('rs1')?.observed).toBeDefined()
    expect(cluster.hosts.get('rs2')?.observed).toBeUndefined()
    expect(cluster.hosts.get('rs2')?.state).toEqual(
      deriveCluster(parseTopology(DR).topology).hosts.get('rs2')?.state,
    )
    expect(cluster.ownerOn('farm', cluster.services[0]?.drawn.vip ?? ('' as never))).toBe('lb1')
  })

  it('does not blame a table that could not be read', () => {
    const { cluster, parsed } = found(DR, {
      lb1: [
        ['uid 0', 'uid 1000'],
        ['== ipvs', '== nothing'],
      ],
    })
    expect(checkTopology(parsed, cluster)).toEqual([])
  })

  it('takes a tunnel device that somebody made for the RIP', () => {
    const broken: Breakage = {
      rs1: [
        ['tunl0: <NOARP,UP,LOWER_UP>', 'tunl0: <NOARP>'],
        [
          '== address',
          '4: mine@NONE: <NOARP,UP,LOWER_UP> mtu 1480 qdisc noqueue\\    link/ipip 192.0.2.11 brd 0.0.0.0 promiscuity 0 \\    ipip ipip remote any local 192.0.2.11 ttl inherit pmtudisc\n== address',
        ],
        [TUNL_VIP, '4: mine    inet 192.0.2.100/32 scope global mine'],
      ],
    }
    const { cluster, parsed } = found(TUN, broken)
    expect(checkTopology(parsed, cluster)).toEqual([])
  })
})
