import { say } from '../speech/say.js'
import { FLAG_OWNERS, SCHEDULER_FACTS } from '../hosts/schedulers.js'
import { FAMILIES } from '../topology/address.js'
import { FORMAT_VERSION } from '../topology/language.js'
import type { JsonSchema } from '../topology/json-schema.js'
import type { Scheduler, SchedulerFlag } from '../topology/types.js'
import { addressProposals } from './complete-addresses.js'
import type { Proposal, Writing } from './completion.js'
import { MOST_NAMES, firstSentence, wordIn } from './completion.js'
import { keyMarkdown } from './key-meaning.js'
import { literal } from './markdown-text.js'
import { hostsOf, namesFor } from './names-here.js'
import { docOf, itemsOf, schemaPlace } from './schema-place.js'
import { sysctlValues } from './sysctls-here.js'
import { unsaid } from './unsaid.js'
import { meaningOf } from './word-meaning.js'

/** What may stand as a value: words of the language, names of the file, addresses; for a map or list its brackets. */
export function valueProposals(writing: Writing): readonly Proposal[] {
  const { schema, pattern } = writing.place
  if (pattern === 'hosts/:/sysctls/:') return sysctlValues(writing)
  if (schema.type === 'object') return inBrackets(writing, '{ $1 }', schema)
  const items = itemsOf(schema)
  if (schema.type === 'array' && items !== undefined) {
    if (items.type === 'object') return inBrackets(writing, '[{ $1 }]', schema)
    // A list of words may begin with any of them.
    return single(writing, items, `${pattern}/:`).map((proposal) => ({
      ...proposal,
      insert: `[${proposal.insert}]`,
    }))
  }
  return single(writing, items ?? schema, pattern)
}

function single(writing: Writing, schema: JsonSchema, pattern: string): readonly Proposal[] {
  const { enum: words, type } = schema
  const known = words?.map(String) ?? (type === 'boolean' ? ['true', 'false'] : [])
  const list = listPattern(writing)
  const names = namesAt(writing, list ?? pattern)
  const addresses = addressProposals(writing, list ?? pattern)
  return [
    ...known.filter((word) => fits(writing, pattern, word)).map((word) => wordOf(writing, pattern, word)),
    ...names,
    ...addresses,
    ...(list === undefined
      ? together(writing, pattern, pattern === 'services/:/director' ? names : addresses)
      : []),
    ...(known.length + names.length + addresses.length === 0 ? standard(writing, pattern) : []),
  ]
}

/** Where a value may be a list too: a pair of directors, an address of each family. */
function together(
  { slot, place, cluster }: Writing,
  pattern: string,
  proposals: readonly Proposal[],
): Proposal[] {
  if (place.schema.anyOf === undefined || slot.quote !== undefined) return []
  const isPair = pattern === 'services/:/director'
  const [first, second] = isPair
    ? proposals.filter(({ label }) => cluster.topology.hosts.get(label)?.role === 'director')
    : FAMILIES.map((family) => proposals.find(({ label }) => label.includes(':') === (family === 6)))
  if (first === undefined || second === undefined) return []
  return [
    {
      ...first,
      label: `[${first.label}, ${second.label}]`,
      detail: isPair ? say`an active/backup pair, preferred first` : say`one of each family`,
      insert: `[${first.insert}, ${second.insert}]`,
    },
  ]
}

/** The place of the list a value is an item of; undefined where it stands alone. */
function listPattern({ slot }: Writing): string | undefined {
  const around = schemaPlace(slot.steps.slice(0, -1))
  return around !== undefined && around.schema.type !== 'object' && itemsOf(around.schema) !== undefined
    ? around.pattern
    : undefined
}

/** Whether a word makes sense among what is around it. */
function fits({ slot, cluster }: Writing, pattern: string, word: string): boolean {
  if (slot.taken.has(word)) return false
  if (pattern !== 'services/:/flags/:') return true
  const owner = FLAG_OWNERS.get(word as SchedulerFlag)
  const scheduler = cluster.topology.services.get(slot.steps[1] ?? '')?.scheduler
  return owner === undefined || scheduler === undefined || owner === scheduler
}

