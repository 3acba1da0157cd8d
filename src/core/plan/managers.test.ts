import { describe, expect, it } from 'vitest'
import { hostPlan, observeAll, clusterOf, sample } from './plan.test-kit.js'

/** Numbers as plan.test-kit gives them. */
const networkd = (number: number, ...told: readonly string[]) =>
  [
    '== networkd',
    `/run/systemd/netif/links/${number}:ADMIN_STATE=configured`,
    `/run/systemd/netif/links/${number}:NETWORK_FILE=/run/systemd/network/10-netplan.network`,
    ...told,
  ].join('\n')
const KEEP = '/etc/systemd/network/10-netplan.network.d/lvs.conf:KeepConfiguration='
const notesOf = (mode: string, host: string, extra: string, purpose: 'apply' | 'remove' = 'apply') => {
  const cluster = clusterOf(sample(mode))
  return hostPlan(cluster, host, observeAll(cluster, { [host]: extra }), purpose).notes
}

describe('what a manager of networks would take away', () => {
  it('is said of a director’s VIPs, with what to tell systemd-networkd', () => {
    expect(notesOf('dr', 'lb1', networkd(2))).toEqual([
      'systemd-networkd manages eth0 and takes 192.0.2.100/32 and 2001:db8:1::100/128 off when it configures it anew ' +
        '(netplan apply, networkctl reload; older versions also when an update restarts it); to keep that, add below [Network] ' +
        'KeepConfiguration=yes to /etc/systemd/network/10-netplan.network.d/lvs.conf, then: systemctl restart systemd-networkd',
    ])
  })

  it('is only what it would not keep', () => {
    expect(notesOf('dr', 'lb1', networkd(2, `${KEEP}yes`))).toEqual([])
    const [note, ...others] = notesOf('dr', 'lb1', networkd(2, `${KEEP}static`))
    expect([note, others]).toEqual([expect.stringContaining('takes 2001:db8:1::100/128 off'), []])
  })

  it.each([
    ['on an interface of which nothing is ours', 'dr', 'rs1', networkd(2), 'apply'],
    ['on an interface that it does not manage', 'dr', 'lb1', networkd(1), 'apply'],
    ['of what is taken away', 'dr', 'lb1', networkd(2), 'remove'],
    [
      'of an address that is there by others',
      'dr',
      'lb1',
      `${networkd(2)}\n== address\n${['192.0.2.2/24', '192.0.2.100/32'].map((each) => `2: eth0    inet ${each} scope global eth0`).join('\n')}\n${['2001:db8:1::2/64', '2001:db8:1::100/128'].map((each) => `2: eth0    inet6 ${each} scope global`).join('\n')}`,
      'apply',
    ],
  ] as const)('is nothing %s', (_, mode, host, extra, purpose) => {
    expect(notesOf(mode, host, extra, purpose)).toEqual([])
  })

  it('names no more than one reads of a director with many addresses', () => {
    const vips = Array.from({ length: 20 }, (_, index) => `192.0.2.${100 + index}`)
    const [head = '', services = ''] = sample('dr').split(/^(?=services:)/m)
    const one = /^ {2}web:\n(?: {4}.*\n)+/m.exec(services)?.[0] ?? ''
    const many = vips.map((vip, index) => one.replace('web:', `web${index}:`).replace('192.0.2.100', vip))
    const cluster = clusterOf(`${head}services:\n${many.join('')}`)
    const said = (extra: string) => hostPlan(cluster, 'lb1', observeAll(cluster, { lb1: extra })).notes
    expect(said(networkd(2))).toEqual([
      expect.stringContaining(
        'takes 192.0.2.100/32, 192.0.2.101/32, 192.0.2.102/32 and 17 more addresses off',
      ),
    ])
    expect(said('== networkmanager\neth0:connected:a\n')).toEqual([
      expect.stringMatching(/ \+ipv4.addresses 192\.0\.2\.102\/32 …; nmcli device reapply eth0$/),
    ])
  })

  it('is said with the commands for NetworkManager, before it is there', () => {
    const lines = "== networkmanager\neth0:connected:it's\nlo:unmanaged:\n"
    expect(notesOf('nat', 'rs1', lines)).toEqual([
      'NetworkManager manages eth0 and takes the IPv4 default route and the IPv6 default route off when it activates or ' +
        "reapplies its connection; to keep that, add it there before deploying: nmcli connection modify 'it'\\''s' " +
        'ipv4.gateway 10.0.0.1 ipv6.gateway fd00:10::1; nmcli device reapply eth0',
    ])
    expect(notesOf('dr', 'lb1', lines)).toEqual([
      expect.stringContaining(
        '+ipv4.addresses 192.0.2.100/32 +ipv6.addresses 2001:db8:1::100/128; nmcli device reapply eth0',
      ),
    ])
  })
})
