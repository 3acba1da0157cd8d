import { describe, expect, it } from 'vitest'
import { KEEPALIVED, testRuleCases } from './rule-cases.test-kit.js'
import { DR, NAT, TUN, drawing, findingsOf } from './rules.test-kit.js'

const kernel = (release: string) => [`kernel: ${release}`]
const syslog = (...more: string[]) => ['protocol: udp', 'port: 514', ...more]

const checked = (health: string, ...more: string[]) => ({
  web: [...more, `health: ${health}`],
  '': [KEEPALIVED],
})

testRuleCases([
  {
    code: 'CHECK-TYPE',
    what: 'a check by TCP of a service by UDP',
    base: DR,
    drawn: checked('{ type: ⟦tcp⟧ }', 'protocol: udp'),
    fixes: ['Check by udp'],
    mended: ['-    health: { type: tcp }', '+    health: { type: udp }'],
    clean: checked('{ type: udp }', 'protocol: udp'),
  },
  {
    code: 'CHECK-TYPE',
    what: 'a check that daemons listen for beside their service',
    base: NAT,
    drawn: {
      rs1: ['listens: [ { port: 8080, protocol: udp }, { port: 8080 } ]'],
      ...checked('{ type: ⟦http⟧, path: /up }', 'protocol: udp'),
    },
    fixes: ['Check by udp'],
    mended: ['-    health: { type: http, path: /up }', '+    health: { type: udp }'],
    clean: {
      rs1: ['listens: [ { port: 8080, protocol: udp }, { port: 8080 } ]'],
      rs2: ['listens: [ { port: 8080, protocol: udp }, { port: 8080 } ]'],
      ...checked('{ type: http, path: /up }', 'protocol: udp'),
    },
  },
  {
    code: 'CHECK-TYPE',
    what: 'HTTP where HTTPS is spoken',
    base: DR,
    drawn: checked('{ type: ⟦http⟧, path: /up }', 'port: 443'),
    fixes: ['Check by https'],
    mended: ['-    health: { type: http, path: /up }', '+    health: { type: https, path: /up }'],
    clean: checked('{ type: http }', 'port: 8443'),
  },
  {
    code: 'CHECK-TYPE',
    what: 'a check of a service for every port',
    base: DR,
    drawn: checked('{ type: ⟦tcp⟧ }', 'port: 0', 'persistence: {}'),
    fixes: ['Check by ping'],
    mended: ['-    health: { type: tcp }', '+    health: { type: ping }'],
    clean: checked('{ type: script, command: /usr/lib/check }', 'port: 0', 'persistence: {}'),
  },
  {
    code: 'CHECK-TYPE',
    what: 'a check of a service by mark for several ports',
    base: DR.replace('    port: 80\n', '    mark: 7\n    ports: [80, 443]\n'),
    drawn: checked('{ type: ⟦https⟧, path: /up }'),
    fixes: ['Check by ping'],
    mended: ['-    health: { type: https, path: /up }', '+    health: { type: ping }'],
    clean: checked('{ type: https, path: /up }', 'ports: [443]'),
  },
  {
    code: 'CHECK-PATH',
    what: 'a path that nobody asks for',
    base: DR,
    drawn: checked('{ type: tcp, path: ⟦/up⟧ }'),
    fixes: ['Take the path out', 'Check by http'],
    mended: ['-    health: { type: tcp, path: /up }', '+    health: { type: tcp }'],
    clean: checked('{ type: http, path: /up }'),
  },
  {
    code: 'CHECK-PATH',
    what: 'a path that begins with nothing',
    base: DR,
    drawn: checked('{ type: http, path: ⟦up⟧ }'),
    fixes: ['Ask for /up'],
    mended: ['-    health: { type: http, path: up }', '+    health: { type: http, path: /up }'],
    clean: checked('{ type: http }'),
  },
  {
    code: 'CHECK-KEYS',
    what: 'a status code that a check by TCP does not look at',
    base: DR,
    drawn: checked('{ type: tcp, ⟦status⟧: 204 }'),
    fixes: ['Take status out'],
    mended: ['-    health: { type: tcp, status: 204 }', '+    health: { type: tcp }'],
    clean: checked('{ type: http, status: [204, 301-302] }'),
  },
  {
    code: 'CHECK-SCRIPT',
    what: 'a check by script without a script',
    base: DR,
    drawn: checked('{ type: ⟦script⟧ }'),
    fixes: [],
    mended: [],
    clean: checked('{ type: script, command: /usr/lib/check-web --fast }'),
  },
  {
    code: 'CHECK-TEXT',
    what: 'a path in which a comment would begin',
    base: DR,
    drawn: checked('{ type: http, path: ⟦"/up#now"⟧ }'),
    fixes: [],
    mended: [],
    clean: checked('{ type: http, path: /up?now=1&deep }'),
  },
  {
    code: 'QUORUM-WEIGHT',
    what: 'a quorum that is never reached',
    base: DR,
    drawn: checked('{ type: http }', 'quorum: ⟦9⟧'),
    fixes: ['Change to 2'],
    mended: ['-    quorum: 9', '+    quorum: 2'],
    clean: checked('{ type: http }', 'quorum: 2', 'hysteresis: 1'),
  },
  {
    code: 'QUORUM-WEIGHT',
    what: 'a hysteresis that is not below the quorum',
    base: DR,
    drawn: checked('{ type: http }', 'hysteresis: ⟦1⟧'),
    fixes: ['Change to 0'],
    mended: ['-    hysteresis: 1', '+    hysteresis: 0'],
    clean: checked('{ type: http }', 'quorum: 2', 'hysteresis: 1'),
  },
  {
    code: 'QUORUM-WEIGHT',
    what: 'a quorum without keepalived',
    base: DR,
    drawn: { web: ['⟦quorum⟧: 1'] },
    fixes: ['Take quorum out'],
    mended: ['-    quorum: 1'],
    clean: {},
  },
  {
    code: 'SCHED-AVAIL',
    what: 'Maglev hashing on a kernel of 2018',
    base: DR,
    drawn: { lb1: kernel('4.9.0-19-amd64'), web: ['scheduler: ⟦mh⟧', 'flags: [mh-port]'] },
    fixes: ['Change the scheduler to sh'],
    mended: ['-    scheduler: mh', '-    flags: [mh-port]', '+    scheduler: sh', '+    flags: [sh-port]'],
    clean: { lb1: kernel('4.18.0-553.el8_10.x86_64'), web: ['scheduler: mh', 'flags: [mh-port]'] },
  },
  {
    code: 'SCHED-AVAIL',
    what: 'failover on an older kernel than 3.18',
    base: DR,
    drawn: { lb1: kernel('3.10.0-1160.el7'), web: ['scheduler: ⟦fo⟧'] },
    fixes: ['Change the scheduler to wlc'],
    mended: ['-    scheduler: fo', '+    scheduler: wlc'],
    clean: { web: ['scheduler: fo'] },
  },
  {
    code: 'SCHED-TWOS',
    what: 'the power of two choices',
    base: DR,
    drawn: { lb1: kernel('6.1'), web: ['scheduler: ⟦twos⟧'] },
    fixes: ['Change the scheduler to wlc'],
    mended: ['-    scheduler: twos', '+    scheduler: wlc'],
    clean: { web: ['scheduler: sed'] },
  },
  {
    code: 'SCHED-FLAGS',
    what: 'a flag of source hashing with wlc',
    base: DR,
    drawn: { web: ['flags: [⟦sh-port⟧]'] },
    fixes: ['Take sh-port out', 'Change the scheduler to sh'],
    mended: ['-    flags: [sh-port]'],
    clean: { web: ['scheduler: sh', 'flags: [sh-port]'] },
  },
  {
    code: 'SCHED-FLAGS',
    what: 'flags of source hashing with Maglev',
    base: DR,
    drawn: { web: ['scheduler: mh', 'flags: [mh-port, ⟦sh-fallback⟧]'] },
    fixes: ['Change it to mh-fallback', 'Take sh-fallback out'],
    mended: ['-    flags: [mh-port, sh-fallback]', '+    flags: [mh-port, mh-fallback]'],
    clean: { web: ['scheduler: mh', 'flags: [mh-port, mh-fallback, flag-3]'] },
  },
  {
    code: 'SCHED-HASH',
    what: 'source hashing by address alone',
    base: DR,
    drawn: { web: ['scheduler: ⟦sh⟧'] },
    fixes: ['Go by the client’s port too (sh-port)'],
    mended: ['+    flags: [sh-port]'],
    clean: { web: ['scheduler: sh', 'flags: [flag-2]'] },
  },
  {
    code: 'SCHED-FALLBACK',
    what: 'a real server of weight 0 that source hashing still leads to',
    base: DR,
    drawn: {
      web: ['scheduler: ⟦sh⟧', 'flags: [sh-port]', 'real-servers: { rs1: { weight: 0 }, rs2: {} }'],
    },
    fixes: ['Add sh-fallback'],
    mended: ['-    flags: [sh-port]', '+    flags: [sh-port, sh-fallback]'],
    clean: {
      web: [
        'scheduler: sh',
        'flags: [sh-port, sh-fallback]',
        'real-servers: { rs1: { weight: 0 }, rs2: {} }',
      ],
    },
  },
  {
    code: 'SCHED-FALLBACK',
    what: 'a real server of weight 0 that the hash of the VIP may lead to, with nothing to fall back on',
    base: DR.replace('    port: 80\n', '    mark: 7\n    ports: [80]\n'),
    drawn: { web: ['scheduler: ⟦dh⟧', 'real-servers: { rs1: { weight: 0 }, rs2: {} }'] },
    fixes: ['Change the scheduler to wlc'],
    mended: ['-    scheduler: dh', '+    scheduler: wlc'],
    clean: { web: ['scheduler: dh', 'real-servers: { rs1: {}, rs2: {} }'] },
  },
  {
    code: 'SCHED-FALLBACK',
    what: 'a connection limit with Maglev hashing, which leaves weight 0 out by itself',
    base: DR,
    drawn: {
      web: [
        'scheduler: ⟦mh⟧',
        'flags: [mh-port]',
        'real-servers: { rs1: { thresholds: { upper: 10 } }, rs2: {} }',
      ],
    },
    fixes: ['Add mh-fallback'],
    mended: ['-    flags: [mh-port]', '+    flags: [mh-port, mh-fallback]'],
    clean: { web: ['scheduler: mh', 'flags: [mh-port]', 'real-servers: { rs1: { weight: 0 }, rs2: {} }'] },
  },
  {
    code: 'SCHED-OVF',
    what: 'overflow of UDP',
    base: DR,
    drawn: {
      web: [
        'protocol: udp',
        'scheduler: ⟦ovf⟧',
        'real-servers: { rs1: { weight: 100 }, rs2: { weight: 50 } }',
      ],
    },
    fixes: ['Change the scheduler to wlc'],
    mended: ['-    scheduler: ovf', '+    scheduler: wlc'],
    clean: { web: ['scheduler: ovf', 'real-servers: { rs1: { weight: 100 }, rs2: { weight: 50 } }'] },
  },
  {
    code: 'SCHED-OVF',
    what: 'overflow after the second connection',
    base: DR,
    drawn: { web: ['scheduler: ⟦ovf⟧'] },
    fixes: ['Change the scheduler to wlc'],
    mended: ['-    scheduler: ovf', '+    scheduler: wlc'],
    clean: { web: ['scheduler: ovf', 'real-servers: { rs1: { weight: 2 }, rs2: {} }'] },
  },
  {
    code: 'WEIGHT',
    what: 'one above what ipvsadm takes',
    base: DR,
    drawn: { web: ['real-servers: { rs1: { weight: ⟦65536⟧ }, rs2: {} }'] },
    fixes: ['Lower it to 65535'],
    mended: [
      '-    real-servers: { rs1: { weight: 65536 }, rs2: {} }',
      '+    real-servers: { rs1: { weight: 65535 }, rs2: {} }',
    ],
    clean: { web: ['real-servers: { rs1: { weight: 65535 }, rs2: {} }'] },
  },
  {
    code: 'PERSIST-MASK',
    what: 'a prefix length where IPv4 has a mask',
    base: DR,
    drawn: { web: ['persistence: { netmask: ⟦20⟧ }'] },
    fixes: ['Change to 255.255.240.0', 'Take the netmask out: every client address by itself'],
    mended: ['-    persistence: { netmask: 20 }', '+    persistence: { netmask: 255.255.240.0 }'],
    clean: { web: ['persistence: { netmask: 255.255.240.0 }'] },
  },
  {
    code: 'PERSIST-MASK',
    what: 'ones that are not all at the beginning',
    base: DR,
    drawn: { web: ['persistence: { netmask: ⟦255.0.255.0⟧, timeout: 60 }'] },
    fixes: ['Take the netmask out: every client address by itself'],
    mended: ['-    persistence: { netmask: 255.0.255.0, timeout: 60 }', '+    persistence: { timeout: 60 }'],
    clean: { web: ['persistence: { netmask: 255.255.255.255, timeout: 60 }'] },
  },
  {
    code: 'PERSIST-MASK',
    what: 'a mask where IPv6 has a prefix length',
    base: NAT,
    drawn: { web: ["vip: '2001:db8:1::100'", 'persistence: { netmask: ⟦255.255.255.0⟧, timeout: 60 }'] },
    fixes: ['Take the netmask out: every client address by itself'],
    mended: [
      '-    persistence: { netmask: 255.255.255.0, timeout: 60 }',
      '+    persistence: { timeout: 60 }',
    ],
    clean: { web: ["vip: '2001:db8:1::100'", 'persistence: { netmask: 64, timeout: 60 }'] },
  },
  {
    code: 'PERSIST-Q',
    what: 'a real server that is to be emptied, with clients that stick to it',
    base: DR,
    drawn: {
      lb1: ['sysctls: { net.ipv4.vs.expire_quiescent_template: ⟦0⟧ }'],
      web: ['persistence: { timeout: 600 }', 'real-servers: { rs1: { weight: 0 }, rs2: {} }'],
    },
    fixes: ['Lift the pin of net.ipv4.vs.expire_quiescent_template'],
    mended: ['-    sysctls: { net.ipv4.vs.expire_quiescent_template: 0 }', '+    sysctls: {}'],
    clean: {
      web: ['persistence: { timeout: 600 }', 'real-servers: { rs1: { weight: 0 }, rs2: {} }'],
    },
  },
  {
    code: 'PERSIST0-CAPTURE',
    what: 'every port of the address the director is managed at',
    base: DR,
    drawn: {
      lb1: ['ssh: { address: 192.0.2.100, user: ops }'],
      web: ['port: ⟦0⟧', 'persistence: { timeout: 60 }'],
    },
    fixes: ['Reach lb1 by its name instead of 192.0.2.100'],
    mended: ['-    ssh: { address: 192.0.2.100, user: ops }', '+    ssh: { user: ops }'],
    clean: {
      lb1: ['ssh: { address: 192.0.2.2, user: ops }'],
      web: ['port: 0', 'persistence: { timeout: 60 }'],
    },
  },
  {
    code: 'PERSIST0-CAPTURE',
    what: 'the very port the director is managed at',
    base: DR,
    drawn: { lb1: ['ssh: { address: 192.0.2.100, port: 2222 }'], web: ['port: ⟦2222⟧'] },
    fixes: ['Reach lb1 by its name instead of 192.0.2.100'],
    mended: ['-    ssh: { address: 192.0.2.100, port: 2222 }', '+    ssh: { port: 2222 }'],
    clean: { lb1: ['ssh: { address: 192.0.2.100, port: 2222 }'], web: ['port: 443'] },
  },
  {
    code: 'PE-SIP',
    what: 'the SIP engine over TCP',
    base: DR,
    drawn: { web: ['port: 5060', 'persistence: { timeout: 60, engine: ⟦sip⟧ }'] },
    fixes: ['Take the engine out of "web"', 'Make "web" a UDP service'],
    mended: ['-    persistence: { timeout: 60, engine: sip }', '+    persistence: { timeout: 60 }'],
    clean: { web: ['protocol: udp', 'port: 5060', 'persistence: { timeout: 60, engine: sip }'] },
  },
  {
    code: 'UDP-STICK',
    what: 'syslog, whose senders keep their port',
    base: DR,
    drawn: { web: ['protocol: udp', 'port: ⟦514⟧'] },
    fixes: ['Schedule every packet by itself'],
    mended: ['+    one-packet: true'],
    clean: { web: syslog('one-packet: true') },
  },
  {
    code: 'UDP-STICK',
    what: 'flow records through NAT, which needs the connection',
    base: NAT,
    drawn: {
      web: ['protocol: udp', 'port: ⟦2055⟧', 'real-servers: { rs1: {}, rs2: {} }'],
    },
    fixes: [],
    mended: [],
    clean: { web: ['protocol: udp', 'port: 53', 'real-servers: { rs1: {}, rs2: {} }'] },
  },
  {
    code: 'TUN-KERNEL',
    what: 'GRE on a kernel of early 2019',
    base: TUN,
    drawn: { lb1: kernel('5.2.21'), web: ['tunnel: { type: ⟦gre⟧ }'] },
    fixes: ['Change to plain ipip'],
    mended: ['-    tunnel: { type: gre }', '+    tunnel: { type: ipip }'],
    clean: { lb1: kernel('5.3'), web: ['tunnel: { type: gre }'] },
  },
  {
    code: 'TUN-KERNEL',
    what: 'a checksum of GUE, and GUE itself for one real server',
    base: TUN,
    drawn: {
      lb1: kernel('4.19.0-27-amd64'),
      web: [
        'tunnel: { type: gue, port: 6080, checksum: ⟦csum⟧ }',
        'real-servers: { rs1: {}, rs2: { tunnel: { type: ⟦gue⟧, port: 6081 } } }',
      ],
    },
    fixes: ['Change to plain ipip'],
    mended: [
      '-    real-servers: { rs1: {}, rs2: { tunnel: { type: gue, port: 6081 } } }',
      '+    real-servers: { rs1: {}, rs2: { tunnel: { type: ipip } } }',
    ],
    clean: {
      lb1: kernel('5.10'),
      web: ['tunnel: { type: gue, port: 6080, checksum: csum }'],
    },
  },
  {
    code: 'PROXYARP',
    what: 'a director that answers for others',
    base: DR,
    drawn: { lb1: ['sysctls: { net.ipv4.conf.eth0.proxy_arp: ⟦1⟧ }'] },
    fixes: ['Lift the pin of net.ipv4.conf.eth0.proxy_arp'],
    mended: ['-    sysctls: { net.ipv4.conf.eth0.proxy_arp: 1 }', '+    sysctls: {}'],
    clean: { lb1: ['sysctls: { net.ipv4.conf.lo.proxy_arp: 1, net.ipv4.conf.all.proxy_arp: 0 }'] },
  },
])

describe('a scheduler newer than the kernel', () => {
  it('is hashed by client still, where it was', () => {
    const text = drawing(DR, { lb1: kernel('4.17'), web: ['scheduler: mh'] })
    const found = findingsOf(text).find(({ code }) => code === 'SCHED-AVAIL')
    expect(found?.fixes.map(({ title }) => title)).toEqual(['Change the scheduler to sh'])
    expect(found?.message).toContain('lb1 runs 4.17')
  })

  it('is said of the backup too, which has to have the table as well', () => {
    const text = drawing(DR, {
      'hosts/lb2': [
        'role: director',
        'kernel: 3.16',
        'interfaces: { eth0: { network: farm, address: 192.0.2.3 } }',
      ],
      web: ['director: [lb1, lb2]', 'scheduler: fo'],
      lb1: kernel('6.1'),
    })
    expect(findingsOf(text).find(({ code }) => code === 'SCHED-AVAIL')?.message).toContain('lb2 runs 3.16')
  })
})
