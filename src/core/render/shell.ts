import { oneLine, wrapped } from './text.js'

/** A word as POSIX sh reads it back, quoted only where it must be (XCU 2.2). */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_.:,/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** Words separated by spaces, as keys and states of settings are, each quoted by itself. */
export function shellWords(text: string): string {
  return text.split(' ').map(shellWord).join(' ')
}

/** Comment lines. Whatever the text holds, none of it can end up outside a comment. */
export function comment(text: string): string[] {
  return wrapped(oneLine(text), '# ')
}
