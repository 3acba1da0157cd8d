/** What edits mean, on a plain model: for tests only, and written without a look at how the text is changed. */
import type { Model, ModelValue } from './edits.arbitrary.test-kit.js'
import type { TopologyEdit, Written } from './edit.js'
import { HOST_NAME, PLAIN_NAME } from './names.js'
import type { ParsedTopology } from './parse.js'
import { pathSteps } from './path.js'

const SECTION = { host: 'hosts', network: 'networks', service: 'services' } as const
const LIST =
  /^(hosts\/[^/]+\/(routes|listens|drops|gateway|interfaces\/[^/]+\/address)|networks\/[^/]+\/(subnet|gateway)|services\/[^/]+\/(director|flags))$/

class Refused extends Error {}
class Undecided extends Error {}

/**
 * The model after one edit. A collection in several places is an original (the first) and its copies: what changes in
 * the original changes in all. Undecided: what becomes of the copies is not for the model to say.
 */
export function applyToModel(root: Model, edit: TopologyEdit): Model | 'refused' | 'undecided' {
  const changed = structuredClone(root)
  try {
    apply(changed, edit)
    return changed
  } catch (error) {
    if (error instanceof Refused) return 'refused'
    if (error instanceof Undecided) return 'undecided'
    throw error
  }
}

/** Everything a file says, unknown keys too; an empty value is an empty map. */
export function data({ document }: ParsedTopology): unknown {
  const plain = (value: unknown): unknown => {
    if (value === null || value === undefined) return new Map()
    if (Array.isArray(value)) return value.map(plain)
    if (value instanceof Map) return new Map([...value].map(([key, item]) => [String(key), plain(item)]))
    return value
  }
  return plain(document?.toJS({ mapAsMap: true }))
}

function apply(root: Model, edit: TopologyEdit): void {
  switch (edit.kind) {
    case 'add':
      addTo(reach(root, [SECTION[edit.what]], edit.what === 'host' ? HOST_NAME : PLAIN_NAME, edit.name), edit)
      return
    case 'add-real-server':
      if (!inside(root, 'services')?.has(edit.service)) throw new Refused()
      addTo(reach(root, ['services', edit.service, 'real-servers'], HOST_NAME, edit.host), {
        name: edit.host,
        value: edit.value,
      })
      return
    case 'remove-real-server':
      remove(root, ['services', edit.service, 'real-servers', edit.host])
      return
    case 'remove':
      remove(root, [SECTION[edit.what], edit.name])
      remove(root, ['layout', SECTION[edit.what], edit.name])
      if (edit.what === 'host') {
        for (const service of maps(root, 'services')) {
          inside(service, 'real-servers')?.delete(edit.name)
          const directors = service.get('director')
          if (Array.isArray(directors))
            directors.splice(0, Infinity, ...directors.filter((one) => !reads(one, edit.name)))
        }
      }
      if (edit.what === 'network') {
        for (const host of maps(root, 'hosts')) {
          for (const [name, one] of [...(inside(host, 'interfaces') ?? [])]) {
            if (one instanceof Map && reads(one.get('network'), edit.name))
              inside(host, 'interfaces')?.delete(name)
          }
        }
      }
      return
    case 'rename':
      rename(root, edit.what, edit.from, edit.to)
      return
    case 'set':
      set(root, pathSteps(edit.path), clone(edit.value))
      return
    case 'unset':
      remove(root, pathSteps(edit.path))
      return
    case 'rename-key': {
      const steps = pathSteps(edit.path)
      const parent = get(root, steps.slice(0, -1))
      const from = steps.at(-1) ?? ''
      if (!(parent instanceof Map) || !parent.has(from)) throw new Refused()
      renameIn(parent, from, edit.to)
      return
    }
    case 'move': {
      if (!inside(root, SECTION[edit.what])?.has(edit.name)) throw new Refused()
      const x = Math.round(edit.to.x) + 0
      const y = Math.round(edit.to.y) + 0
      if (!(Math.abs(x) <= 1e6 && Math.abs(y) <= 1e6)) throw new Refused()
      const steps = ['layout', SECTION[edit.what], edit.name]
      if (!(get(root, steps) instanceof Map)) set(root, steps, new Map())
      set(root, [...steps, 'x'], x)
      set(root, [...steps, 'y'], y)
    }
  }
}

function addTo(section: Model, { name, value }: { name: string; value: ReadonlyMap<string, Written> }): void {
  if (section.has(name)) throw new Refused()
  section.set(name, clone(value))
}

function reach(root: Model, steps: string[], pattern: RegExp, name: string): Model {
  if (!pattern.test(name)) throw new Refused()
  if (get(root, steps) === undefined) set(root, steps, new Map())
  const found = get(root, steps)
  if (!(found instanceof Map)) throw new Refused()
  return found
}

