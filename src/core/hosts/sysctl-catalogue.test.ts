import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { SYSCTL_KEY } from '../topology/names.js'
import { deriveCluster } from './cluster.js'
import { effectiveSetting } from './sysctl.js'
import type { Ipv4Setting } from './sysctl.js'
import { SYSCTL_ENTRIES, sysctlEntry, sysctlRefusal, sysctlValueMeaning } from './sysctl-catalogue.js'

describe('the catalogue of sysctls', () => {
  it('knows a setting of any interface by its key, and no other key', () => {
    expect(sysctlEntry('net.ipv4.conf.all.rp_filter')?.join).toBe('max')
    expect(sysctlEntry('net.ipv4.conf.eth0/100.send_redirects')?.join).toBe('or')
    expect(sysctlEntry('net.ipv6.conf.eth0.accept_ra')?.values.kind).toBe('words')
    expect(sysctlEntry('net.ipv4.vs.conntrack')?.module).toBe('ip_vs')
    for (const key of [
      'net.ipv4.conf.eth0.100.rp_filter',
      'net.ipv4.conf.all.colour',
      'kernel.panic',
      '__proto__',
      '',
    ]) {
      expect(sysctlEntry(key)).toBeUndefined()
    }
  })

  it('has each setting once, under a key the language takes, with a default the kernel takes', () => {
    const patterns = SYSCTL_ENTRIES.map(({ pattern }) => pattern)
    expect(new Set(patterns).size).toBe(patterns.length)
    for (const entry of SYSCTL_ENTRIES) {
      expect(entry.pattern).toMatch(SYSCTL_KEY)
      expect(entry.meaning).toMatch(/^[A-Z].*\.$/)
      expect(entry.source).not.toBe('')
      if (entry.default !== undefined) expect(sysctlRefusal(entry.pattern, entry.default)).toBeUndefined()
      if (entry.values.kind !== 'words') continue
      for (const [word, meaning] of Object.entries(entry.values.meanings)) {
        expect(sysctlRefusal(entry.pattern, word)).toBeUndefined()
        expect(meaning).toMatch(/^[A-Z0-9].*\.$/)
      }
      if (entry.default !== undefined) expect(sysctlValueMeaning(entry, entry.default)).toBeDefined()
    }
  })

  it.each([
    ['net.ipv4.vs.drop_entry', '3', true],
    ['net.ipv4.vs.drop_packet', '4', false],
    ['net.ipv4.vs.secure_tcp', '-1', false],
    ['net.ipv4.vs.sync_version', '2', false],
    ['net.ipv4.vs.sync_retries', '3', true],
    ['net.ipv4.vs.sync_retries', '4', false],
    ['net.ipv4.vs.sync_ports', '1', true],
    ['net.ipv4.vs.sync_ports', '64', true],
    ['net.ipv4.vs.sync_ports', '0', false],
    ['net.ipv4.vs.sync_ports', '6', false],
    ['net.ipv4.vs.sync_threshold', '3 50', true],
    ['net.ipv4.vs.sync_threshold', '3\t50', true],
    ['net.ipv4.vs.sync_threshold', '3 0', true],
    ['net.ipv4.vs.sync_threshold', '50 3', false],
    ['net.ipv4.vs.sync_threshold', '50 50', false],
    ['net.ipv4.vs.sync_threshold', '3', false],
    ['net.ipv4.vs.conn_reuse_mode', '7', true],
    ['net.ipv4.vs.conntrack', 'on', false],
    ['net.ipv4.vs.est_nice', '20', false],
    ['net.ipv4.vs.est_cpulist', '0,1-3:1/2', true],
    ['net.ipv4.vs.est_cpulist', 'none', false],
    ['net.ipv4.ip_forward', '1', true],
    ['net.ipv4.ip_forward', 'yes', false],
    ['net.ipv4.ip_forward', '99999999999', false],
    ['kernel.hostname', 'anything', true],
  ])('%s: the kernel takes %j: %s', (key, value, takes) => {
    expect(sysctlRefusal(key, value) === undefined).toBe(takes)
  })

  it('says what a value does', () => {
    const meaning = (key: string, value: string) => {
      const entry = sysctlEntry(key)
      return entry && sysctlValueMeaning(entry, value)
    }
    expect(meaning('net.ipv4.conf.all.arp_ignore', '1')).toContain('interface that is asked')
    expect(meaning('net.ipv4.ip_forward', '2')).toBe('Forwarded.')
    expect(meaning('net.ipv4.ip_forward', 'x')).toBeUndefined()
    expect(meaning('net.ipv4.conf.all.arp_ignore', 'constructor')).toBeUndefined()
  })
})

describe('values of all and of an interface', () => {
  it.each<[Ipv4Setting, string, string, number]>([
    ['rp_filter', '1', '2', 2],
    ['send_redirects', '0', '1', 1],
    ['send_redirects', '0', '0', 0],
    ['accept_source_route', '1', '0', 0],
    ['accept_source_route', '1', '1', 1],
    ['forwarding', '1', '0', 0],
  ])('%s: all %s, eth0 %s', (setting, all, own, effective) => {
    expect(
      effectiveSetting(stateWith({ [`all.${setting}`]: all, [`eth0.${setting}`]: own }), setting, 'eth0'),
    ).toBe(effective)
  })

  it('redirects are taken when one says so, and where packets are forwarded when both do', () => {
    const values = { 'all.accept_redirects': '0', 'eth0.accept_redirects': '1' }
    expect(effectiveSetting(stateWith(values), 'accept_redirects', 'eth0')).toBe(1)
    const forwarding = { ...values, 'all.forwarding': '1' }
    expect(effectiveSetting(stateWith(forwarding), 'accept_redirects', 'eth0')).toBe(0)
  })
})

function stateWith(values: Readonly<Record<string, string>>) {
  const host = deriveCluster(parseTopology('hosts: { a: { role: client } }').topology).hosts.get('a')
  if (host === undefined) throw new Error('the host is not there')
  const sysctls = new Map(Object.entries(values).map(([key, value]) => [`net.ipv4.conf.${key}`, value]))
  return { ...host.state, sysctls }
}
