import { describe, expect, it } from 'vitest'
import { makePlan } from './plan.js'
import { clusterOf, digest, fresh, sample } from './plan.test-kit.js'
import { driftOf, driftText } from './drift.js'
import { fileState, shownFile } from '../hosts/file-state.js'
import { observeHost } from '../hosts/observe.js'

/** Of each kind that moves a cursor, starts a sequence, turns the direction round or hides. */
const NASTY = [0x07, 0x08, 0x0d, 0x1b, 0x7f, 0x84, 0x90, 0x9b, 0x9d, 0x202e, 0x2066, 0x200b, 0x2028, 0xfeff]
const nasty = String.fromCodePoint(...NASTY)
const found = (text: string) => Array.from(text).filter((char) => NASTY.includes(char.codePointAt(0) ?? 0))

describe('what a host prints', () => {
  it('gets nothing past the reader that a terminal obeys or an eye does not see', () => {
    const nat = clusterOf(sample('nat'))
    const route = `default via 10.0.0.254 dev eth0 proto ${nasty}31m${nasty}`
    const owned = `sysctl\tnet.ipv4.x${nasty}\t1${nasty}`
    const probe = fresh(
      nat,
      'rs1',
      `== owned\n${owned}\n== wanted\n${owned}\n== ${nasty}\n== ipvs\n-A ${nasty}`,
    )
    const live = observeHost('rs1', probe.replace('== route4', `== route4\n${route}`))
    const { hosts, refusals } = makePlan(nat, new Map([['rs1', live]]), { purpose: 'apply', digest })
    const drift = driftOf([], live).map(driftText)
    expect(JSON.stringify(hosts)).toContain('default via 10.0.0.254 dev eth0 proto 31m')
    expect(drift.join()).toContain('net.ipv4.x')
    expect(found([JSON.stringify([hosts, refusals, live.unread]), ...drift].join())).toEqual([])
  })

  it('of a file shows a sign where something cannot be seen, so that it differs still', () => {
    const shown = shownFile(fileState(`a\tb${nasty}c\n`))
    expect([found(shown), shown]).toEqual([[], `a\tb${'\ufffd'.repeat(NASTY.length)}c\n`])
  })
})
