import { describe, expect, it } from 'vitest'
import { observeHost } from '../hosts/observe.js'
import { isBusy, makePlan } from './plan.js'
import { clusterOf, digest, fresh, sample } from './plan.test-kit.js'

const cluster = clusterOf(sample('dr'))
const TARGET = '-t 192.0.2.100:80'
const service = (...destinations: readonly string[]) => [
  `virtual-service\t${TARGET}\t-s rr`,
  ...destinations.map((each) => `destination\t${TARGET} -r ${each}:80\t-g -w 1`),
]
const table = (...destinations: readonly string[]) => [
  `-A ${TARGET} -s rr`,
  ...destinations.map((each) => `-a ${TARGET} -r ${each}:80 -g -w 1`),
]
const owned = (lines: readonly string[]) =>
  lines.map((line) => `${line.split('\t').slice(0, 2).join('\t')}\tabsent`)

describe('a plan to go back to what was confirmed before', () => {
  const now = service('192.0.2.11', '192.0.2.12')
  const earlier = service('192.0.2.11')

  function rollback(transactions: Readonly<Record<string, string>>, previous: readonly string[]) {
    const director = fresh(
      cluster,
      'lb1',
      [
        '== transaction',
        transactions['lb1'] ?? '',
        '== owned',
        ...owned(now),
        '== wanted',
        ...now,
        '== previous',
        ...previous,
        '== ipvs',
        ...table('192.0.2.11', '192.0.2.12'),
      ].join('\n'),
    )
    const sysctl = 'sysctl\tnet.ipv4.conf.all.arp_ignore\t0'
    const realServer = fresh(
      cluster,
      'rs1',
      [
        '== transaction',
        transactions['rs1'] ?? '',
        '== owned',
        'sysctl\tnet.ipv4.conf.all.arp_ignore\t0',
        '== wanted',
        sysctl,
        '== previous',
        'sysctl\tnet.ipv4.conf.all.arp_ignore\t1',
      ].join('\n'),
    )
    const { hosts, refusals } = makePlan(
      cluster,
      new Map([
        ['lb1', observeHost('lb1', director)],
        ['rs1', observeHost('rs1', realServer)],
      ]),
      { purpose: 'rollback', digest },
    )
    expect(refusals).toEqual([])
    return new Map(hosts.map((host) => [host.host, host]))
  }

  it('takes away what the last deployment added, with drain, and keeps what was there before it', () => {
    const lb1 = rollback({ lb1: '2', rs1: '1' }, earlier).get('lb1')
    expect(lb1?.steps.map(({ kind, key, after }) => [kind, key, after])).toEqual([
      ['destination', `${TARGET} -r 192.0.2.12:80`, '-g -w 0'],
      ['destination', `${TARGET} -r 192.0.2.12:80`, 'absent'],
    ])
    expect(lb1?.wanted.map(({ kind, key, state }) => `${kind}\t${key}\t${state}`).sort()).toEqual(
      [...earlier].sort(),
    )
    expect(lb1?.owned.map(({ key }) => key)).toEqual([TARGET, `${TARGET} -r 192.0.2.11:80`])
    expect(lb1?.recorded).toBe(false)
  })

  it('leaves hosts alone that the last deployment did not change', () => {
    const hosts = rollback({ lb1: '2', rs1: '1' }, earlier)
    const rs1 = hosts.get('rs1')
    expect(rs1 !== undefined && isBusy(rs1)).toBe(false)
    const both = rollback({ lb1: '2', rs1: '2' }, earlier).get('rs1')
    expect(both?.steps).toMatchObject([{ kind: 'sysctl', before: '0', after: '1', record: 'keep' }])
  })

  it('goes back to nothing from the first deployment', () => {
    const lb1 = rollback({ lb1: '1', rs1: '0' }, []).get('lb1')
    expect(lb1?.wanted).toEqual([])
    expect(lb1?.owned).toEqual([])
    expect(lb1?.steps.at(-1)).toMatchObject({ kind: 'virtual-service', after: 'absent', record: 'release' })
  })
})