function rename(root: Model, what: 'host' | 'network' | 'service', from: string, to: string): void {
  const section = inside(root, SECTION[what])
  if (!section?.has(from)) throw new Refused()
  if (from === to) return
  if (!(what === 'host' ? HOST_NAME : PLAIN_NAME).test(to)) throw new Refused()
  renameIn(section, from, to)
  const layout = get(root, ['layout', SECTION[what]])
  if (layout instanceof Map && layout.has(from)) {
    layout.delete(to)
    renameIn(layout, from, to)
  }
  const refer = (map: Model | undefined, key: string) => {
    if (map !== undefined && reads(map.get(key), from)) map.set(key, to)
  }
  if (what === 'host') {
    for (const service of maps(root, 'services')) {
      const realServers = inside(service, 'real-servers')
      if (realServers?.has(from)) renameIn(realServers, from, to)
      refer(service, 'director')
      const directors = service.get('director')
      if (Array.isArray(directors))
        directors.splice(0, Infinity, ...directors.map((one) => (reads(one, from) ? to : one)))
    }
  }
  if (what === 'network') {
    for (const host of maps(root, 'hosts')) {
      for (const one of inside(host, 'interfaces')?.values() ?? [])
        if (one instanceof Map) refer(one, 'network')
    }
    refer(inside(root, 'vrrp'), 'network')
  }
}

function renameIn(map: Model, from: string, to: string): void {
  if (from === to) return
  if (map.has(to)) throw new Refused()
  const entries = [...map]
  map.clear()
  for (const [key, value] of entries) map.set(key === from ? to : key, value)
}

function set(root: Model, steps: readonly string[], value: ModelValue): void {
  let at: ModelValue = root
  for (const [depth, step] of steps.entries()) {
    const last = depth === steps.length - 1
    const next = LIST.test(steps.slice(0, depth + 1).join('/')) ? [] : new Map()
    if (at instanceof Map) {
      if (last) at.set(step, inPlaceOf(root, steps, at.get(step), value))
      else if (isEmpty(at.get(step))) at.set(step, next)
      at = at.get(step) ?? next
    } else if (Array.isArray(at)) {
      const index: number = step === '-' ? at.length : Number(step)
      if (!(index <= at.length)) throw new Refused()
      if (last) at[index] = inPlaceOf(root, steps, at[index], value)
      else if (isEmpty(at[index])) at[index] = new Map()
      at = at[index] ?? ''
    } else throw new Refused()
  }
}

/** The value that comes where `old` is: `old` itself, changed, where that is what others are copies of. */
function inPlaceOf(
  root: Model,
  steps: readonly string[],
  old: ModelValue | undefined,
  value: ModelValue,
): ModelValue {
  const places = placesOf(root)
  const isCopy = typeof old === 'object' && places.get(old)?.[0] !== `/${steps.join('/')}`
  if (old === undefined || isCopy) return value
  const shared = [...placesOf(old)].filter(([inner]) => (places.get(inner)?.length ?? 0) > 1)
  if (shared.length === 0) return value
  if (shared.length > 1 || shared[0]?.[0] !== old) throw new Undecided()
  if (old instanceof Map && value instanceof Map) {
    old.clear()
    for (const [key, item] of value) old.set(key, item)
  } else if (Array.isArray(old) && Array.isArray(value)) old.splice(0, Infinity, ...value)
  else throw new Undecided()
  return old
}

/** Where every collection stands, in the order of the text. */
function placesOf(root: ModelValue): ReadonlyMap<object, readonly string[]> {
  const places = new Map<object, string[]>()
  const look = (value: ModelValue, path: string): void => {
    if (typeof value !== 'object') return
    const known = places.get(value)
    if (known !== undefined) {
      known.push(path)
      return
    }
    places.set(value, [path])
    for (const [key, item] of value.entries()) look(item, `${path}/${key}`)
  }
  look(root, '')
  return places
}

/** What a file may write as nothing at all. */
function isEmpty(value: ModelValue | undefined): boolean {
  return value === undefined
}

function remove(root: Model, steps: readonly string[]): void {
  const parent = get(root, steps.slice(0, -1))
  const last = steps.at(-1) ?? ''
  if (parent instanceof Map) parent.delete(last)
  else if (Array.isArray(parent) && /^\d+$/.test(last)) parent.splice(Number(last), 1)
}

function get(root: Model, steps: readonly string[]): ModelValue | undefined {
  let at: ModelValue | undefined = root
  for (const step of steps) {
    if (at instanceof Map) at = at.get(step)
    else if (Array.isArray(at)) at = /^\d+$/.test(step) ? at[Number(step)] : undefined
    else return undefined
  }
  return at
}

function inside(map: Model, key: string): Model | undefined {
  const value = map.get(key)
  return value instanceof Map ? value : undefined
}

function maps(root: Model, section: string): Model[] {
  const found: Model[] = []
  for (const value of inside(root, section)?.values() ?? []) if (value instanceof Map) found.push(value)
  return found
}

function reads(value: ModelValue | undefined, name: string): boolean {
  return typeof value !== 'object' && value !== undefined && String(value) === name
}

function clone(value: Written): ModelValue {
  if (typeof value !== 'object') return value
  if (value instanceof Map)
    return new Map([...(value as ReadonlyMap<string, Written>)].map(([key, item]) => [key, clone(item)]))
  return [...(value as readonly Written[])].map(clone)
}
