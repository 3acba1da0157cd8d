import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import type { Walk } from './walk.js'
import { walkCluster } from './walk-cluster.js'

/** A client that reaches the VIP by a router of its own segment, which has a way through the director. */
function walksOf(protocol: string, more: { readonly edge?: string; readonly lb1?: string }): readonly Walk[] {
  const { topology, problems } = parseTopology(`lvs: 1
name: redirected
networks:
  lan: { subnet: 192.0.2.0/24 }
hosts:
  alice: { role: client, interfaces: { eth0: { network: lan, address: 192.0.2.50 } }, gateway: 192.0.2.254 }
  edge: { role: router, interfaces: { eth0: { network: lan, address: 192.0.2.254 } }, routes: [{ to: 203.0.113.100/32, via: 192.0.2.2 }], ${more.edge ?? 'sysctls: {}'} }
  lb1: { role: director, interfaces: { eth0: { network: lan, address: 192.0.2.2 } }, ${more.lb1 ?? 'sysctls: {}'} }
  rs1: { role: real-server, interfaces: { eth0: { network: lan, address: 192.0.2.11 } } }
services:
  web: { mode: dr, director: lb1, vip: 203.0.113.100, protocol: ${protocol}, port: 80, real-servers: { rs1: {} } }
`)
  expect(problems).toEqual([])
  return walkCluster(deriveCluster(topology))
}

const told = (walks: readonly Walk[]) => walks.map(({ verdict, seen }) => [verdict, seen])

describe('a router that has redirected a client', () => {
  const silent = 'sysctls: { net.ipv4.conf.all.arp_ignore: 8 }'

  it('tells it of a neighbour that nobody is, or does not: by when what is sent again is redirected', () => {
    const walks = walksOf('tcp', { lb1: silent })
    expect(told(walks)).toEqual([
      ['NEIGHBOUR_UNREACHABLE', 'unreachable'],
      ['NEIGHBOUR_UNREACHABLE', 'timeout'],
    ])
    const errors = walks.map(({ hops }) => hops.filter(({ host, leg }) => host === 'edge' && leg === 'reply'))
    expect(errors.map(({ length }) => length)).toEqual([1, 0])
    expect(walks[1]?.hops.at(-1)?.steps.map(({ detail }) => detail)).toContain(
      'edge tells 192.0.2.50 nothing of it, this time: for a second after a redirect there is no error to the same address',
    )
  })

  it('tells it for sure where it sends once, or was not redirected', () => {
    expect(told(walksOf('udp', { lb1: silent }))).toHaveLength(1)
    const edge = 'sysctls: { net.ipv4.conf.all.send_redirects: 0, net.ipv4.conf.eth0.send_redirects: 0 }'
    expect(told(walksOf('tcp', { lb1: silent, edge }))).toEqual([['NEIGHBOUR_UNREACHABLE', 'unreachable']])
  })

  it('has sent it another way, which is said where the first packet is lost', () => {
    const edge = 'drops: [{ protocol: tcp, chain: forward }]'
    const [walk] = walksOf('tcp', { edge })
    expect(walk).toMatchObject({ verdict: 'FIREWALL_DROP', at: 'edge', served: false })
    expect(walk?.reason).toContain(
      '; edge has told alice of a shorter way by 192.0.2.2, and what is sent again may go by that',
    )
    const quiet = 'sysctls: { net.ipv4.conf.all.send_redirects: 0, net.ipv4.conf.eth0.send_redirects: 0 }'
    const [untold] = walksOf('tcp', { edge: `${edge}, ${quiet}` })
    expect(untold?.reason).not.toContain('shorter way')
  })
})
