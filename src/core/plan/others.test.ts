import { describe, expect, it } from 'vitest'
import { observeHost } from '../hosts/observe.js'
import type { ObservedHost } from '../hosts/observe.js'
import { isBusy, makePlan } from './plan.js'
import type { HostPlan, Purpose } from './plan.js'
import { brief, clusterOf, digest, fresh, observeAll, sample } from './plan.test-kit.js'

const shop = clusterOf(sample('dr'))
/** Another service on the same hosts. */
const api = clusterOf(
  sample('dr')
    .replace(/^name: .*$/m, 'name: api')
    .replaceAll('.100', '.200')
    .replaceAll('::100', '::200'),
)
const ARP = ['net.ipv4.conf.all.arp_ignore', 'net.ipv4.conf.all.arp_announce'] as const
const arpAt = (ignore: number, announce: number) =>
  `== sysctl\n${ARP[0]}\t${ignore}\n${ARP[1]}\t${announce}\n`

function planned(cluster: typeof shop, host: string, purpose: Purpose, extra: string) {
  const probe = fresh(cluster, host).replace(/^== end$/m, '')
  const observed = new Map<string, ObservedHost>([[host, observeHost(host, `${probe}\n${extra}\n== end`)]])
  const { hosts, refusals } = makePlan(cluster, observed, { purpose, digest })
  const [plan] = hosts
  if (plan === undefined) throw new Error(`no plan for ${host}`)
  return { plan, refusals }
}
/** What a host has written down of a deployment, as other clusters are told it. */
const toldBy = (name: string, { wanted, owned }: Pick<HostPlan, 'wanted' | 'owned'>) =>
  [
    '== others',
    ...wanted.map(({ kind, key, state }) => [name, 'wanted', kind, key, state].join('\t')),
    ...owned.map(({ kind, key, before }) => [name, 'owned', kind, key, before].join('\t')),
  ].join('\n')
/** The same, as the cluster itself is. */
const recordOf = ({ wanted, owned }: Pick<HostPlan, 'wanted' | 'owned'>) =>
  [
    '== owned',
    ...owned.map(({ kind, key, before }) => [kind, key, before].join('\t')),
    '== wanted',
    ...wanted.map(({ kind, key, state }) => [kind, key, state].join('\t')),
  ].join('\n')

