import { describe, expect, it } from 'vitest'
import { observedHosts } from '../checks/observed.test-kit.js'
import type { Breakage } from '../checks/observed.test-kit.js'
import { DR, NAT } from '../checks/rules.test-kit.js'
import { deriveCluster } from '../hosts/cluster.js'
import { observedCluster } from '../hosts/observed-cluster.js'
import { parseTopology } from '../topology/parse.js'
import { walkCluster } from './walk-cluster.js'
import type { Walk } from './walk.js'

function walks(text: string, broken: Breakage): readonly Walk[] {
  const cluster = deriveCluster(parseTopology(text).topology)
  return walkCluster(observedCluster(cluster, observedHosts(cluster, broken)))
}

const ends = (text: string, broken: Breakage) =>
  walks(text, broken).map(
    ({ realServer, verdict, seen, at }) => `${realServer ?? 'nobody'} ${verdict} ${seen ?? '?'} at ${at}`,
  )

const more = (...lines: readonly string[]) => [['== end', `${lines.join('\n')}\n== end`]] as const
const rules = (hook: string, policy: string, ...each: readonly (readonly unknown[])[]) => {
  const chain = { family: 'inet', table: 'f', name: 'c', type: 'filter', hook, prio: 0, policy }
  const nftables = [
    { chain },
    ...each.map((expr) => ({ rule: { family: 'inet', table: 'f', chain: 'c', expr } })),
  ]
  return more('== firewall', `nft ${JSON.stringify({ nftables })}`)
}
const state = (...values: readonly string[]) => ({
  match: { op: 'in', left: { ct: { key: 'state' } }, right: values },
})
const ACCEPT = { accept: null }
const SERVED = ['rs1 SERVED reply at alice', 'rs2 SERVED reply at alice']

describe('a firewall that was read', () => {
  it('lets through what it accepts', () => {
    expect(ends(DR, { rs1: rules('input', 'drop', [ACCEPT]) })).toEqual(SERVED)
    expect(ends(NAT, { lb1: rules('forward', 'accept') })).toEqual(SERVED)
  })

  it('drops in silence, or tells the client', () => {
    expect(ends(DR, { rs1: rules('input', 'drop') })[0]).toBe('rs1 FIREWALL_DROP timeout at rs1')
    expect(ends(DR, { rs1: rules('input', 'accept', [{ reject: { type: 'tcp reset' } }]) })[0]).toBe(
      'rs1 FIREWALL_DROP refused at rs1',
    )
    expect(
      ends(DR, {
        rs1: rules('input', 'accept', [{ reject: { type: 'icmpx', expr: 'port-unreachable' } }]),
      })[0],
    ).toBe('rs1 FIREWALL_DROP refused at rs1')
  })

  it('knows no connection of what IPVS balances, unless that tells it', () => {
    const established = rules('forward', 'drop', [state('established', 'related'), ACCEPT])
    expect(ends(NAT, { lb1: established })[0]).toBe('rs1 FIREWALL_DROP timeout at lb1')
    const told = [...established, ['net.ipv4.vs.conntrack\t0', 'net.ipv4.vs.conntrack\t1']] as const
    expect(ends(NAT, { lb1: told })).toEqual(SERVED)
  })

  it('of a real server sees every packet of the client, and so the whole connection', () => {
    const stateful = rules('input', 'drop', [state('new', 'established'), ACCEPT])
    expect(ends(DR, { rs1: stateful, rs2: stateful })).toEqual(SERVED)
  })

  it('leaves open what it cannot be known to do', () => {
    const limited = rules('input', 'accept', [{ limit: { rate: 1, per: 'second' } }, { drop: null }])
    const [walk] = walks(DR, { rs1: limited })
    expect(walk).toMatchObject({
      served: undefined,
      verdict: 'UNDETERMINED',
      reason: expect.stringContaining('it depends on "limit drop" in chain c of table inet f') as unknown,
    })
  })
})

describe('a neighbour table that was read', () => {
  const neighbour = (line: string) => more('== neighbours', line)

  it('is gone by, where it is wrong', () => {
    // rs1 has the fourth host's first interface; rs2 the fifth's.
    const wrong = neighbour('192.0.2.11 dev eth0 lladdr 02:00:00:00:04:01 REACHABLE')
    const [walk] = walks(DR, { lb1: wrong })
    expect(walk?.hops.map(({ host }) => host)).toContain('rs2')
    expect(walk?.hops.flatMap(({ steps }) => steps.map(({ detail }) => detail))).toContain(
      'lb1 does not ask for 192.0.2.11: its neighbour table says 02:00:00:00:04:01 (REACHABLE), which is rs2',
    )
  })

  it('leads nowhere with an address nobody has', () => {
    const nobody = neighbour('192.0.2.11 dev eth0 lladdr 02:00:de:ad:00:01 PERMANENT')
    expect(ends(DR, { lb1: nobody })).toContain('rs1 NEIGHBOUR_UNREACHABLE timeout at lb1')
  })

  it('changes nothing where it is right, or about another interface', () => {
    const right = neighbour('192.0.2.11 dev eth0 lladdr 02:00:00:00:03:01 STALE')
    expect(ends(DR, { lb1: right })).toEqual(SERVED)
    expect(ends(DR, { lb1: neighbour('192.0.2.11 dev eth7 lladdr 02:00:de:ad:00:01 STALE') })).toEqual(SERVED)
  })
})

describe('routes beside the main table', () => {
  it('leave open where a reply goes', () => {
    const byRule = more('== rules', '100: from 10.0.0.11 lookup 7')
    expect(walks(NAT, { rs1: byRule })[0]).toMatchObject({
      verdict: 'UNDETERMINED',
      at: 'rs1',
      reason: expect.stringContaining('it also routes by "100: from 10.0.0.11 lookup 7"') as unknown,
    })
  })
})
