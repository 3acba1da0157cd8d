import { describe, expect, it } from 'vitest'
import { parseAddress } from '../topology/address.js'
import { parseTopology } from '../topology/parse.js'
import { deriveCluster } from './cluster.js'
import { masqueradeKey, masqueradeRules, masqueradesOf, readMasquerades } from './masquerade.js'

/** As nft 1.0.6 prints it (`nft -n list table`). */
const TABLE = `table inet lvs-designer-shop {
	set masquerade-tcp-ipv4 {
		type ipv4_addr . inet_service
		elements = { 192.0.2.100 . 80, 192.0.2.100 . 443,
			     192.0.2.101 . 80 }
	}

	set masquerade-tcp-ipv4-every-port {
		type ipv4_addr
		elements = { 192.0.2.102 }
	}

	set masquerade-sctp-ipv6 {
		type ipv6_addr . inet_service
		elements = { 2001:db8:1::100 . 80 }
	}

	set masquerade-sctp-ipv6-every-port {
		type ipv6_addr
	}

	chain mark-17-ipv4 {
		type filter hook prerouting priority -150; policy accept;
		ip daddr 192.0.2.100 tcp dport { 80, 443 } meta mark set 0x00000011
	}

	set masquerade-tcp-ipv4-vips {
		type ipv4_addr
		elements = { 192.0.2.100, 192.0.2.101, 192.0.2.102 }
	}

	chain masquerade-tcp-ipv4 {
		type nat hook postrouting priority 100; policy accept;
		ip daddr @masquerade-tcp-ipv4-vips return
		meta l4proto 6 ct original ip daddr . ct original proto-dst @masquerade-tcp-ipv4 masquerade
		meta l4proto 6 ct original ip daddr @masquerade-tcp-ipv4-every-port masquerade
	}

	set masquerade-sctp-ipv6-vips {
		type ipv6_addr
		elements = { 2001:db8:1::100 }
	}

	chain masquerade-sctp-ipv6 {
		type nat hook postrouting priority 100; policy accept;
		ip6 daddr @masquerade-sctp-ipv6-vips return
		meta l4proto 132 ct original ip6 daddr . ct original proto-dst @masquerade-sctp-ipv6 masquerade
		meta l4proto 132 ct original ip6 daddr @masquerade-sctp-ipv6-every-port masquerade
	}
}`

const read = (text: string) => [...readMasquerades(text.split('\n'))]
const SCTP = 'sctp 2001:db8:1::100 80'

describe('what a table of nftables masquerades', () => {
  it('reads it back in the words it is wanted in', () => {
    expect(read(TABLE)).toEqual([
      'tcp 192.0.2.100 80',
      'tcp 192.0.2.100 443',
      'tcp 192.0.2.101 80',
      'tcp 192.0.2.102',
      SCTP,
    ])
    const vip = parseAddress('192.0.2.102')
    expect(vip && masqueradeKey({ protocol: 'tcp', vip, port: undefined })).toBe('tcp 192.0.2.102')
  })

  it.each([
    ['another hook', TABLE.replace('hook postrouting priority 100', 'hook output priority 100')],
    ['a rule more', TABLE.replace('-ipv4-every-port masquerade', '-ipv4-every-port masquerade\n\t\tdrop')],
    ['a rule fewer', TABLE.replace(/\n\t\tmeta l4proto 6 [^\n]*every-port masquerade/, '')],
    [
      'no VIPs by which packets are left alone',
      TABLE.replace('elements = { 192.0.2.100, 192.0.2.101, 192.0.2.102 }', 'elements = { 192.0.2.9 }'),
    ],
    ['a condition more', TABLE.replace('\t\tmeta l4proto 6', '\t\toifname "eth1" meta l4proto 6')],
    ['something else done', TABLE.replace('@masquerade-tcp-ipv4 masquerade', '@masquerade-tcp-ipv4 accept')],
    ['no chain', TABLE.replace(/\tchain masquerade-tcp-ipv4 \{[^}]*\}/, '')],
  ])('does not count sets by which nothing is masqueraded: %s', (_, text) => {
    expect(read(text)).toEqual([SCTP])
  })

  it('reads what it writes', () => {
    const [, , , , , , ...rules] = masqueradeRules('lvs-designer-shop', 'tcp 192.0.2.100 80')
    expect(rules).toEqual([
      'add rule inet lvs-designer-shop masquerade-tcp-ipv4 ip daddr @masquerade-tcp-ipv4-vips return',
      'add rule inet lvs-designer-shop masquerade-tcp-ipv4 meta l4proto tcp ct original ip daddr . ct original proto-dst @masquerade-tcp-ipv4 masquerade',
      'add rule inet lvs-designer-shop masquerade-tcp-ipv4 meta l4proto tcp ct original ip daddr @masquerade-tcp-ipv4-every-port masquerade',
      'add element inet lvs-designer-shop masquerade-tcp-ipv4-vips { 192.0.2.100 }',
      'add element inet lvs-designer-shop masquerade-tcp-ipv4 { 192.0.2.100 . 80 }',
    ])
    expect(read(TABLE.replaceAll('l4proto 6 ', 'l4proto tcp '))).toHaveLength(5)
  })
})

describe('what of a drawing is masqueraded', () => {
  const masqueraded = (service: string) => {
    const { topology } = parseTopology(`lvs: 1
name: shop
networks: { front: { subnet: 192.0.2.0/24 }, back: { subnet: 10.0.0.0/24, gateway: 10.0.0.254 } }
hosts:
  lb:
    role: director
    interfaces: { eth0: { network: front, address: 192.0.2.2 }, eth1: { network: back, address: 10.0.0.1 } }
  rs: { role: real-server, interfaces: { eth0: { network: back, address: 10.0.0.11 } } }
services:
  web: { director: lb, real-servers: { rs: {} }, masquerade: true, ${service} }
`)
    const lb = deriveCluster(topology).hosts.get('lb')
    const rs = deriveCluster(topology).hosts.get('rs')
    return {
      keys: lb === undefined ? [] : [...masqueradesOf(lb)],
      conntrack: lb?.state.sysctls.get('net.ipv4.vs.conntrack'),
      gateway: rs?.gateways.get(4)?.via,
    }
  }

  it.each([
    ['mode: nat, vip: 192.0.2.100, port: 80', ['tcp 192.0.2.100 80']],
    ['mode: nat, vip: 192.0.2.100, port: 53, protocol: udp', ['udp 192.0.2.100 53']],
    ['mode: nat, vip: 192.0.2.100, port: 0, persistence: {}', ['tcp 192.0.2.100']],
    [
      'mode: nat, vip: 192.0.2.100, mark: 17, ports: [80, 443]',
      ['tcp 192.0.2.100 80', 'tcp 192.0.2.100 443'],
    ],
    ['mode: nat, vip: 192.0.2.100, mark: 17', ['tcp 192.0.2.100']],
  ])('of "%s", with conntrack, and real servers keep the gateway of their network', (service, keys) => {
    expect(masqueraded(service)).toEqual({ keys, conntrack: '1', gateway: '10.0.0.254' })
  })

  it.each(['mode: dr, vip: 192.0.2.100, port: 80', 'mode: nat, mark: 17'])('nothing of "%s"', (service) => {
    expect(masqueraded(service)).toMatchObject({ keys: [], conntrack: undefined })
  })
})
