import type { Node } from 'yaml'
import { isAlias } from 'yaml'
import { said, say, toSay } from '../speech/say.js'
import type { Cluster } from '../hosts/cluster.js'
import type { JsonSchema } from '../topology/json-schema.js'
import type { ParsedTopology } from '../topology/parse.js'
import { below, pathSteps } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Subject } from '../diagram/scene.js'
import type { Adds, Field, Inspection, Section } from './inspection.js'
import { MOST_ENTRIES, SYSCTL, controlOf, unknownField, valueField } from './inspect-field.js'
import type { Panel, Spot } from './inspect-field.js'
import { namesToAdd } from './names-here.js'
import { docOf, itemsOf, placeBelow, schemaPlace } from './schema-place.js'
import type { SchemaPlace } from './schema-place.js'
import { subjectPath } from './subject-at.js'
import { lookAt } from './written.js'
import type { Written } from './written.js'

/** Entries shown in all, over every section. */
const MOST_IN_ALL = 1000

/** What stands at the top of a file and is no setting: what is drawn, where it stands, and the version of the format. */
const DRAWN: readonly string[] = ['lvs', 'networks', 'hosts', 'services', 'layout']

/**
 * What the panel shows of a host, network or service, or of the cluster as a whole; undefined where the text has none
 * of that name. Never throws.
 */
export function inspect(
  parsed: ParsedTopology,
  cluster: Cluster,
  subject: Subject | undefined,
): Inspection | undefined {
  const { document } = parsed
  const path = subject === undefined ? '' : subjectPath(subject)
  const place = schemaPlace(pathSteps(path))
  if (document === undefined || place === undefined) return undefined
  const look = lookAt(document)
  const panel: Panel = { text: parsed.text, cluster, look, left: MOST_IN_ALL }
  let node: Node | undefined = document.contents ?? undefined
  let copied = false
  for (const step of pathSteps(path)) {
    copied ||= isAlias(node)
    const around = look(node)
    if (around.kind !== 'map' || !around.entries.has(step)) return undefined
    node = around.entries.get(step)
  }
  const spot = { place, path, key: subject?.name ?? '', node, present: true, copied, required: true }
  const { sections, fields } = partOf(panel, spot)
  if (subject === undefined && sections.length === 0) return undefined
  // What stands there is no map: there is nothing to show but that.
  const [section = { ...bare(spot), fields, sections: [] }] = sections
  return { subject, sections: [{ ...section, doc: undefined, removable: false }] }
}

interface Parts {
  readonly fields: readonly Field[]
  readonly sections: readonly Section[]
}

function partOf(panel: Panel, spot: Spot): Parts {
  const { schema } = spot.place
  const found = panel.look(spot.node)
  const items = itemsOf(schema)
  const wanted =
    schema.type === 'object' ? 'map' : schema.type === 'array' && isMapSchema(items) ? 'list' : 'value'
  if (wanted === 'value') return { fields: [valueField(panel, spot, found)], sections: [] }
  if (found.kind !== 'nothing' && found.kind !== wanted) {
    return { fields: [{ ...valueField(panel, spot, found), locked: true }], sections: [] }
  }
  const section =
    wanted === 'list'
      ? listSection(panel, spot, found)
      : schema.properties === undefined
        ? namedSection(panel, spot, found)
        : objectSection(panel, spot, found, schema)
  return { fields: [], sections: [section] }
}

function isMapSchema(schema: JsonSchema | undefined): boolean {
  return schema?.type === 'object'
}

function bare({ key, path, place, present, copied, required }: Spot): Omit<Section, 'fields' | 'sections'> {
  return {
    title: key,
    path,
    doc: docOf(place.schema),
    present,
    removable: !required && !copied,
    adds: undefined,
  }
}

/** A map whose keys the language knows: all of them, in its order, and then what else the file has there. */
function objectSection(
  panel: Panel,
  spot: Spot,
  found: Written,
  { properties = {}, required = [] }: JsonSchema,
): Section {
  const entries = found.kind === 'map' ? found.entries : NO_ENTRIES
  const copied = spot.copied || isAlias(spot.node)
  const keys = Object.keys(properties)
  const shownKeys = spot.path === '' ? keys.filter((key) => !DRAWN.includes(key)) : keys
  const parts = shownKeys.flatMap((key) => {
    const place = placeBelow(spot.place, key)
    if (place === undefined) return []
    const path = below(spot.path, key)
    const inner = { place, path, key, node: entries.get(key), present: entries.has(key), copied }
    return [partOf(panel, { ...inner, required: required.includes(key) })]
  })
  const unknown = [...entries].filter(([key]) => !Object.hasOwn(properties, key))
  const { shown, rest } = within(panel, unknown)
  return {
    ...bare(spot),
    fields: [
      ...parts.flatMap(({ fields }) => fields),
      ...shown.map(([key, node]) => unknownField(panel, below(spot.path, key), key, node, copied)),
      ...remainder(spot.path, rest),
    ],
    sections: parts.flatMap(({ sections }) => sections),
  }
}

