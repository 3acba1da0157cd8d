/** The keywords of keepalived.conf: where each stands, what it takes, what it means. */

export interface Keyword {
  readonly name: string
  /** As people write it: `delay_loop <seconds>`. */
  readonly signature: string
  /** What it does, in a sentence or two. */
  readonly meaning: string
  readonly takes: readonly Argument[]
  /** Anything may follow what is taken. */
  readonly open: boolean
  readonly block: Block | undefined
  /** It may stand several times. */
  readonly repeats: boolean
  /** The first version that knows it; undefined: 2.2 does. */
  readonly since: string | undefined
  /** Why it should not be used any longer. */
  readonly obsolete: string | undefined
}

export type Block =
  /** Keywords again. */
  | { readonly kind: 'keywords'; readonly words: Vocabulary }
  /** Lines whose first word is a value. */
  | { readonly kind: 'lines'; readonly of: LinesOf }

/** What the lines of a block are. */
export type LinesOf =
  | 'address'
  | 'route'
  | 'rule'
  | 'group-entry'
  | 'peer'
  | 'instance'
  | 'interface'
  | 'script'
  | 'tracked'
  | 'mail'
  | 'text'

export type Vocabulary = ReadonlyMap<string, Keyword>

export type Argument = { readonly optional: boolean } & Value

export type Value =
  | { readonly kind: 'whole'; readonly least: number; readonly most: number }
  /** Seconds, with a fraction. */
  | { readonly kind: 'seconds'; readonly least: number; readonly most: number }
  | { readonly kind: 'bool' }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly anyCase: boolean }
  | { readonly kind: 'address' }
  /** Some take 0 for the port that a packet has anyway. */
  | { readonly kind: 'port'; readonly least: number }
  /** The name of an interface: IFNAMSIZ. */
  | { readonly kind: 'interface' }
  | { readonly kind: 'script' }
  | { readonly kind: 'word'; readonly what: string }

export interface Marks {
  readonly lines?: LinesOf
  readonly block?: Vocabulary
  readonly repeats?: boolean
  readonly since?: string
  readonly obsolete?: string
}

/** One keyword: its signature, its meaning, and what else is to be known. */
export function keyword(signature: string, meaning: string, marks: Marks = {}): Keyword {
  const [name = '', ...rest] = signature.split(' ')
  const parts = rest.join(' ').match(/\[?<[^>]*>\]?|\S+/g) ?? []
  const takes: Argument[] = []
  let open = false
  for (const part of parts) {
    if (part === '...') {
      open = true
      continue
    }
    const optional = part.startsWith('[')
    takes.push({ optional, ...valueOf(optional ? part.slice(1, -1) : part) })
  }
  const { lines, block, repeats = false, since, obsolete } = marks
  return {
    name,
    signature,
    meaning,
    takes,
    open,
    block:
      block !== undefined
        ? { kind: 'keywords', words: block }
        : lines !== undefined
          ? { kind: 'lines', of: lines }
          : undefined,
    repeats,
    since,
    obsolete,
  }
}

export function vocabulary(...keywords: readonly (Keyword | readonly Keyword[])[]): Vocabulary {
  return new Map(keywords.flat().map((each) => [each.name, each]))
}

const UNSIGNED = 4_294_967_295

function valueOf(text: string): Value {
  if (!text.startsWith('<')) {
    const anyCase = text.endsWith('~')
    return { kind: 'choice', choices: (anyCase ? text.slice(0, -1) : text).split('|'), anyCase }
  }
  const [kind = '', ...rest] = text.slice(1, -1).split(' ')
  const detail = rest.join(' ')
  const [least, most] = detail.includes('..') ? detail.split('..') : []
  const bounds = (low: number, high: number) => ({
    least: least === undefined || least === '' ? low : Number(least),
    most: most === undefined || most === '' ? high : Number(most),
  })
  switch (kind) {
    case 'whole':
      return { kind, ...bounds(0, UNSIGNED) }
    case 'seconds':
      return { kind, ...bounds(0, 4_294.967295) }
    case 'port':
      return { kind, least: bounds(1, 0).least }
    case 'bool':
    case 'address':
    case 'interface':
    case 'script':
      return { kind }
    default:
      return { kind: 'word', what: [kind, ...rest].join(' ') }
  }
}
