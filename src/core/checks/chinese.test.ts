import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { speakChinese } from '../speech/chinese.test-kit.js'
import { speak } from '../speech/say.js'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { checkTopology } from './check.js'
import { explainRule } from './explain.js'

beforeEach(() => {
  speakChinese()
})
afterEach(() => {
  speak(undefined)
})

it('says findings and their fixes in Chinese, with names and commands as they are', () => {
  const dr = readFileSync('samples/dr.lvs.yaml', 'utf8')
  const broken = dr.replace(
    /    role: real-server\n/g,
    '$&    sysctls: { net.ipv4.conf.all.arp_ignore: 0, net.ipv4.conf.eth0.arp_ignore: 0 }\n',
  )
  const parsed = parseTopology(broken)
  const arp = checkTopology(parsed, deriveCluster(parsed.topology)).find(({ code }) => code === 'DR-ARP')
  expect(arp?.message).toMatch(/ 上应答 “web” 的 VIP .* 的 arp_ignore 必须为 1，现为 0/)
  expect(arp?.fixes.map(({ title }) => title)).toEqual(['取消固定值 net.ipv4.conf.all.arp_ignore'])
})

it('explains rules in Chinese; where it is known from stays a name', () => {
  const explanation = explainRule('DR-ARP')
  expect(explanation?.title).toBe('DR 服务的真实服务器会应答 VIP 的 ARP')
  expect(explanation?.kernel).toContain('inetdevice.h')
  expect(explanation?.source).toBe('net/ipv4/arp.c, include/linux/inetdevice.h (Linux 6.1)')
})
