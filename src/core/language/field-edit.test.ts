import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { editTopology } from '../topology/edits.js'
import type { TopologyEdit } from '../topology/edit.js'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import { subjectPath } from './subject-at.js'
import { addEntry, fieldEdits, removeSection } from './field-edit.js'
import { inspect } from './inspect.js'
import type { Control, Field, Section } from './inspection.js'
import type { Subject } from '../diagram/scene.js'

const field = (control: Control, more: Partial<Field> = {}): Field => ({
  key: 'key',
  path: '/hosts/rs1/key',
  doc: '',
  control,
  value: undefined,
  derived: undefined,
  required: false,
  locked: false,
  ...more,
})
const TEXT: Control = { kind: 'text', numbers: false }
const sets = (value: unknown) => ({ edits: [{ kind: 'set', path: '/hosts/rs1/key', value }] })

describe('what a person typed into a field', () => {
  it.each([
    ['text stays text, also where it looks like a number', TEXT, ' 10 ', '10'],
    ['a number where the language takes both', { kind: 'text', numbers: true }, '1', 1],
    ['digits that would not be the same as a number', { kind: 'text', numbers: true }, '007', '007'],
    ['a number', { kind: 'number', minimum: 0, maximum: 100 }, '80', 80],
    ['a fraction', { kind: 'number', minimum: 0, maximum: 100 }, '0.5', 0.5],
    ['true', { kind: 'boolean' }, 'true', true],
    ['false', { kind: 'boolean' }, 'false', false],
    ['a choice', { kind: 'choice', values: ['a'] }, 'a', 'a'],
    ['one of many, alone', { kind: 'list', values: undefined, alone: true }, 'a', 'a'],
    ['one of a list', { kind: 'list', values: undefined, alone: false }, 'a', ['a']],
    ['several', { kind: 'list', values: undefined, alone: true }, 'a,, b ,', ['a', 'b']],
  ] as const)('is written as %s', (_, control, typed, value) => {
    expect(fieldEdits(field(control), typed)).toEqual(sets(value))
  })

  it('changes nothing where it is what stands there', () => {
    expect(fieldEdits(field(TEXT, { value: 'a', locked: true }), ' a')).toEqual({ edits: [] })
    expect(fieldEdits(field(TEXT), '')).toEqual({ edits: [] })
  })

  it('takes out what was emptied, unless it is needed', () => {
    const unset = { edits: [{ kind: 'unset', path: '/hosts/rs1/key' }] }
    expect(fieldEdits(field(TEXT, { value: 'a' }), ' ')).toEqual(unset)
    expect(fieldEdits(field({ kind: 'list', values: [], alone: true }, { value: 'a' }), ', ,')).toEqual(unset)
    expect(fieldEdits(field(TEXT, { value: 'a', required: true }), '')).toEqual({
      problem: '"key" is needed; type a value',
    })
  })

  it.each([
    [{ kind: 'number', minimum: 1, maximum: 9 }, '10', '"key" must be a number from 1 to 9'],
    [{ kind: 'number', minimum: 1, maximum: 9 }, 'two', '"key" must be a number from 1 to 9'],
    [{ kind: 'number', minimum: 1, maximum: 9 }, '0x1', '"key" must be a number from 1 to 9'],
    [{ kind: 'boolean' }, 'maybe', '"key" must be true or false'],
  ] as const)('is refused in words where it cannot be written', (control, typed, problem) => {
    expect(fieldEdits(field(control), typed)).toEqual({ problem })
  })

  it('is refused where only the text can be changed', () => {
    expect(fieldEdits(field(TEXT, { value: 'a', locked: true }), 'b')).toHaveProperty('problem')
  })
})

const samples = ['nat', 'tun', 'dr'].map((mode) => readFileSync(`samples/${mode}.lvs.yaml`, 'utf8'))

function panel(text: string, subject: Subject): Section {
  const parsed = parseTopology(text)
  const [section] = inspect(parsed, deriveCluster(parsed.topology), subject)?.sections ?? []
  if (section === undefined) throw new Error(`nothing to inspect at ${subjectPath(subject)}`)
  return section
}

function edited(text: string, edits: readonly TopologyEdit[]): string {
  const result = editTopology(parseTopology(text), edits)
  if (!result.ok) throw new Error(result.reason)
  return applyTextEdits(text, result.edits)
}

