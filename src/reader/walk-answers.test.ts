import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { farmText } from '../core/diagram/diagram.test-kit.js'
import { NO_SETTINGS } from '../core/checks/settings.js'
import type { WalkWish } from '../protocol/walks.js'
import { readDocument } from './document.js'
import { WALK_ANSWERS } from './walk-answers.js'

const sample = (mode: string) => readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')

function ask(text: string, wish: Partial<WalkWish> = {}) {
  const document = readDocument(1, text, NO_SETTINGS)
  return WALK_ANSWERS.walks(document, {
    wish: { service: 'web', client: undefined, realServer: undefined, broken: [], ...wish },
  })
}

describe('walks that the designer asks for', () => {
  it('are those of one client and real server: the first where the wish says none, or one that is gone', () => {
    const walked = ask(sample('nat'), { realServer: 'rs9' })
    expect(walked?.wish).toMatchObject({ client: 'alice', realServer: 'rs1' })
    expect(walked?.walks.map(({ walk }) => [walk.client, walk.realServer, walk.verdict])).toEqual([
      ['alice', 'rs1', 'SERVED'],
    ])
    expect(ask(sample('nat'), { realServer: 'rs2' })?.walks[0]?.walk.realServer).toBe('rs2')
  })

  it('can be chosen by names, and those of a service that is not there cannot', () => {
    const document = readDocument(1, sample('tun'), NO_SETTINGS)
    expect(WALK_ANSWERS['walk-choices'](document, { service: 'web' })).toEqual({
      service: 'web',
      clients: ['alice'],
      realServers: ['rs1', 'rs2'],
    })
    expect(WALK_ANSWERS['walk-choices'](document, { service: 'nothing' })).toBeUndefined()
    expect(ask(sample('tun'), { service: 'nothing' })).toBeUndefined()
  })

  it('of what is broken name the rule that says so, at its place in the text', () => {
    const walked = ask(sample('tun'), { broken: ['rp-filter rs1', 'something else'] })
    expect(walked?.walks[0]?.walk.verdict).toBe('RP_FILTER_DROP')
    expect(walked?.walks[0]?.causes.map(({ code }) => code)).toEqual(['TUN-RPF'])
    expect(walked?.walks[0]?.causes[0]?.path).toContain('rs1')
    expect(walked?.offered.filter(({ on }) => on).map(({ id }) => id)).toEqual(['rp-filter rs1'])
  })

  it('offer to break the hosts of the walk, and whatever else is broken already', () => {
    const hosts = (broken: readonly string[]) =>
      new Set(ask(sample('dr'), { broken })?.offered.map(({ host }) => host))
    expect(hosts([])).toEqual(new Set(['lb1', 'rs1']))
    const also = ask(sample('dr'), { broken: ['vip rs2'] })?.offered.filter(({ host }) => host === 'rs2')
    expect(also?.map(({ id, on }) => [id, on])).toEqual([['vip rs2', true]])
  })

  it('go where IPVS sends them instead when a weight is 0, and nowhere when all are', () => {
    const one = ask(sample('nat'), { realServer: 'rs1', broken: ['weight rs1'] })
    expect(one?.walks.map(({ walk }) => walk.realServer)).toEqual(['rs2'])
    const all = ask(sample('nat'), { broken: ['weight rs1', 'weight rs2'] })
    expect(all?.walks.map(({ walk }) => walk.verdict)).toEqual(['NO_DESTINATION'])
  })

  it('with a thousand real servers are of the one that is chosen', () => {
    const walked = ask(farmText(1000), { realServer: 'rs700' })
    expect(walked?.walks.map(({ walk }) => walk.realServer)).toEqual(['rs700'])
    expect(new Set(walked?.offered.map(({ host }) => host))).toEqual(new Set(['lb1', 'rs700']))
    expect(JSON.stringify(walked).length).toBeLessThan(50_000)
  })

  it('are bounded where chance has many ways, which is said', () => {
    const text = farmText(100).replace('      rs1: {}', '      rs1: { weight: 0 }')
    // The chosen one gets no new connection: any of the others may.
    const walked = ask(text, { realServer: 'rs1' })
    expect(walked?.more).toBe(true)
    expect(walked?.walks.length).toBeLessThan(100)
  })
})