describe('two clusters on one host', () => {
  const first = planned(shop, 'rs1', 'apply', arpAt(0, 0)).plan
  const second = planned(api, 'rs1', 'apply', `${arpAt(1, 2)}${toldBy('shop', first)}`).plan

  it('the second notes what the first has changed and it needs too, with the state before both', () => {
    expect(second.steps.map(({ kind }) => kind)).toEqual(['address', 'address'])
    expect(second.owned.filter(({ kind }) => kind === 'sysctl')).toEqual([
      { kind: 'sysctl', key: ARP[0], before: '0' },
      { kind: 'sysctl', key: ARP[1], before: '0' },
    ])
  })

  it.each([
    ['the first', shop, first, 'api', second],
    ['the second', api, second, 'shop', first],
  ] as const)('%s is removed without what the other needs, which is said', (_, cluster, own, name, other) => {
    const { plan, refusals } = planned(
      cluster,
      'rs1',
      'remove',
      `${arpAt(1, 2)}${recordOf(own)}\n${toldBy(name, other)}`,
    )
    expect(refusals).toEqual([])
    expect(plan.steps.map(({ kind, after }) => `${kind} ${after}`)).toEqual([
      'address absent',
      'address absent',
    ])
    expect(plan.owned).toEqual([])
    expect(plan.notes).toEqual(ARP.map((key) => `sysctl ${key} stays as it is: the cluster ${name} needs it`))
  })

  it.each([
    ['the first', shop, first],
    ['the second', api, second],
  ] as const)('%s, when it is the last, puts back what was before both', (_, cluster, own) => {
    const { plan } = planned(cluster, 'rs1', 'remove', `${arpAt(1, 2)}${recordOf(own)}\n== others`)
    expect(plan.steps.filter(({ kind }) => kind === 'sysctl').map(brief)).toEqual([
      `real-servers sysctl ${ARP[1]}: 2 -> 0`,
      `real-servers sysctl ${ARP[0]}: 1 -> 0`,
    ])
    expect(plan.notes).toEqual([])
  })

  it('a removal that leaves everything to the other still has its record to clear away', () => {
    const only = { wanted: first.wanted.slice(0, 2), owned: first.owned.slice(0, 2) }
    const { plan } = planned(
      shop,
      'rs1',
      'remove',
      `${arpAt(1, 2)}${recordOf(only)}\n${toldBy('api', second)}`,
    )
    expect([plan.steps, isBusy(plan)]).toEqual([[], true])
  })

  it('what somebody has changed by hand in between is not what was before', () => {
    const { plan } = planned(api, 'rs1', 'apply', `${arpAt(8, 2)}${toldBy('shop', first)}`)
    expect(plan.steps.map(brief)[0]).toBe(`real-servers sysctl ${ARP[0]}: 8 -> 1`)
    expect(plan.owned.find(({ key }) => key === ARP[0])?.before).toBe('0')
  })

  it('a rollback takes nothing away that the other needs', () => {
    const { plan } = planned(
      shop,
      'rs1',
      'rollback',
      `${arpAt(1, 2)}== transaction\n1\n${recordOf(first)}\n== previous\n${toldBy('api', second)}`,
    )
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['address', 'address'])
    expect(plan.notes).toHaveLength(2)
  })

  it.each([
    ['module', 'ip_vs', 'loaded', 'absent'],
    ['fou', '4 6080', 'gue', 'absent'],
    ['tunnel-device', 'lvs-gre-55c639', 'gre local 10.1.0.11 remote any icsum', 'absent'],
    ['link', 'tunl0', 'up', 'down'],
    ['address', 'lo 192.0.2.100/32', 'present', 'absent'],
    ['route', '4', 'default via 10.0.0.1 dev eth0', 'default via 10.0.0.254 dev eth0'],
    ['sysctl', 'net.ipv4.ip_forward', '1', '0'],
    ['virtual-service', '-t 192.0.2.100:80', '-s rr', 'absent'],
  ])('%s stays for the other', (kind, key, state, before) => {
    const record = `== owned\n${kind}\t${key}\t${before}\n== wanted\n${kind}\t${key}\t${state}\n`
    const needing = (name: string) => `== others\n${name}\twanted\t${kind}\t${key}\t${state}\n`
    const { plan } = planned(shop, 'rs1', 'remove', `${record}${needing('api')}`)
    expect([plan.steps, plan.owned, plan.notes.length]).toEqual([[], [], 1])
    expect(planned(shop, 'rs1', 'remove', record).plan.steps).toHaveLength(1)
  })

  it('names no more than one reads of thousands that stay', () => {
    const keys = Array.from({ length: 3000 }, (_, index) => `lo 10.0.${index >> 8}.${index & 255}/32`)
    const lines = (...before: readonly string[]) =>
      keys.map((key) => [...before, 'address', key, 'present'].join('\t')).join('\n')
    const record = `== owned\n${lines()}\n== others\n${lines('api', 'wanted')}`
    const { plan } = planned(shop, 'rs1', 'remove', record)
    expect([plan.steps, plan.owned, plan.notes.length, plan.notes.at(-1)]).toEqual([
      [],
      [],
      9,
      '2992 more settings stay as they are: other clusters need them',
    ])
  })

  it('refuses to set what another needs otherwise', () => {
    const other = `== others\napi\twanted\tsysctl\t${ARP[1]}\t1\n`
    expect(
      planned(shop, 'rs1', 'apply', `${arpAt(0, 1)}${other}`).refusals.map(({ reason }) => reason),
    ).toEqual([`the cluster api needs sysctl ${ARP[1]} to be "1" here, and this one "2"`])
  })

  it('a plan is stale once another cluster has come that needs the same', () => {
    const hash = (other: string) =>
      planned(shop, 'rs1', 'remove', `${recordOf(first)}\n${other}`).plan.observedHash
    expect(hash('== others')).not.toBe(hash(toldBy('api', second)))
    expect(hash('== others')).toBe(hash('== others\napi\twanted\tsysctl\tnet.ipv4.ip_forward\t1'))
  })

  it('a host with nobody else is planned as ever', () => {
    expect([...observeAll(shop).values()].every(({ others }) => others.length === 0)).toBe(true)
  })
})
