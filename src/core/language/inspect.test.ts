import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Subject } from '../diagram/scene.js'
import { deriveCluster } from '../hosts/cluster.js'
import type { JsonSchema } from '../topology/json-schema.js'
import { topologySchema } from '../topology/language.js'
import { parseTopology } from '../topology/parse.js'
import { inspect } from './inspect.js'
import type { Field, Section } from './inspection.js'

const samples = ['nat', 'tun', 'dr'].map((mode) => readFileSync(`samples/${mode}.lvs.yaml`, 'utf8'))

function panelOf(text: string, what: Subject['what'], name: string): Section {
  const section = sectionOf(text, { what, name })
  if (section === undefined) throw new Error(`nothing to inspect of ${what} ${name}`)
  return section
}

function sectionOf(text: string, subject: Subject | undefined): Section | undefined {
  const parsed = parseTopology(text)
  return inspect(parsed, deriveCluster(parsed.topology), subject)?.sections[0]
}

const allFields = ({ fields, sections }: Section): Field[] => [...fields, ...sections.flatMap(allFields)]
const allSections = (section: Section): Section[] => [section, ...section.sections.flatMap(allSections)]

function fieldAt(section: Section, path: string): Field {
  const found = allFields(section).find((field) => field.path === path)
  if (found === undefined) throw new Error(`no field at ${path}`)
  return found
}

function sectionAt(section: Section, path: string): Section {
  const found = allSections(section).find((each) => each.path === path)
  if (found === undefined) throw new Error(`no section at ${path}`)
  return found
}

const FULL = `lvs: 1
name: full
networks:
  back: &net { subnet: 10.0.0.0/24 }
  other: *net
hosts:
  lb1: { role: director, interfaces: { eth0: { network: back, address: 10.0.0.1 } } }
  rs1:
    role: real-server
    colour: red
    height: 3
    notes: { a: 1 }
    interfaces:
      eth0: { network: nowhere, address: [10.0.0.11, 'fd00::11'], mtu: big }
      eth1:
    routes: [ { to: 203.0.113.0/24 }, { via: 10.0.0.254 } ]
    sysctls: { net.ipv4.conf.all.rp_filter: 1 }
    supports: { ipip: yes please }
    ssh: bastion
  rs2: &two
    role: real-server
    interfaces: { eth0: { network: back, address: 10.0.0.12 } }
  rs3: *two
services:
  web:
    mode: nta
    director: [lb1, ghost]
    vip: &vip 10.0.0.100
    port: 80
    flags: [sh-port]
    real-servers: { rs1: { weight: 2 }, rs2: }
    sorry-server: { address: *vip }
`

