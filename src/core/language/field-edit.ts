import { say } from '../speech/say.js'
import type { TopologyEdit, Written } from '../topology/edit.js'
import { below, pathSteps } from '../topology/path.js'
import type { Field, Section } from './inspection.js'

export type FieldEdits = { readonly edits: TopologyEdit[] } | { readonly problem: string }

/**
 * What a person typed into a field, as edits of the topology: none where nothing changed, taken out where it was
 * emptied. A problem where it cannot be written; what is merely wrong is written, and its finding stands beside it.
 */
export function fieldEdits(field: Field, text: string): FieldEdits {
  const { key, path, value, required, locked, control } = field
  const typed = text.trim()
  if (typed === (value ?? '').trim()) return { edits: [] }
  if (locked) return { problem: say`"${key}" can only be changed in the text` }
  if (typed === '') {
    return required
      ? { problem: say`"${key}" is needed; type a value` }
      : { edits: [{ kind: 'unset', path }] }
  }
  const set = (written: Written): FieldEdits => ({ edits: [{ kind: 'set', path, value: written }] })
  switch (control.kind) {
    case 'text':
      return set(control.numbers ? numberOrText(typed) : typed)
    case 'number': {
      const { minimum, maximum } = control
      const number = NUMBER.test(typed) ? Number(typed) : NaN
      if (number >= minimum && number <= maximum) return set(number)
      return { problem: say`"${key}" must be a number from ${minimum} to ${maximum}` }
    }
    case 'boolean':
      if (typed === 'true' || typed === 'false') return set(typed === 'true')
      return { problem: say`"${key}" must be true or false` }
    case 'choice':
      return set(typed)
    case 'list': {
      const items = typed
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
      const [first] = items
      if (first === undefined) return fieldEdits(field, '')
      return set(items.length === 1 && control.alone ? first : items)
    }
  }
}

const NUMBER = /^[-+]?\d+(?:\.\d+)?$/

/** A whole number as such; longer ones, or with zeros in front, would not be the same when they are read again. */
function numberOrText(typed: string): Written {
  const number = Number(typed)
  return /^\d+$/.test(typed) && String(number) === typed ? number : typed
}

/**
 * A new entry at the end of a section: under a name, or as the next item of a list. An entry that is a single value
 * is given as `name=value`. No edits where there already is one of that name, or nothing can be added.
 */
export function addEntry(section: Section, name = ''): TopologyEdit[] {
  const { adds, path } = section
  if (adds === undefined) return []
  if (adds.kind === 'item') return [{ kind: 'set', path: below(path, '-'), value: new Map() }]
  const [key, value] = adds.holds === 'map' ? [name.trim(), undefined] : pairOf(name)
  if (key === '') return []
  if (value !== undefined) return [{ kind: 'set', path: below(path, key), value: numberOrText(value) }]
  const known =
    section.sections.some(({ title }) => title === key) ||
    section.fields.some((field) => field.key === key && field.value !== undefined)
  if (known) return []
  if (adds.holds === 'value') return [{ kind: 'set', path: below(path, key), value: '' }]
  const [root, service, part] = pathSteps(path)
  if (root === 'services' && service !== undefined && part === 'real-servers') {
    return [{ kind: 'add-real-server', service, host: key, value: new Map() }]
  }
  return [{ kind: 'set', path: below(path, key), value: new Map() }]
}

/** `net.ipv4.ip_forward=1`, as sysctl writes it, or with a colon as the file does. */
function pairOf(typed: string): readonly [key: string, value: string | undefined] {
  const [, key = typed, value] = /^([^=:]*)[=:](.*)$/.exec(typed) ?? []
  return [key.trim(), value?.trim()]
}

/** Takes a section out as a whole. */
export function removeSection({ path, removable, present }: Section): TopologyEdit[] {
  return removable && present ? [{ kind: 'unset', path }] : []
}
