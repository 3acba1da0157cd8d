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

const map = (entries: Record<string, Written> = {}) => new Map(Object.entries(entries))
const set = (path: string, value: Written): TopologyEdit => ({ kind: 'set', path, value })
const unset = (path: string): TopologyEdit => ({ kind: 'unset', path })

describe('setting a value', () => {
  it.each<[string, string, Written, string]>([
    ['a:   80   # http\n', '/a', 8080, 'a:   8080   # http\n'],
    ['a: "x" # t\n', '/a', 'y', 'a: "y" # t\n'],
    ["a: 'x'\n", '/a', "it's", "a: 'it''s'\n"],
    ["a: 'x'\n", '/a', 5, 'a: 5\n'],
    ['a: x\nb: "y"\n', '/a', '::1', 'a: "::1"\nb: "y"\n'],
    ['a:\n  x\n', '/a', 'y', 'a:\n  y\n'],
    ['a: # c\n', '/a', 'y', 'a: y # c\n'],
    ['a: &x 1\nb: *x\n', '/b', 2, 'a: &x 1\nb: 2\n'],
    ['a: &x 1\nb: *x\n', '/a', 2, 'a: &x 2\nb: *x\n'],
    ['a: !!str 1 # c\n', '/a', 2, 'a: 2 # c\n'],
    ['a: |- # why\n  x\n  y\n\nb: 1\n', '/a', 'z', 'a: z # why\n\nb: 1\n'],
    ['a: >-\n  x', '/a', 'z', 'a: z'],
    ['a: x\n', '/a', ['x', 'y'], 'a: [x, y]\n'],
    ['a: [x, y]\n', '/a', 'y', 'a: y\n'],
    ['a: [x, y] # c\n', '/a', ['x', 'z'], 'a: [x, z] # c\n'],
    ['a: [x, y,z]\n', '/a', ['x', 'z'], 'a: [x, z]\n'],
    ['a: [x]\n', '/a', ['x', 'y', 'z'], 'a: [x, y, z]\n'],
    ['a: []\n', '/a', ['x', map({ b: 1 })], 'a: [x, { b: 1 }]\n'],
    ['a: # both\n- x # one\n- y # two\nb: 1\n', '/a', 'x', 'a: x # both\nb: 1\n'],
    ['a:\n- x # one\n- y # two\n', '/a', ['y'], 'a:\n- y # two\n'],
    ['a:\n  - x\n', '/a', ['x', 'y'], 'a:\n  - x\n  - y\n'],
    ['a:\n  - x: 1\n    y: 2\n', '/a/1', map({ x: 3, y: 4 }), 'a:\n  - x: 1\n    y: 2\n  - x: 3\n    y: 4\n'],
    ['a:\n  - { x: 1 }\n', '/a/-', map({ x: 3 }), 'a:\n  - { x: 1 }\n  - { x: 3 }\n'],
    ['a: { x: 1, y: 2 } # c\n', '/a', map({ y: 3, z: 4 }), 'a: { y: 3, z: 4 } # c\n'],
    ['a:\n  x: 1 # one\n  y: 2\n', '/a', map({ y: 2, z: 4 }), 'a:\n  y: 2\n  z: 4\n'],
    ['a:\n  x: 1\n  y: 2\nb: 1\n', '/a', 5, 'a: 5\nb: 1\n'],
    ['a:\n  x: 1\n', '/a', map(), 'a: {}\n'],
    ['a:\n', '/a', map(), 'a:\n'],
    ['b: 1', '/a', 5, 'b: 1\na: 5'],
    ['b:\n  c: 1\n\n# end\n', '/b/d', 5, 'b:\n  c: 1\n  d: 5\n\n# end\n'],
    ['{a: 1}\n', '/b', 2, '{a: 1, b: 2}\n'],
    ['{"a":1}\n', '/a', 'x', '{"a":x}\n'],
  ])('%j %s = %j', (text, path, value, after) => {
    expect(edited(text, set(path, value))).toBe(after)
    expect(editTopology(parseTopology(after), [set(path.replace('-', '1'), value)])).toEqual({
      ok: true,
      edits: [],
    })
  })

  it('makes what is missing on the way, small maps on one line', () => {
    const text = 'hosts:\n   rs1:\n      role: real-server\n   rs2: {}\n   rs3:\n'
    expect(
      edited(
        text,
        set('/hosts/rs1/interfaces/eth0/network', 'back'),
        set('/hosts/rs1/sysctls/net.ipv4.ip_forward', 1),
        set('/hosts/rs1/routes/0/via', '10.0.0.1'),
        set('/hosts/rs2/gateway', '10.0.0.1'),
        set('/hosts/rs3/ssh/user', 'ops'),
        set('/manage/director', 'keepalived'),
      ),
    ).toBe(
      [
        'hosts:',
        '   rs1:',
        '      role: real-server',
        '      interfaces:',
        '         eth0: { network: back }',
        '      sysctls: { net.ipv4.ip_forward: 1 }',
        '      routes: [{ via: 10.0.0.1 }]',
        '   rs2:',
        '      gateway: 10.0.0.1',
        '   rs3:',
        '      ssh: { user: ops }',
        'manage: { director: keepalived }',
        '',
      ].join('\n'),
    )
  })

  it('goes over several lines where one would be too long', () => {
    const list = Array.from({ length: 6 }, (_, at) => map({ to: `10.${at}.0.0/16`, via: '10.0.0.254' }))
    const after = edited('hosts:\n  a:\n    role: client\n', set('/hosts/a/routes', list))
    expect(after).toContain('    routes:\n      - { to: 10.0.0.0/16, via: 10.0.0.254 }\n      - { to')
  })

  it.each([
    ['a: 1\n', '/a/b', /"a" is the single value "1", so nothing can be put at "b" below it/],
    ['a: [1]\n', '/a/2', /"a" is a list of 1; it has no place "2"/],
    ['a: [b: 1]\n', '/a/0/c', /"a\/0" is a pair without braces in a list/],
    ['[1]\n', '/a', /the file is a list;/],
    ['? a\n', '/a', /a key written with "\?"/],
  ])('refuses %j %s', (text, path, reason) => {
    expect(edited(text, set(path, 1))).toMatch(reason)
  })

  it('sees what earlier edits of the list did, and leaves no trace of what was undone', () => {
    const text = 'hosts:\n  a: { role: client } # c\n'
    expect(edited(text, set('/hosts/b/role', 'router'), unset('/hosts/b'), set('/hosts/a/role', 'x'), set('/hosts/a/role', 'client'))).toBe(text) // prettier-ignore
    expect(edited(text, set('/hosts/b/role', 'router'), set('/hosts/a/x/y', 1), { kind: 'rename', what: 'host', from: 'b', to: 'c' })).toBe('hosts:\n  a: { role: client, x: { y: 1 } } # c\n  c: { role: router }\n') // prettier-ignore
    expect(edited(text, set('/hosts/b/role', 'router'), set('/hosts/a/role/x', 1))).toMatch(/^refused/)
  })
})

