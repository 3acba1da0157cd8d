import { describe, expect, it } from 'vitest'
import { KEEPALIVED, testRuleCases } from './rule-cases.test-kit.js'
import {
  DR,
  NAT,
  drawing,
  expectFixesMend,
  expectMarked,
  findingsOf,
  fixed,
  marked,
} from './rules.test-kit.js'

/** A NAT pair between two networks, with a third that only some hosts are on. */
const PAIR = `lvs: 1
name: test
networks:
  front:
    subnet: [192.0.2.0/24, '2001:db8:1::/64']
    gateway: [192.0.2.1, '2001:db8:1::1']
  back:
    subnet: [10.0.0.0/24, 'fd00:10::/64']
  aside:
    subnet: 10.9.0.0/24
hosts:
  lb1:
    role: director
    interfaces: { eth0: { network: front, address: [192.0.2.2, '2001:db8:1::2'] }, eth1: { network: back, address: [10.0.0.2, 'fd00:10::2'] } }
  lb2:
    role: director
    interfaces: { eth0: { network: front, address: [192.0.2.3, '2001:db8:1::3'] }, eth1: { network: back, address: [10.0.0.3, 'fd00:10::3'] } }
  rs1:
    role: real-server
    interfaces: { eth0: { network: back, address: [10.0.0.11, 'fd00:10::11'] } }
  rs2:
    role: real-server
    interfaces: { eth0: { network: back, address: [10.0.0.12, 'fd00:10::12'] } }
services:
  web:
    mode: nat
    director: [lb1, lb2]
    vip: 192.0.2.100
    port: 80
    real-servers: { rs1: { port: 8080 }, rs2: { port: 8080 } }
`

/** The same on one segment by direct routing. */
const DIRECT = PAIR.replace('mode: nat', 'mode: dr')
  .replace('rs1: { port: 8080 }, rs2: { port: 8080 }', 'rs1: {}, rs2: {}')
  .replace(/, eth1: \{ network: back[^}]*\}/g, '')
  .replace('network: back, address: [10.0.0.11,', 'network: front, address: [192.0.2.11,')
  .replace("'fd00:10::11'", "'2001:db8:1::11'")
  .replace('network: back, address: [10.0.0.12,', 'network: front, address: [192.0.2.12,')
  .replace("'fd00:10::12'", "'2001:db8:1::12'")

const vrrp = (more = '') => `vrrp: { id: 51, network: front, inside-vip: 10.0.0.250${more} }`
const SOUND = [vrrp(), KEEPALIVED]
const SOUND_DIRECT = ['vrrp: { id: 51, network: front }', KEEPALIVED]
const BOTH_REAL = 'real-servers: { lb1: {}, lb2: {}, rs1: {} }'
const ONLY = 'sysctls: { net.ipv4.vs.backup_only: 1 }'
const THREE_LEGS = (last: string) =>
  `interfaces: { eth0: { network: front, address: 192.0.2.${last} }, eth1: { network: back, address: 10.0.0.${last} }, eth2: { network: aside, address: 10.9.0.${last} } }`
const INSIDE = (text: string) => [`vrrp: { id: 51, network: front${text} }`, KEEPALIVED]

