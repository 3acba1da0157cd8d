import { describe, expect, it } from 'vitest'
import { editTopology } from '../topology/edits.js'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import { sample, sceneFrom } from './diagram.test-kit.js'
import { PALETTE, addFromPalette, connect, moves, removal, resizing } from './gestures.js'
import type { Gesture } from './gestures.js'
import type { Subject } from './scene.js'

const host = (name: string): Subject => ({ what: 'host', name })
const network = (name: string): Subject => ({ what: 'network', name })
const service = (name: string): Subject => ({ what: 'service', name })

/** The text after a gesture; fails where it is refused, by the gesture or by the text. */
function after(text: string, gesture: Gesture): string {
  if (!gesture.ok) throw new Error(gesture.reason)
  const result = editTopology(parseTopology(text), gesture.edits)
  if (!result.ok) throw new Error(result.reason)
  return applyTextEdits(text, result.edits)
}

const lineOf = (text: string, part: string) => text.split('\n').find((line) => line.includes(part)) ?? ''

describe('a network that is drawn longer', () => {
  const longer = (text: string, length: number) => {
    const edits = resizing(sceneFrom(text), 'back', length, { least: 200 })
    const result = editTopology(parseTopology(text), edits)
    if (!result.ok) throw new Error(result.reason)
    return applyTextEdits(text, result.edits)
  }

  it('has its length in the file, and goes by what hangs on it once that is as long', () => {
    const text = longer(sample('nat'), 300.4)
    expect(text).toBe(`${sample('nat')}layout:\n  lengths:\n    back: 300\n`)
    expect(longer(text, 350)).toContain('    back: 350\n')
    expect(parseTopology(longer(text, 180)).topology.layout.lengths.size).toBe(0)
  })

  it('is no edit where nothing changes', () => {
    expect(longer(sample('nat'), 100)).toBe(sample('nat'))
    expect(resizing(sceneFrom(longer(sample('nat'), 300)), 'back', 300, { least: 200 })).toEqual([])
  })
})

describe('what the palette adds', () => {
  it('a real server: named after the others, on their network, with the next addresses', () => {
    const text = after(sample('nat'), addFromPalette(sceneFrom(sample('nat')), 'real-server', {}))
    expect(text).toContain('  rs3:\n    role: real-server\n    interfaces:\n')
    expect(lineOf(text, 'fd00:10::13')).toBe(
      "      eth0: { network: back, address: [10.0.0.13, 'fd00:10::13'] }",
    )
    expect(text).not.toContain('layout')
  })

  it('dropped on a network, it is on that one; on a service, it serves it', () => {
    const scene = sceneFrom(sample('nat'))
    expect(after(sample('nat'), addFromPalette(scene, 'real-server', { on: network('front') }))).toContain(
      '{ network: front, address: [192.0.2.1,',
    )
    const text = after(
      sample('nat'),
      addFromPalette(scene, 'real-server', { on: service('web'), at: { x: 10, y: 20 } }),
    )
    expect(sceneFrom(text).services[0]?.realServers.map((each) => each.host)).toEqual(['rs1', 'rs2', 'rs3'])
    expect(sceneFrom(text).hosts.find(({ name }) => name === 'rs3')?.at).toEqual({ x: 10, y: 20 })
  })

  it('a service: on a director, with a free VIP beside the others', () => {
    const scene = sceneFrom(sample('dr'))
    const text = after(sample('dr'), addFromPalette(scene, 'service', {}))
    const [, , added] = sceneFrom(text).services
    expect(added).toMatchObject({
      name: 'service1',
      mode: 'dr',
      target: '192.0.2.101:80',
      directors: ['lb1'],
    })
  })

  it('a service is refused where there is no director', () => {
    expect(addFromPalette(sceneFrom('lvs: 1\nname: x\n'), 'service', {})).toMatchObject({ ok: false })
  })

  it('a network with a subnet that nothing overlaps', () => {
    const text = after(sample('nat'), addFromPalette(sceneFrom(sample('nat')), 'network', {}))
    expect(lineOf(text, 'net1')).toBe('  net1: { subnet: 10.0.1.0/24 }')
  })

  it.each(PALETTE)('%s into an empty file, as often as one likes', (item) => {
    let text = 'lvs: 1\nname: x\nhosts:\n  lb9: { role: director }\n'
    for (let times = 0; times < 3; times++)
      text = after(text, addFromPalette(sceneFrom(text), item, { at: { x: times, y: 0 } }))
    expect(parseTopology(text).problems).toEqual([])
  })

  it('takes no address that something has', () => {
    let text = sample('nat')
    for (let times = 0; times < 30; times++) text = after(text, addFromPalette(sceneFrom(text), 'client', {}))
    const scene = sceneFrom(text)
    const all = scene.hosts.flatMap(({ interfaces }) => interfaces.flatMap(({ addresses }) => addresses))
    expect(new Set(all).size).toBe(all.length)
    expect(all).not.toContain('192.0.2.100')
    expect(scene.findings).toEqual([])
  })

  it('keeps the leading zeros of a pattern', () => {
    const text = 'lvs: 1\nname: x\nhosts:\n  web-09: { role: real-server }\n'
    expect(addFromPalette(sceneFrom(text), 'real-server', {})).toMatchObject({ subject: host('web-10') })
  })
})

