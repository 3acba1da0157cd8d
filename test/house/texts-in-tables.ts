import { EXPLANATIONS } from '../../src/core/checks/explain.js'
import { ALL_WORDS } from '../../src/core/formats/keepalived/all-words.js'
import type { Vocabulary } from '../../src/core/formats/keepalived/vocabulary.js'
import { IPVSADM_OPTIONS } from '../../src/core/formats/ipvsadm/options.js'
import { GLOBAL_WORDS, VIRTUAL_WORDS } from '../../src/core/formats/ldirectord/words.js'
import { SYSCTL_ENTRIES } from '../../src/core/hosts/sysctl-catalogue.js'
import type { SysctlValues } from '../../src/core/hosts/sysctl-entry.js'
import { MEANINGS } from '../../src/core/language/word-meaning.js'
import type { JsonSchema } from '../../src/core/topology/json-schema.js'
import { TOPOLOGY_FILE } from '../../src/core/topology/language.js'
import type { SourceText } from './texts-of-source.js'

/** Texts that stand in tables as data and are told by `said`. */
export function textsInTables(): SourceText[] {
  return [
    ...explanations(),
    ...keys(TOPOLOGY_FILE.schema, ''),
    ...words(),
    ...sysctls(),
    ...keepalivedWords(ALL_WORDS),
    ...ldirectordWords(),
    ...ipvsadmOptions(),
  ]
}

/** What rules say of themselves; where it is known from is a name, and stays. */
function explanations(): SourceText[] {
  return EXPLANATIONS.flatMap(({ code, title, why, kernel, mend }) =>
    [title, why, kernel ?? [], mend].flat().map((key) => text(key, `rule ${code}`)),
  )
}

/** What keys of the language mean. */
function keys(schema: JsonSchema, path: string): SourceText[] {
  const { description, properties = {}, additionalProperties, items, anyOf = [] } = schema
  const below = [
    ...Object.entries(properties),
    ...[additionalProperties, items, ...anyOf].flatMap((each) =>
      typeof each === 'object' ? [[':', each] as const] : [],
    ),
  ]
  return [
    ...(description === undefined ? [] : [text(description, `key ${path}`)]),
    ...below.flatMap(([step, each]) => keys(each, `${path}/${step}`)),
  ]
}

/** What words of the language mean. */
function words(): SourceText[] {
  return Object.entries(MEANINGS).flatMap(([place, meanings]) =>
    Object.entries(meanings).map(([word, meaning]) => text(meaning, `${word} of ${place}`)),
  )
}

/** What kernel settings and their values mean, and what the kernel takes. */
function sysctls(): SourceText[] {
  return SYSCTL_ENTRIES.flatMap(({ pattern, meaning, values, limits }) =>
    [meaning, limits.expected, ...valueTexts(values)].map((key) => text(key, `sysctl ${pattern}`)),
  )
}

/** What keywords of keepalived.conf mean, in every block. */
function keepalivedWords(words: Vocabulary, seen = new Set<Vocabulary>()): SourceText[] {
  if (seen.has(words)) return []
  seen.add(words)
  return [...words.values()].flatMap(({ name, meaning, obsolete, block }) => [
    ...[meaning, obsolete ?? []].flat().map((key) => text(key, `keepalived ${name}`)),
    ...(block?.kind === 'keywords' ? keepalivedWords(block.words, seen) : []),
  ])
}

/** What directives of ldirectord.cf mean and take. */
function ldirectordWords(): SourceText[] {
  return [...GLOBAL_WORDS.values(), ...VIRTUAL_WORDS.values()].flatMap(({ name, meaning, value }) =>
    [meaning, value.kind === 'matching' ? value.what : []]
      .flat()
      .map((key) => text(key, `ldirectord ${name}`)),
  )
}

/** What options of ipvsadm mean. */
function ipvsadmOptions(): SourceText[] {
  return IPVSADM_OPTIONS.map(({ long, meaning }) => text(meaning, `ipvsadm --${long}`))
}

function valueTexts(values: SysctlValues): string[] {
  switch (values.kind) {
    case 'boolean':
      return [values.off, values.on]
    case 'words':
      return Object.values(values.meanings)
    case 'number':
      return [values.unit]
    case 'text':
      return [values.expected]
  }
}

function text(key: string, place: string): SourceText {
  return { key, endings: [], place }
}
