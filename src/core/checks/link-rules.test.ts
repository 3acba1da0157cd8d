import { DR } from './rules.test-kit.js'
import { testRuleCases } from './rule-cases.test-kit.js'

const eth0 = (more: string) => `interfaces: { eth0: { network: farm, address: 192.0.2.11${more} } }`
const bonded = (more: string, bond = 'eth0, eth1') =>
  `interfaces: { bond0: { network: farm, address: 192.0.2.11, bond: [${bond}] }${more} }`

testRuleCases([
  {
    code: 'MTU-LINK',
    what: 'one interface that sends more than the others',
    base: DR,
    drawn: { rs1: [eth0(', mtu: ⟦9000⟧')] },
    fixes: ['Use the 1500 bytes of farm'],
    mended: [
      '-    interfaces: { eth0: { network: farm, address: 192.0.2.11, mtu: 9000 } }',
      '+    interfaces: { eth0: { network: farm, address: 192.0.2.11 } }',
    ],
    clean: { farm: ['mtu: 9000'], rs1: [eth0(', mtu: 9000')] },
  },
  {
    code: 'MTU-LINK',
    what: 'one interface that has more than its network carries',
    base: DR,
    drawn: { farm: ['mtu: 1400'], rs1: [eth0(', mtu: ⟦1500⟧')] },
    fixes: ['Use the 1400 bytes of farm'],
    mended: [
      '-    interfaces: { eth0: { network: farm, address: 192.0.2.11, mtu: 1500 } }',
      '+    interfaces: { eth0: { network: farm, address: 192.0.2.11 } }',
    ],
    clean: { farm: ['mtu: 1400'] },
  },
  {
    code: 'MTU-LINK',
    what: 'one interface that was forgotten',
    base: DR,
    drawn: {
      edge: [
        'interfaces: { eth0: { network: outside, address: 198.51.100.1, mtu: 9000 }, eth1: { network: farm, address: [192.0.2.1, "2001:db8:1::1"] } }',
      ],
      alice: ['interfaces: { ⟦eth0⟧: { network: outside, address: 198.51.100.50 } }'],
      'hosts/bob': [
        'role: client',
        'interfaces: { eth0: { network: outside, address: 198.51.100.51, mtu: 9000 } }',
      ],
    },
    fixes: ['Say it of outside: 9000 bytes'],
    mended: ['+    mtu: 9000'],
    clean: {
      edge: [
        'interfaces: { eth0: { network: outside, address: 198.51.100.1, mtu: 9000 }, eth1: { network: farm, address: [192.0.2.1, "2001:db8:1::1"] } }',
      ],
      alice: ['interfaces: { eth0: { network: outside, address: 198.51.100.50, mtu: 9000 } }'],
    },
  },
  {
    code: 'MTU-IPV6',
    what: 'a network with IPv6 and too small',
    base: DR,
    drawn: { farm: ['mtu: ⟦1200⟧'] },
    fixes: ['Raise it to 1280'],
    mended: ['-    mtu: 1200', '+    mtu: 1280'],
    clean: { outside: ['mtu: 1200'], farm: ['mtu: 1280'] },
  },
  {
    code: 'MTU-IPV6',
    what: 'an interface with IPv6 and too small',
    base: DR,
    drawn: {
      'networks/six': ["subnet: 'fd00:6::/64'"],
      'hosts/spare': [
        'role: router',
        "interfaces: { eth0: { network: six, address: 'fd00:6::9', mtu: ⟦1000⟧ } }",
      ],
    },
    fixes: ['Raise it to 1280'],
    mended: [
      "-    interfaces: { eth0: { network: six, address: 'fd00:6::9', mtu: 1000 } }",
      "+    interfaces: { eth0: { network: six, address: 'fd00:6::9', mtu: 1280 } }",
    ],
    clean: {
      'networks/six': ["subnet: 'fd00:6::/64'"],
      'hosts/spare': [
        'role: router',
        "interfaces: { eth0: { network: six, address: 'fd00:6::9', mtu: 1280 } }",
      ],
    },
  },
  {
    code: 'VLAN-DUP',
    what: 'one VLAN under two names',
    base: DR,
    drawn: {
      rs1: [
        'interfaces: { eth0.20: { network: farm, address: 192.0.2.11 }, eth0.db: { network: aside, address: 10.9.0.11, vlan: ⟦20⟧ } }',
      ],
    },
    fixes: [],
    mended: [],
    clean: {
      rs1: [
        'interfaces: { eth0.20: { network: farm, address: 192.0.2.11 }, eth1.20: { network: aside, address: 10.9.0.11 } }',
      ],
    },
  },
  {
    code: 'VLAN-NAME',
    what: 'another VLAN than the name says',
    base: DR,
    drawn: { rs1: ['interfaces: { eth0.20: { network: farm, address: 192.0.2.11, vlan: ⟦30⟧ } }'] },
    fixes: ['Change the VLAN to 20'],
    mended: [
      '-    interfaces: { eth0.20: { network: farm, address: 192.0.2.11, vlan: 30 } }',
      '+    interfaces: { eth0.20: { network: farm, address: 192.0.2.11, vlan: 20 } }',
    ],
    clean: {
      rs1: ['interfaces: { vlan0020: { network: farm, address: 192.0.2.11, vlan: 20 } }'],
      rs2: ['interfaces: { eth0.web: { network: farm, address: 192.0.2.12, vlan: 30 } }'],
    },
  },
  {
    code: 'VLAN-PARENT',
    what: 'a VLAN of a bond’s member',
    base: DR,
    drawn: {
      rs1: [
        'interfaces: { bond0: { network: aside, bond: [eth0, eth1] }, ⟦eth0.20⟧: { network: farm, address: 192.0.2.11 } }',
      ],
    },
    fixes: [],
    mended: [],
    clean: {
      rs1: [
        'interfaces: { bond0: { network: aside, bond: [eth0, eth1] }, bond0.20: { network: farm, address: 192.0.2.11 } }',
      ],
    },
  },
  {
    code: 'VLAN-PARENT',
    what: 'a VLAN larger than what carries it',
    base: DR,
    drawn: {
      farm: ['mtu: 9000'],
      rs1: [
        'interfaces: { eth0: { network: aside, address: 10.9.0.11 }, ⟦eth0.20⟧: { network: farm, address: 192.0.2.11 } }',
      ],
    },
    fixes: [],
    mended: [],
    clean: {
      farm: ['mtu: 9000'],
      aside: ['mtu: 9000'],
      rs1: [
        'interfaces: { eth0: { network: aside, address: 10.9.0.11 }, eth0.20: { network: farm, address: 192.0.2.11 } }',
      ],
    },
  },
  {
    code: 'BOND-MEMBER',
    what: 'a member with a network of its own',
    base: DR,
    drawn: { rs1: [bonded(', ⟦eth1⟧: { network: aside, address: 10.9.0.11, mtu: 1500 }')] },
    fixes: ['Leave network and addresses to bond0', 'Take eth1 out of bond0'],
    mended: [
      '-    interfaces: { bond0: { network: farm, address: 192.0.2.11, bond: [eth0, eth1] }, eth1: { network: aside, address: 10.9.0.11, mtu: 1500 } }',
      '+    interfaces: { bond0: { network: farm, address: 192.0.2.11, bond: [eth0, eth1] }, eth1: { mtu: 1500 } }',
    ],
    clean: {
      rs1: [
        bonded(
          ', eth0: { mac: "02:00:00:00:00:01" }, eth1: { mac: "02:00:00:00:00:02", mtu: 1500 }, eth2: { network: aside, address: 10.9.0.11, mtu: 1500 }',
        ),
      ],
    },
  },
  {
    code: 'BOND-MEMBER',
    what: 'a member with an MTU of its own',
    base: DR,
    drawn: { rs1: [bonded(', eth0: { mac: "02:00:00:00:00:01", mtu: ⟦9000⟧ }')] },
    fixes: ['Leave the MTU to bond0'],
    mended: [
      '-    interfaces: { bond0: { network: farm, address: 192.0.2.11, bond: [eth0, eth1] }, eth0: { mac: "02:00:00:00:00:01", mtu: 9000 } }',
      '+    interfaces: { bond0: { network: farm, address: 192.0.2.11, bond: [eth0, eth1] }, eth0: { mac: "02:00:00:00:00:01" } }',
    ],
    clean: { rs1: [bonded(', eth0: { mac: "02:00:00:00:00:01", mtu: 1500 }')] },
  },
  {
    code: 'IFACE-NETWORK',
    what: 'an interface whose network was forgotten',
    base: DR,
    drawn: { rs1: ['interfaces: { ⟦eth0⟧: { address: 192.0.2.11 } }'] },
    fixes: ['Put eth0 of rs1 on farm'],
    mended: [
      '-    interfaces: { eth0: { address: 192.0.2.11 } }',
      '+    interfaces: { eth0: { address: 192.0.2.11, network: farm } }',
    ],
    clean: {
      rs1: ['interfaces: { eth0: { mtu: 1500 }, eth0.20: { network: farm, address: 192.0.2.11 } }'],
    },
  },
  {
    code: 'BOND-MEMBER',
    what: 'a member of two bonds, of itself, and twice',
    base: DR,
    drawn: {
      rs1: [bonded(', bond1: { network: aside, bond: [⟦eth0⟧, ⟦bond1⟧, eth2, ⟦eth2⟧] }')],
    },
    fixes: ['Take eth0 out of bond1'],
    mended: [
      '-    interfaces: { bond0: { network: farm, address: 192.0.2.11, bond: [eth0, eth1] }, bond1: { network: aside, bond: [eth0, bond1, eth2, eth2] } }',
      '+    interfaces: { bond0: { network: farm, address: 192.0.2.11, bond: [eth0, eth1] }, bond1: { network: aside, bond: [bond1, eth2, eth2] } }',
    ],
    clean: { rs1: [bonded(', bond1: { network: aside, bond: [eth2, eth3] }')] },
  },
  {
    code: 'BOND-MEMBER',
    what: 'a bond of nothing',
    base: DR,
    drawn: { rs1: ['interfaces: { bond0: { network: farm, address: 192.0.2.11, ⟦bond⟧: [] } }'] },
    fixes: ['Let bond0 be an interface by itself'],
    mended: [
      '-    interfaces: { bond0: { network: farm, address: 192.0.2.11, bond: [] } }',
      '+    interfaces: { bond0: { network: farm, address: 192.0.2.11 } }',
    ],
    clean: { rs1: [bonded('', 'eth0')] },
  },
  {
    code: 'SYSCTL-IFACE',
    what: 'an interface that is not there',
    base: DR,
    drawn: { rs1: ['sysctls: { ⟦net.ipv4.conf.eth9.log_martians⟧: 1 }'] },
    fixes: ['Change to net.ipv4.conf.eth0.log_martians', 'Lift the pin of net.ipv4.conf.eth9.log_martians'],
    mended: [
      '-    sysctls: { net.ipv4.conf.eth9.log_martians: 1 }',
      '+    sysctls: { net.ipv4.conf.eth0.log_martians: 1 }',
    ],
    clean: {
      rs1: [
        bonded(', eth2.20: { network: aside, address: 10.9.0.11 }'),
        'sysctls: { net.ipv4.conf.all.log_martians: 1, net.ipv4.conf.lo.log_martians: 1, net.ipv4.conf.eth1.log_martians: 1, net.ipv4.conf.eth2.log_martians: 1, net.ipv4.conf.tunl0.log_martians: 1, net.ipv4.neigh.default.gc_thresh1: 128 }',
      ],
    },
  },
  {
    code: 'SYSCTL-IFACE',
    what: 'a dot in an interface’s name',
    base: DR,
    drawn: {
      rs1: [
        'interfaces: { eth0.20: { network: farm, address: 192.0.2.11 } }',
        'sysctls: { ⟦net.ipv4.conf.eth0.20.log_martians⟧: 1 }',
      ],
    },
    fixes: [
      'Change to net.ipv4.conf.eth0/20.log_martians',
      'Lift the pin of net.ipv4.conf.eth0.20.log_martians',
    ],
    mended: [
      '-    sysctls: { net.ipv4.conf.eth0.20.log_martians: 1 }',
      '+    sysctls: { net.ipv4.conf.eth0/20.log_martians: 1 }',
    ],
    clean: {
      rs1: [
        'interfaces: { eth0.20: { network: farm, address: 192.0.2.11 } }',
        'sysctls: { net.ipv4.conf.eth0/20.log_martians: 1 }',
      ],
    },
  },
])