testRuleCases([
  {
    code: 'PAIR-MANAGER',
    what: 'a pair with ipvsadm',
    base: PAIR,
    drawn: { web: ['director: ⟦[lb1, lb2]⟧'], '': [vrrp()] },
    fixes: ['Let keepalived manage the directors', 'Use the first director alone'],
    mended: ['+manage: { director: keepalived }'],
    clean: { '': SOUND },
  },
  {
    code: 'PAIR-MANAGER',
    what: 'a sorry server with ipvsadm',
    base: DR,
    drawn: { web: ['⟦sorry-server⟧: { address: 192.0.2.99 }'] },
    fixes: ['Let keepalived manage the directors', 'Take the sorry server of "web" out'],
    mended: ['+manage: { director: keepalived }'],
    clean: { web: ['sorry-server: { address: 192.0.2.99 }'], '': [KEEPALIVED] },
  },
  {
    code: 'PAIR-SIZE',
    what: 'three directors',
    base: PAIR,
    drawn: {
      'hosts/lb3': ['role: director', 'interfaces: { eth0: { network: front, address: 192.0.2.4 } }'],
      web: ['director: ⟦[lb1, lb2, lb3]⟧'],
      '': SOUND,
    },
    fixes: ['Use lb1 with lb2 as its backup'],
    mended: ['-    director: [lb1, lb2, lb3]', '+    director: [lb1, lb2]'],
    clean: {
      'hosts/lb3': ['role: director', 'interfaces: { eth0: { network: front, address: 192.0.2.4 } }'],
      '': SOUND,
    },
  },
  {
    code: 'PAIR-SIZE',
    what: 'one director twice',
    base: DIRECT,
    drawn: { web: ['director: ⟦[lb1, lb1]⟧'], '': ['vrrp: { id: 51, network: front }', KEEPALIVED] },
    fixes: ['Use lb1 alone'],
    mended: ['-    director: [lb1, lb1]', '+    director: lb1', '-vrrp: { id: 51, network: front }'],
    clean: { web: ['director: lb1'], '': [KEEPALIVED] },
  },
  {
    code: 'PAIR-VRRP',
    what: 'a pair that never hears of each other',
    base: DIRECT,
    drawn: { web: ['director: ⟦[lb1, lb2]⟧'], '': [KEEPALIVED] },
    fixes: ['Let them agree by VRRP on front, with identifier 51'],
    mended: ['+vrrp: { id: 51, network: front }'],
    clean: { '': ['vrrp: { id: 51, network: front }', KEEPALIVED] },
  },
  {
    code: 'PAIR-VRRP',
    what: 'VRRP for nobody',
    base: DIRECT,
    drawn: { web: ['director: lb1'], '': ['⟦vrrp⟧: { id: 51, network: front }', KEEPALIVED] },
    fixes: ['Make lb1 and lb2 the pair of every service', 'Take vrrp out'],
    mended: ['-    director: lb1', '+    director: [lb1, lb2]'],
    clean: { web: ['director: lb1'], '': [KEEPALIVED] },
  },
  {
    code: 'PAIR-NETWORK',
    what: 'advertisements where nobody hears them',
    base: PAIR,
    drawn: { '': ['vrrp: { id: 51, network: ⟦aside⟧, inside-vip: 10.0.0.250 }', KEEPALIVED] },
    fixes: ['Let them agree on front', 'Let them agree on back'],
    mended: [
      '-vrrp: { id: 51, network: aside, inside-vip: 10.0.0.250 }',
      '+vrrp: { id: 51, network: front, inside-vip: 10.0.0.250 }',
    ],
    clean: { '': SOUND },
  },
  {
    code: 'PAIR-NETWORK',
    what: 'a backup that has nowhere to put the VIP',
    base: DIRECT,
    drawn: {
      lb1: [
        'interfaces: { eth0: { network: front, address: 192.0.2.2 }, eth1: { network: back, address: 10.0.0.2 } }',
      ],
      lb2: [
        'interfaces: { eth0: { network: aside, address: 10.9.0.3 }, eth1: { network: back, address: 10.0.0.3 } }',
      ],
      web: ['vip: ⟦192.0.2.100⟧'],
      '': ['vrrp: { id: 51, network: back }', KEEPALIVED],
    },
    fixes: [],
    mended: [],
    clean: { '': ['vrrp: { id: 51, network: front }', KEEPALIVED] },
  },
  {
    code: 'HA-VRID',
    what: 'a second pair the other way round',
    base: DIRECT,
    drawn: {
      'services/tls': [
        'mode: dr',
        'director: ⟦[lb2, lb1]⟧',
        'vip: 192.0.2.101',
        'port: 443',
        'real-servers: { rs1: {} }',
      ],
      '': ['vrrp: { id: 51, network: front }', KEEPALIVED],
    },
    fixes: ['Use lb1 with lb2 as its backup'],
    mended: ['-    director: [lb2, lb1]', '+    director: [lb1, lb2]'],
    clean: { '': ['vrrp: { id: 51, network: front }', KEEPALIVED] },
  },
  {
    code: 'HA-VIP-ROUTE',
    what: 'a router that sends what is for a VIP to one of two directors',
    base: DIRECT,
    drawn: {
      'hosts/edge': [
        'role: router',
        "interfaces: { eth0: { network: front, address: [192.0.2.1, '2001:db8:1::1'] } }",
        'routes: [{ to: 192.0.2.100/32, via: ⟦192.0.2.2⟧ }]',
      ],
      '': SOUND_DIRECT,
    },
    fixes: [],
    mended: [],
    clean: {
      'hosts/edge': [
        'role: router',
        "interfaces: { eth0: { network: front, address: [192.0.2.1, '2001:db8:1::1'] } }",
      ],
      '': SOUND_DIRECT,
    },
  },
  {
    code: 'HA-NAT-SYNC',
    what: 'a NAT pair without an inside VIP',
    base: PAIR,
    drawn: { '': ['⟦vrrp⟧: { id: 51, network: front }', KEEPALIVED] },
    fixes: ['Make 10.0.0.4, which is free on back, the inside VIP'],
    mended: ['-vrrp: { id: 51, network: front }', '+vrrp: { id: 51, network: front, inside-vip: 10.0.0.4 }'],
    clean: { '': SOUND },
  },
  {
    code: 'HA-NAT-SYNC',
    what: 'an inside VIP that no real server can reach',
    base: PAIR,
    drawn: { '': INSIDE(', inside-vip: ⟦10.9.0.250⟧') },
    fixes: [],
    mended: [],
    clean: { '': SOUND },
  },
  {
    code: 'HA-NAT-SYNC',
    what: 'an inside VIP that a director has for good',
    base: PAIR,
    drawn: {
      lb2: [
        'interfaces: { eth0: { network: front, address: 192.0.2.3 }, eth1: { network: back, address: [10.0.0.3, ⟦10.0.0.250⟧] } }',
      ],
      '': SOUND,
    },
    fixes: ['Take 10.0.0.250 off eth1 of lb2'],
    mended: [
      '-    interfaces: { eth0: { network: front, address: 192.0.2.3 }, eth1: { network: back, address: [10.0.0.3, 10.0.0.250] } }',
      '+    interfaces: { eth0: { network: front, address: 192.0.2.3 }, eth1: { network: back, address: [10.0.0.3] } }',
    ],
    clean: { '': SOUND },
  },
  {
    code: 'HA-NAT-SYNC',
    what: 'a backup that is not where the real servers are',
    base: PAIR,
    drawn: {
      lb2: ['interfaces: { eth0: { network: front, address: 192.0.2.3 } }'],
      '': INSIDE(', inside-vip: ⟦10.0.0.250⟧'),
    },
    fixes: [],
    mended: [],
    clean: { '': SOUND },
  },
  {
    code: 'HA-NAT-SYNC',
    what: 'a gateway that stays behind',
    base: PAIR,
    drawn: { rs1: ['gateway: ⟦10.0.0.2⟧'], '': SOUND },
    fixes: ["Lift the pin of rs1's gateway; 10.0.0.250 is derived"],
    mended: ['-    gateway: 10.0.0.2'],
    clean: { rs1: ['gateway: 10.0.0.250'], '': SOUND },
  },
  {
    code: 'HA-NAT-SYNC',
    what: 'real servers of IPv6 with an inside VIP of IPv4',
    base: PAIR,
    drawn: { web: ["vip: '2001:db8:1::100'"], '': INSIDE(', inside-vip: ⟦10.0.0.250⟧') },
    fixes: ['Make fd00:10::4, which is free on back, an inside VIP'],
    mended: [
      '-vrrp: { id: 51, network: front, inside-vip: 10.0.0.250 }',
      "+vrrp: { id: 51, network: front, inside-vip: [10.0.0.250, 'fd00:10::4'] }",
    ],
    clean: { web: ["vip: '2001:db8:1::100'"], '': INSIDE(", inside-vip: 'fd00:10::250'") },
  },
  {
    code: 'HA-NAT-SYNC',
    what: 'real servers on two networks, and one of them without an inside VIP',
    base: PAIR,
    drawn: {
      lb1: [THREE_LEGS('2')],
      lb2: [THREE_LEGS('3')],
      rs2: ['interfaces: { eth0: { network: aside, address: 10.9.0.12 } }'],
      '': INSIDE(', inside-vip: ⟦10.0.0.250⟧'),
    },
    fixes: ['Make 10.9.0.4, which is free on aside, an inside VIP'],
    mended: [
      '-vrrp: { id: 51, network: front, inside-vip: 10.0.0.250 }',
      '+vrrp: { id: 51, network: front, inside-vip: [10.0.0.250, 10.9.0.4] }',
    ],
    clean: {
      lb1: [THREE_LEGS('2')],
      lb2: [THREE_LEGS('3')],
      rs2: ['interfaces: { eth0: { network: aside, address: 10.9.0.12 } }'],
      '': INSIDE(', inside-vip: [10.0.0.250, 10.9.0.250]'),
    },
  },
  {
    code: 'NAT-FWD',
    what: 'a backup that does not forward once it is the active one',
    base: PAIR,
    drawn: { lb2: ['sysctls: { net.ipv4.ip_forward: ⟦0⟧ }'], '': SOUND },
    fixes: ['Lift the pin of net.ipv4.ip_forward'],
    mended: ['-    sysctls: { net.ipv4.ip_forward: 0 }', '+    sysctls: {}'],
    clean: { lb2: ['sysctls: { net.ipv4.ip_forward: 1 }'], '': SOUND },
  },
  {
    code: 'HA-LOOP',
    what: 'directors that are each other’s real servers',
    base: DIRECT,
    drawn: {
      web: ['real-servers: { lb1: {}, ⟦lb2⟧: {}, rs1: {} }'],
      '': ['vrrp: { id: 51, network: front }', KEEPALIVED],
    },
    fixes: ['Let the backup only take, never balance'],
    mended: ['-vrrp: { id: 51, network: front }', '+vrrp: { id: 51, network: front, sync: true }'],
    clean: {
      lb1: [ONLY],
      web: [BOTH_REAL],
      '': ['vrrp: { id: 51, network: front, sync: true }', KEEPALIVED],
    },
  },
  {
    code: 'HA-LOOP',
    what: 'a backup that is told to balance all the same',
    base: DIRECT,
    drawn: {
      lb2: ['sysctls: { net.ipv4.vs.backup_only: ⟦0⟧ }'],
      web: [BOTH_REAL],
      '': ['vrrp: { id: 51, network: front, sync: true }', KEEPALIVED],
    },
    fixes: ['Let the backup only take, never balance'],
    mended: ['-    sysctls: { net.ipv4.vs.backup_only: 0 }', '+    sysctls: {}'],
    clean: {
      web: [BOTH_REAL],
      '': ['vrrp: { id: 51, network: front, sync: true }', KEEPALIVED],
    },
  },
  {
    code: 'HA-BACKUPONLY',
    what: 'backup_only that nothing switches on',
    base: DIRECT,
    drawn: {
      lb2: ['sysctls: { net.ipv4.vs.backup_only: ⟦1⟧ }'],
      '': ['vrrp: { id: 51, network: front }', KEEPALIVED],
    },
    fixes: ['Keep connections in step (vrrp.sync)', 'Lift the pin of net.ipv4.vs.backup_only'],
    mended: ['-vrrp: { id: 51, network: front }', '+vrrp: { id: 51, network: front, sync: true }'],
    clean: { lb2: [ONLY], '': ['vrrp: { id: 51, network: front, sync: true }', KEEPALIVED] },
  },
  {
    code: 'HA-BACKUPONLY',
    what: 'backup_only on a director that has no backup',
    base: DR,
    drawn: { lb1: ['sysctls: { net.ipv4.vs.backup_only: ⟦1⟧ }'] },
    fixes: ['Lift the pin of net.ipv4.vs.backup_only'],
    mended: ['-    sysctls: { net.ipv4.vs.backup_only: 1 }', '+    sysctls: {}'],
    clean: { lb1: ['sysctls: { net.ipv4.vs.backup_only: 0 }'] },
  },
  {
    code: 'TUN-SYNC',
    what: 'sync with a tunnel from IPv4 into IPv6',
    base: DIRECT,
    drawn: {
      rs2: [
        "interfaces: { eth0: { network: front, address: '2001:db8:1::12' }, eth1: { network: aside, address: 10.9.0.12 } }",
        'gateway: 10.9.0.1',
      ],
      web: ['mode: tun', "real-servers: { rs1: {}, rs2: { address: '2001:db8:1::12' } }"],
      '': ['vrrp: { id: 51, network: front, ⟦sync⟧: true }', KEEPALIVED],
    },
    fixes: ['Do not keep connections in step'],
    mended: ['-vrrp: { id: 51, network: front, sync: true }', '+vrrp: { id: 51, network: front }'],
    clean: { web: ['mode: tun'], '': ['vrrp: { id: 51, network: front, sync: true }', KEEPALIVED] },
  },
  {
    code: 'VRRP-AUTH',
    what: 'a secret for IPv6',
    base: DIRECT,
    drawn: {
      web: ["vip: '2001:db8:1::100'"],
      '': ['vrrp: { id: 51, network: front, ⟦auth⟧: { secret: shop } }', KEEPALIVED],
    },
    fixes: ['Take the secret out'],
    mended: [
      '-vrrp: { id: 51, network: front, auth: { secret: shop } }',
      '+vrrp: { id: 51, network: front }',
    ],
    clean: { '': ['vrrp: { id: 51, network: front, auth: { secret: shop } }', KEEPALIVED] },
  },
  {
    code: 'VRRP-ADVERT',
    what: 'fractions of a second with authentication',
    base: DIRECT,
    drawn: { '': ['vrrp: { id: 51, network: front, advert: ⟦0.5⟧, auth: { secret: shop } }', KEEPALIVED] },
    fixes: ['Change to 1'],
    mended: [
      '-vrrp: { id: 51, network: front, advert: 0.5, auth: { secret: shop } }',
      '+vrrp: { id: 51, network: front, advert: 1, auth: { secret: shop } }',
    ],
    clean: { '': ['vrrp: { id: 51, network: front, advert: 0.5 }', KEEPALIVED] },
  },
  {
    code: 'VRRP-ADVERT',
    what: 'a minute for IPv6',
    base: DIRECT,
    drawn: {
      web: ["vip: '2001:db8:1::100'"],
      '': ['vrrp: { id: 51, network: front, advert: ⟦60⟧ }', KEEPALIVED],
    },
    fixes: ['Change to 40'],
    mended: [
      '-vrrp: { id: 51, network: front, advert: 60 }',
      '+vrrp: { id: 51, network: front, advert: 40 }',
    ],
    clean: { '': ['vrrp: { id: 51, network: front, advert: 60 }', KEEPALIVED] },
  },
  {
    code: 'VRRP-ADVERT',
    what: 'thousandths of a second',
    base: DIRECT,
    drawn: { '': ['vrrp: { id: 51, network: front, advert: ⟦0.125⟧ }', KEEPALIVED] },
    fixes: ['Change to 0.13'],
    mended: [
      '-vrrp: { id: 51, network: front, advert: 0.125 }',
      '+vrrp: { id: 51, network: front, advert: 0.13 }',
    ],
    clean: { '': ['vrrp: { id: 51, network: front, advert: 0.29 }', KEEPALIVED] },
  },
  {
    code: 'FW-VRRP',
    what: 'a backup that hears nothing',
    base: DIRECT,
    drawn: {
      lb2: ['drops: [⟦{ protocol: vrrp }⟧]'],
      '': ['vrrp: { id: 51, network: front }', KEEPALIVED],
    },
    fixes: ['Let lb2 accept VRRP'],
    mended: ['-    drops: [{ protocol: vrrp }]', '+    drops: []'],
    clean: {
      lb2: ['drops: [{ protocol: vrrp, chain: forward }]'],
      '': ['vrrp: { id: 51, network: front }', KEEPALIVED],
    },
  },
  {
    code: 'SYNC',
    what: 'a backup that learns no connections',
    base: DIRECT,
    drawn: {
      lb2: ['drops: [⟦{ protocol: udp, port: 8848 }⟧]'],
      '': ['vrrp: { id: 51, network: front, sync: true }', KEEPALIVED],
    },
    fixes: ['Let lb2 accept UDP port 8848'],
    mended: ['-    drops: [{ protocol: udp, port: 8848 }]', '+    drops: []'],
    clean: {
      lb2: ['drops: [{ protocol: udp, port: 8848 }]'],
      '': ['vrrp: { id: 51, network: front }', KEEPALIVED],
    },
  },
  {
    code: 'SORRY-ADDR',
    what: 'the VIP as its own sorry server',
    base: DR,
    drawn: { web: ['sorry-server: { address: ⟦192.0.2.100⟧ }'], '': [KEEPALIVED] },
    fixes: ['Take the sorry server of "web" out'],
    mended: ['-    sorry-server: { address: 192.0.2.100 }'],
    clean: { web: ['sorry-server: { address: 192.0.2.99 }'], '': [KEEPALIVED] },
  },
  {
    code: 'SORRY-ADDR',
    what: 'a real server as sorry server',
    base: DR,
    drawn: { web: ['sorry-server: { address: ⟦192.0.2.11⟧ }'], '': [KEEPALIVED] },
    fixes: ['Take the sorry server of "web" out'],
    mended: ['-    sorry-server: { address: 192.0.2.11 }'],
    clean: { web: ['sorry-server: { address: 192.0.2.2 }'], '': [KEEPALIVED] },
  },
  {
    code: 'SORRY-ADDR',
    what: 'a real server of NAT at its own port, and not at another one',
    base: NAT,
    drawn: { web: ['sorry-server: { address: ⟦10.0.0.11⟧, port: 8080 }'], '': [KEEPALIVED] },
    fixes: ['Take the sorry server of "web" out'],
    mended: ['-    sorry-server: { address: 10.0.0.11, port: 8080 }'],
    clean: { web: ['sorry-server: { address: 10.0.0.11, port: 81 }'], '': [KEEPALIVED] },
  },
  {
    code: 'SORRY-ADDR',
    what: 'one behind a router with direct routing, at another port',
    base: DR,
    drawn: { web: ['sorry-server: { address: ⟦203.0.113.9⟧, port: ⟦8080⟧ }'], '': [KEEPALIVED] },
    fixes: ['Take the sorry server of "web" out'],
    mended: ['-    sorry-server: { address: 203.0.113.9, port: 8080 }'],
    clean: { web: ['mode: tun', 'sorry-server: { address: 203.0.113.9, port: 80 }'], '': [KEEPALIVED] },
  },
  {
    code: 'SORRY-ADDR',
    what: 'one of the other family',
    base: DR,
    drawn: { web: ["sorry-server: { address: ⟦'2001:db8:1::99'⟧ }"], '': [KEEPALIVED] },
    fixes: ['Take the sorry server of "web" out'],
    mended: ["-    sorry-server: { address: '2001:db8:1::99' }"],
    clean: { web: ['mode: tun', "sorry-server: { address: '2001:db8:1::99' }"], '': [KEEPALIVED] },
  },
  {
    code: 'SORRY-ADDR',
    what: 'one that is no host’s address',
    base: DR,
    drawn: { web: ['sorry-server: { address: ⟦224.0.0.99⟧ }'], '': [KEEPALIVED] },
    fixes: ['Take the sorry server of "web" out'],
    mended: ['-    sorry-server: { address: 224.0.0.99 }'],
    clean: { web: ['sorry-server: { address: 192.0.2.99, port: 80 }'], '': [KEEPALIVED] },
  },
  {
    code: 'SORRY-ADDR',
    what: 'one whose replies do not pass the director',
    base: NAT,
    drawn: { web: ['sorry-server: { address: ⟦10.0.0.254⟧ }'], '': [KEEPALIVED] },
    fixes: ['Take the sorry server of "web" out'],
    mended: ['-    sorry-server: { address: 10.0.0.254 }'],
    clean: { web: ['sorry-server: { address: 10.0.0.99 }'], '': [KEEPALIVED] },
  },
  {
    code: 'SORRY-ONLY',
    what: 'no real server of weight beside a sorry server',
    base: DR,
    drawn: {
      web: [
        '⟦real-servers⟧: { rs1: { weight: 0 }, rs2: { weight: 0 } }',
        'sorry-server: { address: 192.0.2.99 }',
      ],
      '': [KEEPALIVED],
    },
    fixes: ['Give every real server of "web" weight 1 again'],
    mended: [
      '-    real-servers: { rs1: { weight: 0 }, rs2: { weight: 0 } }',
      '+    real-servers: { rs1: {}, rs2: {} }',
    ],
    clean: {
      web: ['real-servers: { rs1: { weight: 0 }, rs2: {} }', 'sorry-server: { address: 192.0.2.99 }'],
      '': [KEEPALIVED],
    },
  },
  {
    code: 'CHECK-RIP',
    what: 'a daemon that hears requests and no checks',
    base: DR,
    drawn: {
      rs1: ['listens: [{ address: ⟦192.0.2.100⟧, port: 80 }]'],
      web: ['health: { type: http }'],
      '': [KEEPALIVED],
    },
    fixes: ['Listen on every address'],
    mended: ['-    listens: [{ address: 192.0.2.100, port: 80 }]', '+    listens: [{ port: 80 }]'],
    clean: {
      rs1: ['listens: [{ address: 192.0.2.100, port: 80 }, { address: 192.0.2.11, port: 80 }]'],
      web: ['health: { type: http }'],
      '': [KEEPALIVED],
    },
  },
  {
    code: 'NODEST',
    what: 'health checks that leave clients hanging',
    base: DR,
    drawn: {
      lb1: ['sysctls: { net.ipv4.vs.expire_nodest_conn: ⟦0⟧ }'],
      web: ['health: { type: tcp }'],
      '': [KEEPALIVED],
    },
    fixes: ['Lift the pin of net.ipv4.vs.expire_nodest_conn'],
    mended: ['-    sysctls: { net.ipv4.vs.expire_nodest_conn: 0 }', '+    sysctls: {}'],
    clean: {
      web: ['health: { type: tcp }'],
      '': [KEEPALIVED],
    },
  },
  {
    code: 'SVC-VIP-DIRECTOR',
    what: 'one VIP with a pair and with one of the two alone',
    base: DIRECT,
    drawn: {
      'services/tls': [
        'mode: dr',
        'director: lb1',
        'vip: ⟦192.0.2.100⟧',
        'port: 443',
        'real-servers: { rs1: {} }',
      ],
      '': ['vrrp: { id: 51, network: front }', KEEPALIVED],
    },
    fixes: ['Give "tls" the directors of "web"'],
    mended: ['-    director: lb1', '+    director: [lb1, lb2]'],
    clean: { '': ['vrrp: { id: 51, network: front }', KEEPALIVED] },
  },
])

