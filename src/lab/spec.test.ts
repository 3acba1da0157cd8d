import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LabError } from './lab-error.js'
import { assertLabSpec, labSpecProblems, sysctlPath, type LabHost, type LabSpec } from './spec.js'

const host: LabHost = {
  name: 'rs1',
  interfaces: [
    {
      name: 'eth0',
      network: 'back',
      mac: '02:00:00:00:00:01',
      addresses: ['10.0.0.11/24', '2001:db8::11/64'],
    },
  ],
  routes: [{ to: 'default', family: 4, via: '10.0.0.1' }],
  sysctls: [['net.ipv4.conf.all.arp_ignore', '1']],
  listens: [{ protocol: 'tcp', port: 80 }],
  drops: [{ protocol: 'ipip' }, { protocol: 'tcp', port: 81 }],
}
const spec: LabSpec = { name: 'shop', networks: [{ name: 'back', mtu: 1400 }], hosts: [host] }
const withHost = (change: Partial<LabHost>): LabSpec => ({ ...spec, hosts: [{ ...host, ...change }] })
const withInterface = (change: Partial<LabHost['interfaces'][number]>): LabSpec =>
  withHost({ interfaces: host.interfaces.map((each) => ({ ...each, ...change })) })

describe('labSpecProblems', () => {
  it('finds nothing wrong with a usual drawing', () => {
    expect(labSpecProblems(spec)).toEqual([])
  })

  it.each<[string, LabSpec]>([
    ['no host', { ...spec, hosts: [] }],
    ['a name that leaves the folder', { ...spec, name: '../x' }],
    ['a hidden name', { ...spec, name: '.new-x' }],
    ['two hosts of one name', { ...spec, hosts: [host, { ...host, name: 'RS1', interfaces: [] }] }],
    ['two networks of one name', { ...spec, networks: [{ name: 'back' }, { name: 'back' }] }],
    ['an unknown network', withInterface({ network: 'front' })],
    ['an interface of the kernel', withInterface({ name: 'tunl0' })],
    ['an interface of the lab', withInterface({ name: 'mgmt0' })],
    ['an interface name that is an option', withInterface({ name: '-eth0' })],
    ['a multicast MAC address', withInterface({ mac: '01:00:5e:00:00:01' })],
    ['an address without a prefix length', withInterface({ addresses: ['10.0.0.1'] })],
    ['an impossible prefix length', withInterface({ addresses: ['10.0.0.1/33'] })],
    ['an MTU below IPv4', withInterface({ mtu: 20 })],
    ['a route of the other family', withHost({ routes: [{ to: '10.0.0.0/8', family: 6, via: '10.0.0.1' }] })],
    ['a route to nowhere', withHost({ routes: [{ to: 'default', family: 4 }] })],
    [
      'a route out of an unknown interface',
      withHost({ routes: [{ to: 'default', family: 4, interface: 'x' }] }),
    ],
    ['a sysctl outside the network', withHost({ sysctls: [['kernel.panic', '1']] })],
    ['a sysctl path that climbs', withHost({ sysctls: [['net/../kernel/panic', '1']] })],
    ['a sysctl value of two lines', withHost({ sysctls: [['net.ipv4.ip_forward', '1\n1']] })],
    ['an unknown protocol', withHost({ drops: [{ protocol: 'icmp drop' }] })],
    ['a port of ICMP', withHost({ drops: [{ protocol: 'icmp', port: 1 }] })],
    ['port 0', withHost({ listens: [{ protocol: 'tcp', port: 0 }] })],
  ])('refuses %s', (_, wrong) => {
    expect(labSpecProblems(wrong)).toHaveLength(1)
  })

  it('refuses more hosts than a lab holds', () => {
    const hosts = Array.from({ length: 61 }, (_, index) => ({ ...host, name: `rs${index}`, interfaces: [] }))
    expect(labSpecProblems({ ...spec, hosts })).toEqual(['61 hosts; a lab holds 60'])
  })

  it('lets no name through that a shell or ip(8) would read differently', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const fine = /^[A-Za-z0-9_.@-]+$/.test(name)
        if (fine) return
        expect(labSpecProblems(withHost({ name }))).not.toEqual([])
        expect(labSpecProblems(withInterface({ name }))).not.toEqual([])
        expect(labSpecProblems({ ...spec, name })).not.toEqual([])
      }),
    )
  })
})

describe('assertLabSpec', () => {
  it('names every problem in one message', () => {
    const wrong = withInterface({ name: 'lo', mtu: 1 })
    expect(() => {
      assertLabSpec(wrong)
    }).toThrow(LabError)
    expect(() => {
      assertLabSpec(wrong)
    }).toThrow(/host 'rs1': the interface name 'lo'.*\n.*MTU 1/)
  })
})

describe('sysctlPath', () => {
  it.each([
    ['net.ipv4.ip_forward', 'net/ipv4/ip_forward'],
    ['net.ipv4.conf.eth0/20.arp_ignore', 'net/ipv4/conf/eth0.20/arp_ignore'],
    ['net/ipv4/conf/eth0.20/arp_ignore', 'net/ipv4/conf/eth0.20/arp_ignore'],
    ['kernel.hostname', undefined],
    ['net', undefined],
    ['net..ipv4', undefined],
    ['net/./ipv4', undefined],
    ['net.ipv4. x', undefined],
  ])('%s → %s', (key, path) => {
    expect(sysctlPath(key)).toBe(path)
  })
})
