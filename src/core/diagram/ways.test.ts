import { describe, expect, it } from 'vitest'
import { arrangeInTiers } from './arrangement.js'
import { groupsOf } from './blocks.js'
import { flowLine, inOneColumn } from './lines.js'
import { farmText, sample, sceneFrom } from './diagram.test-kit.js'
import { movedInFile, pictureOf } from './picture.js'
import type { Box } from './picture.js'
import { waysOf } from './ways.js'

function ways(text: string, ...selected: string[]) {
  const scene = sceneFrom(text)
  const groups = groupsOf(scene, new Set())
  const picture = pictureOf(scene, groups, arrangeInTiers(scene, groups), movedInFile(scene))
  return { picture, ways: waysOf(scene, picture, new Set(selected)) }
}
const over = ({ x, width }: Box) => ({ from: x, to: x + width })

describe('the ways of requests and replies', () => {
  it('of DR and TUN lead from the real servers past the director to the client', () => {
    for (const mode of ['dr', 'tun'] as const) {
      const { picture, ways: found } = ways(sample(mode))
      const reply = found.find(({ kind, points }) => kind === 'reply' && points.length === 4)
      const client = over(picture.hosts.get('alice') ?? { x: 0, y: 0, width: 0, height: 0 })
      expect(reply?.points.at(-1)?.x).toBeGreaterThan(client.from)
      expect(reply?.points.at(-1)?.x).toBeLessThan(client.to)
      expect(reply?.label?.text).toContain('past lb1')
      // Below everything: it crosses nothing.
      const lowest = Math.max(...[...picture.hosts.values()].map(({ y, height }) => y + height))
      expect(reply?.points[1]?.y).toBeGreaterThan(lowest)
    }
  })

  it('of several clients lead to the lowest, which nothing stands below', () => {
    const two = sample('dr').replace(
      '  edge:\n',
      '  bob:\n    role: client\n    interfaces:\n      eth0: { network: outside, address: 198.51.100.51 }\n  edge:\n',
    )
    const { picture, ways: found } = ways(two)
    const [alice, bob] = [picture.hosts.get('alice'), picture.hosts.get('bob')]
    if (alice === undefined || bob === undefined) throw new Error('there are no clients')
    expect(bob.y).toBeGreaterThan(alice.y)
    const reply = found.find(({ kind, points }) => kind === 'reply' && points.length === 4)
    expect(reply?.points.at(-1)?.y).toBe(bob.y + bob.height)
  })

  it('pass beside a director that stands above its real servers, and so do requests', () => {
    const lan = `lvs: 1
name: lan
networks: { lan: { subnet: 10.0.0.0/24 } }
hosts:
  alice: { role: client, interfaces: { eth0: { network: lan, address: 10.0.0.50 } } }
  lb1: { role: director, interfaces: { eth0: { network: lan, address: 10.0.0.1 } } }
  rs1: { role: real-server, interfaces: { eth0: { network: lan, address: 10.0.0.11 } } }
services:
  web: { mode: dr, director: lb1, vip: 10.0.0.100, port: 80, real-servers: { rs1: {} } }
`
    const { picture, ways: found } = ways(lan)
    const [pill, lb1, rs1] = [picture.services.get('web'), picture.hosts.get('lb1'), picture.hosts.get('rs1')]
    if (pill === undefined || lb1 === undefined || rs1 === undefined) throw new Error('not all is drawn')
    expect(inOneColumn(pill, rs1)).toBe(true)
    const right = lb1.x + lb1.width
    const numbers =
      flowLine(pill, rs1, false)
        .path.match(/-?[\d.]+/g)
        ?.map(Number) ?? []
    // All it goes by is to the right of the cards.
    expect(numbers.filter((_, index) => index % 2 === 0).every((x) => x >= right)).toBe(true)
    const gathering = found.find(({ kind, points }) => kind === 'reply' && points.length === 4)?.points[0]
    expect(gathering?.x).toBeGreaterThan(right + 48)
  })

  it('of NAT lead back to the director, and from there to the client', () => {
    const { picture, ways: found } = ways(sample('nat'))
    const [back, on] = found.filter(({ kind, points }) => kind === 'reply' && points.length === 4)
    const director = over(picture.hosts.get('lb1') ?? { x: 0, y: 0, width: 0, height: 0 })
    for (const x of [back?.points.at(-1)?.x, on?.points[0]?.x]) {
      expect(x).toBeGreaterThan(director.from)
      expect(x).toBeLessThan(director.to)
    }
  })

  it('are drawn once for services that share them, and for what is selected alone', () => {
    expect(ways(sample('nat')).ways.filter(({ kind }) => kind === 'request')).toHaveLength(1)
    expect(ways(sample('nat')).ways[0]?.services).toEqual(['web', 'web6'])
    expect(ways(sample('nat'), 'nobody').ways).toEqual([])
  })

  it('of a closed farm are one line', () => {
    expect(ways(farmText(500)).ways).toHaveLength(4)
  })

  it('come from the left of everything, and go back there, where no client is drawn', () => {
    const text = sample('dr')
    const scene = sceneFrom(text)
    const outside = {
      ...scene,
      hosts: scene.hosts.filter(({ role }) => role !== 'client' && role !== 'router'),
    }
    const groups = groupsOf(outside, new Set())
    const picture = pictureOf(outside, groups, arrangeInTiers(outside, groups), movedInFile(outside))
    const found = waysOf(outside, picture, new Set())
    const leftmost = Math.min(...[...picture.hosts.values(), ...picture.networks.values()].map(({ x }) => x))
    const [request] = found
    expect(request).toMatchObject({ kind: 'request', label: { text: 'clients' } })
    expect(request?.points[0]?.x).toBeLessThan(leftmost)
    const reply = found.find(({ kind, points }) => kind === 'reply' && points.length === 4)
    expect(reply?.points.at(-1)?.x).toBeLessThan(leftmost)
  })

  it('are none where nobody asks', () => {
    expect(ways('lvs: 1\nname: x\nhosts:\n  lb: { role: director }\n').ways).toEqual([])
  })
})
