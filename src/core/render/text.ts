import { listed } from '../checks/wording.js'

/** Columns; what a terminal of an operator shows without breaking lines itself. */
const WIDTH = 100

/** Text without line ends, control and format characters: names come from people. */
export function oneLine(text: string): string {
  // Nearly all of it is printable ASCII with single spaces; thousands of hosts are written at once.
  if (/^[!-~]+(?: [!-~]+)*$/.test(text)) return text
  return text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
}

/** Text broken at spaces; every line begins with a prefix, the first with one of its own if it is given. */
export function wrapped(text: string, prefix: string, first = prefix): string[] {
  const lines: string[] = []
  let line = first
  let empty = true
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = prefix
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line]
}

/** A reason with the services it comes from, as a sentence: `Unpacks the tunnel (web).` */
export function sentence(why: string, services: readonly string[]): string {
  const text = why.charAt(0).toUpperCase() + why.slice(1)
  return oneLine(services.length === 0 ? `${text}.` : `${text} (${listed(services)}).`)
}

/** Rows with their columns below each other; the last column is left as long as it is. */
export function columns(rows: readonly (readonly string[])[], indent: string): string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)))
  }
  return rows.map(
    (row) =>
      indent +
      row
        .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
  )
}

/** A heading and what stands below it; nothing where there is nothing to say. */
export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, '-'.repeat(title.length), ...lines]
}
