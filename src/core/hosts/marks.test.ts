import { describe, expect, it } from 'vitest'
import { parseAddress } from '../topology/address.js'
import { markKey, markState, readMarks } from './marks.js'

const vip = (text: string) => {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(text)
  return address
}

/** As nft 1.0.6 prints it. */
const TABLE = `table inet lvs-designer-shop {
	chain mark-17-ipv4 {
		type filter hook prerouting priority -150; policy accept;
		ip daddr 192.0.2.100 tcp dport { 80, 443 } meta mark set 0x00000011
	}

	chain mark-18-ipv6 {
		type filter hook prerouting priority mangle; policy accept;
		ip6 daddr 2001:db8:1::100 meta l4proto 132 meta mark set 0x00000012
	}

	chain mark-4294967295-ipv4 {
		type filter hook prerouting priority mangle; policy accept;
		ip daddr 192.0.2.100 udp dport 53 meta mark set 0xffffffff
	}
}`

const read = (text: string) => Object.fromEntries(readMarks(text.split('\n')))

describe('the marks a table of nftables sets', () => {
  it('reads them back in the words they are wanted in', () => {
    expect(read(TABLE)).toEqual({
      '17 ipv4': 'tcp 192.0.2.100 80,443',
      '18 ipv6': 'sctp 2001:db8:1::100',
      '4294967295 ipv4': 'udp 192.0.2.100 53',
    })
    const packets = {
      mark: 17,
      family: 4,
      protocol: 'tcp',
      vip: vip('192.0.2.100'),
      ports: [80, 443],
    } as const
    expect([markKey(packets), markState(packets)]).toEqual(['17 ipv4', 'tcp 192.0.2.100 80,443'])
    expect(markState({ ...packets, ports: [] })).toBe('tcp 192.0.2.100')
  })

  it.each([
    ['another mark', TABLE.replace('0x00000011', '0x00000012')],
    ['another hook', TABLE.replace('hook prerouting priority -150', 'hook output priority -150')],
    ['another rule beside it', TABLE.replace('0x00000011', '0x00000011\n\t\ticmp type echo-request drop')],
    ['a condition more', TABLE.replace('tcp dport { 80', 'iifname "eth0" tcp dport { 80')],
    ['no rule', TABLE.replace(/\t\tip daddr 192.0.2.100 tcp.*\n/, '')],
    ['the other family', TABLE.replace('ip daddr 192.0.2.100 tcp', 'ip6 daddr 2001:db8::1 tcp')],
  ])('does not take %s for ours', (_, text) => {
    expect(read(text)['17 ipv4']).toMatch(/^other rules: /)
    expect(read(text)['18 ipv6']).toBe('sctp 2001:db8:1::100')
  })

  it('reads nothing where there is no such table', () => {
    expect(read('')).toEqual({})
  })
})
