import { say } from '../speech/say.js'
import { goesOverLines } from '../topology/yaml-text.js'
import type { Slot } from './caret.js'
import type { Proposal, Writing } from './completion.js'
import { MOST_NAMES, firstSentence, newLine, snippetText, wordIn } from './completion.js'
import { fileSnippets, snippetsIn } from './complete-snippets.js'
import { valueProposals } from './complete-values.js'
import { keyMarkdown } from './key-meaning.js'
import { literal } from './markdown-text.js'
import { hostsOf, namesToAdd } from './names-here.js'
import { docOf, itemsOf, placeBelow } from './schema-place.js'
import type { SchemaPlace } from './schema-place.js'
import { sysctlsToAdd } from './sysctls-here.js'
import { unsaid } from './unsaid.js'

/** The keys a map may still get; those a file cannot do without first. */
export function keyProposals(writing: Writing): readonly Proposal[] {
  const { properties, additionalProperties, required = [] } = writing.place.schema
  if (properties !== undefined) {
    const free = Object.keys(properties).filter((key) => !writing.slot.taken.has(key))
    const missing = free.filter((key) => required.includes(key))
    const rest = free.filter((key) => !required.includes(key))
    return [
      ...fileSnippets(writing),
      ...missing.flatMap((key) => keyOf(writing, key, true)),
      ...rest.flatMap((key) => keyOf(writing, key, false)),
    ]
  }
  return additionalProperties === undefined ? [] : [...nameProposals(writing), ...snippetsIn(writing)]
}

function keyOf(writing: Writing, key: string, required: boolean): Proposal[] {
  const { slot, cluster } = writing
  const place = placeBelow(writing.place, key)
  if (place === undefined) return []
  const steps = [...slot.steps, key]
  const standard = unsaid(place.pattern, steps, cluster)
  const description = docOf(place.schema) ?? ''
  return [
    {
      label: key,
      kind: 'key',
      detail: `${required ? say`required: ` : ''}${firstSentence(description)}`,
      documentation: keyMarkdown(place, key, standard) ?? '',
      ...keyText(writing, key, place),
    },
  ]
}

/** A key with its colon and the beginning of its value, unless the colon is there. */
function keyText(
  writing: Writing,
  key: string,
  place: SchemaPlace,
): Pick<Proposal, 'insert' | 'snippet' | 'again'> {
  const { slot, style } = writing
  const { schema } = place
  const word = wordIn(writing, key)
  if (slot.named) return { insert: word, snippet: false, again: false }
  const snippet = (insert: string) => ({
    insert: `${snippetText(word)}:${insert}`,
    snippet: true,
    again: true,
  })
  const items = itemsOf(schema)
  const holdsMaps = items?.type === 'object'
  if (schema.type === 'object') {
    return overLines(writing, [...slot.steps, key])
      ? snippet(`${newLine(writing, slot.column + style.step)}$0`)
      : snippet(' { $1 }')
  }
  if (schema.type === 'array') {
    if (!holdsMaps) return snippet(' [$1]')
    return slot.flow ? snippet(' [{ $1 }]') : snippet(`${newLine(writing, slot.column + style.listStep)}- $0`)
  }
  return { insert: `${word}: `, snippet: false, again: hasValues(writing, key, place) }
}

/** Whether a map that is begun goes over several lines: as the house writes it, and as the file does. */
function overLines({ slot, style, parsed }: Writing, steps: readonly string[]): boolean {
  if (slot.flow) return false
  const written = parsed.text.trim()
  if (written.includes('\n') && !written.includes('{')) return true
  return goesOverLines(new Map([['key', '']]), steps, slot.column, undefined, style.quote)
}

/** Whether there will be something to choose from once the key and its colon are written. */
function hasValues(writing: Writing, key: string, place: SchemaPlace): boolean {
  const { slot } = writing
  if (place.schema.enum !== undefined || place.schema.type === 'boolean') return true
  const value: Slot = { ...slot, at: 'value', steps: [...slot.steps, key], quote: undefined }
  return valueProposals({ ...writing, place, slot: value }).length > 0
}

/** The names an entry may get whose map has names people choose. */
function nameProposals(writing: Writing): Proposal[] {
  const { slot, place, cluster } = writing
  const inside = placeBelow(place, ':')
  if (inside === undefined) return []
  if (place.pattern === 'hosts/:/sysctls') return sysctlsToAdd(writing)
  const has = (name: string) => slot.taken.has(name)
  // A panel shows what is most likely; here the rest follows.
  const names =
    place.pattern === 'services/:/real-servers'
      ? hostsOf(cluster, 'real-server').filter((name) => !has(name))
      : namesToAdd(place.pattern, slot.steps, has, cluster, MOST_NAMES)
  return names.map((name) => ({
    label: name,
    kind: 'name',
    detail: nameDetail(writing, name),
    documentation: literal(docOf(place.schema) ?? ''),
    ...nameText(writing, name, inside),
  }))
}

function nameText(
  writing: Writing,
  name: string,
  inside: SchemaPlace,
): Pick<Proposal, 'insert' | 'snippet' | 'again'> {
  // A real server that says nothing of its own is the most common one.
  if (inside.pattern === 'services/:/real-servers/:' && !writing.slot.named) {
    return { insert: `${wordIn(writing, name)}: {}`, snippet: false, again: false }
  }
  return keyText(writing, name, inside)
}

function nameDetail({ place: { pattern }, cluster }: Writing, name: string): string {
  const host = cluster.topology.hosts.get(name)
  if (host !== undefined && /real-servers$|layout\/hosts$/.test(pattern)) {
    const addresses = [...host.interfaces.values()].flatMap((each) => each.addresses)
    return [host.role ?? 'host', addresses.join(', ')].filter((text) => text !== '').join(' · ')
  }
  return pattern === 'hosts/:/interfaces' ? say`an interface of the host` : ''
}

/** A new item of a list over several lines, with its dash. */
export function itemProposals(writing: Writing): readonly Proposal[] {
  const { place, slot } = writing
  const item = itemsOf(place.schema)
  if (item === undefined) return []
  const { properties } = item
  if (properties === undefined) {
    const inside = { schema: item, pattern: `${place.pattern}/:` }
    const steps = [...slot.steps, '-']
    return valueProposals({ ...writing, place: inside, slot: { ...slot, at: 'value', steps } }).map(
      (value) => ({
        ...value,
        insert: `- ${value.insert}`,
      }),
    )
  }
  const first = item.required?.[0] ?? Object.keys(properties)[0]
  if (first === undefined) return []
  const key = slot.steps.at(-1) ?? ''
  const flow = !overLines(writing, [...slot.steps, '-'])
  return [
    {
      label: `- ${first}`,
      kind: 'snippet',
      detail: say`one more of ${key}`,
      documentation: literal(docOf(place.schema) ?? ''),
      insert: flow ? `- { ${first}: $1 }` : `- ${first}: $1`,
      snippet: true,
      again: true,
    },
  ]
}