describe('what a line means', () => {
  const scene = sceneFrom(sample('nat'))
  it('from a host to a network: one more interface', () => {
    const text = after(sample('nat'), connect(scene, host('alice'), network('back')))
    expect(lineOf(text, 'eth1: { network: back, address: [10.0.0.2')).not.toBe('')
    // Either way round.
    expect(after(sample('nat'), connect(scene, network('back'), host('alice')))).toBe(text)
  })

  it('takes an interface that is on no network yet', () => {
    const loose = sample('nat').replace(
      "eth0: { network: back, address: [10.0.0.12, 'fd00:10::12'] }",
      'ens3: {}',
    )
    const text = after(loose, connect(sceneFrom(loose), host('rs2'), network('back')))
    const [ens3, ...others] = sceneFrom(text).hosts.find(({ name }) => name === 'rs2')?.interfaces ?? []
    expect(others).toEqual([])
    expect(ens3).toMatchObject({ name: 'ens3', network: 'back', addresses: ['10.0.0.12', 'fd00:10::12'] })
  })

  it('from a service to a host: a real server, or another director', () => {
    const more = after(sample('nat'), addFromPalette(scene, 'real-server', {}))
    const text = after(more, connect(sceneFrom(more), service('web'), host('rs3')))
    expect(sceneFrom(text).services[0]?.realServers.map((each) => each.host)).toContain('rs3')
    const two = after(sample('nat'), addFromPalette(scene, 'director', {}))
    expect(
      sceneFrom(after(two, connect(sceneFrom(two), host('lb2'), service('web')))).services[0]?.directors,
    ).toEqual(['lb2'])
  })

  it.each([
    [host('rs1'), network('back'), 'rs1 is on back already, with eth0.'],
    [host('rs1'), host('rs2'), 'Hosts meet on networks: connect rs1 and rs2 to the same network.'],
    [
      network('front'),
      network('back'),
      'Networks are joined by a host on both: put a router on front and back.',
    ],
    [
      service('web'),
      network('back'),
      'A service is on the networks of its director: connect the director to the network.',
    ],
    [service('web'), host('rs1'), 'rs1 is a real server of web already.'],
    [service('web'), host('lb1'), 'web runs on lb1 already.'],
    [
      service('web'),
      host('alice'),
      'alice is a client: a service runs on a director and is served by real servers.',
    ],
    [host('gone'), network('back'), 'It has just been removed.'],
  ])('%o to %o is refused with the reason', (from, to, reason) => {
    expect(connect(scene, from, to)).toEqual({ ok: false, reason })
  })
})

it('removing takes everything that refers to it along', () => {
  const edits = removal([host('rs1'), network('front'), service('web6')])
  const result = editTopology(parseTopology(sample('nat')), edits)
  if (!result.ok) throw new Error(result.reason)
  const text = applyTextEdits(sample('nat'), result.edits)
  expect(text).not.toMatch(/rs1|front|web6/)
})

it('moving writes positions, in one change of the text', () => {
  const result = editTopology(
    parseTopology(sample('nat')),
    moves([
      { subject: host('rs1'), to: { x: 1.4, y: 2 } },
      { subject: network('back'), to: { x: 3, y: 4 } },
    ]),
  )
  if (!result.ok) throw new Error(result.reason)
  expect(result.edits).toHaveLength(1)
  expect(result.edits[0]?.newText).toBe(
    'layout:\n  hosts:\n    rs1: { x: 1, y: 2 }\n  networks:\n    back: { x: 3, y: 4 }\n',
  )
})
