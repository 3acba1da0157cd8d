import { EXPLANATIONS } from '../../src/core/checks/explain.js'
import { MEANINGS } from '../../src/core/language/word-meaning.js'
import type { JsonSchema } from '../../src/core/topology/json-schema.js'
import { TOPOLOGY_FILE } from '../../src/core/topology/language.js'
import type { SourceText } from './texts-of-source.js'

/** Texts that stand in tables as data and are told by `said`. */
export function textsInTables(): SourceText[] {
  return [...explanations(), ...keys(TOPOLOGY_FILE.schema, ''), ...words()]
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

function text(key: string, place: string): SourceText {
  return { key, endings: [], place }
}