it.each([
  'true', 'No', 'null', '~', '', '1', '010', '0x1', '0o7', '1e3', '1.5', '.5', '.inf', '1_000', '2026-01-01', '+1', '-', '- a', '?', '? a', ':', 'a:', 'a: b', 'a #b',
  '#a', ' a', 'a ', 'a,b', '[a', 'a]', '{a}', '&a', '*a', '!a', '|', '>', '%a', '@a', '`a', '"a"', "it's", '::1', 'fd00::', 'fd00::1', '02:00:00:00:00:01', 'a\nb',
  'a\tb', '\\', '\u0000', '\u0085', '\u2028', '\ufeff', '\ud800', '<<', '---', '...', '=', 'y: "z"', 'http://x/?a=b#c', 'plain', '10.0.0.0/24', 'Büro 2', '中文', 'a  b',
])('writes %j as a string wherever it stands, as key and as value', (text) => {
  const value = map({ plain: text, list: [text], [`${text}k`]: map({ [text]: 1 }) })
  for (const before of ['{ "x": 1 }\n', "x: 'q'\n", 'x: 1\r\n']) {
    const after = parseTopology(edited(before, set('/x', text), set('/y', value)))
    expect(after.problems.filter(({ code }) => code === 'FILE-SYNTAX')).toEqual([])
    expect(after.document?.toJS({ mapAsMap: true })).toEqual(map({ x: text, y: value }))
  }
}) // prettier-ignore

