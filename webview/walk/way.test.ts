import { describe, expect, it } from 'vitest'
import { groupsOf } from '../../src/core/diagram/blocks.js'
import { arrangeInTiers } from '../../src/core/diagram/arrangement.js'
import { farmText, sample, sceneFrom } from '../../src/core/diagram/diagram.test-kit.js'
import { movedInFile, pictureOf } from '../../src/core/diagram/picture.js'
import type { Box } from '../../src/core/diagram/picture.js'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import { walkCluster } from '../../src/core/packet/walk-cluster.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import { extentOf, pathData, placeWalk } from './way.js'

function placed(text: string, realServer: string, opened: readonly string[] = []) {
  const scene = sceneFrom(text)
  const groups = groupsOf(scene, new Set(opened))
  const picture = pictureOf(scene, groups, arrangeInTiers(scene, groups), movedInFile(scene))
  const [walk] = walkCluster(deriveCluster(parseTopology(text).topology), { service: 'web', realServer })
  if (walk === undefined) throw new Error('nothing is walked')
  return { ...placeWalk(scene, picture, walk.hops), picture, groups }
}

const touches = ({ x, y }: { x: number; y: number }, box: Box) =>
  x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height
const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe('the way of a walk on the drawing', () => {
  it.each(['nat', 'tun', 'dr'] as const)(
    'of sample %s goes from card to card by the bar of a network',
    (mode) => {
      const { hops, ghosts, picture } = placed(sample(mode), 'rs1')
      expect(ghosts).toEqual([])
      const travels = hops.filter(({ wire }) => wire !== undefined)
      expect(travels.length).toBeGreaterThan(3)
      for (const [index, hop] of hops.entries()) {
        const before = hops[index - 1]
        const { wire } = hop
        if (wire === undefined || before === undefined) continue
        const [first, last] = [wire[0], wire.at(-1)]
        if (first === undefined || last === undefined) throw new Error('a wire has two ends')
        expect(touches(first, before.box), `leaves ${before.host}`).toBe(true)
        expect(touches(last, hop.box), `arrives at ${hop.host}`).toBe(true)
        expect([...picture.networks.values()].some((bar) => wire.some((point) => touches(point, bar)))).toBe(
          true,
        )
      }
    },
  )

  it('stays where it is when the server answers what it got', () => {
    const { hops } = placed(sample('nat'), 'rs1')
    const served = hops.findIndex(({ leg }) => leg === 'reply')
    expect(hops[served]?.host).toBe('rs1')
    expect(hops[served]?.wire).toBeUndefined()
    expect(hops[served]?.rest).toEqual(hops[served - 1]?.rest)
  })

  it('leads to the box of a closed farm, and in an open one between the cards to the real server', () => {
    const closed = placed(farmText(80), 'rs8')
    const [box] = closed.picture.farms
    const there = closed.hops.find(({ host }) => host === 'rs8')
    expect(there?.hidden).toBe(true)
    expect(there?.box).toMatchObject({ x: box?.x, y: box?.y })

    const open = placed(farmText(20), 'rs8')
    const card = open.picture.hosts.get('rs8')
    const arrival = open.hops.find(({ host, wire }) => host === 'rs8' && wire !== undefined)
    expect(arrival?.hidden).toBe(false)
    expect(arrival?.box).toEqual(card)
    for (const [name, other] of open.picture.hosts) {
      if (name === 'rs8' || name === 'lb1') continue
      expect(
        arrival?.wire?.some((point) => touches(point, other)),
        name,
      ).toBe(false)
    }
  })

  it('has a place for who is not drawn, where nothing else is', () => {
    const text = sample('dr')
      .replace(/ {2}alice:\n.*\n.*\n.*\n/, '')
      .replace(/ {2}edge:\n.*\n.*\n.*\n.*\n/, '')
    const { ghosts, picture, hops } = placed(text, 'rs1')
    expect(ghosts.map(({ host }) => host).sort()).toEqual(['(outside)', '(router 192.0.2.1)'])
    const drawn = [...picture.hosts.values(), ...picture.services.values(), ...picture.networks.values()]
    for (const [index, { box, host }] of ghosts.entries()) {
      expect(
        drawn.some((other) => overlap(box, other)),
        host,
      ).toBe(false)
      expect(
        ghosts.slice(index + 1).some((other) => overlap(box, other.box)),
        host,
      ).toBe(false)
    }
    expect(hops.every(({ box }) => box.width > 0)).toBe(true)
  })

  it('takes up all its hosts, and nothing takes up nothing', () => {
    const { hops, ghosts } = placed(sample('tun'), 'rs2')
    const extent = extentOf({ hops, ghosts })
    if (extent === undefined) throw new Error('a walk takes up something')
    for (const { box, rest } of hops) {
      expect(touches({ x: box.x, y: box.y }, extent)).toBe(true)
      expect(touches(rest, extent)).toBe(true)
    }
    expect(extentOf({ hops: [], ghosts: [] })).toBeUndefined()
  })

  it('is written as a path', () => {
    expect(
      pathData([
        { x: 0, y: 1 },
        { x: 2.5, y: -3 },
      ]),
    ).toBe('M 0 1 L 2.5 -3')
  })
})
