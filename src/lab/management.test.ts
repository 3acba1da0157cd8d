import { describe, expect, it } from 'vitest'
import { chooseManagementNetwork } from './management.js'
import type { LabSpec } from './spec.js'

function drawn(addresses: string[], to: string[] = [], mac = '02:00:00:00:00:01'): LabSpec {
  return {
    name: 'x',
    networks: [{ name: 'n' }],
    hosts: [
      {
        name: 'h',
        interfaces: [{ name: 'eth0', network: 'n', mac, addresses }],
        routes: to.map((each) => ({ to: each, family: 4, via: '10.0.0.1' })),
        sysctls: [],
        listens: [],
        drops: [],
      },
    ],
  }
}

describe('chooseManagementNetwork', () => {
  it('takes a subnet nobody draws, one address a host', () => {
    const network = chooseManagementNetwork(
      drawn(['10.0.0.1/24', '2001:db8::1/64'], ['default', '0.0.0.0/0']),
    )
    expect(network).toMatchObject({
      subnet: '198.19.255.0/24',
      machine: '198.19.255.3',
      hosts: ['198.19.255.10'],
    })
  })

  it.each([
    ['an address', drawn(['198.19.255.7/32']), [], '198.19.254.0/24'],
    ['a subnet around it', drawn(['198.18.0.1/15']), [], '100.127.255.0/24'],
    ['a route over it', drawn([], ['198.18.0.0/15']), [], '100.127.255.0/24'],
    ['a VIP that is yet to come', drawn([]), ['198.19.255.100'], '198.19.254.0/24'],
  ])('keeps clear of %s', (_, spec, avoid, subnet) => {
    expect(chooseManagementNetwork(spec, avoid).subnet).toBe(subnet)
  })

  it('says what to do where nothing is left', () => {
    expect(() => chooseManagementNetwork(drawn([], ['0.0.0.0/1', '128.0.0.0/1']))).toThrow(/narrow a route/)
  })

  it('keeps clear of drawn MAC addresses', () => {
    const { macs } = chooseManagementNetwork(drawn([], [], '02:4C:56:53:00:02'))
    expect(macs).toEqual(['02:4c:56:53:00:01', '02:4c:56:53:00:03'])
  })
})