describe('what the property panel shows', () => {
  it.each([
    ['host', 'rs1', 'hosts'],
    ['network', 'back', 'networks'],
    ['service', 'web', 'services'],
  ] as const)('has a field or a section for every key the language has for a %s', (what, name, key) => {
    const panel = panelOf(FULL, what, name)
    const schema = topologySchema().properties?.[key]?.additionalProperties
    if (typeof schema !== 'object') throw new Error('no schema')
    const paths = new Set([...allFields(panel), ...allSections(panel)].map(({ path }) => path))
    const expectAll = ({ properties = {} }: JsonSchema, at: string): void => {
      for (const [property, inner] of Object.entries(properties)) {
        expect(paths).toContain(`${at}/${property}`)
        // A value that is no map is shown instead of what a map would have.
        if (inner.type === 'object' && property !== 'ssh') expectAll(inner, `${at}/${property}`)
      }
    }
    expectAll(schema, `/${key}/${name}`)
    for (const { doc } of panel.fields) expect(doc).not.toBe('')
  })

  it('of the cluster as a whole has what is not drawn, also where the file says nothing of it', () => {
    for (const text of [FULL, 'lvs: 1\n']) {
      const panel = sectionOf(text, undefined)
      if (panel === undefined) throw new Error('nothing to inspect of the cluster')
      const { properties = {} } = topologySchema()
      const drawn = ['lvs', 'networks', 'hosts', 'services', 'layout']
      const top = [...panel.fields, ...panel.sections].map(({ path }) => path)
      expect(top).toEqual(
        Object.keys(properties)
          .filter((key) => !drawn.includes(key))
          .map((key) => `/${key}`),
      )
      const paths = new Set([...allFields(panel), ...allSections(panel)].map(({ path }) => path))
      for (const key of ['manage', 'vrrp'])
        for (const inner of Object.keys(properties[key]?.properties ?? {}))
          expect(paths).toContain(`/${key}/${inner}`)
    }
    const full = sectionOf(`${FULL}vrrp: { id: 300, network: front }\ncolour: red\n`, undefined)
    if (full === undefined) throw new Error('nothing to inspect of the cluster')
    expect(fieldAt(full, '/name')).toMatchObject({ value: 'full', required: true })
    expect(fieldAt(full, '/manage/director')).toMatchObject({
      value: undefined,
      derived: 'ipvsadm',
      control: { kind: 'choice', values: ['ipvsadm', 'keepalived'] },
    })
    expect(fieldAt(full, '/vrrp/id').value).toBe('300')
    expect(fieldAt(full, '/vrrp/network').control).toMatchObject({ values: ['back', 'other', 'front'] })
    expect(fieldAt(full, '/colour')).toMatchObject({ value: 'red', locked: false })
    // A file that is no topology at all has no settings.
    expect(sectionOf('- a\n- b\n', undefined)).toBeUndefined()
  })

  it('shows values as they are written, wrong ones too', () => {
    const rs1 = panelOf(FULL, 'host', 'rs1')
    expect(fieldAt(rs1, '/hosts/rs1/interfaces/eth0/address')).toMatchObject({
      value: '10.0.0.11, fd00::11',
      control: { kind: 'list', alone: true },
    })
    expect(fieldAt(rs1, '/hosts/rs1/interfaces/eth0/mtu')).toMatchObject({
      value: 'big',
      control: { kind: 'number', minimum: 68, maximum: 65_535 },
    })
    expect(fieldAt(rs1, '/hosts/rs1/supports/ipip').value).toBe('yes please')
    expect(fieldAt(rs1, '/hosts/rs1/gateway').value).toBeUndefined()
    expect(fieldAt(rs1, '/hosts/rs1/routes/1/via').value).toBe('10.0.0.254')
    expect(fieldAt(panelOf(FULL, 'service', 'web'), '/services/web/mode')).toMatchObject({
      value: 'nta',
      required: true,
      control: { kind: 'choice', values: ['nat', 'tun', 'dr', 'nta'] },
    })
  })

  it('offers the names of this file where one is referred to, and keeps an unknown one', () => {
    const rs1 = panelOf(FULL, 'host', 'rs1')
    expect(fieldAt(rs1, '/hosts/rs1/interfaces/eth0/network').control).toEqual({
      kind: 'choice',
      values: ['back', 'other', 'nowhere'],
    })
    const web = panelOf(FULL, 'service', 'web')
    expect(fieldAt(web, '/services/web/director')).toMatchObject({
      value: 'lb1, ghost',
      control: { kind: 'list', values: ['lb1'] },
    })
    expect(sectionAt(web, '/services/web/real-servers').adds).toEqual({
      kind: 'named',
      what: 'real server',
      suggestions: ['rs3'],
      holds: 'map',
    })
    expect(sectionAt(rs1, '/hosts/rs1/interfaces').adds).toMatchObject({ suggestions: ['eth2'] })
    expect(sectionAt(rs1, '/hosts/rs1/listens')).toMatchObject({ present: false, adds: { kind: 'item' } })
  })

  it('says what holds while the file says nothing', () => {
    const [nat = ''] = samples
    const web = panelOf(nat, 'service', 'web')
    expect(fieldAt(web, '/services/web/protocol').derived).toBe('tcp')
    expect(fieldAt(web, '/services/web/real-servers/rs1/weight').derived).toBe('1')
    expect(fieldAt(web, '/services/web/real-servers/rs1/port')).toMatchObject({
      value: '8080',
      derived: '80',
    })
    expect(fieldAt(web, '/services/web/real-servers/rs1/address').derived).toBe('10.0.0.11')
    expect(fieldAt(web, '/services/web/real-servers/rs1/mode').derived).toBe('nat')
    expect(fieldAt(panelOf(nat, 'host', 'rs1'), '/hosts/rs1/gateway').derived).toBe('10.0.0.1, fd00:10::1')
    expect(fieldAt(panelOf(nat, 'network', 'back'), '/networks/back/mtu').derived).toBe('1500')
    expect(fieldAt(panelOf(nat, 'host', 'lb1'), '/hosts/lb1/sysctls/net.ipv4.ip_forward')).toMatchObject({
      value: undefined,
      derived: '1',
    })
  })

  it('shows keys that mean nothing, in the form they have', () => {
    const rs1 = panelOf(FULL, 'host', 'rs1')
    expect(fieldAt(rs1, '/hosts/rs1/colour')).toMatchObject({
      value: 'red',
      locked: false,
      doc: 'This key means nothing here; it is kept and has no effect.',
    })
    expect(fieldAt(rs1, '/hosts/rs1/height').control.kind).toBe('number')
    expect(fieldAt(rs1, '/hosts/rs1/notes')).toMatchObject({ value: '{ a: 1 }', locked: true })
  })

  it('locks what is of another form, and what stands below an alias', () => {
    const rs1 = panelOf(FULL, 'host', 'rs1')
    expect(fieldAt(rs1, '/hosts/rs1/ssh')).toMatchObject({ value: 'bastion', locked: true })
    const rs3 = panelOf(FULL, 'host', 'rs3')
    expect(fieldAt(rs3, '/hosts/rs3/role')).toMatchObject({ value: 'real-server', locked: true })
    expect(sectionAt(rs3, '/hosts/rs3/interfaces/eth0')).toMatchObject({ removable: false })
    expect(sectionAt(rs3, '/hosts/rs3/interfaces').adds).toBeUndefined()
    const sorry = fieldAt(panelOf(FULL, 'service', 'web'), '/services/web/sorry-server/address')
    expect(sorry).toMatchObject({ value: '10.0.0.100', locked: false })
  })

  it('is bounded, and says how much it leaves out', () => {
    const many = (count: number, entry: (index: number) => string) =>
      Array.from({ length: count }, (_, index) => entry(index)).join('\n')
    const odd = `hosts:\n  odd:\n${many(5000, (index) => `    key${index}: ${index}`)}\n    interfaces:\n${many(5000, (index) => `      eth${index}: { a: 1, b: 2 }`)}\n`
    const panel = panelOf(odd, 'host', 'odd')
    expect(panel.fields.at(-1)).toMatchObject({ key: '4900 more', derived: 'in the text', locked: true })
    expect(sectionAt(panel, '/hosts/odd/interfaces').adds).toBeUndefined()
    expect(allFields(panel).length).toBeLessThan(3000)

    const farm = `services:\n  web:\n    real-servers:\n${many(5000, (index) => `      rs${index}: {}`)}\n`
    const realServers = sectionAt(panelOf(farm, 'service', 'web'), '/services/web/real-servers')
    expect(realServers.sections).toHaveLength(100)
    expect(realServers.fields).toMatchObject([{ key: '4900 more' }])
    expect(realServers.adds?.kind).toBe('named')

    const long = `services:\n  web:\n    vip: ${'x'.repeat(50_000)}\n    director: [${many(5000, (index) => `lb${index},`).replaceAll('\n', ' ')}]\n`
    const web = panelOf(long, 'service', 'web')
    expect(fieldAt(web, '/services/web/vip')).toMatchObject({ locked: true })
    expect(fieldAt(web, '/services/web/director')).toMatchObject({ locked: true })
    expect(JSON.stringify(web).length).toBeLessThan(20_000)
  })

  it('never throws, wherever a sample is cut off, and is plain JSON', () => {
    const subjects: (Subject | undefined)[] = [
      { what: 'host', name: 'rs1' },
      { what: 'network', name: 'front' },
      { what: 'service', name: 'web' },
      { what: 'host', name: 'constructor' },
      undefined,
    ]
    for (const sample of [...samples, FULL]) {
      for (let at = 0; at < sample.length; at += 7) {
        const parsed = parseTopology(sample.slice(0, at))
        const cluster = deriveCluster(parsed.topology)
        for (const subject of subjects) {
          const panel = inspect(parsed, cluster, subject)
          if (at % 91 === 0 && panel !== undefined)
            expect(JSON.parse(JSON.stringify(panel))).toEqual(
              JSON.parse(JSON.stringify(structuredClone(panel))),
            )
        }
      }
    }
    for (const text of [
      '',
      '[',
      'hosts: 3',
      'hosts: [a]',
      'hosts: { rs1: 7 }',
      'hosts: { rs1: [1] }',
      '- '.repeat(5000),
    ]) {
      const parsed = parseTopology(text)
      for (const subject of subjects) inspect(parsed, deriveCluster(parsed.topology), subject)
    }
  })

  it('shows a thing that is no map as it stands', () => {
    expect(panelOf('hosts: { rs1: 7 }', 'host', 'rs1').fields).toMatchObject([{ value: '7', locked: true }])
  })
})
