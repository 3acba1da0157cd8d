import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { TopologyEdit, Written } from './edit.js'
import { editTopology } from './edits.js'
import { parseTopology } from './parse.js'
import { applyTextEdits } from './position.js'

/** The text after the edits, or why they are refused. */
function edited(text: string, ...edits: TopologyEdit[]): string {
  const result = editTopology(parseTopology(text), edits)
  return result.ok ? applyTextEdits(text, result.edits) : `refused: ${result.reason}`
}

/** A text from the lines of a template, without the indentation of the first. */
function lines(template: string): string {
  const rows = template.replace(/^\n/, '').replace(/\n *$/, '').split('\n')
  const indent = rows[0]?.search(/\S/) ?? 0
  return rows.map((row) => `${row.slice(indent)}\n`).join('')
}

const map = (entries: Record<string, Written> = {}) => new Map(Object.entries(entries))
const set = (path: string, value: Written): TopologyEdit => ({ kind: 'set', path, value })
const unset = (path: string): TopologyEdit => ({ kind: 'unset', path })
const addHost = (name: string, value: ReadonlyMap<string, Written> = map()): TopologyEdit => ({ kind: 'add', what: 'host', name, value }) // prettier-ignore
const remove = (what: 'host' | 'network' | 'service', name: string): TopologyEdit => ({
  kind: 'remove',
  what,
  name,
})
const rename = (what: 'host' | 'network' | 'service', from: string, to: string): TopologyEdit => ({ kind: 'rename', what, from, to }) // prettier-ignore

const rs3 = map({
  role: 'real-server',
  interfaces: map({ eth0: map({ network: 'back', address: '10.0.0.13' }) }),
})

describe('adding', () => {
  it('puts a new host after the last one, before what introduces the next section', () => {
    const text = lines(`
      hosts:
        rs2:
          role: real-server # last
          # gateway: 10.0.0.1

      # what clients connect to
      services: {}
    `)
    expect(edited(text, addHost('rs3', rs3))).toBe(
      lines(`
        hosts:
          rs2:
            role: real-server # last
            # gateway: 10.0.0.1
          rs3:
            role: real-server
            interfaces:
              eth0: { network: back, address: 10.0.0.13 }

        # what clients connect to
        services: {}
      `),
    )
  })

  it('writes it like the ones beside it: on one line, indented and quoted as they are, with a line between', () => {
    const text = lines(`
      hosts:
          rs1: { role: "real-server" }

          rs2: { role: "real-server" }
    `)
    expect(edited(text, addHost('true', map({ role: 'client' })))).toBe(
      `${text}\n    "true": { role: client }\n`,
    )
  })

  it.each([
    ['hosts: {}\n', 'hosts:\n  a: {}\n'],
    ['hosts:\n', 'hosts:\n  a: {}\n'],
    ['hosts: # the machines\n\nservices:\n', 'hosts: # the machines\n  a: {}\n\nservices:\n'],
    ['hosts: ~ # none\n', 'hosts: # none\n  a: {}\n'],
    ['lvs: 1\n', 'lvs: 1\nhosts:\n  a: {}\n'],
    ['lvs: 1', 'lvs: 1\nhosts:\n  a: {}'],
    ['', 'hosts:\n  a: {}\n'],
    ['\ufeff', '\ufeffhosts:\n  a: {}\n'],
    ['# empty\r\n', '# empty\r\nhosts:\r\n  a: {}\r\n'],
    ['# empty', '# empty\nhosts:\n  a: {}'],
    ['---\n...\n', '---\nhosts:\n  a: {}\n...\n'],
    ['hosts: # c\n  ~\n', 'hosts: # c\n  { a: {} }\n'],
    ['--- ~\n', '--- \nhosts:\n  a: {}\n'],
    ['{}\n', 'hosts:\n  a: {}\n'],
    ['{ lvs: 1 }\n', '{ lvs: 1, hosts: { a: {} } }\n'],
    ['{ lvs: 1, }\n', '{ lvs: 1, hosts: { a: {} }, }\n'],
    ['{\n  lvs: 1 # one\n}\n', '{\n  lvs: 1, # one\n  hosts: { a: {} }\n}\n'],
    ['{\n  lvs: 1, # one\n}\n', '{\n  lvs: 1, # one\n  hosts: { a: {} },\n}\n'],
    ['{\n  lvs: 1 }\n', '{\n  lvs: 1,\n  hosts: { a: {} } }\n'],
    ['hosts: { # all\n  }\n', 'hosts: { # all\n  a: {} }\n'],
    ['{hosts:, lvs: 1}\n', '{hosts: { a: {} }, lvs: 1}\n'],
    ['{lvs, hosts: }\n', '{lvs, hosts: { a: {} } }\n'],
    ['{ lvs: 1, hosts }\n', '{ lvs: 1, hosts: { a: {} } }\n'],
    ['hosts: &all\n', 'hosts: &all\n  a: {}\n'],
    ['? hosts\n:\n', '? hosts\n:\n  a: {}\n'],
  ])('makes the section in %j', (text, after) => {
    expect(edited(text, addHost('a'))).toBe(after)
  })

  it('adds real servers in block and flow', () => {
    const add: TopologyEdit = {
      kind: 'add-real-server',
      service: 'web',
      host: 'rs2',
      value: map({ weight: 2 }),
    }
    expect(edited('services:\n  web:\n    port: 80\n', add)).toBe(
      'services:\n  web:\n    port: 80\n    real-servers:\n      rs2: { weight: 2 }\n',
    )
    expect(edited('services: { web: { real-servers: {rs1: {}} } }\n', add)).toBe(
      'services: { web: { real-servers: {rs1: {}, rs2: { weight: 2 }} } }\n',
    )
  })

  it('refuses names that are taken or cannot be, and services that are not there', () => {
    expect(edited('hosts: { a: {} }\n', addHost('a'))).toMatch(/^refused: "a" is already in "hosts"/)
    expect(edited('hosts: { a: {} }\n', addHost('-a'))).toMatch(/^refused: "-a" cannot be the name of a host/)
    const add: TopologyEdit = { kind: 'add-real-server', service: 'web', host: 'a', value: map() }
    expect(edited('hosts: { a: {} }\n', add)).toMatch(/^refused: there is no service "web"/)
    expect(edited('hosts: [a]\n', addHost('b'))).toMatch(/^refused: "hosts" is a list here/)
  })
})

