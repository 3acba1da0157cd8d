import { describe, expect, it } from 'vitest'
import { readManagers } from './managers.js'

const names = new Map([
  ['1', 'lo'],
  ['2', 'eth0'],
  ['3', 'eth1'],
])
const link = (number: number, file: string, state = 'configured') => [
  `/run/systemd/netif/links/${number}:ADMIN_STATE=${state}`,
  `/run/systemd/netif/links/${number}:NETWORK_FILE=/run/systemd/network/${file}`,
]
const eth0 = (...told: readonly string[]) =>
  readManagers([...link(2, '10-netplan-eth0.network'), ...told], [], names).get('eth0')
const DROP_IN = '/etc/systemd/network/10-netplan-eth0.network.d/lvs.conf:'

describe('who manages an interface', () => {
  it('systemd-networkd those links that have a file and are not left alone', () => {
    const lines = [
      ...link(2, 'a.network'),
      '/run/systemd/netif/links/3:NETWORK_FILE=/etc/systemd/network/b.network',
      '/run/systemd/netif/links/9:ADMIN_STATE=configured',
    ]
    expect([...readManagers(lines, [], names)]).toEqual([
      ['eth0', { by: 'systemd-networkd', file: 'a.network', keepsAddresses: 'none', keepsRoutes: false }],
    ])
  })

  it.each([
    ['yes', 'all'],
    ['true', 'all'],
    ['On', 'all'],
    ['static', 'static'],
    ['dhcp', 'none'],
    ['no', 'none'],
  ])('and keeps addresses by KeepConfiguration=%s: %s', (value, keepsAddresses) => {
    expect(eth0(`${DROP_IN}KeepConfiguration = ${value} `)).toMatchObject({ keepsAddresses })
    // The last one counts, and that of another file does not.
    expect(
      eth0(
        '/run/systemd/network/10-netplan-eth0.network:KeepConfiguration=no',
        `${DROP_IN}KeepConfiguration=${value}`,
        '/etc/systemd/network/10-netplan-eth1.network.d/lvs.conf:KeepConfiguration=yes',
      ),
    ).toMatchObject({ keepsAddresses })
  })

  it('and keeps routes where networkd.conf says so', () => {
    expect(eth0('/etc/systemd/networkd.conf:ManageForeignRoutes=no')).toMatchObject({ keepsRoutes: true })
    expect(
      eth0(
        '/etc/systemd/networkd.conf:ManageForeignRoutes=no',
        '/etc/systemd/networkd.conf.d/50.conf:ManageForeignRoutes=yes',
      ),
    ).toMatchObject({ keepsRoutes: false })
  })

  it('NetworkManager what it has brought up itself', () => {
    const lines = [
      'eth0:connected:Wired\\: first',
      'eth1:connecting (getting IP configuration):it',
      'lo:connected (externally):lo',
      'docker0:unmanaged:',
      'eth2:disconnected:',
      'an error',
    ]
    expect([...readManagers([], lines, names)]).toEqual([
      ['eth0', { by: 'NetworkManager', connection: 'Wired: first' }],
      ['eth1', { by: 'NetworkManager', connection: 'it' }],
    ])
  })
})
