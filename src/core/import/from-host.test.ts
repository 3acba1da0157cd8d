import { describe, expect, it } from 'vitest'
import { checkTopology } from '../checks/check.js'
import { observeHost } from '../hosts/observe.js'
import { parseTopology } from '../topology/parse.js'
import { fromHost } from './from-host.js'
import { importTopology } from './import-topology.js'
import { rulesOfTopology } from './import.test-kit.js'

const RULES = `-A -t 192.0.2.100:80 -s wlc
-a -t 192.0.2.100:80 -r 10.0.0.11:8080 -m -w 2
-a -t 192.0.2.100:80 -r 10.0.0.12:8080 -m -w 1
`

const DIRECTOR = `== facts
uid 0
kernel 6.1.0-28-amd64
tools ip ipvsadm
== link
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue\\    link/loopback 00:00:00:00:00:00
2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc noqueue\\    link/ether 02:00:00:00:00:01
3: eth1: <BROADCAST,UP,LOWER_UP> mtu 9000 qdisc noqueue\\    link/ether 02:00:00:00:00:02
4: docker0: <BROADCAST,UP> mtu 1500 qdisc noqueue\\    link/ether 02:00:00:00:00:03
5: tunl0@NONE: <NOARP> mtu 1480 qdisc noop\\    link/ipip 0.0.0.0
== address
1: lo    inet 127.0.0.1/8 scope host lo
2: eth0    inet 192.0.2.2/24 brd 192.0.2.255 scope global eth0
2: eth0    inet 192.0.2.100/32 scope global eth0
3: eth1    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth1
3: eth1    inet6 fe80::1/64 scope link
== route4
default via 192.0.2.1 dev eth0
10.9.0.0/16 via 10.0.0.250 dev eth1
== ipvs
${RULES}== thresholds
== end
`

const REAL_SERVER = `== facts
uid 0
kernel 5.10.0
tools ip
== link
2: ens3: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc noqueue\\    link/ether 02:00:00:00:00:0b
== address
2: ens3    inet 10.0.0.11/24 brd 10.0.0.255 scope global ens3
== route4
default via 10.0.0.1 dev ens3
== end
`

it('running hosts are drawn as they are, with nothing assumed of those that were looked at', () => {
  const lb = fromHost('lb1', observeHost('lb1', DIRECTOR))
  const rs = fromHost('web-a', observeHost('web-a', REAL_SERVER))
  if (lb.found.kind !== 'director' || rs.found.kind !== 'host') throw new Error('told apart by the table')
  const { text, notes } = importTopology({ directors: [lb.found.director], hosts: [rs.found.host] }, 'shop')
  expect(notes).toEqual([])
  expect(text).toBe(`# Drawn from lb1, web-a.
# A line that is marked has something that does not stand there: see whether it is so, then take the mark out.
lvs: 1
name: shop
networks:
  front: { subnet: 192.0.2.0/24, gateway: 192.0.2.1 }
  back: { subnet: 10.0.0.0/24, gateway: 10.0.0.1 }
hosts:
  lb1:
    role: director
    kernel: 6.1.0-28-amd64
    interfaces:
      eth0: { network: front, address: 192.0.2.2, mac: '02:00:00:00:00:01' }
      eth1: { network: back, address: 10.0.0.1, mac: '02:00:00:00:00:02', mtu: 9000 }
    gateway: 192.0.2.1
    routes: [{ to: 10.9.0.0/16, via: 10.0.0.250 }]
  web-a:
    role: real-server
    kernel: 5.10.0
    interfaces:
      ens3: { network: back, address: 10.0.0.11, mac: '02:00:00:00:00:0b' }
  # assumed: the interface of each real server is eth0, and has no other address
  rs1:
    role: real-server
    interfaces:
      eth0: { network: back, address: 10.0.0.12 }
services:
  http:
    mode: nat
    director: lb1
    vip: 192.0.2.100
    port: 80
    scheduler: wlc
    real-servers:
      web-a: { port: 8080, weight: 2 }
      rs1: { port: 8080 }
`)
  expect(rulesOfTopology(text)).toContain('-a -t 192.0.2.100:80 -r 10.0.0.12:8080 -m -w 1')
  expect(checkTopology(parseTopology(text)).filter(({ severity }) => severity === 'error')).toEqual([])
})

