import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { EVERYWHERE, SAMPLES } from './language.test-kit.js'
import { symbolsOf } from './symbols.js'
import type { OutlineSymbol } from './symbols.js'

function outline(text: string): OutlineSymbol[] {
  const parsed = parseTopology(text)
  return symbolsOf(parsed, deriveCluster(parsed.topology))
}

function lines(symbols: readonly OutlineSymbol[], depth = 0): string[] {
  return symbols.flatMap(({ kind, name, detail, children }) => [
    `${'  '.repeat(depth)}${kind} ${name}: ${detail}`.trimEnd(),
    ...lines(children, depth + 1),
  ])
}

describe('the outline of a file', () => {
  it('has networks, hosts with their interfaces, services with their real servers', () => {
    expect(lines(outline(EVERYWHERE))).toEqual([
      'section networks: 2',
      '  network front: 192.0.2.0/24',
      '  network back: 10.0.0.0/24',
      'section hosts: 5',
      '  host alice: client · 192.0.2.50',
      '    interface eth0: front · 192.0.2.50',
      '  host edge: router · 192.0.2.1, 10.0.0.254',
      '    interface eth0: front · 192.0.2.1',
      '    interface eth1: back · 10.0.0.254',
      '  host lb1: director · 192.0.2.2, 10.0.0.1',
      '    interface eth0: front · 192.0.2.2',
      '    interface eth1: back · 10.0.0.1',
      '  host lb2: director · 192.0.2.3, 10.0.0.2',
      '    interface eth0: front · 192.0.2.3',
      '    interface eth1: back · 10.0.0.2',
      '  host rs1: real-server · 10.0.0.11, 10.0.0.111',
      '    interface eth0: back · 10.0.0.11',
      '    interface eth1: back · 10.0.0.111',
      '    interface bond0: back',
      'section services: 1',
      '  service web: nat tcp 192.0.2.100:80',
      '    real-server rs1: 10.0.0.11:8080 · weight 2',
      '    real-server rs9: port 80 · weight 1',
      'vrrp vrrp: id 51 · back · 10.0.0.250',
    ])
  })

  it('has hosts and services only where there are hundreds of hosts', () => {
    const farm = (hosts: number) => {
      const names = Array.from({ length: hosts }, (_, at) => `rs${at}`)
      const drawn = names.map((name) => `  ${name}: { interfaces: { eth0: { network: lan } } }`)
      return outline(
        ['hosts:', ...drawn, 'services:', '  web: { real-servers: { rs0: {} } }', ''].join('\n'),
      ).flatMap(({ children }) => children)
    }
    const depths = (symbols: readonly OutlineSymbol[]) => symbols.map(({ children }) => children.length)
    expect(depths(farm(500))).toEqual(Array.from({ length: 501 }, () => 1))
    expect(depths(farm(501))).toEqual(Array.from({ length: 502 }, () => 0))
  })

  it('has real servers of hundreds twenty at a time, under the names of all of them, and every other host by itself', () => {
    const names = Array.from({ length: 600 }, (_, at) => `h${at}`)
    const drawn = names.map((name, at) => `  ${name}: { role: ${at === 30 ? 'director' : 'real-server'} }`)
    const text = ['hosts:', ...drawn, ''].join('\n')
    const [hosts] = outline(text)
    expect(hosts?.detail).toBe('600')
    const shown = hosts?.children.map(
      ({ kind, name, detail }) => `${kind} ${name.split(', ').length} ${detail}`,
    )
    expect(shown?.slice(0, 4)).toEqual(['section 20 20', 'section 10 10', 'host 1 director', 'section 20 20'])
    expect(hosts?.children.flatMap(({ name }) => name.split(', '))).toEqual(names)
    const [first] = hosts?.children ?? []
    expect(text.slice(first?.whole.start, first?.whole.end).split('\n')).toHaveLength(20)
    expect(text.slice(first?.key.start, first?.key.end)).toBe('h0')
  })

  it('says what clients connect to, however that is told', () => {
    const detail = (service: string) => outline(`services: { s: { ${service} } }`)[0]?.children[0]?.detail
    expect(detail("mode: dr, vip: 'fd00::1', port: 53, protocol: udp")).toBe('dr udp [fd00::1]:53')
    expect(detail('mode: tun, mark: 17')).toBe('tun mark 17')
    expect(detail('mode: tun, mark: 17, vip: 10.0.0.1')).toBe('tun tcp 10.0.0.1 mark 17')
    expect(detail('mode: tun, mark: 17, vip: 10.0.0.1, ports: [80]')).toBe('tun tcp 10.0.0.1:80 mark 17')
    expect(detail('mode: nat, vip: 10.0.0.1')).toBe('nat tcp 10.0.0.1')
    expect(detail('port: 80')).toBe('tcp port 80')
    expect(detail('')).toBe('tcp')
  })

  it('has what the text has, however little of it can be read', () => {
    expect(
      lines(outline('hosts:\n  a: 7\n  b:\n  c: { role: emperor }\n  a: { role: client }\nmanage:\n')),
    ).toEqual([
      'section hosts: 4',
      '  host a:',
      '  host b:',
      '  host c:',
      '  host a:',
      'manage manage: ipvsadm',
    ])
    expect(lines(outline('services:\n  web:\n    real-servers:\n      rs1\n'))).toEqual([
      'section services: 1',
      '  service web: tcp',
    ])
    expect(lines(outline('hosts: [a, b]\nmanage: { director: keepalived }'))).toEqual([
      'section hosts:',
      'manage manage: keepalived',
    ])
    expect(outline('')).toEqual([])
    expect(outline('[1, 2]')).toEqual([])
  })

  it('has keys within entries and entries within what is around them, and no empty name', () => {
    const within = (symbols: readonly OutlineSymbol[], text: string): void => {
      for (const { name, whole, key, children } of symbols) {
        expect(name.trim()).not.toBe('')
        expect(whole.start).toBeLessThanOrEqual(key.start)
        expect(whole.end).toBeGreaterThanOrEqual(key.end)
        expect(whole.end).toBeLessThanOrEqual(text.length)
        for (const child of children) {
          expect(child.whole.start).toBeGreaterThanOrEqual(whole.start)
          expect(child.whole.end).toBeLessThanOrEqual(whole.end)
        }
        within(children, text)
      }
    }
    for (const [, sample] of [...SAMPLES, ['', EVERYWHERE] as const]) {
      for (let end = 0; end <= sample.length; end += 31) {
        const text = sample.slice(0, end)
        within(outline(text), text)
      }
      within(outline(sample.replaceAll('\n', '\r\n')), sample.replaceAll('\n', '\r\n'))
    }
    within(
      outline('hosts:\n  "": { role: client }\n  ? \n  : x\n'),
      'hosts:\n  "": { role: client }\n  ? \n  : x\n',
    )
  })

  it('does not show what a copy has as if it stood there', () => {
    const text =
      'hosts:\n  a: { role: client, interfaces: &i { e0: { address: 10.0.0.1 } } }\n  b: { role: router, interfaces: *i }\n'
    expect(lines(outline(text)).slice(2)).toEqual([
      '    interface e0: 10.0.0.1',
      '  host b: router · 10.0.0.1',
    ])
  })
})
