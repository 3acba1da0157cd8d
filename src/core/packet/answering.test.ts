import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { walkCluster } from './walk-cluster.js'

const drawn = (subnet: string) => `lvs: 1
name: sctp
networks:
  front: { subnet: 192.0.2.0/24, gateway: 192.0.2.254 }
  back: { subnet: ${subnet}.0/24, gateway: ${subnet}.254 }
hosts:
  alice: { role: client, interfaces: { eth0: { network: front, address: 192.0.2.50 } } }
  edge: { role: router, interfaces: { eth0: { network: front, address: 192.0.2.254 }, eth1: { network: back, address: ${subnet}.254 } } }
  lb1: { role: director, interfaces: { eth0: { network: front, address: 192.0.2.2 }, eth1: { network: back, address: ${subnet}.1 } }, gateway: 192.0.2.254 }
  rs1: { role: real-server, interfaces: { eth0: { network: back, address: ${subnet}.11 } } }
services:
  signal:
    mode: dr
    director: lb1
    vip: 192.0.2.100
    protocol: sctp
    port: 2905
    real-servers: { rs1: {} }
`

function walked(text: string) {
  const { topology, problems } = parseTopology(text)
  expect(problems).toEqual([])
  const [walk] = walkCluster(deriveCluster(topology))
  if (walk === undefined) throw new Error('no walk')
  const reply = walk.hops.find(({ leg, host }) => leg === 'reply' && host === 'rs1')?.packetOut
  return { walk, from: reply?.ip.src }
}

describe('as whom a real server answers by SCTP', () => {
  it('is the address of its route, which the client takes since the INIT ACK names the VIP', () => {
    const { walk, from } = walked(drawn('198.51.100'))
    expect(walk).toMatchObject({ verdict: 'SERVED', seen: 'reply' })
    expect(from).toBe('198.51.100.11')
  })

  it('is the VIP where that address is private and the client is not', () => {
    const { walk, from } = walked(drawn('10.0.0'))
    expect(walk.verdict).toBe('SERVED')
    expect(from).toBe('192.0.2.100')
  })

  it('is the first one such a client may know, whichever interface has it', () => {
    const others = drawn('10.0.0')
      .replace('hosts:', '  spare: { subnet: 203.0.113.0/24 }\nhosts:')
      .replace(
        'address: 10.0.0.11 } } }',
        'address: 10.0.0.11 }, eth1: { network: spare, address: 203.0.113.11 } }, gateway: 10.0.0.254 }',
      )
      .replace('rs1: {}', 'rs1: { address: 10.0.0.11 }')
    const tunnelled = others.replace('mode: dr', 'mode: tun')
    expect(walked(tunnelled).from).toBe('203.0.113.11')
    const rewritten = others.replace('mode: dr', 'mode: nat')
    expect(walked(rewritten)).toMatchObject({
      walk: { verdict: 'REPLY_SKIPS_DIRECTOR' },
      from: '203.0.113.11',
    })
  })

  it('is the address it is bound to', () => {
    const bound = drawn('198.51.100').replace(
      '198.51.100.11 } } }',
      '198.51.100.11 } }, listens: [{ address: 192.0.2.100, port: 2905, protocol: sctp }] }',
    )
    expect(walked(bound).from).toBe('192.0.2.100')
  })

  it('tells of nobody who listens by an ABORT, and of nobody to choose by nothing the client hears', () => {
    const deaf = drawn('10.0.0').replace(
      '10.0.0.11 } } }',
      '10.0.0.11 } }, listens: [{ port: 80, protocol: sctp }] }',
    )
    expect(walked(deaf).walk).toMatchObject({ verdict: 'NOT_LISTENING', seen: 'refused' })
    const empty = drawn('10.0.0').replace('{ rs1: {} }', '{ rs1: { weight: 0 } }')
    expect(walked(empty).walk).toMatchObject({ verdict: 'NO_DESTINATION', seen: 'timeout' })
  })

  it('is never known where a firewall of the director goes by conntrack, which takes an INIT alone', () => {
    const walled = (drop: string) =>
      drawn('10.0.0').replace('} }, gateway: 192.0.2.254 }', `} }, gateway: 192.0.2.254, drops: [${drop}] }`)
    const { walk } = walked(walled('{ state: invalid, chain: input }'))
    expect(walk).toMatchObject({ verdict: 'FIREWALL_DROP', served: false, seen: 'timeout', at: 'lb1' })
    expect(walk.reason).toMatch(/COOKIE ECHO is lost/)
    expect(walked(walled('{ state: invalid, chain: forward }')).walk.verdict).toBe('SERVED')
  })
})
