import ELK from 'elkjs/lib/elk.bundled.js'
import { describe, expect, it } from 'vitest'
import { arrangeInTiers } from './arrangement.js'
import { groupsOf } from './blocks.js'
import { farmText, sample, sceneFrom } from './diagram.test-kit.js'
import { arrangementFrom, arrangementKey, elkGraphOf } from './elk-graph.js'
import type { ElkGraph } from './elk-graph.js'
import { movedInFile, pictureOf } from './picture.js'
import type { Box, Picture } from './picture.js'
import type { Scene } from './scene.js'

const NONE = new Set<string>()

function tiers(scene: Scene, opened = NONE): Picture {
  const groups = groupsOf(scene, opened)
  return pictureOf(scene, groups, arrangeInTiers(scene, groups), movedInFile(scene))
}

async function withElk(scene: Scene, opened = NONE): Promise<Picture> {
  const groups = groupsOf(scene, opened)
  const result = (await new ELK().layout(elkGraphOf(scene, groups) as never)) as unknown as ElkGraph
  const arrangement = arrangementFrom(result, scene, groups)
  if (arrangement === undefined) throw new Error('not of these groups')
  return pictureOf(scene, groups, arrangement, movedInFile(scene))
}

/** Pairs of cards and pills that lie on one another. */
function overlaps({ hosts, services }: Picture): string[] {
  const boxes = [...hosts, ...services]
  return boxes.flatMap(([name, a], index) =>
    boxes.slice(index + 1).flatMap(([other, b]) => (overlap(a, b) ? [`${name} on ${other}`] : [])),
  )
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

const bothWays = [
  ['in tiers', (scene: Scene) => Promise.resolve(tiers(scene))],
  ['by ELK', (scene: Scene) => withElk(scene)],
] as const

describe.each(bothWays)('a drawing %s', (_, draw) => {
  it.each(['nat', 'tun', 'dr'] as const)(
    'of sample %s has everything, and nothing on something else',
    async (mode) => {
      const scene = sceneFrom(sample(mode))
      const picture = await draw(scene)
      expect([...picture.hosts.keys()].sort()).toEqual(scene.hosts.map(({ name }) => name).sort())
      expect([...picture.services.keys()]).toEqual(['web', 'web6'])
      expect([...picture.networks.keys()]).toEqual(scene.networks.map(({ name }) => name))
      expect(overlaps(picture)).toEqual([])
      for (const bar of picture.networks.values()) {
        for (const card of picture.hosts.values()) expect(overlap(bar, card)).toBe(false)
      }
    },
  )

  it('reads from left to right: client, director, real servers', async () => {
    const { hosts, networks } = await draw(sceneFrom(sample('nat')))
    const order = ['alice', 'lb1', 'rs1'].map((name) => hosts.get(name)?.x ?? Number.NaN)
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(networks.get('front')?.x).toBeGreaterThan(order[0] ?? 0)
    expect(networks.get('front')?.x).toBeLessThan(order[1] ?? 0)
    expect(networks.get('back')?.x).toBeGreaterThan(order[1] ?? 0)
  })

  it('has the network that requests come in by left of the director, though no client is drawn', async () => {
    const { hosts, networks } = await draw(sceneFrom(sample('nat').replace(/ {2}alice:\n(?: {4}.*\n)+/, '')))
    expect(hosts.has('alice')).toBe(false)
    const order = [networks.get('front'), hosts.get('lb1'), networks.get('back'), hosts.get('rs1')]
    expect(order.map((each) => each?.x)).toEqual(order.map((each) => each?.x ?? 0).sort((a, b) => a - b))
  })

  it('has two networks between the same hosts side by side, each with its name', async () => {
    const addresses = (last: number) =>
      `interfaces: { eth0: { network: data, address: 10.0.0.${last} }, eth1: { network: care, address: 10.9.0.${last} } }`
    const { networks } = await draw(
      sceneFrom(
        [
          'networks: { data: { subnet: 10.0.0.0/24 }, care: { subnet: 10.9.0.0/24 } }',
          'hosts:',
          `  lb1: { role: director, ${addresses(1)} }`,
          ...[2, 3, 4].map((last) => `  rs${last}: { role: real-server, ${addresses(last)} }`),
        ].join('\n'),
      ),
    )
    const [data, care] = [networks.get('data'), networks.get('care')]
    if (data === undefined || care === undefined) throw new Error('both are drawn')
    expect(overlap(data, care)).toBe(false)
    expect([data.label, care.label].sort()).toEqual(['above', 'below'])
  })

  it('has a director with one leg before the segment it shares with its real servers', async () => {
    const { hosts, networks } = await draw(sceneFrom(sample('dr')))
    const farm = networks.get('farm')?.x ?? 0
    expect(hosts.get('lb1')?.x).toBeLessThan(farm)
    expect(hosts.get('rs1')?.x).toBeGreaterThan(farm)
  })

  it('stands services above their director, in the order of the file', async () => {
    const { hosts, services } = await draw(sceneFrom(sample('tun')))
    const [web, web6, lb1] = [services.get('web'), services.get('web6'), hosts.get('lb1')]
    expect([web?.x, web6?.x]).toEqual([lb1?.x, lb1?.x])
    expect(web?.y).toBeLessThan(web6?.y ?? 0)
    expect((web6?.y ?? 0) + (web6?.height ?? 0)).toBeLessThan(lb1?.y ?? 0)
  })

  it('is the same each time', async () => {
    const scene = sceneFrom(sample('tun'))
    expect(await draw(scene)).toEqual(await draw(scene))
  })

  it('bears a drawing that makes no sense', async () => {
    for (const text of [
      '',
      'hosts: { a: { role: real-server }, b: { role: client } }',
      'services: { lost: { director: nobody } }\nnetworks: { n: {} }',
      'networks: { n: {} }\nhosts: { a: { interfaces: { e: { network: n } } }, b: { role: router, interfaces: { e: { network: m } } } }',
    ]) {
      const picture = await draw(sceneFrom(text))
      for (const { x, y } of [
        ...picture.hosts.values(),
        ...picture.services.values(),
        ...picture.networks.values(),
      ]) {
        expect([x, y].every(Number.isFinite)).toBe(true)
      }
    }
  })
})

describe('bars of networks', () => {
  it('are as long as what hangs on them', () => {
    const { hosts, networks } = tiers(sceneFrom(sample('nat')))
    const back = networks.get('back')
    for (const name of ['lb1', 'rs1', 'rs2']) {
      const card = hosts.get(name)
      expect(back?.y).toBeLessThan((card?.y ?? 0) + (card?.height ?? 0))
      expect((back?.y ?? 0) + (back?.height ?? 0)).toBeGreaterThan(card?.y ?? 0)
    }
  })

  it('follow what is moved', () => {
    const text = `${sample('nat')}layout: { hosts: { rs2: { x: 900, y: 2000 } } }\n`
    const { networks, hosts } = tiers(sceneFrom(text))
    expect(hosts.get('rs2')).toMatchObject({ x: 900, y: 2000 })
    expect((networks.get('back')?.y ?? 0) + (networks.get('back')?.height ?? 0)).toBeGreaterThan(2000)
  })

  it('are as long as a person drew them, and never shorter than what hangs on them', () => {
    const own = tiers(sceneFrom(sample('nat'))).networks.get('back')
    const drawn = (length: number) =>
      tiers(sceneFrom(`${sample('nat')}layout: { lengths: { back: ${length} } }\n`)).networks.get('back')
    expect(drawn(900)).toMatchObject({ height: 900, least: own?.least, x: own?.x })
    expect(drawn(20)).toEqual(own)
    const middle = ({ y, height } = { y: 0, height: 0 }) => y + height / 2
    expect(middle(drawn(900))).toBeCloseTo(middle(own))
  })

  it('keep their place when they are drawn longer with nothing on them', () => {
    const bar = (length: number) =>
      tiers(
        sceneFrom(
          `networks: { n: {} }\nlayout: { networks: { n: { x: 5, y: 7 } }, lengths: { n: ${length} } }\n`,
        ),
      ).networks.get('n')
    expect(bar(500)).toMatchObject({ x: 5, y: 7, height: 500, held: false })
  })

  it('stand side by side, with labels on either end, where they would run into each other', () => {
    const { networks } = tiers(sceneFrom(sample('tun')))
    const [east, west] = [networks.get('east'), networks.get('west')]
    if (east === undefined || west === undefined) throw new Error('both are drawn')
    expect(overlap(east, west)).toBe(false)
  })
})

describe('farms', () => {
  it('are columns up to six, a box from seven, one closed box from 61', () => {
    expect(tiers(sceneFrom(farmText(6))).farms).toEqual([])
    const open = tiers(sceneFrom(farmText(12)))
    expect(open.farms).toMatchObject([{ closed: false, networks: ['back'] }])
    expect(open.farms[0]?.hosts).toHaveLength(12)
    expect(overlaps(open)).toEqual([])
    const closed = tiers(sceneFrom(farmText(61)))
    expect(closed.farms).toMatchObject([{ closed: true }])
    expect([...closed.hosts.keys()]).toEqual(['alice', 'lb1'])
  })

  it('open when asked', () => {
    const picture = tiers(sceneFrom(farmText(61)), new Set(['real-server on back']))
    expect(picture.farms).toMatchObject([{ closed: false }])
    expect(picture.hosts.size).toBe(63)
    expect(overlaps(picture)).toEqual([])
  })

  it('let go of what a person moved out', () => {
    const picture = tiers(sceneFrom(`${farmText(12)}layout: { hosts: { rs3: { x: 5000, y: 0 } } }\n`))
    expect(picture.farms[0]?.hosts).not.toContain('rs3')
    expect(picture.farms[0]?.hosts).toHaveLength(11)
    expect((picture.farms[0]?.x ?? 0) + (picture.farms[0]?.width ?? 0)).toBeLessThan(5000)
  })
})

describe('when to arrange anew', () => {
  const keyOf = (text: string) => {
    const scene = sceneFrom(text)
    return arrangementKey(scene, groupsOf(scene, NONE))
  }
  it('is when something comes, goes or changes its networks, not when a value changes', () => {
    const text = sample('nat')
    expect(keyOf(text.replace('scheduler: rr', 'scheduler: wlc'))).toBe(keyOf(text))
    expect(keyOf(`${text}layout: { hosts: { rs1: { x: 1, y: 1 } } }\n`)).toBe(keyOf(text))
    expect(
      keyOf(text.replace('network: back, address: [10.0.0.12', 'network: front, address: [10.0.0.12')),
    ).not.toBe(keyOf(text))
  })
})

it('refuses what ELK made of another drawing', async () => {
  const scene = sceneFrom(sample('nat'))
  const groups = groupsOf(scene, NONE)
  const other = sceneFrom(sample('tun'))
  const result = (await new ELK().layout(elkGraphOf(scene, groups) as never)) as unknown as ElkGraph
  expect(arrangementFrom(result, other, groupsOf(other, NONE))).toBeUndefined()
})
