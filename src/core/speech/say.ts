/** English texts with numbered places, as `{0} has no route`, and the same in another language. */
export type Texts = Readonly<Record<string, string>>

/** One that texts are there for; English is what they are written in. */
export interface Language {
  /** As HTML and VS Code name it. */
  readonly tag: 'zh-CN'
  readonly texts: Texts
}

/** What is said by hosts, files and people goes into a text as it is. */
type Value = string | number

interface Pattern {
  /** What stands before each place, and at the end. */
  readonly between: readonly string[]
  /** Which value stands in each place. */
  readonly order: readonly number[]
}

/** Of the whole process, thread or page; undefined: English. */
let language: Language | undefined
/** Each text is in one place of the program, which is its own key. */
let patterns = new WeakMap<TemplateStringsArray, Pattern>()

/** From now on texts are in this language; undefined: in English, in which they are written. */
export function speak(other: Language | undefined): void {
  language = other
  patterns = new WeakMap()
}

/** The language of this process, for threads, processes and pages that it starts. */
export function spoken(): Language | undefined {
  return language
}

/** What is made for machines and colleagues, such as files, is in English, whoever makes it. */
export function inEnglish<T>(make: () => T): T {
  const here = language
  speak(undefined)
  try {
    return make()
  } finally {
    speak(here)
  }
}

/** A text for people, in their language: ``say`${host} has no route` ``. */
export function say(parts: TemplateStringsArray, ...values: readonly Value[]): string {
  const { between, order } = patterns.get(parts) ?? patternOf(parts)
  return order.reduce<string>(
    (text, place, index) => `${text}${values[place] ?? ''}${between[index + 1] ?? ''}`,
    between[0] ?? '',
  )
}

/** Marks a text that is kept, as in a table, and told by `said` when somebody reads it. */
export function toSay(parts: TemplateStringsArray): string {
  return parts[0] ?? ''
}

/** A text that was kept in English, in the language of the reader. */
export function said(text: string): string {
  // A text may be the name of something every object has.
  return language !== undefined && Object.hasOwn(language.texts, text) ? (language.texts[text] ?? text) : text
}

/** `a`, `a and b`, `a, b and c`. */
export function joined(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : say`${words.slice(0, -1).join(say`, `)} and ${last}`
}

function patternOf(parts: TemplateStringsArray): Pattern {
  const english = parts.reduce((text, part, index) => `${text}{${index - 1}}${part}`)
  const pieces = said(english).split(/\{(\d+)\}/)
  const pattern = {
    between: pieces.filter((_, index) => index % 2 === 0),
    order: pieces.filter((_, index) => index % 2 === 1).map(Number),
  }
  patterns.set(parts, pattern)
  return pattern
}