function wordOf(writing: Writing, pattern: string, word: string): Proposal {
  const { slot, place, cluster } = writing
  const meaning = meaningOf(pattern, slot.steps, word)
  const isDefault = unsaid(pattern, slot.steps, cluster) === word
  const since = sinceOf(pattern, word)
  const detail = [
    ...(meaning === undefined ? [] : [firstSentence(meaning)]),
    ...(since === undefined ? [] : [say`from Linux ${since} on`]),
    ...(isDefault ? [say`when absent`] : []),
  ]
  const about = meaning ?? docOf(place.schema) ?? ''
  return {
    label: word,
    kind: 'value',
    detail: detail.join(' · '),
    documentation: [
      literal(about),
      ...(since === undefined ? [] : [say`Linux ${literal(since)} and later.`]),
      ...(isDefault ? [say`What holds when the key is absent.`] : []),
    ].join('\n\n'),
    // A number or a truth in quotes would be text.
    insert: place.schema.type === 'boolean' ? word : wordIn(writing, word),
    snippet: false,
    again: false,
  }
}

function sinceOf(pattern: string, word: string): string | undefined {
  return pattern === 'services/:/scheduler' ? SCHEDULER_FACTS[word as Scheduler].since : undefined
}

function namesAt(writing: Writing, pattern: string): Proposal[] {
  const { slot, cluster, place } = writing
  // A panel shows what is most likely; here the rest follows.
  const names =
    pattern === 'services/:/director'
      ? hostsOf(cluster, 'director')
      : (namesFor(pattern, slot.steps, cluster, MOST_NAMES) ?? [])
  return names
    .filter((name) => !slot.taken.has(name))
    .map((name) => ({
      label: name,
      kind: 'name',
      detail: aboutName(writing, name),
      documentation: literal(docOf(place.schema) ?? ''),
      insert: wordIn(writing, name),
      snippet: false,
      again: false,
    }))
}

function aboutName({ cluster: { topology } }: Writing, name: string): string {
  const network = topology.networks.get(name)
  const host = topology.hosts.get(name)
  if (network !== undefined) return ['network', ...network.subnets].join(' · ')
  return host === undefined ? 'interface' : (host.role ?? 'host')
}

/** Of a number or a text: what holds without it, and the one version there is. */
function standard(writing: Writing, pattern: string): Proposal[] {
  const { slot, cluster, place } = writing
  const absent = unsaid(pattern, slot.steps, cluster)
  const numeric = place.schema.type === 'integer' || place.schema.type === 'number'
  const value = pattern === 'lvs' ? String(FORMAT_VERSION) : absent
  // What is derived may be a sentence instead of a value.
  if (value === undefined || (numeric ? !/^\d+(\.\d+)?$/.test(value) : / |^none$/.test(value))) return []
  const key = slot.steps.at(-1) ?? ''
  return [
    {
      label: value,
      kind: 'value',
      detail: absent === undefined ? say`the version of the format` : say`when absent`,
      documentation: keyMarkdown(place, key, absent) ?? '',
      insert: numeric ? value : wordIn(writing, value),
      snippet: false,
      again: false,
    },
  ]
}

function inBrackets({ place, slot }: Writing, insert: string, schema: JsonSchema): Proposal[] {
  // On a line of its own it begins with its first key or dash.
  if (slot.first) return []
  const key = slot.steps.at(-1) ?? ''
  return [
    {
      label: insert.replace('$1', '…'),
      kind: 'snippet',
      detail: firstSentence(docOf(schema) ?? say`on one line`),
      documentation: keyMarkdown(place, key, undefined) ?? literal(key),
      insert,
      snippet: true,
      again: true,
    },
  ]
}
