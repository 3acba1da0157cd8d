import { afterEach, describe, expect, it } from 'vitest'
import { inEnglish, joined, said, say, speak, spoken, toSay } from './say.js'

const TEXTS = {
  '{0} has no route to {1}': '没有从 {0} 到 {1} 的路由',
  '{0} is behind {1}': '在 {1} 之后的是 {0}',
  '{0} host{1}': '{0} 台主机',
  ', ': '、',
  '{0} and {1}': '{0} 和 {1}',
  'on lo': '在 lo 上',
}

const routes = (from: string, to: string) => say`${from} has no route to ${to}`
const hosts = (count: number) => say`${count} host${count === 1 ? '' : 's'}`

describe('what is said to people', () => {
  afterEach(() => {
    speak(undefined)
  })

  it('is in English as it is written', () => {
    expect(spoken()).toBeUndefined()
    expect(routes('lb1', '10.0.0.1')).toBe('lb1 has no route to 10.0.0.1')
    expect(hosts(1)).toBe('1 host')
    expect(hosts(2)).toBe('2 hosts')
    expect(said('on lo')).toBe('on lo')
    expect(joined(['a', 'b', 'c'])).toBe('a, b and c')
    expect(joined(['a'])).toBe('a')
  })

  it('is in the language that was chosen last, also of texts that were said or kept before', () => {
    const kept = toSay`on lo`
    routes('lb1', '10.0.0.1')
    speak({ tag: 'zh-CN', texts: TEXTS })
    expect(spoken()?.tag).toBe('zh-CN')
    expect(routes('lb1', '10.0.0.1')).toBe('没有从 lb1 到 10.0.0.1 的路由')
    expect(said(kept)).toBe('在 lo 上')
    speak(undefined)
    expect(routes('lb1', '10.0.0.1')).toBe('lb1 has no route to 10.0.0.1')
  })

  it('has its values in the order of the language, and leaves out what is only an ending', () => {
    speak({ tag: 'zh-CN', texts: TEXTS })
    expect(say`${'rs1'} is behind ${'r1'}`).toBe('在 r1 之后的是 rs1')
    expect(hosts(2)).toBe('2 台主机')
    expect(joined(['a', 'b', 'c'])).toBe('a、b 和 c')
  })

  it('is in English in what is made for everybody', () => {
    speak({ tag: 'zh-CN', texts: TEXTS })
    expect(inEnglish(() => routes('lb1', '10.0.0.1'))).toBe('lb1 has no route to 10.0.0.1')
    expect(routes('lb1', '10.0.0.1')).toBe('没有从 lb1 到 10.0.0.1 的路由')
  })

  it('takes values as they are, and is in English where there is no text in the language', () => {
    speak({ tag: 'zh-CN', texts: TEXTS })
    expect(routes('{1}', '$&')).toBe('没有从 {1} 到 $& 的路由')
    expect(say`${'x'} is new`).toBe('x is new')
    expect(said('toString')).toBe('toString')
  })
})
