import { said, say } from '../../speech/say.js'
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
  const stops = say`ldirectord stops here and does not start`
  if (word === undefined) {
    const instead = REMOVED.get(name.text)
    if (instead !== undefined) {
      tell('LD-REMOVED', name.span, say`${name.text} is gone, ${instead} stands for it; ${stops}`, instead)
      return
    }
    const meant = similar(name.text, words.keys())
    const where = section === undefined ? say`outside of a section` : say`of a virtual service`
    tell(
      'LD-DIRECTIVE',
      name.span,
      say`${name.text} is no directive ${where}${meant === undefined ? '' : say`; ${meant} is`}; ${stops}`,
      meant,
    )
    return
  }
  if (value === undefined) {
    if (word.name === 'supervised') return
    tell('LD-VALUE', name.span, say`${name.text} lacks its value: "=" is missing; ${stops}`)
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
      say`"#" begins a comment also in quotes: the value ends before it. A password with "#" cannot be written here`,
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
        : { reason: say`${name} takes a whole number from ${value.least}, not "${text}"` }
    }
    case 'words': {
      if (value.words.includes(text)) return undefined
      const lower = value.words.find((each) => each === text.toLowerCase())
      const reason = say`${name} takes ${value.words.filter((each) => each !== '').join(', ')}, not "${text}"`
      return lower === undefined ? { reason } : { reason, instead: lower }
    }
    case 'matching':
      return value.pattern.test(text)
        ? undefined
        : { reason: say`${name} takes ${said(value.what)}, not "${text}"` }
    case 'quoted':
      return /"(.+)"/.test(text)
        ? undefined
        : {
            reason: say`the value of ${name} stands in double quotes`,
            instead: `"${text.replaceAll('"', '')}"`,
          }
    case 'text':
      return text === '' ? { reason: say`${name} lacks its value` } : undefined
  }
}
