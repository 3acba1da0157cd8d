import { describe, expect, it } from 'vitest'
import { editTopology } from './edits.js'
import { parseTopology } from './parse.js'
import { applyTextEdits } from './position.js'

const RIGHT = `lvs: 1
name: shop
hosts:
  lb1: { role: director }
services:
  web:
    mode: dr
    director: lb1
    vip: 192.0.2.100 # for clients
    port: 80
    real-servers: { rs1: {}, rs2: {} }
`

/** What people write who have not seen such a file before: a message, and a way on. */
describe('a first file', () => {
  it.each([
    [
      'a list of real servers',
      '{ rs1: {}, rs2: {} }',
      '[rs1, rs2]',
      'this must be a map of hosts',
      'Change to { rs1: {}, rs2: {} }',
    ],
    [
      'a list of them one below the other',
      '{ rs1: {}, rs2: {} }',
      '\n      - rs1\n      - rs2',
      'this must be a map of hosts',
      'Change to { rs1: {}, rs2: {} }',
    ],
    [
      'the version in quotes',
      'lvs: 1',
      'lvs: "1"',
      'this must be 1, the version of this format',
      'Change to 1',
    ],
    [
      'a port in quotes',
      'port: 80',
      "port: '80'",
      'this must be a whole number from 0 to 65535',
      'Change to 80',
    ],
    [
      'a VIP with its port',
      '192.0.2.100',
      '192.0.2.100:80',
      'an address is written without port here; the port has a key of its own: port: 80',
      'Change to 192.0.2.100',
    ],
    [
      'a VIP of IPv6 with its port',
      '192.0.2.100',
      "'[2001:db8::1]:443'",
      'an address is written without port here; the port has a key of its own: port: 443',
      'Change to 2001:db8::1',
    ],
    [
      'an address with its mask',
      '192.0.2.100',
      '192.0.2.100/255.255.255.0',
      'an address is written without prefix length here; the subnet of the network gives it',
      'Change to 192.0.2.100',
    ],
  ])('with %s is told how it is written, and mended by one fix', (_, right, written, message, title) => {
    const text = RIGHT.replace(right, written)
    const parsed = parseTopology(text)
    expect(parsed.problems.map((problem) => problem.message)).toEqual([message])
    const [fix] = parsed.problems[0]?.fixes ?? []
    expect(fix?.title).toBe(title)
    const edited = editTopology(parsed, fix?.edits ?? [])
    const mended = edited.ok ? applyTextEdits(text, edited.edits) : edited.reason
    expect(parseTopology(mended).problems).toEqual([])
    const { services, lvs } = parseTopology(mended).topology
    const web = services.get('web')
    expect([lvs, web?.port, [...(web?.realServers.keys() ?? [])]]).toEqual([1, 80, ['rs1', 'rs2']])
  })

  it.each([
    ['hosts that are no names', '[rs1, { rs2: {} }]'],
    ['a host twice', '[rs1, rs1]'],
    ['nothing', '[]'],
    ['what can be no name', '["a b"]'],
  ])('has no such fix for a list of %s', (_, list) => {
    const { problems } = parseTopology(RIGHT.replace('{ rs1: {}, rs2: {} }', list))
    expect(problems.map(({ message, fixes }) => [message, fixes])).toEqual([
      ['this must be a map of hosts', []],
    ])
  })

  it('is not given a number that would be out of bounds', () => {
    const { problems } = parseTopology(RIGHT.replace('port: 80', 'port: "70000"'))
    expect(problems.map(({ fixes }) => fixes)).toEqual([[]])
  })
})
