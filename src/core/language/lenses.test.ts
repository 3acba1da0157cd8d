import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkTopology } from '../checks/check.js'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { lensesOf } from './lenses.js'
import type { Lens } from './lenses.js'

const nat = readFileSync('samples/nat.lvs.yaml', 'utf8')

function lenses(text: string): Lens[] {
  const parsed = parseTopology(text)
  const cluster = deriveCluster(parsed.topology)
  return lensesOf(parsed, cluster, checkTopology(parsed, cluster))
}

const told = (text: string) => lenses(text).map(({ title, actions }) => `${title} | ${actions.join(' ')}`)

describe('what is told above a service', () => {
  it('is its method and how many real servers it has', () => {
    expect(told(nat)).toEqual([
      'nat · 2 real servers | trace show deploy',
      'nat · 2 real servers | trace show deploy',
    ])
    const [first] = lenses(nat)
    expect(first?.path).toBe('/services/web')
    expect(nat.slice(first?.span.start, first?.span.end)).toBe('web')
  })

  it('counts in words that are right', () => {
    const count = (realServers: string) =>
      lenses(`services: { s: { mode: dr, real-servers: ${realServers} } }`)[0]?.title.replace(
        / · \d+ problems?$/,
        '',
      )
    expect(count('{}')).toBe('dr · no real servers')
    expect(count('{ a: {} }')).toBe('dr · 1 real server')
    expect(count('{ a: {}, b: {} }')).toBe('dr · 2 real servers')
    expect(lenses('services: { s: { real-servers: { a: {} } } }')[0]?.title).toMatch(/^1 real server · /)
  })

  it('counts the problems within it', () => {
    const text = nat.replace('rs1: { port: 8080 }', 'rs1: { prt: 8080 }')
    expect(told(text)[0]).toBe('nat · 2 real servers · 1 problem | problems trace show deploy')
    expect(told(text)[1]).toBe('nat · 2 real servers | trace show deploy')
    expect(told(text.replace('scheduler: rr', 'sched: rr'))[0]).toContain('2 problems')
  })

  it('counts what stands elsewhere and what it suffers from, and offers no deployment with an error', () => {
    const text = nat.replace('  rs2:\n', '  rs2:\n    gateway: 10.0.0.254\n')
    const [web, web6] = lenses(text)
    expect(web?.title).toBe('nat · 2 real servers · 1 problem')
    expect(web?.problems.map(({ start, end }) => text.slice(start, end))).toEqual(['10.0.0.254'])
    expect(web?.actions).toEqual(['problems', 'trace', 'show'])
    // The other family has its own gateway.
    expect(web6?.title).toBe('nat · 2 real servers')
    expect(web6?.actions).toEqual(['trace', 'show'])
  })

  it('counts a pinned sysctl that its needs are denied by', () => {
    const text = nat.replace('  lb1:\n', '  lb1:\n    sysctls: { net.ipv4.ip_forward: 0 }\n')
    expect(lenses(text).map(({ title }) => title)).toEqual([
      'nat · 2 real servers · 1 problem',
      'nat · 2 real servers',
    ])
  })

  it('does not offer to deploy what is not complete, and can be sent to another thread', () => {
    const found = lenses('services: { s: { mode: mark } }')
    expect(found[0]?.actions).not.toContain('deploy')
    expect(structuredClone(found)).toEqual(found)
    expect(lenses('')).toEqual([])
  })
})
