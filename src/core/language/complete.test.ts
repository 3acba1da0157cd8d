import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MODES, SCHEDULERS } from '../topology/types.js'
import { completions, labels, lines, nat, taken, within } from './complete.test-kit.js'

describe('completion of keys', () => {
  it('offers those a map may still get, required ones first', () => {
    const offered = labels(within('    mode: nat\n    director: lb1\n', '    director: lb1\n    |\n'))
    expect(offered[0]).toBe('mode')
    expect(offered).toContain('persistence')
    expect(offered).not.toContain('director')
    // It stands below the caret.
    expect(offered).not.toContain('real-servers')
  })

  it.each([
    ['on an empty line of a host', '  rs1:\n    |\n    role: real-server', 'kernel', 'role'],
    ['half typed', '  rs1:\n    ga|\n    role: real-server', 'gateway', 'role'],
    ['as the first of a map', '  rs1:\n    |', 'role', 'name'],
    ['one level up', '  rs1:\n    role: real-server\n  |', 'real-server', 'gateway'],
    ['at the root', '  rs1:\n    role: real-server\n|', 'services', 'hosts'],
    ['at the end of the file, after a line', '  rs1: {}\nser|', 'services', 'hosts'],
    ['in braces', '  rs1: { role: real-server, | }', 'gateway', 'role'],
    ['in braces that are empty', '  rs1: {|}', 'role', 'name'],
    ['in braces that are not closed', '  rs1: { role: real-server, |\n  rs2: {}', 'gateway', 'role'],
    ['in braces over several lines', '  rs1: {\n    role: real-server,\n    |\n  }', 'gateway', 'role'],
    ['in braces in a list', '  rs1: { routes: [ { to: 10.9.0.0/24, | } ] }', 'via', 'to'],
    ['in an item', '  rs1:\n    routes:\n      - to: 10.9.0.0/24\n        |', 'via', 'to'],
    ['at the dash', '  rs1:\n    routes:\n      - |', 'to', 'role'],
    ['right after the dash', '  rs1:\n    routes:\n      -|', 'to', 'role'],
    ['before keys of its item', '  rs1:\n    routes:\n      - |\n        via: 10.0.0.1', 'to', 'via'],
    ['in quotes', '  rs1:\n    "ga|', 'gateway', 'name'],
    ['where its colon is there', '  rs1:\n    ga|: 10.0.0.1', 'gateway', 'name'],
    ['after an anchor', '  rs1: &a\n    |', 'role', 'name'],
    ['before a comment', '  rs1:\n    |# why', 'role', 'name'],
    ['below a comment', '  rs1:\n    # why\n    |', 'role', 'name'],
    ['with a quote left open above', '  rs1:\n    kernel: "6.1\n    |', 'role', 'kernel'],
    ['with a bracket left open above', '  rs1:\n    listens: [ { port: 80\n    |', 'role', 'listens'],
  ])('%s', (_, below, offered, missing) => {
    const found = labels(`lvs: 1\nname: x\nnetworks: {}\nhosts:\n${below}`)
    expect(found).toContain(offered)
    expect(found).not.toContain(missing)
  })

  it('goes on below a block scalar, and has nothing to say in one', () => {
    const text = 'hosts:\n  rs1:\n    kernel: >-\n      6.1\n    \n'
    expect(labels(`${text.slice(0, -1)}|`)).toContain('role')
    const inside = text.indexOf('6.1')
    expect(labels(`${text.slice(0, inside)}|${text.slice(inside)}`)).toEqual([])
  })

  it('writes the colon, and what a map or list begins with', () => {
    const marked = within('    role: director\n', '    role: director\n    |\n')
    expect(lines(marked, 'kernel')).toBe('    kernel: ')
    expect(lines(marked, 'ssh')).toBe('    ssh: {  }')
    expect(lines(marked, 'routes')).toBe('    routes:\n      - ')
    expect(lines(within('services:\n', '|\nservices:\n'), 'layout')).toBe('layout:\n  ')
    expect(lines(within('rs2: { port: 8080 }', 'rs2: { port: 8080, | }'), 'tunnel')).toBe(
      '      rs2: { port: 8080, tunnel: {  } }',
    )
    const quoted = within('    role: director\n', "    role: director\n    'ker|'\n")
    expect(lines(quoted, 'kernel')).toBe("    'kernel': ")
    expect(lines(within('role: director', 'ro|le: director'), 'role')).toBe('    role: director')
  })

  it('writes maps over several lines in a file that has no braces', () => {
    const marked = 'lvs: 1\nname: x\nservices:\n    web:\n        mode: nat\n        |\n'
    expect(lines(marked, 'persistence')).toBe('        persistence:\n            ')
  })

  it('ends lines as the file does, and makes spaces of tabs', () => {
    const marked = 'hosts:\r\n  a:\r\n    role: client\r\n    |\r\n'
    expect(taken(marked, 'routes')).toContain('    routes:\r\n      - \r\n')
    expect(lines('hosts:\n\t|', 'client')).toMatch(/^ {2}client1:\n {4}role: client/)
    expect(lines('hosts:\n  a:\n    role:\t|', 'client')).toBe('    role:\tclient')
  })

  it('says what a key means and what holds without it', () => {
    const found = completions(within('    scheduler: rr\n', '    |\n')).find(
      ({ label }) => label === 'scheduler',
    )
    expect(found?.detail).toContain('How a real server is chosen')
    expect(found?.documentation).toContain('When absent: wlc')
    expect(found?.again).toBe(true)
    expect(completions('|').find(({ label }) => label === 'name')?.again).toBe(false)
  })
})

