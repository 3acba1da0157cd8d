import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../../core/hosts/cluster.js'
import { observeHost } from '../../core/hosts/observe.js'
import { parseTopology } from '../../core/topology/parse.js'
import { unsettled } from './turns.js'

const VIP = '192.0.2.100'
const SERVED = [`-A -t ${VIP}:80 -s wlc`, `-a -t ${VIP}:80 -r 192.0.2.11:80 -g -w 1`]

/** Directors as a probe finds them. */
function found(hosts: Readonly<Record<string, { vip: boolean; runs?: boolean; table?: readonly string[] }>>) {
  return new Map(
    Object.entries(hosts).map(([name, { vip, runs = true, table = SERVED }]) => {
      const lines = [
        '== ways',
        vip ? `local ${VIP} dev lo table local src ${VIP}` : `${VIP} dev eth0 src 192.0.2.2`,
        ...(runs ? ['== daemons', 'keepalived'] : []),
        '== ipvs',
        ...table,
      ]
      return [name, observeHost(name, lines.join('\n'))]
    }),
  )
}

function judged(
  hosts: Parameters<typeof found>[0],
  moment: Partial<Parameters<typeof unsettled>[3]> = {},
  change = (text: string) => text,
) {
  const text = change(readFileSync('samples/pair.lvs.yaml', 'utf8'))
  const cluster = deriveCluster(parseTopology(text).topology)
  const [service] = cluster.services
  if (service === undefined) throw new Error('no service')
  return unsettled(cluster, service, found(hosts), { steady: false, late: false, ...moment })
}

const [HAS, HAS_NOT] = [{ vip: true }, { vip: false }]

describe('whose turn it is', () => {
  it('is clear where the preferred director has the VIP and somebody to send requests to', () => {
    expect(judged({ lb1: HAS, lb2: HAS_NOT })).toBeUndefined()
    expect(judged({ lb1: { vip: true, table: SERVED.slice(0, 1) }, lb2: HAS_NOT })).toBe(
      'keepalived on lb1 has nobody to send requests of web to: no real server has passed its checks',
    )
  })

  it('is not where both have it, or neither', () => {
    expect(judged({ lb1: HAS, lb2: HAS }, { late: true })).toMatch(/^lb1 and lb2 both have 192\.0\.2\.100: /)
    expect(judged({ lb1: HAS_NOT, lb2: HAS_NOT }, { late: true })).toMatch(
      /^192\.0\.2\.100 was not taken by lb1 and lb2; /,
    )
    expect(judged({ lb1: HAS_NOT })).toBeUndefined()
  })

  it('waits for the preferred one to take it back, as long as there is time', () => {
    expect(judged({ lb1: HAS_NOT, lb2: HAS }, { steady: true })).toBe(
      '192.0.2.100 is at lb2, and lb1 is preferred',
    )
    expect(judged({ lb1: HAS_NOT, lb2: HAS }, { late: true })).toBeUndefined()
  })

  it('does not wait for one that does not run, is away, or does not take it back', () => {
    const moment = { steady: true }
    expect(judged({ lb1: { vip: false, runs: false }, lb2: HAS }, moment)).toBeUndefined()
    expect(judged({ lb2: HAS }, moment)).toBeUndefined()
    const stays = (text: string) =>
      text.replace('network: farm }\nmanage', 'network: farm, preempt: false }\nmanage')
    expect(judged({ lb1: HAS_NOT, lb2: HAS }, moment, stays)).toBeUndefined()
    expect(judged({ lb1: HAS_NOT, lb2: HAS }, {}, stays)).toBe('192.0.2.100 is at lb2, and lb1 is preferred')
  })
})
