import { said, say, toSay } from '../speech/say.js'
import { sysctlEntry, sysctlValueMeaning } from '../hosts/sysctl-catalogue.js'
import type { SysctlEntry, SysctlJoin } from '../hosts/sysctl-entry.js'
import type { JsonSchema } from '../topology/json-schema.js'
import { literal } from './markdown-text.js'
import { docOf, itemsOf } from './schema-place.js'
import type { SchemaPlace } from './schema-place.js'

/** What a key means, what it takes and what holds without it, as Markdown; undefined for a name people chose. */
export function keyMarkdown(
  { schema, pattern }: SchemaPlace,
  key: string,
  standard: string | undefined,
): string | undefined {
  if (pattern === 'hosts/:/sysctls/:') return sysctlMarkdown(key)
  const doc = docOf(schema)
  if (doc === undefined) return undefined
  return [
    `**${literal(key)}**: ${literal(doc)}`,
    ...allowed(schema),
    ...(standard === undefined ? [] : [say`When absent: ${literal(standard)}`]),
  ].join('\n\n')
}

function allowed(schema: JsonSchema): string[] {
  const { type, minimum, maximum } = schema
  const words = schema.enum ?? itemsOf(schema)?.enum
  if (words !== undefined) return [say`One of ${words.map((each) => literal(String(each))).join(', ')}`]
  if (type === 'boolean') return [say`true or false`]
  if ((type === 'integer' || type === 'number') && minimum !== undefined && maximum !== undefined) {
    return [
      say`${type === 'integer' ? say`A whole number` : say`A number`} from ${literal(String(minimum))} to ${maximum}`,
    ]
  }
  return []
}

/** What is to know of a sysctl, as Markdown; undefined for those LVS has nothing to do with. */
export function sysctlMarkdown(key: string): string | undefined {
  const entry = sysctlEntry(key)
  if (entry === undefined) return undefined
  const { meaning, join, since, module, source } = entry
  return [
    `**${literal(key)}**: ${literal(said(meaning))}`,
    ...valuesText(entry),
    ...(entry.default === undefined
      ? []
      : [say`The kernel’s default: ${literal(entry.default)}. Distributions change some at boot.`]),
    ...(join === undefined ? [] : [literal(joinText(key, join))]),
    ...(since === undefined ? [] : [say`Linux ${literal(since)} and later.`]),
    ...(module === undefined ? [] : [say`There once the module ${literal(module)} is loaded.`]),
    `*${literal(source)}*`,
  ].join('\n\n')
}

function valuesText(entry: SysctlEntry): string[] {
  switch (entry.values.kind) {
    case 'boolean':
    case 'words': {
      const meanings = sysctlWords(entry).map(
        (word) => `- ${literal(word)}: ${literal(sysctlValueMeaning(entry, word) ?? '')}`,
      )
      return [meanings.join('\n')]
    }
    case 'number':
      return [say`${literal(sentence(said(entry.limits.expected)))}, in ${literal(said(entry.values.unit))}`]
    case 'text':
      return [literal(sentence(said(entry.limits.expected)))]
  }
}

/** The values of a sysctl that have a meaning of their own. */
export function sysctlWords({ values }: SysctlEntry): readonly string[] {
  if (values.kind === 'boolean') return ['0', '1']
  return values.kind === 'words' ? Object.keys(values.meanings) : []
}

const JOIN_TEXT: Readonly<Record<SysctlJoin, string>> = {
  max: toSay`On an interface the larger of its own value and that of all counts: to lower it, lower both.`,
  or: toSay`On an interface it is on when its own value or that of all is: to switch it off, switch off both.`,
  and: toSay`On an interface it is on only when its own value and that of all are.`,
  interface: toSay`On an interface its own value alone counts.`,
  all: toSay`That of all alone counts.`,
  'by-forwarding': toSay`On an interface that forwards it is on only when its own value and that of all are; else one of them is enough.`,
}

/** How a value of `conf.IF` comes to count. */
function joinText(key: string, join: SysctlJoin): string {
  const [, interfaceName = '', setting = ''] = /\.conf\.([^.]+)\.([^.]+)$/.exec(key) ?? []
  if (interfaceName === 'default') {
    return say`Only copied to interfaces that come later: it changes nothing on those that are there.`
  }
  if (interfaceName === 'lo' && setting.startsWith('arp_')) {
    return say`ARP comes in by other interfaces: alone, that of lo does nothing. ${said(JOIN_TEXT[join])}`
  }
  return said(JOIN_TEXT[join])
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
