import { expect, it } from 'vitest'
import { chooseManagementNetwork } from './management.js'
import type { LabSpec } from './spec.js'
import { hostNetwork, wiring } from './wiring.js'

const spec: LabSpec = {
  name: 'x',
  networks: [{ name: 'a network with a long name', mtu: 9000 }],
  hosts: [
    {
      name: 'a-host-whose-name-fits-no-interface.example.net',
      interfaces: [
        {
          name: 'eth0',
          network: 'a network with a long name',
          mac: '02:00:00:00:00:01',
          mtu: 1400,
          addresses: ['10.0.0.1/24', '2001:db8::1/64'],
        },
      ],
      routes: [
        { to: 'default', family: 4, via: '192.0.2.1' },
        { to: 'default', family: 6, interface: 'eth0' },
        { to: '203.0.113.0/24', family: 4, via: 'fe80::1', interface: 'eth0' },
        { to: '192.0.2.1/32', family: 4, interface: 'eth0' },
      ],
      sysctls: [],
      listens: [],
      drops: [],
    },
  ],
}
const management = chooseManagementNetwork(spec)

it('wires hosts to numbered ports, so that no name of the drawing reaches the switch', () => {
  const { switchWire, hosts } = wiring(spec, management)
  expect(switchWire).toContain(
    'link add dev b1 mtu 9000 type bridge stp_state 0 forward_delay 0 mcast_snooping 0\n',
  )
  // Whatever ports come and go: it is known by this address.
  expect(switchWire).toContain(`link add dev management address ${management.macs[0] ?? ''} type bridge `)
  expect(hosts[0]?.wire).toBe(`netns add a-host-whose-name-fits-no-interface.example.net
link add dev s1 mtu 9000 type veth peer name h1 mtu 1400
link set dev s1 addrgenmode none
link set dev s1 master b1 up
link add dev s2 type veth peer name h2
link set dev s2 addrgenmode none
link set dev s2 master management up
link set dev s2 type bridge_slave isolated on
`)
  expect(hosts[0]?.plug)
    .toBe(`link set dev h1 netns a-host-whose-name-fits-no-interface.example.net name eth0 address 02:00:00:00:00:01
link set dev h2 netns a-host-whose-name-fits-no-interface.example.net name mgmt0 address 02:4c:56:53:00:02
`)
  expect(hosts[0]?.offload).toBe('h1\n')
})

it('gives a host its links, addresses and routes, gateways after the routes that reach them', () => {
  const [host] = spec.hosts
  expect(host && hostNetwork(host, '198.19.255.10')).toBe(`link set dev lo up
link set dev mgmt0 addrgenmode none
address add 198.19.255.10/24 dev mgmt0
link set dev mgmt0 up
link set dev eth0 up
address add 10.0.0.1/24 dev eth0
address add 2001:db8::1/64 dev eth0 nodad
route add ::/0 dev eth0
route add 192.0.2.1/32 dev eth0
route add 0.0.0.0/0 via 192.0.2.1
route add 203.0.113.0/24 via inet6 fe80::1 dev eth0
`)
})
