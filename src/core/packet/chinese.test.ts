import { readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { speakChinese } from '../speech/chinese.test-kit.js'
import { speak } from '../speech/say.js'
import { parseTopology } from '../topology/parse.js'
import { walkCluster } from './walk-cluster.js'

afterEach(() => {
  speak(undefined)
})

function walksOf(text: string) {
  return walkCluster(deriveCluster(parseTopology(text).topology))
}

const NAT = readFileSync('samples/nat.lvs.yaml', 'utf8')
const WRONG = NAT.replaceAll(
  'role: real-server\n',
  "role: real-server\n    gateway: [10.0.0.254, 'fd00:10::254']\n",
)

it.each([
  ['nat', NAT],
  ['tun', readFileSync('samples/tun.lvs.yaml', 'utf8')],
  ['dr', readFileSync('samples/dr.lvs.yaml', 'utf8')],
  ['a wrong one', WRONG],
])('tells every step of %s in Chinese, and walks the same way', (_, text) => {
  const english = walksOf(text)
  speakChinese()
  const chinese = walksOf(text)
  expect(chinese.map(({ verdict }) => verdict)).toEqual(english.map(({ verdict }) => verdict))
  const told = chinese.flatMap(({ reason, hops }) => [
    reason,
    ...hops.flatMap(({ steps }) => steps.map(({ detail }) => detail)),
  ])
  expect(english.some(({ served }) => !served)).toBe(text === WRONG)
  expect(told.length).toBeGreaterThan(20)
  expect(told.filter((each) => each !== '' && !/\p{Script=Han}/u.test(each))).toEqual([])
})
