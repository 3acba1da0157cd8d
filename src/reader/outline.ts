import { symbolsOf } from '../core/language/symbols.js'
import type { OutlineSymbol } from '../core/language/symbols.js'
import type { Range } from '../core/topology/position.js'
import { OUTLINE_KINDS } from '../protocol/reader.js'
import type { PackedOutline } from '../protocol/reader.js'
import type { ReadDocument } from './document.js'
import { rangeIn } from './places.js'

export function packedOutline(document: ReadDocument): PackedOutline {
  const names: string[] = []
  const details: string[] = []
  const numbers: number[] = []
  const add = ({ kind, name, detail, whole, key, children }: OutlineSymbol): void => {
    names.push(name)
    details.push(detail)
    numbers.push(OUTLINE_KINDS.indexOf(kind), children.length)
    numbers.push(...fourOf(rangeIn(document, whole)), ...fourOf(rangeIn(document, key)))
    children.forEach(add)
  }
  symbolsOf(document.parsed(), document.cluster()).forEach(add)
  return { names, details, numbers: Uint32Array.from(numbers) }
}

function fourOf({ start, end }: Range): readonly number[] {
  return [start.line, start.character, end.line, end.character]
}
