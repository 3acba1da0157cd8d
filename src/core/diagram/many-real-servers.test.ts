import { describe, expect, it } from 'vitest'
import { editTopology } from '../topology/edits.js'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import { sample, sceneFrom } from './diagram.test-kit.js'
import { likelyMany, planMany } from './many-real-servers.js'
import type { ManyField, ManyWish } from './many-real-servers.js'

const scene = sceneFrom(sample('dr'))
const wish = (change: Partial<ManyWish> = {}): ManyWish => ({ ...likelyMany(scene, undefined), ...change })

function planned(change: Partial<ManyWish>) {
  const plan = planMany(scene, wish(change))
  if (!plan.ok) throw new Error(JSON.stringify(plan.problems))
  return plan
}

describe('several real servers', () => {
  it('begin after those there are, on their network, for the service that is selected', () => {
    expect(likelyMany(scene, { what: 'service', name: 'web' })).toEqual({
      count: '10',
      name: 'rs3',
      network: 'farm',
      address: '192.0.2.13, 2001:db8:1::13',
      service: 'web',
    })
  })

  it('are one edit of the file, which stays without a finding', () => {
    const { edits } = planned({ count: '200', service: 'web' })
    const text = sample('dr')
    const result = editTopology(parseTopology(text), edits)
    if (!result.ok) throw new Error(result.reason)
    const after = sceneFrom(applyTextEdits(text, result.edits))
    expect(after.hosts).toHaveLength(205)
    expect(after.services[0]?.realServers).toHaveLength(202)
    expect(after.findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it.each([
    ['rs3', ['rs3', 'rs4', 'rs5']],
    ['rs1', ['rs3', 'rs4', 'rs5']],
    ['web-08', ['web-08', 'web-09', 'web-10']],
    ['node', ['node1', 'node2', 'node3']],
    ['dc1-x', ['dc1-x', 'dc2-x', 'dc3-x']],
    ['web-{n:2}.dc7', ['web-01.dc7', 'web-02.dc7', 'web-03.dc7']],
    ['{n}web', ['1web', '2web', '3web']],
  ])('called after %s are %j', (name, names) => {
    expect(planned({ count: '3', name }).hosts.map((each) => each.name)).toEqual(names)
  })

  it('take no address that something has', () => {
    const addresses = planned({ count: '3', address: '192.0.2.10' }).hosts.map((each) => each.addresses[0])
    expect(addresses).toEqual(['192.0.2.10', '192.0.2.13', '192.0.2.14'])
  })

  it.each<[ManyField, string, RegExp]>([
    ['count', '0', /from 1 to 1000/],
    ['count', 'ten', /from 1 to 1000/],
    ['count', '100000', /from 1 to 1000/],
    ['name', '', /A name for the first/],
    ['name', 'a b', /cannot be the name of a host/],
    ['network', 'nowhere', /Choose the network/],
    ['address', '10.0.0.1', /10\.0\.0\.1 is not in 192\.0\.2\.0\/24/],
    ['address', 'x', /"x" is not an IPv4 or IPv6 address/],
    ['address', '192.0.2.250', /has room for 5 more from 192\.0\.2\.250 on, not for 10/],
    ['service', 'nothing', /no service nothing/],
  ])('say at %s what is wrong with %j', (field, value, problem) => {
    const plan = planMany(scene, wish({ [field]: value }))
    expect(plan.ok ? '' : plan.problems[field]).toMatch(problem)
  })
})
