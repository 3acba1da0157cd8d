import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkTopology } from '../checks/check.js'
import { NO_SETTINGS } from '../checks/settings.js'
import { deriveCluster } from '../hosts/cluster.js'
import { editTopology } from '../topology/edits.js'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import { MODES } from '../topology/types.js'
import type { Mode } from '../topology/types.js'
import { USUAL_ASSUMPTIONS } from './assumptions.js'
import { compareModes, inShort } from './compare-modes.js'

const sample = (mode: Mode) => readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')
const verdict = (text: string, mode: Mode, service = 'web') => {
  const found = compareModes(parseTopology(text), service).modes.find((each) => each.mode === mode)
  if (found === undefined) throw new Error(`no ${mode}`)
  return found
}
const codes = (text: string, mode: Mode) => verdict(text, mode).lacks.map(({ code }) => code)

describe('the modes of a service on this very drawing', () => {
  it.each(MODES)('finds that the %s sample works as it is, and says which mode it has', (mode) => {
    const { modes } = compareModes(parseTopology(sample(mode)), 'web')
    expect(modes.map((each) => each.mode)).toEqual(['nat', 'tun', 'dr'])
    expect(modes.filter(({ current }) => current).map((each) => each.mode)).toEqual([mode])
    expect(verdict(sample(mode), mode)).toMatchObject({ feasible: true, errors: 0 })
    for (const { needs } of modes) {
      expect(needs.length).toBeGreaterThanOrEqual(2)
      expect(needs.length).toBeLessThanOrEqual(4)
    }
  })

  it('says that the port of the NAT sample cannot differ in DR', () => {
    expect(codes(sample('nat'), 'dr')).toContain('DR-PORT')
    expect(verdict(sample('nat'), 'dr').feasible).toBe(false)
  })

  it('says that real servers behind a router cannot be reached in DR', () => {
    expect(codes(sample('tun'), 'dr')).toContain('DR-L2')
  })

  it.each(MODES.flatMap((from) => MODES.map((to) => [from, to] as const)))(
    'foresees every finding of the %s sample once its mode is %s',
    (from, to) => {
      const parsed = parseTopology(sample(from))
      const edited = editTopology(parsed, [{ kind: 'set', path: '/services/web/mode', value: to }])
      if (!edited.ok) throw new Error(edited.reason)
      const real = checkTopology(parseTopology(applyTextEdits(parsed.text, edited.edits)))
      const today = new Set(checkTopology(parsed).map(({ code, path }) => `${code} ${path}`))
      const foreseen = verdict(sample(from), to).lacks.map(({ code, message }) => `${code} ${message}`)
      const expected = real.filter(
        ({ code, path }) => path.startsWith('/services/web/') || !today.has(`${code} ${path}`),
      )
      for (const { code, message } of expected) expect(foreseen).toContain(`${code} ${message}`)
    },
  )

  it.each(MODES)('goes by what is known of the %s sample already, and by settings in every mode', (mode) => {
    const parsed = parseTopology(sample(mode))
    const cluster = deriveCluster(parsed.topology)
    const judged = (settings = NO_SETTINGS) =>
      compareModes(parsed, 'web', USUAL_ASSUMPTIONS, {
        cluster,
        findings: checkTopology(parsed, cluster, settings),
        settings,
      })
    expect(judged()).toEqual(compareModes(parsed, 'web'))
    const without = judged({
      ...NO_SETTINGS,
      severities: new Map([
        ['DR-L2', 'off'],
        ['DR-PORT', 'off'],
      ]),
    })
    const lacking = without.modes.flatMap(({ lacks }) => lacks.map(({ code }) => code))
    expect(lacking.filter((code) => code === 'DR-L2' || code === 'DR-PORT')).toEqual([])
  })

  it('puts errors before the rest', () => {
    const text = sample('nat').replace('scheduler: rr', 'scheduler: dh')
    const severities = verdict(text, 'dr').lacks.map(({ severity }) => severity)
    expect(severities.lastIndexOf('error')).toBe(severities.filter((each) => each === 'error').length - 1)
  })

  it('leaves findings of other services and hosts out, unless they come with the mode', () => {
    const text = sample('nat').replace("vip: '2001:db8:1::100'", "vip: '2001:db8:1::100'\n    color: red")
    for (const mode of MODES) expect(codes(text, mode)).not.toContain('KEY-UNKNOWN')
  })

  it('says at a host what is in the way there: a pinned gateway', () => {
    const pinned = sample('nat').replace(
      "address: [10.0.0.11, 'fd00:10::11'] }",
      "address: [10.0.0.11, 'fd00:10::11'] }\n    gateway: 10.0.0.254",
    )
    expect(codes(pinned, 'nat')).toContain('NAT-GW')
    expect(codes(pinned, 'tun')).not.toContain('NAT-GW')
  })

  it('keeps the mode a real server has of its own', () => {
    const own = sample('tun').replace('rs1: {}', 'rs1: { mode: tun }')
    const paths = verdict(own, 'dr').lacks.filter(({ code }) => code === 'DR-L2')
    expect(paths).toHaveLength(1)
  })

  it.each([
    ['unknown', 'mode: nta'],
    ['missing', 'port: 80'],
  ])('counts the %s mode of today against no other', (_, line) => {
    const text = sample('dr').replace('mode: dr', line)
    const { modes } = compareModes(parseTopology(text), 'web')
    expect(modes.filter(({ current }) => current)).toEqual([])
    expect(
      verdict(text, 'dr').lacks.filter(({ code }) => /^(VALUE|KEY)-(UNKNOWN|MISSING)$/.test(code)),
    ).toEqual([])
  })

  it('has nothing to say of a service there is not, or of a text that cannot be read', () => {
    for (const text of ['', 'services: [', sample('nat')]) {
      const { modes } = compareModes(parseTopology(text), 'gone')
      expect(modes.map(({ lacks, current }) => [lacks.length, current])).toEqual([
        [0, false],
        [0, false],
        [0, false],
      ])
    }
  })

  it('has figures for each mode, and leaves a farm out of what goes to a page', () => {
    const whole = compareModes(parseTopology(sample('dr')), 'web')
    const short = inShort(whole)
    const hosts = ({ modes }: typeof whole) =>
      modes.map(({ traffic }) => (traffic.kind === 'counted' ? traffic.ports.map(({ host }) => host) : []))
    expect(hosts(whole)).toEqual(whole.modes.map(() => ['alice', 'edge', 'edge', 'lb1', 'rs1', 'rs2']))
    expect(hosts(short)).toEqual(whole.modes.map(() => ['alice', 'edge', 'edge', 'lb1']))
    expect(structuredClone(short)).toEqual(short)
    expect(inShort(compareModes(parseTopology(''), 'gone')).modes[0]?.traffic.kind).toBe('uncounted')
  })

  it('lists a hundred findings of thousands, and counts the rest', () => {
    const names = Array.from({ length: 150 }, (_, index) => `rs${index}`)
    const text = `lvs: 1
name: many
networks: { net: { subnet: 10.0.0.0/16 } }
hosts:
  lb: { role: director, interfaces: { eth0: { network: net, address: 10.0.0.1 } } }
${names.map((name, index) => `  ${name}: { role: real-server, interfaces: { eth0: { network: net, address: 10.0.1.${index + 1} } } }`).join('\n')}
services:
  web:
    mode: nat
    director: lb
    vip: 10.0.0.100
    port: 80
    real-servers: { ${names.map((name) => `${name}: { port: 8080 }`).join(', ')} }
`
    const { lacks, errors, unlisted } = verdict(text, 'dr')
    expect(lacks).toHaveLength(100)
    expect(errors).toBeGreaterThanOrEqual(150)
    expect(lacks.length + unlisted).toBeGreaterThanOrEqual(errors)
  })
})