describe('removing', () => {
  it('takes a host with its lines, its comment, and what refers to it', () => {
    const text = lines(`
      hosts:
        # the directors
        lb1:
          role: director

        # to be replaced
        lb2: # old
          role: director
          # gateway: 10.0.0.1

        rs1: { role: real-server }
      services:
        web: { director: [lb1, lb2], real-servers: { lb2: {}, rs1: {} } }
        mail:
          director: # both
          - lb1
          - lb2 # second
          real-servers:
            lb2: {} # odd
        dns: { director: lb2 }
      layout: { hosts: { lb2: { x: 1, y: 2 } } }
    `)
    expect(edited(text, remove('host', 'lb2'))).toBe(
      lines(`
        hosts:
          # the directors
          lb1:
            role: director

          rs1: { role: real-server }
        services:
          web: { director: [lb1], real-servers: { rs1: {} } }
          mail:
            director: # both
            - lb1
            real-servers: {}
          dns: { director: lb2 }
        layout: { hosts: {} }
      `),
    )
  })

  it('takes a network with the interfaces on it', () => {
    const text = lines(`
      networks:
        back: {}
        front: {}
      hosts:
        a: { interfaces: { eth0: { network: front }, eth1: { network: back } } }
        b:
          interfaces:
            eth0:
              network: back
      vrrp: { network: back }
    `)
    expect(edited(text, remove('network', 'back'))).toBe(
      lines(`
        networks:
          front: {}
        hosts:
          a: { interfaces: { eth0: { network: front } } }
          b:
            interfaces: {}
        vrrp: { network: back }
      `),
    )
  })

  it.each([
    ['{ a: 1, b: 2, c: 3 }\n', '/b', '{ a: 1, c: 3 }\n'],
    ['{ a: 1, b: 2 }\n', '/a', '{ b: 2 }\n'],
    ['{ a: 1 , b: 2 }\n', '/b', '{ a: 1 }\n'],
    ['{ a: 1, b: 2, }\n', '/b', '{ a: 1, }\n'],
    ['{ a: 1 }\n', '/a', '{}\n'],
    ['{\n  a: 1, # one\n  # about b\n  b: 2 # two\n}\n', '/b', '{\n  a: 1 # one\n}\n'],
    ['{\n  a: 1, # one\n  b: 2 # two\n}\n', '/a', '{\n  b: 2 # two\n}\n'],
    ['a: 1\nb: 2', '/b', 'a: 1'],
    ['a: 1\r\nb: 2', '/b', 'a: 1'],
    ['\ufeffa: 1\nb: 2\n', '/a', '\ufeffb: 2\n'],
    ['# head\na: 1\nb: 2\n', '/a', '# head\nb: 2\n'],
    ['a: 1\n', '/a', ''],
    ['a: |+\n  x\n\nb: 1\n', '/b', 'a: |+\n  x\n\n'],
    ['x:\n- a: 1\n  b: 2\n', '/x/0/a', 'x:\n- b: 2\n'],
    ['x:\n- a: 1\n  # b\n  b: 2\n', '/x/0/a', 'x:\n- \n  # b\n  b: 2\n'],
    ['x:\n- a: 1 # one\n', '/x/0/a', 'x:\n- {}\n'],
    ['x:\n- a\n- b\n', '/x/0', 'x:\n- b\n'],
    ['x: # list\n  - a\ny: 1\n', '/x/0', 'x: [] # list\ny: 1\n'],
    ['a: |\n  text\n\nb: 1\n', '/a', '\nb: 1\n'],
    ['a: 1\n', '/b/c', 'a: 1\n'],
    ['a: 1\na: 2\nb: 3\n', '/a', 'b: 3\n'],
  ])('takes out of %j the key %s', (text, path, after) => {
    expect(edited(text, unset(path))).toBe(after)
  })

  it('takes out neighbours between which something new is written', () => {
    const text = 'hosts:\n  a:\n    x: 1\n    y: 2\n  b: {}'
    const add: TopologyEdit = set('/hosts/a/z', 3)
    expect(edited(text, unset('/hosts/a/y'), add, unset('/hosts/b'))).toBe('hosts:\n  a:\n    x: 1\n    z: 3')
    expect(edited(text, unset('/hosts/a/y'), add, unset('/hosts/b'), addHost('c'))).toBe(
      'hosts:\n  a:\n    x: 1\n    z: 3\n  c: {}',
    )
    expect(edited('a: 1\nb: 2', unset('/a'), unset('/b'), set('/c', 3))).toBe('c: 3')
  })

  it('does nothing where there is nothing', () => {
    const text = 'hosts: { a: {} }\n'
    const realServer: TopologyEdit = { kind: 'remove-real-server', service: 'web', host: 'b' }
    expect(edited(text, remove('host', 'b'), realServer, unset('/hosts/a/ssh/user'))).toBe(text)
    expect(edited('services: { web: { real-servers: { b: {} } } }\n', realServer)).toBe(
      'services: { web: { real-servers: {} } }\n',
    )
  })
})

