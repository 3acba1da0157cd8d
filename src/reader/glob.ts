/**
 * Patterns of glob(3) with GLOB_BRACE, which is what keepalived has a name after `include` be: no `**`, no tilde, a dot at
 * the beginning only where one is written. The time it takes to match a name grows with its length times that of the
 * pattern, whatever stands in them.
 */

/** What braces write out: `{a,b}c` is `ac` and `bc`. Where one is not closed, all of them stand for themselves. */
export function* writtenOut(pattern: string): Generator<string> {
  const open = indexOf(pattern, '{')
  const braces = open < 0 ? undefined : bracesAt(pattern, open)
  if (braces === undefined) {
    yield pattern
    return
  }
  const before = pattern.slice(0, open)
  const after = pattern.slice(braces.end)
  for (const alternative of braces.alternatives) yield* writtenOut(`${before}${alternative}${after}`)
}

function indexOf(pattern: string, sought: string): number {
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++
    else if (pattern[at] === sought) return at
  }
  return -1
}

function bracesAt(
  pattern: string,
  open: number,
): { readonly alternatives: readonly string[]; readonly end: number } | undefined {
  const alternatives: string[] = []
  let from = open + 1
  let depth = 0
  for (let at = from; at < pattern.length; at++) {
    const character = pattern[at]
    if (character === '\\') at++
    else if (character === '{') depth++
    else if (depth > 0) depth -= character === '}' ? 1 : 0
    else if (character === ',' || character === '}') {
      alternatives.push(pattern.slice(from, at))
      from = at + 1
      if (character === '}') return { alternatives, end: from }
    }
  }
  return undefined
}

/** A part of a pattern between slashes: a name, or what names are held against. */
export type Segment = { readonly name: string } | { readonly matches: (name: string) => boolean }

const STAR = Symbol('*')
type Token = typeof STAR | ((character: string) => boolean)

export function segmentOf(part: string): Segment {
  const characters = Array.from(part)
  const tokens: Token[] = []
  let name = ''
  let plain = true
  for (let at = 0; at < characters.length; at++) {
    let character = characters[at] ?? ''
    const bracket = character === '[' ? bracketAt(characters, at) : undefined
    if (character === '*') tokens.push(STAR)
    else if (character === '?') tokens.push(() => true)
    else if (bracket !== undefined) {
      tokens.push(bracket.token)
      at = bracket.end
    } else {
      if (character === '\\' && at + 1 < characters.length) character = characters[++at] ?? ''
      const literal = character
      tokens.push((other) => other === literal)
      name += literal
      continue
    }
    plain = false
  }
  if (plain) return { name }
  const dotted = /^\\?\./.test(part)
  return { matches: (other) => (dotted || !other.startsWith('.')) && isLike(Array.from(other), tokens) }
}

/** Goes back to the last star only: what an earlier one took before it is as good as anything. */
function isLike(name: readonly string[], tokens: readonly Token[]): boolean {
  let at = 0
  let token = 0
  let star = -1
  let taken = 0
  while (at < name.length) {
    const wanted = tokens[token]
    if (wanted === STAR) {
      star = token++
      taken = at
    } else if (wanted?.(name[at] ?? '') === true) {
      at++
      token++
    } else if (star >= 0) {
      token = star + 1
      at = ++taken
    } else return false
  }
  return tokens.slice(token).every((left) => left === STAR)
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /\p{Cc}/u,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /\s/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
}

/** `[abc]`, `[!a-z]`, `[[:digit:]]`; one that is not closed stands for itself. */
function bracketAt(
  characters: readonly string[],
  open: number,
): { readonly token: Token; readonly end: number } | undefined {
  let at = open + 1
  const not = characters[at] === '!' || characters[at] === '^'
  if (not) at++
  const tests: ((character: string) => boolean)[] = []
  for (const first = at; at < characters.length; at++) {
    if (characters[at] === ']' && at > first)
      return { token: (character) => tests.some((test) => test(character)) !== not, end: at }
    const named = /^\[:([a-z]+):\]/.exec(characters.slice(at, at + 10).join(''))
    const known = named === null ? undefined : CLASSES[named[1] ?? '']
    if (named !== null && known !== undefined) {
      tests.push((character) => known.test(character))
      at += named[0].length - 1
      continue
    }
    if (characters[at] === '\\' && at + 1 < characters.length) at++
    const low = characters[at] ?? ''
    const ranges = characters[at + 1] === '-' && characters[at + 2] !== ']' && at + 2 < characters.length
    if (ranges) at += characters[at + 2] === '\\' ? 3 : 2
    const high = characters[at] ?? ''
    tests.push((character) => low <= character && character <= high)
  }
  return undefined
}
