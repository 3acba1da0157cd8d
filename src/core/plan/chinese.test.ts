import { afterEach, describe, expect, it } from 'vitest'
import { speakChinese } from '../speech/chinese.test-kit.js'
import { speak } from '../speech/say.js'
import { hostText } from './host-text.js'
import { makePlan, planHash } from './plan.js'
import type { Plan } from './plan.js'
import { clusterOf, digest, observeAll, sample } from './plan.test-kit.js'

/** The whole of a plan for hosts nobody has touched; the cluster is derived in the language of the reader. */
function planFor(mode: string): Plan {
  const cluster = clusterOf(sample(mode))
  return makePlan(cluster, observeAll(cluster), { purpose: 'apply', digest })
}

const HAN = /\p{Script=Han}/u

describe('a plan in Chinese', () => {
  afterEach(() => {
    speak(undefined)
  })

  it.each(['nat', 'tun', 'dr'])('of %s: every step and why', (mode) => {
    speakChinese()
    const steps = planFor(mode).hosts.flatMap((host) => host.steps)
    expect(steps.length).toBeGreaterThan(5)
    for (const { summary, why } of steps) {
      expect(summary).toMatch(HAN)
      expect(why).toMatch(HAN)
    }
  })

  it('has the headings of a difference', () => {
    speakChinese()
    const [lb1] = planFor('nat').hosts
    expect(lb1 && hostText(lb1).after).toMatch(/^# lb1\n\n# 内核模块\n/)
  })

  it('has the reasons of refusals, and what to do', () => {
    speakChinese()
    const cluster = clusterOf(sample('nat'))
    const observed = observeAll(cluster)
    for (const [name, host] of observed) observed.set(name, { ...host, userId: 1000, tools: new Set() })
    const { refusals } = makePlan(cluster, observed, { purpose: 'apply', digest })
    expect(refusals.length).toBeGreaterThan(4)
    for (const { reason, remedy } of refusals) expect(`${reason} ${remedy}`).toMatch(HAN)
  })

  it('has the same name as in English', () => {
    const english = planFor('dr')
    speakChinese()
    const chinese = planFor('dr')
    expect(chinese.hosts[0]?.steps[0]?.summary).not.toBe(english.hosts[0]?.steps[0]?.summary)
    expect(planHash(chinese, digest)).toBe(planHash(english, digest))
  })
})
