import { columnsOf } from './columns.js'

/** A text in lines of at most so many columns; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const result: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width) {
      result.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...result, line]
}
