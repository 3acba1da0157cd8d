import { describe, expect, it } from 'vitest'
import { completions, labels, within } from './complete.test-kit.js'

describe('completion of sysctls', () => {
  const host = (marked: string) => within('  lb1:\n', `  lb1:\n    sysctls: ${marked}\n`)

  it('offers what a deployment sets first, and why', () => {
    const [first] = completions(host('{ | }'))
    expect(first?.label).toBe('net.ipv4.ip_forward')
    expect(first?.detail).toBe('a deployment sets 1')
    expect(first?.documentation).toContain('A deployment sets it to 1')
  })

  it('offers every setting of each interface, and says how it is joined', () => {
    const found = completions(host('\n      net.ipv4.ip_forward: 1\n      |'))
    const keys = found.map(({ label }) => label)
    expect(keys).not.toContain('net.ipv4.ip_forward')
    for (const name of ['all', 'default', 'lo', 'eth0', 'eth1'])
      expect(keys).toContain(`net.ipv4.conf.${name}.rp_filter`)
    expect(keys).toContain('net.ipv4.vs.expire_nodest_conn')
    const of = (key: string) => found.find(({ label }) => label === key)?.documentation
    expect(of('net.ipv4.conf.eth0.rp_filter')).toContain('larger')
    expect(of('net.ipv4.conf.default.rp_filter')).toContain('changes nothing')
    expect(of('net.ipv4.conf.lo.arp_ignore')).toContain('alone\\, that of lo does nothing')
  })

  it('offers values with what they do', () => {
    const found = completions(host('{ net.ipv4.conf.all.arp_ignore: | }'))
    expect(found.map(({ label }) => label)).toEqual(['0', '1', '2', '3', '8'])
    expect(found[0]?.detail).toContain('the kernel’s default')
    expect(found[1]?.detail).toContain('addresses of the interface')
    expect(labels(host('{ net.ipv4.ip_forward: | }'))[0]).toBe('1')
    expect(labels(host('{ net.ipv4.vs.sync_threshold: | }'))).toEqual(['3 50'])
  })
})
