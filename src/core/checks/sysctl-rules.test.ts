import { describe, expect, it } from 'vitest'
import { testRuleCases } from './rule-cases.test-kit.js'
import { DR, NAT, drawing, findingsOf } from './rules.test-kit.js'

const sysctls = (text: string) => [`sysctls: { ${text} }`]
const VS = 'net.ipv4.vs'

testRuleCases([
  ...(
    [
      ['drop_entry', '4', '3'],
      ['sync_version', '2', '1'],
      ['sync_ports', '3', '4'],
      ['sync_retries', '-1', '3'],
      ['sync_threshold', '50 3', '3 50'],
      ['sync_threshold', '3', '3 0'],
      ['conntrack', 'yes', '1'],
    ] as const
  ).map(([name, wrong, right]) => ({
    code: 'SYSCTL-RANGE',
    what: `${name} ${wrong}`,
    base: DR,
    drawn: { lb1: sysctls(`${VS}.${name}: ⟦${wrong}⟧`) },
    fixes: [`Lift the pin of ${VS}.${name}`],
    mended: [`-    sysctls: { ${VS}.${name}: ${wrong} }`, '+    sysctls: {}'],
    clean: { lb1: sysctls(`${VS}.${name}: ${right}`) },
  })),
  {
    code: 'SYSCTL-VALUE',
    what: 'arp_announce above 2, which the kernel takes for 0',
    base: DR,
    drawn: { lb1: sysctls('net.ipv4.conf.all.arp_announce: ⟦3⟧') },
    fixes: ['Lift the pin of net.ipv4.conf.all.arp_announce'],
    mended: ['-    sysctls: { net.ipv4.conf.all.arp_announce: 3 }', '+    sysctls: {}'],
    clean: { lb1: sysctls('net.ipv4.conf.all.arp_announce: 2') },
  },
  {
    code: 'SYSCTL-VALUE',
    what: 'arp_ignore of a host that no VIP depends on',
    base: DR,
    drawn: { edge: sysctls('net.ipv4.conf.eth1.arp_ignore: ⟦5⟧') },
    fixes: ['Lift the pin of net.ipv4.conf.eth1.arp_ignore'],
    mended: ['-    sysctls: { net.ipv4.conf.eth1.arp_ignore: 5 }', '+    sysctls: {}'],
    clean: { edge: sysctls('net.ipv4.conf.eth1.arp_ignore: 2') },
  },
  {
    code: 'SYSCTL-UNKNOWN',
    what: 'a misspelt setting of IPVS',
    base: DR,
    drawn: { lb1: sysctls(`⟦${VS}.expire_nodest_con⟧: 1`) },
    fixes: [`Change to ${VS}.expire_nodest_conn`, `Lift the pin of ${VS}.expire_nodest_con`],
    mended: [`-    sysctls: { ${VS}.expire_nodest_con: 1 }`, `+    sysctls: { ${VS}.expire_nodest_conn: 1 }`],
    clean: { lb1: sysctls(`${VS}.expire_nodest_conn: 1`) },
  },
  {
    code: 'SYSCTL-UNKNOWN',
    what: 'one that the kernel is too old for',
    base: DR,
    drawn: { lb1: ['kernel: 6.1', ...sysctls(`⟦${VS}.est_nice⟧: 5`)] },
    fixes: [`Lift the pin of ${VS}.est_nice`],
    mended: [`-    sysctls: { ${VS}.est_nice: 5 }`, '+    sysctls: {}'],
    clean: { lb1: ['kernel: 6.12', ...sysctls(`${VS}.est_nice: 5`)] },
  },
  {
    code: 'SYSCTL-DEFAULT',
    what: 'silence on interfaces to come',
    base: DR,
    drawn: { rs1: sysctls('⟦net.ipv4.conf.default.arp_ignore⟧: 1') },
    fixes: ['Lift the pin of net.ipv4.conf.default.arp_ignore'],
    mended: ['-    sysctls: { net.ipv4.conf.default.arp_ignore: 1 }', '+    sysctls: {}'],
    clean: { rs1: sysctls('net.ipv4.conf.default.arp_ignore: 1, net.ipv4.conf.all.arp_ignore: 1') },
  },
  {
    code: 'SYSCTL-MERGE',
    what: 'less than is derived for all interfaces',
    base: DR,
    drawn: { rs1: sysctls('net.ipv4.conf.eth0.arp_announce: ⟦1⟧') },
    fixes: ['Lift the pin of net.ipv4.conf.eth0.arp_announce'],
    mended: ['-    sysctls: { net.ipv4.conf.eth0.arp_announce: 1 }', '+    sysctls: {}'],
    clean: { lb1: sysctls('net.ipv4.conf.eth0.arp_announce: 1') },
  },
  {
    code: 'SYSCTL-MERGE',
    what: 'forwarding of IPv6 on one interface of a NAT director',
    base: NAT,
    drawn: {
      lb1: sysctls('net.ipv6.conf.eth1.forwarding: ⟦0⟧'),
      web: ["vip: '2001:db8:1::100'"],
    },
    fixes: ['Lift the pin of net.ipv6.conf.eth1.forwarding'],
    mended: ['-    sysctls: { net.ipv6.conf.eth1.forwarding: 0 }', '+    sysctls: {}'],
    clean: { lb1: sysctls('net.ipv6.conf.eth1.forwarding: 1'), web: ["vip: '2001:db8:1::100'"] },
  },
])

describe('a value that means nothing', () => {
  it('is left to the rules about ARP where a real server could answer for the VIP', () => {
    const text = drawing(DR, { rs1: sysctls('net.ipv4.conf.eth0.arp_ignore: 5') })
    expect(findingsOf(text).map(({ code }) => code)).toEqual(['DR-ARP'])
  })
})
