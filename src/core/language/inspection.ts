import type { Path } from '../topology/path.js'
import type { Subject } from '../diagram/scene.js'

/**
 * Everything the language can say of one thing, with what this file says of it: the property panel as plain data.
 * Made from the grammar's own schema, so that a key of the language is a field without further ado.
 */
export interface Inspection {
  /** Undefined: the cluster as a whole. */
  readonly subject: Subject | undefined
  /** One for the thing itself; what it holds is below it. */
  readonly sections: readonly Section[]
}

/** A map or list of the file: fields of its own, and maps below it. */
export interface Section {
  /** The key it stands under, a list item's number; the subject's name at the top. */
  readonly title: string
  readonly path: Path
  readonly doc: string | undefined
  /** Written in the file; else its fields are offered all the same. */
  readonly present: boolean
  readonly fields: readonly Field[]
  readonly sections: readonly Section[]
  /** Can be taken out as a whole: entries of a map with free names, list items, optional maps. */
  readonly removable: boolean
  /** Takes further entries: under names people choose, of a known set, or numbered. */
  readonly adds: Adds | undefined
}

export type Adds =
  | {
      readonly kind: 'named'
      readonly what: string
      readonly suggestions: readonly string[]
      /** An entry is a map, or a single value: then it is added as `name=value`. */
      readonly holds: 'map' | 'value'
    }
  | { readonly kind: 'item' }

export interface Field {
  readonly key: string
  readonly path: Path
  readonly doc: string
  readonly control: Control
  /** As it is written, without quotes; lists joined by ", ". Undefined: not in the file. */
  readonly value: string | undefined
  /** What holds while the file says nothing: a default, or what is derived. */
  readonly derived: string | undefined
  readonly required: boolean
  /** Below an alias, or of a form that no field can show: to be changed in the text. */
  readonly locked: boolean
}

export type Control =
  /** `numbers`: what looks like a whole number is written as one, where the language takes both. */
  | { readonly kind: 'text'; readonly numbers: boolean }
  | { readonly kind: 'number'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  /**
   * Several values, separated by commas; `values` are those known. `alone`: one is written without brackets, where
   * the language takes both.
   */
  | { readonly kind: 'list'; readonly values: readonly string[] | undefined; readonly alone: boolean }
