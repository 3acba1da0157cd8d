/** A table for a terminal: a title, the first column to the left, the last too, figures to the right. */
export function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const lines = all.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        const left = column === 0 || (column === row.length - 1 && head[column] === '')
        return left ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
  return `\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`
}
