/** A model written with every block indented as it comes: for tests only. */
import type { Model, ModelValue } from '../topology/edits.arbitrary.test-kit.js'

export function writeCrooked(root: Model, numbers: readonly number[]): string {
  let used = 0
  const choose = (options: number): number => (numbers[used++ % numbers.length] ?? 0) % options
  /** Most blocks alike, so that there is something to go by. */
  const usual = 1 + choose(4)
  const deeper = () => (choose(3) > 0 ? usual : 1 + choose(7))
  let comments = 0
  const said = () => `# c${++comments} {a:1,  b`
  const blanks = () => ' '.repeat(choose(3))

  const flow = (value: ModelValue, column: number): string => {
    if (typeof value !== 'object') return JSON.stringify(value)
    const open = `\n${' '.repeat(column + 1 + choose(6))}`
    const lead = () => (choose(4) === 0 ? open : blanks())
    const list = Array.isArray(value)
    const items = list
      ? value.map((item) => flow(item, column))
      : [...value].map(([key, item]) => `${JSON.stringify(key)}:${blanks()}${flow(item, column)}`)
    const inside = items.map((item) => lead() + item).join(`${blanks()},`)
    return list ? `[${inside}${lead()}]` : `{${inside}${lead()}}`
  }
  const literal = (value: string, column: number): string[] => {
    const pad = ' '.repeat(column + deeper())
    const lines = [`${value}  `, `  ${value}`, ...(choose(2) === 0 ? ['   ', value] : [])]
    return [`|${['', '+', '-'][choose(3)] ?? ''}${blanks()}`, ...lines.map((line) => pad + line)]
  }
  const block = (value: ModelValue[] | Model, column: number): string[] => {
    const rows: string[] = []
    for (const [key, item] of Array.isArray(value) ? value.entries() : value) {
      if (choose(5) === 0) rows.push(...Array.from({ length: choose(4) }, blanks))
      if (choose(3) === 0) rows.push(' '.repeat(choose(2) === 0 ? column : choose(9)) + said())
      const list = typeof key === 'number'
      const head = ' '.repeat(column) + (list ? '-' : `${JSON.stringify(key)}:`)
      const end = choose(4) === 0 ? ` ${blanks()}${said()}` : blanks()
      if (typeof item === 'string' && /^[a-z0-9]+$/.test(item) && choose(3) === 0) {
        const [header = '', ...lines] = literal(item, column)
        rows.push(`${head} ${header}`, ...lines)
      } else if (
        typeof item !== 'object' ||
        choose(3) === 0 ||
        (Array.isArray(item) ? item.length : item.size) === 0
      ) {
        rows.push(`${head} ${blanks()}${flow(item, column)}${end}`)
      } else if (list && choose(2) === 0) {
        const gap = 1 + choose(3)
        const inner = block(item, column + 1 + gap)
        const first = inner[0] ?? ''
        if (/^\s*(#|$)/.test(first)) rows.push(head + end, ...inner)
        else rows.push(head + ' '.repeat(gap) + first.trimStart(), ...inner.slice(1))
      } else {
        const inner = !list && Array.isArray(item) && choose(2) === 0 ? column : column + deeper()
        rows.push(head + end, ...block(item, inner))
      }
    }
    return rows
  }
  return block(root, 0).join('\n') + (['', '\n', '\n\n\n', '\n  '][choose(4)] ?? '')
}