describe('nothing is completed', () => {
  it.each([
    ['in a comment', within('role: client', 'role: client # cl|')],
    ['in a comment on its own line', within('role: client', '# cl|\n    role: client')],
    ['after a value', within('role: client\n', 'role: client |\n')],
    ['between a key and its colon', within('role: client', 'role |: client')],
    ['at an alias', within('role: client', 'role: *cl|')],
    ['at an anchor', within('role: client', 'role: &cl| client')],
    ['within a text of several lines', within('name: shop-nat', 'name: "shop\n  n|at"')],
    [
      'between a key and the lines that are its value',
      within('    interfaces:\n', '    interfaces:\n    |\n'),
    ],
    ['where no level of the file is', within('    role: client\n', '    role: client\n       |\n')],
    [
      'after a closing bracket',
      within("address: [192.0.2.50, '2001:db8:1::50'] }", 'address: 192.0.2.50 } |'),
    ],
    ['before another entry without a comma', within('rs1: { port: 8080 }', 'rs1: { | port: 8080 }')],
    ['below a key the language does not have', 'hosts:\n  a:\n    colour:\n      |'],
    ['for a text anybody may choose', 'name: |'],
    ['on the dashes of a document', '-|--\nlvs: 1'],
  ])('%s', (_, marked) => {
    expect(labels(marked)).toEqual([])
  })
})

describe('completion of values', () => {
  it('tells schedulers with what they do and the kernel they need', () => {
    const found = completions(within('scheduler: rr', 'scheduler: |'))
    expect(found.map(({ label }) => label)).toEqual(SCHEDULERS)
    const mh = found.find(({ label }) => label === 'mh')
    expect(mh?.detail).toMatch(/^Maglev hashing.*4\.18/)
    expect(found.find(({ label }) => label === 'wlc')?.detail).toContain('when absent')
  })

  it.each([
    ['    mode: |', MODES],
    ['    one-packet: |', ['true', 'false']],
    ['    protocol: u|', ['tcp', 'udp', 'sctp']],
    ['    tunnel: { type: | }', ['ipip', 'gre', 'gue']],
    ['    tunnel: { checksum: |', ['none', 'csum', 'remcsum']],
    ['    persistence: { engine: | }', ['sip']],
    ['    persistence: { timeout: | }', ['360']],
    ['    health: { type: | }', ['tcp', 'http', 'https', 'dns', 'smtp', 'udp', 'ping', 'script']],
  ])('of a service: %s', (line, words) => {
    expect(labels(within('    mode: nat\n', `${line}\n`))).toEqual(words)
  })

  it.each([
    ['drops: [ { chain: | } ]', ['input', 'forward']],
    ['drops: [ { state: | } ]', ['invalid']],
    ['supports: { gue: | }', ['true', 'false']],
    ['ssh: { port: | }', ['22']],
  ])('of a host: %s', (line, words) => {
    const marked = within('    role: director\n', `    role: director\n    ${line}\n`)
    expect(labels(marked)).toEqual(words)
  })

  it('offers flags of the scheduler, and not twice', () => {
    const flags = (marked: string) => labels(within('scheduler: rr', `scheduler: mh\n    flags: ${marked}`))
    expect(flags('|')).toEqual(['mh-fallback', 'mh-port', 'flag-1', 'flag-2', 'flag-3'])
    expect(flags('[mh-port, |]')).toEqual(['mh-fallback', 'flag-1', 'flag-2', 'flag-3'])
    expect(flags('\n      - mh-port\n      - |')).toEqual(['mh-fallback', 'flag-1', 'flag-2', 'flag-3'])
    expect(flags('\n      - mh-port\n      |')).toEqual(['mh-fallback', 'flag-1', 'flag-2', 'flag-3'])
    const marked = within('scheduler: rr', 'scheduler: mh\n    flags: |')
    expect(lines(marked, 'mh-port')).toBe('    flags: [mh-port]')
    const below = within('scheduler: rr', 'scheduler: mh\n    flags:\n      |')
    expect(lines(below, 'mh-port')).toBe('      - mh-port')
  })

  it('puts a space after the colon, keeps quotes, and replaces the whole word', () => {
    expect(lines(within('scheduler: rr', 'scheduler:|'), 'wlc')).toBe('    scheduler: wlc')
    expect(lines(within('scheduler: rr', 'scheduler: |rr'), 'wlc')).toBe('    scheduler: wlc')
    expect(lines(within('scheduler: rr', 'scheduler: "w|"'), 'wlc')).toBe('    scheduler: "wlc"')
    expect(lines(within('scheduler: rr', "scheduler: 'w|"), 'wlc')).toBe("    scheduler: 'wlc'")
    expect(lines(within('scheduler: rr', 'scheduler: | # best'), 'wlc')).toBe('    scheduler: wlc # best')
    expect(lines(within('scheduler: rr', 'scheduler: |# best'), 'wlc')).toBe('    scheduler: wlc # best')
    expect(lines(within('network: back', 'network:|'), 'front')).toContain('{ network: front, address')
    expect(lines(within('network: back', 'network: "|'), 'front')).toContain('{ network: "front", address')
    expect(completions(within('scheduler: rr', 'scheduler: "w|"'))[0]?.filter).toBe('"rr')
  })
})