describe('aliases', () => {
  const text = 'hosts:\n  rs1: &rs1 { role: real-server, gateway: 10.0.0.1 }\n  rs2: *rs1\n'

  it('refuses to change a copy, or to remove what is copied', () => {
    expect(edited(text, set('/hosts/rs2/role', 'router'))).toMatch(
      /^refused: "hosts\/rs2" is a copy of &rs1; change/,
    )
    expect(edited(text, unset('/hosts/rs2/role'))).toMatch(/^refused: "hosts\/rs2" is a copy of &rs1/)
    expect(edited(text, unset('/hosts/rs2/vlan'))).toBe(text)
    expect(edited(text, { kind: 'remove', what: 'host', name: 'rs1' })).toMatch(
      /^refused: this would remove what is marked &rs1, which \*rs1 in line 3 copies/,
    )
  })

  it('changes the original, replaces a copy, removes both', () => {
    expect(edited(text, set('/hosts/rs1/role', 'router'))).toBe(text.replace('real-server', 'router'))
    expect(edited(text, set('/hosts/rs2', map({ role: 'client' })))).toBe(
      text.replace('*rs1', '{ role: client }'),
    )
    expect(edited(text, unset('/hosts/rs1'), unset('/hosts/rs2'))).toBe('hosts: {}\n')
    expect(edited(text, unset('/hosts/rs2'), unset('/hosts/rs1/gateway'))).toBe(
      'hosts:\n  rs1: &rs1 { role: real-server }\n',
    )
  })

  it('follows references into what is copied, wherever that stands', () => {
    const shared =
      'x-nic: &nic { network: back }\nhosts: { a: { interfaces: { eth0: *nic } } }\nnetworks: { back: {} }\n'
    expect(edited(shared, { kind: 'rename', what: 'network', from: 'back', to: 'b2' })).toBe(
      shared.replaceAll('back', 'b2'),
    )
    const farm =
      'services:\n  a: { real-servers: &farm { rs1: {}, rs2: {} } }\n  b: { real-servers: *farm }\n'
    expect(edited(farm, { kind: 'remove', what: 'host', name: 'rs1' })).toBe(farm.replace('rs1: {}, ', ''))
    expect(edited(farm, { kind: 'add-real-server', service: 'b', host: 'x', value: map() })).toMatch(
      /^refused: "services\/b\/real-servers" is a copy of &farm/,
    )
  })
})

describe('files that cannot be edited', () => {
  it.each([
    ['a: [1\nb: 2\n', /^refused: mend the text first: this is not YAML/],
    ['a: 1\n---\nb: 1\n', /^refused: mend the text first: .*a topology file is one document/],
    ['- a\n', /^refused: the file is a list; a topology is a map of keys/],
    ['just text\n', /^refused: the file is the single value "just text"/],
    ['['.repeat(2000), /^refused: values are nested more than/],
  ])('%j', (text, reason) => {
    expect(edited(text, set('/lvs', 1), { kind: 'add', what: 'host', name: 'a', value: map() })).toMatch(
      reason,
    )
  })

  it('edits a file whose only fault is in what it says', () => {
    expect(edited('lvs: 9\nhosts: { a: *none }\n', set('/lvs', 1), set('/hosts/a', map()))).toBe(
      'lvs: 1\nhosts: { a: {} }\n',
    )
  })
})

it('edits a file of 5,000 real servers, one by one and hundreds at once', () => {
  const names = Array.from({ length: 5000 }, (_, at) => `rs${at}`)
  const text = [
    'lvs: 1',
    'networks: { back: {} }',
    'hosts:',
    ...names.map(
      (name) =>
        `  ${name}: { role: real-server, interfaces: { eth0: { network: back, address: 10.0.0.1 } } }`,
    ),
    'services:',
    '  web:',
    '    real-servers:',
    ...names.map((name) => `      ${name}: { weight: 1 }`),
    '',
  ].join('\n')
  const parsed = parseTopology(text)
  /** The real servers left in the drawing, and those of weight 0 among them. How long it takes is in the bench. */
  const after = (edits: TopologyEdit[]) => {
    const result = editTopology(parsed, edits)
    if (!result.ok) throw new Error(result.reason)
    const { topology } = parseTopology(applyTextEdits(text, result.edits))
    const realServers = [...(topology.services.get('web')?.realServers.values() ?? [])]
    return [realServers.length, realServers.filter(({ weight }) => weight === 0).length]
  }
  const drop = (name: string): TopologyEdit => ({ kind: 'remove', what: 'host', name })
  expect(after([set('/services/web/real-servers/rs4000/weight', 0)])).toEqual([5000, 1])
  expect(after([drop('rs2500')])).toEqual([4999, 0])
  expect(after([{ kind: 'rename', what: 'network', from: 'back', to: 'b' }])).toEqual([5000, 0])
  expect(after(names.slice(0, 500).map(drop))).toEqual([4500, 0])
  expect(after(names.map((name) => set(`/services/web/real-servers/${name}/weight`, 0)))).toEqual([
    5000, 5000,
  ])
})