it('the table of a node of Kubernetes is drawn, thousands of services and all', () => {
  const services = 1_000
  const rules = Array.from({ length: services }, (_, index) => {
    const vip = `10.96.${index >> 8}.${index & 255}:443`
    const pod = (each: number) => `10.244.0.${10 + ((index + each) % 200)}:8443`
    return `-A -t ${vip} -s rr\n-a -t ${vip} -r ${pod(0)} -m -w 1\n-a -t ${vip} -r ${pod(1)} -m -w 1\n`
  }).join('')
  const node = DIRECTOR.replace(RULES, rules).replaceAll('10.0.0.1/24', '10.244.0.1/24')
  const { found } = fromHost('node1', observeHost('node1', node))
  if (found.kind !== 'director') throw new Error('it has a table')
  const result = importTopology({ directors: [found.director], hosts: [] })
  expect([result.services, result.hosts, result.notes]).toEqual([services, 201, []])
  const parsed = parseTopology(result.text)
  expect(parsed.problems).toEqual([])
  // VIPs of a node are on no segment: they live on it.
  expect([...parsed.topology.networks.keys()]).toEqual(['net', 'back'])
})

/** Of a node whose pods are on other nodes, reached by routes. */
const NODE = DIRECTOR.replace(
  RULES,
  '-A -t 10.96.0.1:443 -s rr\n-a -t 10.96.0.1:443 -r 10.244.1.7:8443 -m -w 1\n-a -t 10.96.0.1:443 -r 10.244.2.9:8443 -m -w 1\n',
).replace(
  '10.9.0.0/16 via 10.0.0.250 dev eth1',
  '10.244.1.0/24 via 10.0.0.11 dev eth1\n10.244.2.0/24 via 10.0.0.12 dev eth1',
)
const KUBE_POSTROUTING = [
  '*nat',
  ':POSTROUTING ACCEPT [0:0]',
  ':KUBE-POSTROUTING - [0:0]',
  '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
  '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
  '-A KUBE-POSTROUTING -j MASQUERADE --random-fully',
  'COMMIT',
]

describe('a node of Kubernetes whose pods are on other nodes', () => {
  const drawn = (...more: readonly string[]) => {
    const { found } = fromHost(
      'node1',
      observeHost('node1', NODE.replace('== ipvs', [...more, '== ipvs'].join('\n'))),
    )
    if (found.kind !== 'director') throw new Error('it has a table')
    const { text } = importTopology({ directors: [found.director], hosts: [] })
    const findings = checkTopology(parseTopology(text))
    return {
      text,
      errors: findings.filter(({ severity }) => severity === 'error').map(({ code }) => code),
      assumed: findings.filter(({ code }) => code === 'ASSUMED').map(({ message }) => message),
    }
  }
  const conntrack = (value: string) => ['== sysctl', `net.ipv4.vs.conntrack\t${value}`]
  const firewall = ['== firewall', ...KUBE_POSTROUTING.map((line) => `legacy ip ${line}`)]

  it('is masqueraded as it was seen to be, and can be deployed as it is drawn', () => {
    const { text, errors } = drawn(...conntrack('1'), ...firewall)
    expect(text).toContain('    mode: nat\n')
    expect(text).toContain('    masquerade: true\n')
    expect(errors).toEqual([])
    expect(rulesOfTopology(text)).toContain('-a -t 10.96.0.1:443 -r 10.244.1.7:8443 -m -w 1')
  })

  it('is assumed to be masqueraded where nobody could look, which is a finding to fill in', () => {
    const { text, errors, assumed } = drawn()
    expect(text).toContain(
      '    mode: nat # assumed: that this and others are masqueraded, whose real servers are on no network of the director\n',
    )
    expect(errors).toEqual([])
    expect(assumed.join('\n')).toContain('are masqueraded')
  })

  it.each([
    ['IPVS is kept out of conntrack', [...conntrack('0'), ...firewall]],
    [
      'no rule masquerades',
      [
        ...conntrack('1'),
        '== firewall',
        'legacy ip *nat',
        'legacy ip :POSTROUTING ACCEPT [0:0]',
        'legacy ip COMMIT',
      ],
    ],
  ])('is not where %s: what that means for replies is said', (_, more) => {
    const { text, errors } = drawn(...more)
    expect(text).not.toContain('masquerade')
    expect(new Set(errors)).toEqual(new Set(['NAT-GW']))
  })
})

it('a real server behind a tunnel, which nobody has looked at, has a way for its replies', () => {
  const far = `-A -t 192.0.2.101:80 -s rr\n-a -t 192.0.2.101:80 -r 10.1.0.13:80 -i -w 1\n`
  const { found } = fromHost('lb1', observeHost('lb1', DIRECTOR.replace(RULES, RULES + far)))
  if (found.kind !== 'director') throw new Error('it has a table')
  const { text } = importTopology({ directors: [found.director], hosts: [] })
  expect(text).toContain(
    'site: { subnet: 10.1.0.0/24, gateway: 10.1.0.1 } # assumed: the size of the subnet, the gateway 10.1.0.1\n',
  )
  expect(text).toContain('front: { subnet: 192.0.2.0/24, gateway: 192.0.2.1 }')
  expect(checkTopology(parseTopology(text)).filter(({ severity }) => severity === 'error')).toEqual([])
})