describe('completion of names', () => {
  it('offers networks, directors, interfaces and what layout may name', () => {
    expect(labels(within('network: back', 'network: |'))).toEqual(['front', 'back'])
    expect(labels(within('director: lb1', 'director: |'))[0]).toBe('lb1')
    expect(labels(within('director: lb1', 'director: |'))).not.toContain('alice')
    const routes = within('    role: director\n', '    role: director\n    routes: [ { interface: | } ]\n')
    expect(labels(routes)).toEqual(['eth0', 'eth1'])
    const bond = within("'fd00:10::1'] }\n", "'fd00:10::1'] }\n      bond0: { bond: [eth0, |] }\n")
    expect(labels(bond)).toEqual(['eth1'])
    expect(labels(`${nat}vrrp: { network: | }`)).toEqual(['front', 'back'])
    expect(labels(`${nat}layout:\n  hosts:\n    rs1: { x: 1, y: 2 }\n    |`)).toEqual(['alice', 'lb1', 'rs2'])
  })

  it('offers a pair where there are two directors', () => {
    const two = nat
      .replace('  rs1:\n', '  lb2: { role: director }\n  rs1:\n')
      .replace('director: lb1', 'director: |')
    expect(lines(two, '[lb1, lb2]')).toBe('    director: [lb1, lb2]')
    expect(labels(two.replace('|', '[lb1, |]'))[0]).toBe('lb2')
  })

  it('offers hosts that are not yet real servers of the service, real servers first', () => {
    const marked = within('      rs2: { port: 8080 }\n', '      |\n')
    expect(labels(marked)).toEqual(['rs2', 'lb1', 'real server'])
    expect(lines(marked, 'rs2')).toBe('      rs2: {}')
    expect(lines(within('      rs2: { port: 8080 }\n', '      |: { port: 8080 }\n'), 'rs2')).toBe(
      '      rs2: { port: 8080 }',
    )
  })

  it('quotes names that would be something else', () => {
    const marked = 'networks:\n  "1": {}\nhosts:\n  a: { interfaces: { eth0: { network: | } } }\n'
    expect(lines(marked, '1')).toContain('network: "1"')
  })
})

describe('completion of addresses', () => {
  const address = "address: [10.0.0.11, 'fd00:10::11']"

  it('finds the next free ones of the network for an interface', () => {
    const marked = within(address, 'address: |')
    expect(labels(marked)).toEqual(['10.0.0.13', 'fd00:10::13', '[10.0.0.13, fd00:10::13]'])
    expect(lines(marked, '[10.0.0.13, fd00:10::13]')).toContain("address: [10.0.0.13, 'fd00:10::13'] }")
    expect(labels(within(address, 'address: [10.0.0.11, |]'))).toEqual(['10.0.0.13', 'fd00:10::13'])
  })

  it('finds gateways among those that forward on the networks of the host', () => {
    const host = within('  rs1:\n', '  rs1:\n    gateway: |\n')
    expect(labels(host)).toEqual(['10.0.0.1', 'fd00:10::1', '[10.0.0.1, fd00:10::1]'])
    expect(labels(within('  rs1:\n', '  rs1:\n    routes: [ { via: | } ]\n'))).toEqual([
      '10.0.0.1',
      'fd00:10::1',
    ])
    expect(labels(within('  rs1:\n', '  rs1:\n    routes: [ { to: | } ]\n'))).toEqual([
      '192.0.2.0/24',
      '2001:db8:1::/64',
    ])
  })

  it('finds RIPs, a free VIP, what a service may be bound to', () => {
    expect(labels(within('rs1: { port: 8080 }', 'rs1: { address: | }'))).toEqual(['10.0.0.11', 'fd00:10::11'])
    expect(labels(within('vip: 192.0.2.100', 'vip: |'))[0]).toBe('192.0.2.100')
    expect(labels(nat.replace(/services:.*/s, 'services:\n  web: { vip: | }\n'))[0]).toBe('192.0.2.100')
    const dr = readFileSync('samples/dr.lvs.yaml', 'utf8')
    expect(labels(dr.replace('  rs1:\n', '  rs1:\n    listens: [ { address: | } ]\n'))).toEqual([
      '192.0.2.100',
      '2001:db8:1::100',
      '192.0.2.11',
      '2001:db8:1::11',
    ])
  })
})