describe('renaming', () => {
  it('renames wherever the file refers to it and keeps quotes', () => {
    const text = lines(`
      networks: { back: {} }
      hosts:
        "rs1": { interfaces: { eth0: { network: back } } } # first
      services: { web: { director: rs1, real-servers: { rs1: {} } }, dns: { director: ['rs1', x] } }
      vrrp: { network: 'back' }
      layout: { hosts: { rs1: { x: 1, y: 2 } }, networks: { back: { x: 3, y: 4 } } }
    `)
    expect(edited(text, rename('host', 'rs1', '1e3'), rename('network', 'back', 'Büro 2'))).toBe(
      lines(`
        networks: { Büro 2: {} }
        hosts:
          "1e3": { interfaces: { eth0: { network: Büro 2 } } } # first
        services: { web: { director: '1e3', real-servers: { '1e3': {} } }, dns: { director: ['1e3', x] } }
        vrrp: { network: 'Büro 2' }
        layout: { hosts: { '1e3': { x: 1, y: 2 } }, networks: { Büro 2: { x: 3, y: 4 } } }
      `),
    )
  })

  it('takes the length of a network along, and removes it with the network', () => {
    const text = 'networks: { a: {}, b: {} }\nlayout: { lengths: { a: 300, b: 200 } }\n'
    expect(edited(text, rename('network', 'a', 'c'))).toBe(
      'networks: { c: {}, b: {} }\nlayout: { lengths: { c: 300, b: 200 } }\n',
    )
    expect(edited(text, { kind: 'remove', what: 'network', name: 'a' })).toBe(
      'networks: { b: {} }\nlayout: { lengths: { b: 200 } }\n',
    )
  })

  it('refuses names that are taken, wrong, missing or ambiguous', () => {
    const text = 'hosts: { a: {}, b: {} }\nservices: { w: { real-servers: { a: {}, c: {} } } }\n'
    expect(edited(text, rename('host', 'a', 'b'))).toMatch(/^refused: "b" is already in "hosts"/)
    expect(edited(text, rename('host', 'a', 'c'))).toMatch(
      /^refused: "c" is already in "services\/w\/real-servers"/,
    )
    expect(edited(text, rename('host', 'a', 'x/y'))).toMatch(/^refused: "x\/y" cannot be/)
    expect(edited(text, rename('host', 'x', 'y'))).toMatch(/^refused: there is no host "x"/)
    expect(edited('hosts:\n  a: {}\n  a: {}\n', rename('host', 'a', 'b'))).toMatch(
      /^refused: "a" stands twice/,
    )
    expect(edited(text, rename('host', 'a', 'a'))).toBe(text)
  })

  it('changes a misspelt key', () => {
    const edit: TopologyEdit = { kind: 'rename-key', path: '/networks/back/gatway', to: 'gateway' }
    expect(edited('networks: { back: { gatway: 10.0.0.1 } }\n', edit)).toBe(
      'networks: { back: { gateway: 10.0.0.1 } }\n',
    )
    expect(edited('networks: { back: { gatway: 1, gateway: 2 } }\n', edit)).toMatch(
      /^refused: "gateway" is already/,
    )
    expect(edited('networks: {}\n', edit)).toMatch(/^refused: there is no "networks\/back\/gatway"/)
  })
})

