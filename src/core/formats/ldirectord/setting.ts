import { similar } from '../similar-word.js'
import type { Setting } from './configuration.js'
import type { Tell } from './problem.js'
import { REMOVED } from './words.js'
import type { LdirectordWord } from './words.js'

/** Whether a line is a directive at its place, and its value one that it takes. */
export function checkSetting(
  { name, value, comment, span }: Setting,
  words: ReadonlyMap<string, LdirectordWord>,
  section: string | undefined,
  tell: Tell,
): void {
  const word = words.get(name.text)
  const stops = 'ldirectord stops here and does not start'
  if (word === undefined) {
    const instead = REMOVED.get(name.text)
    if (instead !== undefined) {
      tell('LD-REMOVED', name.span, `${name.text} is gone, ${instead} stands for it; ${stops}`, instead)
      return
    }
    const meant = similar(name.text, words.keys())
    const where = section === undefined ? 'outside of a section' : `of a virtual service`
    tell(
      'LD-DIRECTIVE',
      name.span,
      `${name.text} is no directive ${where}${meant === undefined ? '' : `; ${meant} is`}; ${stops}`,
      meant,
    )
    return
  }
  if (value === undefined) {
    if (word.name === 'supervised') return
    tell('LD-VALUE', name.span, `${name.text} lacks its value: "=" is missing; ${stops}`)
    return
  }
  const wrong = wrongOf(value.text, word)
  if (wrong !== undefined) {
    const at = value.text === '' ? name.span : value.span
    tell('LD-VALUE', at, `${wrong.reason}; ${stops}`, wrong.instead)
  }
  if (comment !== undefined && /["']/.test(value.text) && (value.text.match(/"/g) ?? []).length % 2 === 1) {
    tell(
      'LD-COMMENT',
      { start: comment.start, end: span.end },
      '"#" begins a comment also in quotes: the value ends before it. A password with "#" cannot be written here',
    )
  }
}

function wrongOf(
  text: string,
  { name, value }: LdirectordWord,
): { readonly reason: string; readonly instead?: string } | undefined {
  switch (value.kind) {
    case 'whole': {
      // A unit behind the number is passed over.
      const number = /\d+/.exec(text)?.[0]
      return number !== undefined && Number(number) >= value.least && Number(number) <= value.most
        ? undefined
        : { reason: `${name} takes a whole number from ${value.least}, not "${text}"` }
    }
    case 'words': {
      if (value.words.includes(text)) return undefined
      const lower = value.words.find((each) => each === text.toLowerCase())
      const reason = `${name} takes ${value.words.filter((each) => each !== '').join(', ')}, not "${text}"`
      return lower === undefined ? { reason } : { reason, instead: lower }
    }
    case 'matching':
      return value.pattern.test(text) ? undefined : { reason: `${name} takes ${value.what}, not "${text}"` }
    case 'quoted':
      return /"(.+)"/.test(text)
        ? undefined
        : { reason: `the value of ${name} stands in double quotes`, instead: `"${text.replaceAll('"', '')}"` }
    case 'text':
      return text === '' ? { reason: `${name} lacks its value` } : undefined
  }
}