const allFields = ({ fields, sections }: Section): Field[] => [...fields, ...sections.flatMap(allFields)]
const allSections = (section: Section): Section[] => [section, ...section.sections.flatMap(allSections)]

const subjects: Subject[] = [
  { what: 'host', name: 'lb1' },
  { what: 'host', name: 'rs1' },
  { what: 'network', name: 'front' },
  { what: 'network', name: 'farm' },
  { what: 'service', name: 'web' },
]

function typedInto({ control, value }: Field): string {
  switch (control.kind) {
    case 'text':
      return value === '7' ? '8' : '7'
    case 'number':
      return String(value === String(control.maximum) ? control.minimum : control.maximum)
    case 'boolean':
      return value === 'true' ? 'false' : 'true'
    case 'choice':
      return control.values.find((each) => each !== value) ?? 'other'
    case 'list':
      return value === 'one, two' ? 'one' : 'one, two'
  }
}

describe('a field, its edits and the text', () => {
  it.each(samples.map((text, index) => [['nat', 'tun', 'dr'][index], text]))(
    'shows in the panel of the %s sample what was typed, and the old value when it is typed again',
    (_, text = '') => {
      for (const subject of subjects) {
        if (!parseTopology(text).source.has(subjectPath(subject))) continue
        for (const each of allFields(panel(text, subject))) {
          const typed = typedInto(each)
          const result = fieldEdits(each, typed)
          if ('problem' in result) throw new Error(`${each.path}: ${result.problem}`)
          const changed = edited(text, result.edits)
          const now = allFields(panel(changed, subject)).find(({ path }) => path === each.path)
          expect([each.path, now?.value]).toEqual([each.path, typed])
          if (now === undefined || (each.required && each.value === undefined)) continue
          const back = fieldEdits(now, each.value ?? '')
          if ('problem' in back) throw new Error(`${each.path}: ${back.problem}`)
          const again = allFields(panel(edited(changed, back.edits), subject))
          expect([each.path, again.find(({ path }) => path === each.path)?.value]).toEqual([
            each.path,
            each.value,
          ])
        }
      }
    },
  )

  it('adds to every section that takes more, and removes what can be removed', () => {
    for (const text of samples) {
      for (const subject of subjects) {
        if (!parseTopology(text).source.has(subjectPath(subject))) continue
        for (const section of allSections(panel(text, subject))) {
          if (section.adds !== undefined) {
            const name = section.adds.kind === 'named' ? 'net.new' : undefined
            const added = edited(text, addEntry(section, name))
            const now = allSections(panel(added, subject)).find(({ path }) => path === section.path)
            const count = ({ sections, fields }: Section) =>
              sections.length + fields.filter(({ value }) => value !== undefined).length
            expect(now === undefined ? 0 : count(now)).toBe(count(section) + 1)
          }
          if (section.removable && section.present) {
            const without = edited(text, removeSection(section))
            const left = allSections(panel(without, subject)).find(({ path }) => path === section.path)
            expect(left?.present ?? false).toBe(false)
          } else expect(removeSection(section)).toEqual([])
        }
      }
    }
  })

  it('adds a sysctl with its value, as sysctl writes it, and as a number', () => {
    const [text = ''] = samples
    const sysctls = panel(text, { what: 'host', name: 'rs1' }).sections.find(
      ({ title }) => title === 'sysctls',
    )
    if (sysctls === undefined) throw new Error('no sysctls')
    const added = edited(text, addEntry(sysctls, 'net.ipv4.conf.all.arp_ignore = 1'))
    expect(added).toContain('net.ipv4.conf.all.arp_ignore: 1')
  })

  it('adds nothing under a name that is taken', () => {
    const [text = ''] = samples
    const web = panel(text, { what: 'service', name: 'web' })
    const realServers = web.sections.find(({ title }) => title === 'real-servers')
    const interfaces = panel(text, { what: 'host', name: 'rs1' }).sections.find(
      ({ title }) => title === 'interfaces',
    )
    if (realServers === undefined || interfaces === undefined) throw new Error('no section')
    expect(addEntry(realServers, 'rs1')).toEqual([])
    expect(addEntry(interfaces, 'eth0')).toEqual([])
    expect(addEntry(interfaces, ' ')).toEqual([])
    expect(addEntry(web, 'x')).toEqual([])
  })
})
