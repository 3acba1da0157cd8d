import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../../core/hosts/cluster.js'
import { parseTopology } from '../../core/topology/parse.js'
import { jobOf } from './job.js'
import { parseResults } from './results.js'

const DRAWING = `lvs: 1
name: shop
networks:
  front: { subnet: 192.0.2.0/24 }
  back: { subnet: fd00::/64, mtu: 1400 }
hosts:
  alice: { role: client, interfaces: { eth0: { network: front, address: 192.0.2.50 } } }
  lb1: { role: director, interfaces: { eth0: { network: front, address: 192.0.2.2 }, eth1: { network: back, address: 'fd00::2' } } }
  rs1:
    role: real-server
    interfaces: { eth0: { network: front, address: 192.0.2.11 }, eth1: { network: back, address: 'fd00::11' } }
    drops: [{ protocol: icmp, chain: input }, { state: invalid }]
services:
  web:
    mode: tun
    director: lb1
    vip: 192.0.2.100
    mark: 7
    ports: [80]
    scheduler: rr
    tunnel: { type: gue, port: 6080 }
    real-servers: { rs1: { address: 'fd00::11' } }
`

describe('a job for the kernel', () => {
  const cluster = deriveCluster(parseTopology(DRAWING).topology)
  const { text, ports } = jobOf([
    {
      id: 'c0',
      cluster,
      requests: [
        { client: 'alice', protocol: 'tcp', address: '192.0.2.100' as never, port: 80, up: 10, down: 20 },
      ],
    },
  ])
  const ofHost = (name: string) => {
    const lines = text.split('\n')
    const from = lines.indexOf(`host ${name}`)
    const to = lines.findIndex((line, index) => index > from && /^(host|request) /.test(line))
    return lines.slice(from + 1, to)
  }

  it('has the hosts as they are after deployment, in the order in which the kernel takes it', () => {
    expect(text.split('\n').slice(0, 3)).toEqual(['case c0', 'network 1500', 'network 1400'])
    expect(ofHost('lb1')).toEqual(
      expect.arrayContaining([
        'link eth1 1 02:1a:b0:00:00:03 1400',
        'ip address add 192.0.2.100/32 dev eth0',
        'ip address add fd00::2/64 dev eth1 nodad',
        'ipvs -A -f 7 -s rr',
        'ipvs -a -f 7 -r [fd00::11]:0 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum',
        'nft ip daddr 192.0.2.100 tcp dport { 80 } meta mark set 7',
      ]),
    )
    const realServer = ofHost('rs1')
    const device = realServer.findIndex((line) => /^device link add name lvs-4in6-\w+ type ip6tnl/.test(line))
    const filter = realServer.findIndex((line) =>
      /^write net\/ipv4\/conf\/lvs-4in6-\w+\/rp_filter 2$/.test(line),
    )
    expect(device).toBeGreaterThanOrEqual(0)
    expect(filter).toBeGreaterThan(device)
    expect(realServer).toContain('ip fou add port 6080 gue -6')
    expect(realServer).toContain('listen tcp 0.0.0.0 80')
    // ICMP at input only, the invalid wherever they go.
    expect(realServer.filter((line) => line.endsWith(' drop')).map((line) => line.trim())).toEqual([
      'nft     meta l4proto 1 drop',
      'nft     ct state invalid drop',
      'nft     ct state invalid drop',
    ])
    expect(text).toContain('\nrequest c0 alice tcp 192.0.2.100 80 10 20\n')
  })

  it('is answered by lines that name its ports and hosts', () => {
    const output = [
      'time namespaces 3',
      'problem c0 rs1 ip: no such device',
      'frame 1 ffffffffffff020000000001080600010800060400010200000000 01c0000232000000000000c0000264'.replace(
        '00 01',
        '0001',
      ),
      'request c0 0 answered 0 rs1 40000 20',
      'server c0 rs1 40000 10',
      'neighbour c0 lb1 192.0.2.50       0x1         0x2         02:00:00:00:00:01     *        eth0',
      'done',
      '',
    ].join('\n')
    const result = parseResults(output, { text, ports }).get('c0')
    expect(result?.requests).toEqual([
      { state: 'answered', error: 0, server: 'rs1', clientPort: 40000, up: 10, down: 20 },
    ])
    expect(result?.frames).toMatchObject([
      { from: { host: 'lb1', interface: 'eth0' }, frame: { kind: 'arp' } },
    ])
    expect(result?.problems).toEqual(['rs1 ip: no such device'])
    expect(result?.neighbours.get('lb1')?.[0]).toContain('02:00:00:00:00:01')
    expect(() => parseResults('frame 1 00\n', { text, ports })).toThrow(/broke off/)
  })
})