/** A map whose keys are names people choose. */
function namedSection(panel: Panel, spot: Spot, found: Written): Section {
  const entries = found.kind === 'map' ? found.entries : NO_ENTRIES
  const copied = spot.copied || isAlias(spot.node)
  const { shown, rest } = within(panel, [...entries])
  const place = placeBelow(spot.place, ':')
  const parts = shown.flatMap(([key, node]) =>
    place === undefined
      ? []
      : partOf(panel, {
          place,
          path: below(spot.path, key),
          key,
          node,
          present: true,
          copied,
          required: false,
        }),
  )
  const derived = place?.pattern === SYSCTL ? derivedSysctls(panel, spot, entries, place) : []
  return {
    ...bare(spot),
    fields: [
      ...parts
        .flatMap(({ fields }) => fields)
        .map((field) => ({ ...field, doc: docOf(spot.place.schema) ?? '' })),
      ...derived,
      ...remainder(spot.path, rest),
    ],
    sections: parts.flatMap(({ sections }) => sections),
    adds: copied ? undefined : addsTo(panel, spot, entries, place, rest),
  }
}

const WHAT: Readonly<Record<string, string>> = {
  'hosts/:/interfaces': toSay`interface`,
  'hosts/:/sysctls': 'sysctl',
  'services/:/real-servers': toSay`real server`,
}

function addsTo(
  { cluster }: Panel,
  { place: { pattern }, path }: Spot,
  entries: ReadonlyMap<string, unknown>,
  inside: SchemaPlace | undefined,
  rest: number,
): Adds | undefined {
  // What is not shown may already have the name; only for real servers does the edit itself look.
  if (rest > 0 && pattern !== 'services/:/real-servers') return undefined
  return {
    kind: 'named',
    what: said(WHAT[pattern] ?? toSay`entry`),
    suggestions: namesToAdd(pattern, pathSteps(path), (name) => entries.has(name), cluster),
    holds: isMapSchema(inside?.schema) ? 'map' : 'value',
  }
}

/** Kernel settings a deployment will see to: what holds where the file does not pin them. */
function derivedSysctls(
  panel: Panel,
  spot: Spot,
  entries: ReadonlyMap<string, unknown>,
  place: SchemaPlace,
): Field[] {
  const host = panel.cluster.hosts.get(pathSteps(spot.path)[1] ?? '')
  const needed = (host?.needs ?? []).flatMap(({ need, why }) =>
    need.kind === 'sysctl' && !entries.has(need.key) ? [{ key: need.key, value: need.value, why }] : [],
  )
  return within(panel, needed).shown.map(({ key, value, why }) => ({
    key,
    path: below(spot.path, key),
    doc: say`Set by a deployment: ${why}.`,
    control: controlOf(panel, place, below(spot.path, key), undefined),
    value: undefined,
    derived: value,
    required: false,
    locked: spot.copied || isAlias(spot.node),
  }))
}

/** A list of maps, numbered from 1. */
function listSection(panel: Panel, spot: Spot, found: Written): Section {
  const copied = spot.copied || isAlias(spot.node)
  const items = found.kind === 'list' ? [...found.items.entries()] : []
  const { shown, rest } = within(panel, items)
  const place = placeBelow(spot.place, '-')
  const parts = shown.flatMap(([index, node]) =>
    place === undefined
      ? []
      : partOf(panel, {
          place,
          path: below(spot.path, index),
          key: `${spot.key.replace(/s$/, '')} ${index + 1}`,
          node,
          present: true,
          copied,
          required: false,
        }),
  )
  return {
    ...bare(spot),
    fields: [...parts.flatMap(({ fields }) => fields), ...remainder(spot.path, rest)],
    sections: parts.flatMap(({ sections }) => sections),
    adds: copied ? undefined : { kind: 'item' },
  }
}

const NO_ENTRIES: ReadonlyMap<string, Node | undefined> = new Map()

/** As many entries as the panel has room for. */
function within<T>(
  panel: Panel,
  entries: readonly T[],
): { readonly shown: readonly T[]; readonly rest: number } {
  const shown = entries.slice(0, Math.min(MOST_ENTRIES, panel.left))
  panel.left -= shown.length
  return { shown, rest: entries.length - shown.length }
}

/** Says how many entries are not shown. Its path is that of what comes after the last one. */
function remainder(path: Path, rest: number): Field[] {
  if (rest === 0) return []
  return [
    {
      key: say`${rest} more`,
      path: below(path, '-'),
      doc: say`There are more entries than a panel can show; the text has them all.`,
      control: { kind: 'text', numbers: false },
      value: undefined,
      derived: say`in the text`,
      required: false,
      locked: true,
    },
  ]
}