describe('one VIP with different directors', () => {
  it('gets no fix that would make two services of one', () => {
    const text = drawing(DR, {
      'hosts/lb2': ['role: director', 'interfaces: { eth0: { network: farm, address: 192.0.2.3 } }'],
      'services/again': [
        'mode: dr',
        'director: lb2',
        'vip: ⟦192.0.2.100⟧',
        'port: 80',
        'real-servers: { rs1: {} }',
      ],
    })
    expect(expectMarked(text, ['SVC-VIP-DIRECTOR'])[0]?.fixes).toEqual([])
  })
})

describe('a gateway that stays behind', () => {
  it('does not keep silent what else is wrong with the second director', () => {
    const text = drawing(PAIR, {
      rs1: ['gateway: ⟦10.0.0.2⟧'],
      lb2: ['sysctls: { net.ipv4.ip_forward: ⟦0⟧ }'],
      '': SOUND,
    })
    const findings = expectMarked(text, ['NAT-FWD', 'HA-NAT-SYNC'])
    expect(findings[0]?.message).toMatch(/once lb2 is the active director$/)
  })
})

describe('the fix that gives a pair up', () => {
  it('leaves nothing of it', () => {
    const broken = marked(drawing(PAIR, { '': [vrrp()] })).text
    const [finding] = findingsOf(broken)
    const fix = finding?.fixes[1]
    expect(fix?.title).toBe('Use the first director alone')
    expectFixesMend(broken, findingsOf(broken))
    expect(fix === undefined ? '' : fixed(broken, fix)).toBe(
      PAIR.replace('director: [lb1, lb2]', 'director: lb1'),
    )
  })
})
