import { describe, expect, it } from 'vitest'
import { editTopology } from '../topology/edits.js'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import { sample, sceneFrom } from './diagram.test-kit.js'
import { fragmentOf, fragmentText, readFragment } from './fragment.js'
import { duplicate, paste } from './paste.js'
import type { Pasted } from './paste.js'
import type { Subject } from './scene.js'

const host = (name: string): Subject => ({ what: 'host', name })
const network = (name: string): Subject => ({ what: 'network', name })
const service = (name: string): Subject => ({ what: 'service', name })

function copied(text: string, ...subjects: Subject[]): string {
  const result = fragmentText(parseTopology(text), subjects)
  if (!result.ok) throw new Error(result.reason)
  return result.text
}

function made(text: string, { edits }: Pasted): string {
  const result = editTopology(parseTopology(text), edits)
  if (!result.ok) throw new Error(result.reason)
  return applyTextEdits(text, result.edits)
}

function pasted(text: string, clipboard: string): string {
  const read = readFragment(clipboard)
  if (!read.ok) throw new Error(read.reason)
  return made(text, paste(sceneFrom(text), read.fragment))
}

const EMPTY = 'lvs: 1\nname: x\n'

describe('what is copied', () => {
  it('is the text of the file, comments and unknown keys included, without anything else', () => {
    const text = `# About the file.
lvs: 1
name: x
hosts:
  b: { role: router }
  # The old one.
  a:
    role: client # asks
    colour: blue
services:
  web: { mode: nat }
layout:
  hosts:
    a: { x: 1, y: 2 }
    b: { x: 3, y: 4 }
`
    expect(copied(text, host('a'))).toBe(`hosts:
  # The old one.
  a:
    role: client # asks
    colour: blue
layout:
  hosts:
    a: { x: 1, y: 2 }
`)
    expect(copied(text, service('web'), host('b'))).toBe(`hosts:
  b: { role: router }
services:
  web: { mode: nat }
layout:
  hosts:
    b: { x: 3, y: 4 }
`)
  })

  it('stands by itself where the file has it from elsewhere', () => {
    const text = `lvs: 1
name: x
hosts:
  a: &one { role: client, kernel: 6.10 }
  b: *one
`
    expect(copied(text, host('b'))).toBe("hosts:\n  b:\n    role: client\n    kernel: '6.10'\n")
  })

  it('is nothing where nothing is selected, or is gone', () => {
    expect(fragmentText(parseTopology(sample('nat')), [])).toMatchObject({ ok: false })
    expect(fragmentText(parseTopology(sample('nat')), [host('nobody')])).toMatchObject({ ok: false })
  })

  it.each(['nat', 'tun', 'dr'] as const)('of all of sample %s makes the same cluster elsewhere', (mode) => {
    const text = sample(mode)
    const { hosts, networks, services } = sceneFrom(text)
    const all = [
      ...hosts.map(({ name }) => host(name)),
      ...networks.map(({ name }) => network(name)),
      ...services.map(({ name }) => service(name)),
    ]
    const { topology } = parseTopology(pasted(EMPTY, copied(text, ...all)))
    expect({ ...topology, name: '' }).toEqual({ ...parseTopology(text).topology, name: '' })
  })
})

describe('what is pasted', () => {
  it('keeps its name and addresses where they are free', () => {
    const text = pasted(EMPTY, copied(sample('dr'), host('rs1'), network('farm')))
    expect(sceneFrom(text).hosts).toMatchObject([
      { name: 'rs1', interfaces: [{ network: 'farm', addresses: ['192.0.2.11', '2001:db8:1::11'] }] },
    ])
  })

  it('gets the next free ones where they are taken, and what refers to it in the copy follows', () => {
    const text = pasted(sample('dr'), copied(sample('dr'), service('web'), host('rs1'), host('lb1')))
    const scene = sceneFrom(text)
    expect(scene.hosts.map(({ name }) => name)).toEqual(['alice', 'edge', 'lb1', 'rs1', 'rs2', 'lb2', 'rs3'])
    expect(scene.services.at(-1)).toMatchObject({
      name: 'web2',
      vip: '192.0.2.101',
      directors: ['lb2'],
      realServers: [{ host: 'rs3' }, { host: 'rs2' }],
    })
    const addresses = scene.hosts.flatMap(({ interfaces }) => interfaces.flatMap((each) => each.addresses))
    expect(new Set(addresses).size).toBe(addresses.length)
  })

  it('has no MAC address of another, and stands a little beside what it is a copy of', () => {
    const text = `${EMPTY}networks:
  n: { subnet: 10.0.0.0/24 }
hosts:
  a: { role: client, interfaces: { eth0: { network: n, address: 10.0.0.9, mac: '02:00:00:00:00:01' } } }
layout:
  hosts:
    a: { x: 10, y: 20 }
`
    const after = pasted(text, copied(text, host('a')))
    expect(after.match(/02:00/g)).toHaveLength(1)
    expect(sceneFrom(after).hosts.at(-1)).toMatchObject({ name: 'a2', at: { x: 42, y: 52 } })
  })

  it.each([
    ['a whole topology', sample('nat'), 4],
    ['an entry as it stands in a file', '  x:\n    role: client\n', 1],
    [
      'an entry that was selected behind its indentation',
      'x:\n    role: client\n  y:\n    role: router\n',
      2,
    ],
    ['entries in brackets', 'x: { role: client }', 1],
  ])('can be %s', (_, clipboard, hosts) => {
    expect(sceneFrom(pasted(EMPTY, clipboard)).hosts).toHaveLength(hosts)
  })

  it.each([
    '',
    '   \n',
    'hello',
    'hello: world',
    '- a\n- b',
    '{',
    'hosts: 3',
    'a: { role: x }\nb: 7',
    '\u0000',
  ])('is refused with the reason where it is %j', (clipboard) => {
    expect(readFragment(clipboard)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/clipboard has no networks, hosts or services/) as unknown,
    })
  })

  it('counts a firewall mark on, which two services cannot share', () => {
    const text = `${EMPTY}hosts:\n  lb: { role: director }\nservices:\n  a: { mode: dr, director: lb, mark: 7 }\n`
    expect(pasted(text, copied(text, service('a')))).toContain('  a2: { mode: dr, director: lb, mark: 8 }')
  })
})

describe('a duplicate', () => {
  it('of a real server serves what the first one serves, with its weight', () => {
    const text = sample('nat').replace(
      'rs1: { port: 8080 }',
      'rs1: { port: 8080, weight: 3, address: 10.0.0.11 }',
    )
    const parsed = parseTopology(text)
    const services = ['web', 'web6'].map(service)
    const after = made(
      text,
      duplicate(sceneFrom(text), fragmentOf(parsed, [host('rs1')]), fragmentOf(parsed, services)),
    )
    expect(after).toContain('      rs3: { port: 8080, weight: 3 }')
    expect(sceneFrom(after).services.map(({ realServers }) => realServers.length)).toEqual([3, 3])
    expect(sceneFrom(after).findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })
})
