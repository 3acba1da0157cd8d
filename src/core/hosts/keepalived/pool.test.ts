import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseRules } from '../../formats/ipvsadm.js'
import { parseTopology } from '../../topology/parse.js'
import { deriveCluster } from '../cluster.js'
import { directorConfiguration } from './director-file.js'
import { keepalivedPool, withWeights } from './pool.js'

const { topology, services } = deriveCluster(
  parseTopology(readFileSync('test/fixtures/keepalived-pair.lvs.yaml', 'utf8')).topology,
)
const FILE = directorConfiguration(topology, services, 'lb1')?.written.text ?? ''
const WEB = '-t 192.0.2.100:80'
const MAIL = '-t 192.0.2.100:25'
const table = (...lines: string[]) => parseRules(lines.join('\n')).services

describe('what keepalived does with its destinations', () => {
  it('knows those of its file, sorry servers too', () => {
    expect([...keepalivedPool(FILE, []).known].sort()).toEqual([
      `${MAIL} -r 10.0.0.11:25`,
      `${MAIL} -r 10.0.0.12:25`,
      `${WEB} -r 10.0.0.11:8080`,
      `${WEB} -r 10.0.0.12:80`,
      `${WEB} -r 10.0.0.99:81`,
    ])
  })

  it('has taken out what it checks and is not in the table, as it will bring it back', () => {
    const { takenOut } = keepalivedPool(
      FILE,
      table(`-A ${WEB} -s wlc`, `-a ${WEB} -r 10.0.0.12:80 -m -w 1`, `-A ${MAIL} -s wlc`),
    )
    expect([...takenOut]).toEqual([
      [`${WEB} -r 10.0.0.11:8080`, '-m -w 2'],
      [`${MAIL} -r 10.0.0.11:25`, '-m -w 1'],
      [`${MAIL} -r 10.0.0.12:25`, '-m -w 1'],
    ])
  })

  it('has not taken out what is gone with its service, or what it does not check', () => {
    expect(keepalivedPool(FILE, []).takenOut.size).toBe(0)
    const unchecked = FILE.replaceAll(/^ +(MISC_CHECK|HTTP_GET) \{\n(.*\n)*?^ {8}\}\n/gm, '')
    expect(unchecked).not.toMatch(/_CHECK|_GET/)
    expect(keepalivedPool(unchecked, table(`-A ${WEB} -s wlc`)).takenOut.size).toBe(0)
  })

  it('is told another weight with nothing else changed', () => {
    const weights = new Map([
      [`${WEB} -r 10.0.0.11:8080`, 0],
      [`${MAIL} -r 10.0.0.12:25`, 12],
    ])
    const changed = withWeights(FILE, (key) => weights.get(key))
    const lines = (text: string) => text.split('\n')
    const different = lines(changed).flatMap((line, at) =>
      line === lines(FILE)[at] ? [] : [`${lines(FILE)[at] ?? ''} -> ${line.trim()}`],
    )
    expect(different.map((line) => line.trim())).toEqual(['weight 2 -> weight 0', 'weight 1 -> weight 12'])
    expect(withWeights(FILE, () => undefined)).toBe(FILE)
  })
})
