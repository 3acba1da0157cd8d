import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { definitionAt } from './definition.js'
import { EVERYWHERE, shown, within } from './language.test-kit.js'

const everywhere = parseTopology(EVERYWHERE)

function target(before: string, word: string, parsed = everywhere): string | undefined {
  const found = definitionAt(parsed, within(parsed.text, before, word))
  return found && shown(parsed, found.name)
}

describe('where a word leads', () => {
  it.each([
    ['director: [', 'lb1', '9 lb1'],
    ['director: [lb1, ', "'lb2'", '14 lb2'],
    ['real-servers:\n      ', 'rs1', '19 rs1'],
    ['layout: { hosts: { ', 'rs1', '19 rs1'],
    ["network: '", 'front', '4 front'],
    ['bond0: { network: ', 'back', '5 "back"'],
    ['id: 51, network: ', 'back', '5 "back"'],
    ['networks: { ', 'front', '4 front'],
    ['services: { ', 'web', '31 web'],
    ['bond: [', 'eth0', '22 eth0'],
    ['bond: [eth0, ', 'eth1', '23 eth1'],
    ['interface: ', 'eth0', '22 eth0'],
    ['net.ipv4.conf.', 'eth0', '22 eth0'],
    ['gateway: [', '10.0.0.254', '8 10.0.0.254'],
    ['gateway: ', '192.0.2.1 }', '8 192.0.2.1'],
    ['via: ', '10.0.0.254', '8 10.0.0.254'],
    ['listens: [{ address: ', '10.0.0.11', '22 10.0.0.11'],
    ['mode: nat, address: ', '10.0.0.11', '22 10.0.0.11'],
    ['network: ', '*segment', '13 &segment'],
  ])('%s%s', (before, word, expected) => {
    expect(target(before, word)).toBe(expected)
  })

  it('is itself where it is declared, and nowhere where nothing is', () => {
    expect(target('  ', 'lb1:')).toBe('9 lb1')
    expect(target('vip: ', '192.0.2.100')).toBe('34 192.0.2.100')
    expect(target('      ', 'rs9')).toBeUndefined()
    expect(target('mode: ', 'nat\n')).toBeUndefined()
    expect(target('net.ipv4.conf.', 'all')).toBeUndefined()
  })

  it('shows all of what is declared, without what stands below', () => {
    const found = definitionAt(everywhere, within(EVERYWHERE, 'director: [', 'lb1'))
    expect(found && EVERYWHERE.slice(found.whole.start, found.whole.end)).toMatch(/^lb1:[^]*10\.0\.0\.1 }$/)
    expect(found && shown(everywhere, found.origin)).toBe('33 lb1')
    const marked = definitionAt(everywhere, within(EVERYWHERE, 'network: ', '*segment'))
    expect(marked && shown(everywhere, marked.whole)).toBe('13 &segment back')
  })

  it('is the same however an address is written, and the own one where two hosts have it', () => {
    const text = `hosts:
  a: { interfaces: { eth0: { address: 'fd00::1' } }, listens: [{ address: 'fd00:0::1', port: 1 }] }
  b: { interfaces: { eth0: { address: 'fd00::1' } }, listens: [{ address: 'FD00::1', port: 1 }] }
services:
  w: { real-servers: { b: { address: 'fd00:0:0::1' } } }
`
    const parsed = parseTopology(text)
    expect(target('', "'fd00:0::1'", parsed)).toBe("2 'fd00::1'")
    expect(target('', "'FD00::1'", parsed)).toBe("3 'fd00::1'")
    expect(target('', "'fd00:0:0::1'", parsed)).toBe("3 'fd00::1'")
  })

  it('leads to a host before a VIP of the same address, and to the VIP where only that is drawn', () => {
    const parsed = parseTopology(
      'services:\n  w: { vip: 10.0.0.1 }\n  v: { vip: 10.0.0.2 }\nhosts:\n  a: { interfaces: { e: { address: 10.0.0.1 } } }\n  b: { gateway: 10.0.0.1, listens: [{ address: 10.0.0.2 }] }\n',
    )
    expect(target('gateway: ', '10.0.0.1', parsed)).toBe('5 10.0.0.1')
    expect(target('listens: [{ address: ', '10.0.0.2', parsed)).toBe('3 10.0.0.2')
  })

  it('goes from the second of two keys to the first, which is the one that is read', () => {
    const text = 'hosts:\n  a: { role: client }\n  a: { role: router }\n'
    expect(definitionAt(parseTopology(text), text.lastIndexOf('a:'))?.name.start).toBe(text.indexOf('a:'))
  })

  it('knows the original of an alias by the last anchor before it', () => {
    const text = 'x: &a one\nhosts: { h: { role: *a, kernel: &a 6.1, ssh: { user: *a } } }\n'
    const parsed = parseTopology(text)
    const of = (offset: number) => definitionAt(parsed, offset)?.name.start
    expect(of(text.indexOf('*a'))).toBe(text.indexOf('&a'))
    expect(of(text.lastIndexOf('*a'))).toBe(text.lastIndexOf('&a'))
    expect(of(text.lastIndexOf('&a') + 1)).toBe(text.lastIndexOf('&a'))
  })

  it('follows what is read through an alias at the place it is read', () => {
    const text = `x-nics: &nics { eth0: { network: back } }
hosts:
  a: { interfaces: *nics, routes: [{ interface: eth0 }] }
networks: { back: {} }
`
    const parsed = parseTopology(text)
    expect(target('interface: ', 'eth0', parsed)).toBe('1 eth0')
    expect(target('network: ', 'back', parsed)).toBe('4 back')
  })

  it('works with CRLF, a byte order mark and lone carriage returns', () => {
    for (const end of ['\r\n', '\r']) {
      const text = `\ufeff${EVERYWHERE.replaceAll('\n', end)}`
      expect(target('director: [', 'lb1', parseTopology(text))).toBe('9 lb1')
    }
  })
})
