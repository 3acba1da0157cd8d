import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import { EVERYWHERE, SAMPLES, shown, within } from './language.test-kit.js'
import { mentionsIn } from './mentions.js'
import { renameAt, renameTarget } from './rename.js'

const everywhere = parseTopology(EVERYWHERE)

function changed(offset: number, to: string, text = EVERYWHERE): string {
  const result = renameAt(parseTopology(text), offset, to)
  if (!result.ok) throw new Error(result.reason)
  return applyTextEdits(text, result.edits)
}

function reason(offset: number, to = 'other', text = EVERYWHERE): string {
  const parsed = parseTopology(text)
  const result = renameAt(parsed, offset, to)
  expect(result.ok).toBe(false)
  return result.ok ? '' : result.reason
}

describe('renaming', () => {
  it('changes a host, network or service wherever the file refers to it, from any of those places', () => {
    expect(changed(within(EVERYWHERE, 'layout: { hosts: { ', 'rs1'), 'web-1')).toBe(
      EVERYWHERE.replaceAll('rs1:', 'web-1:'),
    )
    expect(changed(within(EVERYWHERE, "network: '", 'front'), 'outside')).toBe(
      EVERYWHERE.replace('front: { subnet', 'outside: { subnet')
        .replaceAll(/network: ('?)front/g, 'network: $1outside')
        .replace('front: { x', 'outside: { x'),
    )
    expect(changed(within(EVERYWHERE, 'services: { ', 'web'), 'shop')).toBe(
      EVERYWHERE.replaceAll('web:', 'shop:'),
    )
    expect(changed(within(EVERYWHERE, "director: [lb1, '", 'lb2'), 'lb3')).toBe(
      EVERYWHERE.replaceAll('lb2', 'lb3'),
    )
  })

  it('changes an interface of one host with its routes, bonds and sysctls', () => {
    const renamed = changed(within(EVERYWHERE, 'interface: ', 'eth0'), 'ens3.7')
    const [before = '', after = ''] = EVERYWHERE.split('  rs1:\n')
    expect(renamed).toBe(
      `${before}  rs1:\n${after.replaceAll('eth0', 'ens3.7').replace('conf.ens3.7.', 'conf.ens3/7.')}`,
    )
    const back = within(renamed, 'interface: ', 'ens3.7')
    expect(changed(back, 'eth0', renamed)).toBe(EVERYWHERE)
    expect(changed(within(EVERYWHERE, 'interfaces:\n      eth0: { network: back, address: 10.0.0.11 }\n      ', 'eth1'), 'e1')) // prettier-ignore
      .toContain('bond: [eth0, e1]')
  })

  it('keeps quotes, and puts a name in quotes that needs them', () => {
    const text = 'hosts:\n  "a": { role: client }\nservices:\n  w: { director: a }\n'
    expect(changed(text.indexOf('director: a') + 10, 'b', text)).toBe(
      'hosts:\n  "b": { role: client }\nservices:\n  w: { director: b }\n',
    )
    const plain = 'networks:\n  a: {}\nhosts:\n  h: { interfaces: { e: { network: a } } }\n'
    expect(changed(plain.indexOf('a: {}'), 'true', plain)).toMatch(/'true': {}[^]*network: 'true'/)
  })

  it('makes of a name that is pasted with blanks round it the name', () => {
    expect(changed(within(EVERYWHERE, 'services: { ', 'web'), ' shop\n')).toContain('  shop:\n')
    expect(changed(within(EVERYWHERE, 'services: { ', 'web'), 'web')).toBe(EVERYWHERE)
    expect(changed(within(EVERYWHERE, 'interface: ', 'eth0'), 'eth0')).toBe(EVERYWHERE)
  })

  it('shows the name without quotes in the box', () => {
    const found = renameTarget(everywhere, within(EVERYWHERE, "director: [lb1, '", 'lb2'))
    expect(found).toMatchObject({ ok: true, name: 'lb2' })
    expect(found.ok && shown(everywhere, found.span)).toBe("33 'lb2'")
    const sysctl = renameTarget(everywhere, within(EVERYWHERE, 'net.ipv4.conf.', 'eth0'))
    expect(sysctl.ok && shown(everywhere, sysctl.span)).toBe('28 eth0')
  })

  it('says why where it cannot be done', () => {
    const host = within(EVERYWHERE, '  ', 'rs1:\n')
    const nic = within(EVERYWHERE, 'interface: ', 'eth0')
    expect(reason(host, 'lb1')).toBe('"lb1" is already in "hosts"; choose another name')
    expect(reason(host, '-x')).toMatch(/cannot be the name of a host: up to 63 letters/)
    expect(reason(host, '')).toMatch(/cannot be the name of a host/)
    expect(reason(EVERYWHERE.indexOf('front: {'), 'a/b')).toMatch(/cannot be the name of a network/)
    expect(reason(nic, 'eth1')).toMatch(/^"eth1" is already in "hosts\/rs1\/interfaces"/)
    expect(reason(nic, 'sixteen-letters-')).toMatch(/cannot be the name of an interface: up to 15/)
    expect(reason(nic, 'lo')).toMatch(/loopback/)
    expect(reason(within(EVERYWHERE, '      ', 'rs9'))).toBe(
      'there is no host "rs9"; draw it, or correct the name in the text',
    )
    expect(reason(within(EVERYWHERE, 'via: ', '10.0.0.254'))).toMatch(/^10\.0\.0\.254 is an address/)
    expect(reason(within(EVERYWHERE, '*', 'segment'))).toMatch(/^anchors keep their names/)
    expect(reason(within(EVERYWHERE, 'scheduler: ', '"wlc"'))).toMatch(/^nothing here has a name/)
    const lo = 'hosts: { a: { interfaces: { lo: { network: n } } } }\n'
    expect(reason(lo.indexOf('lo:'), 'x', lo)).toMatch(/loopback/)
  })

  it('does not touch interfaces two hosts share, nor a text that cannot be read', () => {
    const text = `hosts:
  a: { interfaces: &nics { eth0: { network: n } }, routes: [{ interface: eth0 }] }
  b: { interfaces: *nics, routes: [{ interface: eth0 }] }
`
    expect(reason(text.indexOf('eth0'), 'x', text)).toBe(
      '"eth0" of a is "eth0" of b too, by an alias; write the copy out in the text first',
    )
    expect(reason(text.lastIndexOf('eth0'), 'x', text)).toMatch(/^"eth0" of b is "eth0" of a too/)
    const broken = 'hosts:\n  a: { role: client }\n  b: [\n'
    expect(reason(broken.indexOf('a:'), 'c', broken)).toMatch(/^mend the text first/)
  })

  it('leaves every file as it was when the old name is given back, whatever is renamed', () => {
    for (const text of [
      ...SAMPLES.slice(0, 3).map(([, sample]) => sample),
      EVERYWHERE.replaceAll('\n', '\r\n'),
    ]) {
      const parsed = parseTopology(text)
      for (const { of, span, declares } of mentionsIn(parsed).all) {
        const once = declares || text.includes('\r')
        if (of.what === 'address' || !once || !renameTarget(parsed, span.start).ok) continue
        const there = changed(span.start, 'fresh', text)
        expect(there).not.toBe(text)
        const before = mentionsIn(parsed).of(of).length
        const renamed = mentionsIn(parseTopology(there)).of({ ...of, name: 'fresh' })
        expect(renamed).toHaveLength(before)
        expect(changed(renamed[0]?.span.start ?? 0, of.name, there)).toBe(text)
      }
    }
  })
})
