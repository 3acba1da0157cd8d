import type { Path } from './path.js'
import { parentPath } from './path.js'
import type { Span } from './position.js'

/** Where one element of the document stands: its key (absent for list items and the document) and its value. */
export interface Place {
  readonly key: Span | undefined
  readonly value: Span
}

/** Which half of a `key: value` a finding points at. */
export type Part = 'key' | 'value'

/** Where every key and value of the document stands in its text. */
export interface SourceMap {
  /** Places there are: what going through the document costs. */
  readonly size: number
  has(path: Path): boolean
  place(path: Path): Place | undefined
  /**
   * The best stretch of text for a path. What is not in the file (an absent key) is shown at the key of the nearest
   * element that is, since that is where it would have to be written.
   */
  locate(path: Path, part: Part): Span
}

export function sourceMap(places: ReadonlyMap<Path, Place>): SourceMap {
  const locate = (path: Path, part: Part): Span => {
    const place = places.get(path)
    if (place !== undefined) {
      // An empty value (`vip:`) has no text to underline: its key stands for it.
      const empty = place.value.start === place.value.end
      return (part === 'key' || empty ? place.key : undefined) ?? place.value
    }
    const parent = parentPath(path)
    return parent === undefined ? { start: 0, end: 0 } : locate(parent, 'key')
  }
  return { size: places.size, has: (path) => places.has(path), place: (path) => places.get(path), locate }
}