describe('moving', () => {
  it('writes whole numbers, and only what changed', () => {
    const move = (x: number, y: number): TopologyEdit => ({
      kind: 'move',
      what: 'host',
      name: 'a',
      to: { x, y },
    })
    expect(edited('hosts:\n  a: {}\n', move(1.4, -0.2))).toBe(
      'hosts:\n  a: {}\nlayout:\n  hosts:\n    a: { x: 1, y: 0 }\n',
    )
    const text = 'hosts: { a: {} }\nlayout: { hosts: { a: { y: 7, x: 1, note: "here" } } }\n'
    expect(edited(text, move(2, 7))).toBe(text.replace('x: 1', 'x: 2'))
    expect(edited(text, move(NaN, 1))).toMatch(/^refused: .* is no place/)
    expect(edited('hosts: {}\n', move(1, 1))).toMatch(/^refused: there is no host "a"/)
  })
})

it('leaves the samples as they are', () => {
  for (const mode of ['nat', 'dr', 'tun']) {
    const text = readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')
    const added = edited(
      text,
      addHost('rs9', rs3),
      rename('host', 'rs9', 'rs8'),
      set('/hosts/rs8/gateway', '::1'),
    )
    expect(edited(added, remove('host', 'rs8'))).toBe(text)
    expect(edited(text, addHost('rs9', rs3), remove('host', 'rs9'))).toBe(text)
  }
})

describe('lines and places', () => {
  it.each([
    ['lvs: 1\rname: x\r', 'lvs: 1\rname: x\rhosts:\r  a: {}\r'],
    ['# head\rhosts:\r  b: {}\r\r# end\r', '# head\rhosts:\r  b: {}\r  a: {}\r\r# end\r'],
    ['lvs: 1\rname: x\r\nhosts: {}', 'lvs: 1\rname: x\r\nhosts:\r\n  a: {}'],
  ])('takes a carriage return alone in %j for the end of a line', (text, after) => {
    expect(edited(text, addHost('a'))).toBe(after)
  })

  it('makes one change of what touches', () => {
    const text = 'lvs: 1\nhosts: {}'
    expect(editTopology(parseTopology(text), [addHost('a')])).toEqual({
      ok: true,
      edits: [{ span: { start: 13, end: 16 }, newText: '\n  a: {}' }],
    })
    // The line keeps its own end in a file whose lines end in different ways.
    const mixed = 'x: 1\na:\n  b: 1\r\nc: 2\n'
    expect(edited(mixed, set('/a', map({ d: 3 })))).toBe('x: 1\na:\n  d: 3\r\nc: 2\n')
    const swapped = editTopology(parseTopology('a: 1\nb: 2\n'), [unset('/b'), set('/c', 3)])
    expect(swapped).toEqual({ ok: true, edits: [{ span: { start: 5, end: 9 }, newText: 'c: 3' }] })
  })
})
