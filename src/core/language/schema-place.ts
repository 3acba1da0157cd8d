import { said } from '../speech/say.js'
import type { JsonSchema } from '../topology/json-schema.js'
import { TOPOLOGY_FILE } from '../topology/language.js'

/** A place of the language: what may stand there, and which place it is whatever people named what is above it. */
export interface SchemaPlace {
  readonly schema: JsonSchema
  /** The steps to it with `:` for every free name and list item: `hosts/:/interfaces/:/network`. */
  readonly pattern: string
}

const ROOT: SchemaPlace = { schema: TOPOLOGY_FILE.schema, pattern: '' }

/** The place one step below another; undefined where the language has none. */
export function placeBelow({ schema, pattern }: SchemaPlace, step: string): SchemaPlace | undefined {
  const { properties, additionalProperties } = schema
  const under = (key: string) => (pattern === '' ? key : `${pattern}/${key}`)
  if (properties !== undefined) {
    const found = Object.hasOwn(properties, step) ? properties[step] : undefined
    return found === undefined ? undefined : { schema: found, pattern: under(step) }
  }
  const inside = typeof additionalProperties === 'object' ? additionalProperties : itemsOf(schema)
  return inside === undefined ? undefined : { schema: inside, pattern: under(':') }
}

/** The place at `steps` below the root. */
export function schemaPlace(steps: readonly string[]): SchemaPlace | undefined {
  let place: SchemaPlace | undefined = ROOT
  for (const step of steps) {
    if (place === undefined) return undefined
    place = placeBelow(place, step)
  }
  return place
}

/** What the language says of a place, in the reader's language; undefined where it says nothing. */
export function docOf({ description }: JsonSchema): string | undefined {
  return description === undefined ? undefined : said(description)
}

/** What the items of a list may be, also of one that may be written as a single value. */
export function itemsOf(schema: JsonSchema): JsonSchema | undefined {
  return schema.items ?? schema.anyOf?.find(({ type }) => type === 'array')?.items
}
