import { describe, expect, it } from 'vitest'
import { observeHost } from '../hosts/observe.js'
import { driftOf, driftText } from './drift.js'
import { makePlan } from './plan.js'
import { clusterOf, digest, fresh, sample } from './plan.test-kit.js'

const cluster = clusterOf(sample('dr'))
const TARGET = '-t 192.0.2.100:80'

/** The director as a probe shows it, with this table, and with all that is drawn confirmed but for some lines. */
function director(table: readonly string[], change = (line: string): string | undefined => line) {
  const live = (extra: string) => observeHost('lb1', fresh(cluster, 'lb1', extra))
  const wanted =
    makePlan(cluster, new Map([['lb1', live('')]]), { purpose: 'apply', digest }).hosts[0]?.wanted ?? []
  const confirmed = wanted.flatMap(({ kind, key, state }) => change(`${kind}\t${key}\t${state}`) ?? [])
  const observed = live(['== wanted', ...confirmed, '== ipvs', ...table].join('\n'))
  return {
    wanted,
    ofDestinations: driftOf(wanted, observed).filter(
      ({ kind, key }) => kind === 'destination' && key.startsWith(TARGET),
    ),
  }
}

const SERVED = [
  `-A ${TARGET} -s rr`,
  `-a ${TARGET} -r 192.0.2.11:80 -g -w 1`,
  `-a ${TARGET} -r 192.0.2.12:80 -g -w 1`,
]

describe('drift', () => {
  it('is nothing where drawing, record and host agree', () => {
    expect(director(SERVED).ofDestinations).toEqual([])
  })

  it('is the host’s where somebody has changed or deleted what was deployed', () => {
    const { ofDestinations } = director([SERVED[0] ?? '', `-a ${TARGET} -r 192.0.2.11:80 -g -w 5`])
    expect(ofDestinations).toMatchObject([
      { key: `${TARGET} -r 192.0.2.11:80`, deployed: '-g -w 1', found: '-g -w 5', by: 'host' },
      { key: `${TARGET} -r 192.0.2.12:80`, deployed: '-g -w 1', found: 'absent', by: 'host' },
    ])
    expect(ofDestinations.map(driftText).join('\n')).toMatch(
      /was deployed as "-g -w 1" and is "-g -w 5": the host/,
    )
  })

  it('is the host’s where somebody has put another real server into a service of ours', () => {
    expect(director([...SERVED, `-a ${TARGET} -r 192.0.2.66:80 -g -w 1`]).ofDestinations).toMatchObject([
      {
        key: `${TARGET} -r 192.0.2.66:80`,
        drawn: 'absent',
        deployed: 'absent',
        found: '-g -w 1',
        by: 'host',
      },
    ])
  })

  it('is the drawing’s where that was changed and nobody has deployed it', () => {
    const deployed = director(
      [SERVED[0] ?? '', `-a ${TARGET} -r 192.0.2.11:80 -g -w 4`, SERVED[2] ?? ''],
      (line) => line.replace(`${TARGET} -r 192.0.2.11:80\t-g -w 1`, `${TARGET} -r 192.0.2.11:80\t-g -w 4`),
    )
    expect(deployed.ofDestinations).toMatchObject([{ drawn: '-g -w 1', deployed: '-g -w 4', by: 'drawing' }])
  })

  it('is both’s where each went its own way', () => {
    const { ofDestinations } = director(
      [SERVED[0] ?? '', `-a ${TARGET} -r 192.0.2.11:80 -g -w 9`, SERVED[2] ?? ''],
      (line) => line.replace(`${TARGET} -r 192.0.2.11:80\t-g -w 1`, `${TARGET} -r 192.0.2.11:80\t-g -w 4`),
    )
    expect(ofDestinations).toMatchObject([
      { drawn: '-g -w 1', deployed: '-g -w 4', found: '-g -w 9', by: 'both' },
    ])
  })
})
