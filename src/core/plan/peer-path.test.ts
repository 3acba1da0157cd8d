import { describe, expect, it } from 'vitest'
import { observeHost } from '../hosts/observe.js'
import { makePlan } from './plan.js'
import type { Purpose } from './plan.js'
import { clusterOf, digest, fresh, sample } from './plan.test-kit.js'

const nat = clusterOf(sample('nat'))
const OURS = 'default via 10.0.0.1 dev eth0'
/** As the helper prints it. */
const FAR = 'ssh 203.0.113.5 40000 10.0.0.11 22'

interface Situation {
  readonly ssh?: string
  readonly routes?: readonly string[]
  readonly before?: string
  readonly purpose?: Purpose
  readonly owned?: string
}

/** Of rs1, whose default route a deployment has set. */
function reasons({
  ssh = FAR,
  routes = [OURS],
  before = 'absent',
  purpose = 'remove',
  owned = `route\t4\t${before}`,
}: Situation): string[] {
  const extra = ['== ssh', '== owned', owned, '== route4', ...routes].join('\n')
  const probe = fresh(nat, 'rs1', extra).replace(/^ssh .*$/m, ssh)
  const observed = new Map([['rs1', observeHost('rs1', probe)]])
  return makePlan(nat, observed, { purpose, digest }).refusals.map(({ reason }) => reason)
}

const CUT =
  'you are connected from 203.0.113.5, which rs1 reaches only by the default route that the plan takes away'

describe('the way to whoever is connected', () => {
  it('is not taken away by a removal', () => {
    expect(reasons({})).toEqual([CUT])
  })

  it('is not taken away by a rollback either', () => {
    const owned = `route\t4\tabsent\n== transaction\n1\n== wanted\nroute\t4\t${OURS}\n== previous`
    expect(reasons({ purpose: 'rollback', owned })).toEqual([CUT])
  })

  it.each<[string, Situation]>([
    ['the route from before, which comes back', { before: 'default via 10.0.0.254 dev eth0' }],
    ['another default route, which stays', { routes: [OURS, 'default via 10.0.0.254 dev eth0 metric 100'] }],
    ['a route of its own', { routes: [OURS, '203.0.113.0/24 via 10.0.0.254 dev eth0'] }],
    ['one of its networks', { ssh: 'ssh 10.0.0.77 40000 10.0.0.11 22' }],
    ['another family', { ssh: 'ssh 2001:db8:9::1 40000 2001:db8:10::11 22' }],
    ['nothing that is there any longer', { routes: [] }],
  ])('may be %s', (_, situation) => {
    expect(reasons(situation)).toEqual([])
  })

  it('is not the route from before where its gateway is on none of its networks any longer', () => {
    expect(reasons({ before: 'default via 10.9.9.9 dev eth0' })).toEqual([CUT])
  })

  it('does not end at an address that goes', () => {
    const owned = 'address\tlo 192.0.2.100/32\tabsent'
    const situation = { ssh: 'ssh 10.0.0.77 40000 192.0.2.100 22', owned }
    expect(reasons(situation)).toEqual([])
    const there = `${owned}\n== address\n1: lo    inet 192.0.2.100/32 scope global lo`
    expect(reasons({ ...situation, owned: there })).toEqual([
      'you are connected to 192.0.2.100, which the plan takes off lo',
    ])
  })
})
