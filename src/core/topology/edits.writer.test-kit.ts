/** Random ways to write a model down as YAML: for tests only, a writer of its own that shares nothing with what is tested. */
import type { Model, ModelValue } from './edits.arbitrary.test-kit.js'

/** What a text may have in it that edits must not stumble over. */
export const FEATURES = ['bom', 'lf', 'crlf', 'cr', 'mixed-ends', 'no-last-end', 'directive', 'document-start', 'document-end', 'flow-root', 'flow', 'flow-lines', 'flow-pair', 'trailing-comma', 'empty-nothing', 'empty-null', 'empty-braces', 'explicit-key', 'comment-own-line', 'comment-trailing', 'comment-deeper', 'comment-in-flow', 'comment-before-value', 'comment-non-ascii', 'blank-line', 'tab-before-value', 'tab-before-comment', 'tab-on-blank-line', 'tab-in-flow', 'single-quotes', 'double-quotes', 'folded-quotes', 'literal', 'folded', 'non-ascii', 'astral', 'long-line', 'odd-number', 'tag', 'anchor', 'alias', 'merge-key', 'list-in-column'] as const // prettier-ignore
export type Feature = (typeof FEATURES)[number]

export interface WrittenDown {
  readonly text: string
  readonly features: ReadonlySet<Feature>
}

/** Keys whose value is only read as a number, so that another spelling says the same. */
const NUMERIC = new Set(['port', 'weight', 'mtu', 'id', 'x', 'y', 'lvs'])
const REMARKS = ['', '', 'für 名', '😀', 'a: b', '- "q', "it's [1", '&a *b', '{', 'tab\there', '# twice']

export function writeAnyhow(root: Model, numbers: readonly number[]): WrittenDown {
  const features = new Set<Feature>()
  let used = 0
  const choose = (options: number): number => (numbers[used++ % numbers.length] ?? 0) % options
  const chance = (percent: number) => choose(100) < percent
  /** Chosen once a text, so that a shrunk example is a plain one. */
  const odd = chance(60)
  const may = (percent: number, feature: Feature): boolean => {
    if (!odd || !chance(percent)) return false
    features.add(feature)
    return true
  }
  const indent = 1 + choose(4)
  const listIndent = chance(50) ? 0 : indent
  const commented = choose(3) * 20
  let comments = 0
  const comment = (): string => {
    const remark = odd ? (REMARKS[choose(REMARKS.length)] ?? '') : ''
    if (/[^\x00-\x7f]/.test(remark)) features.add('comment-non-ascii')
    return `# c${++comments}. ${remark}`.trimEnd()
  }
  const commentHere = (percent: number, feature: Feature): string | undefined => {
    if (!chance(percent)) return undefined
    features.add(feature)
    return comment()
  }
  const trailing = (feature: Feature = 'comment-trailing'): string => {
    const said = commentHere(commented, feature)
    if (said === undefined) return ''
    return (may(25, 'tab-before-comment') ? '\t' : '  ') + said
  }

  const shared = new Map<object, { name: string; seen: boolean }>()
  for (const value of repeated(root)) shared.set(value, { name: `s${shared.size}`, seen: false })

  const text = (value: string, fold: string | undefined): string => {
    if (value === '<<' && may(60, 'merge-key')) return value
    const word = /^[a-z][a-z.-]*\d?$|^\d+\.\d+\.\d+\.\d+$|^[\p{L}]+(?: [\p{L}]+)?$/u
    if (word.test(value) && !/^(true|null|no|yes|on|off)$/.test(value) && chance(70)) return value
    const double = /[\n\t\u0085\ufeff]/.test(value) || chance(40)
    features.add(double ? 'double-quotes' : 'single-quotes')
    const whole = double ? quoted(value) : `'${value.replaceAll("'", "''")}'`
    if (fold === undefined || !/^.\S+ \S+.$/.test(whole) || !may(40, 'folded-quotes')) return whole
    return whole.replace(' ', `\n${fold}`)
  }
  const leaf = (value: string | number | boolean, key: string | undefined, fold: string | undefined) => {
    if (typeof value === 'string') {
      if (/[\u{10000}-\u{10ffff}]/u.test(value)) features.add('astral')
      if (/[^\x00-\x7f]/.test(value)) features.add('non-ascii')
      if (value.length > 1000) features.add('long-line')
      return (may(3, 'tag') ? '!!str ' : '') + text(value, fold)
    }
    if (typeof value === 'number' && value >= 0 && NUMERIC.has(key ?? '') && may(20, 'odd-number')) {
      return [`0x${value.toString(16)}`, `0o${value.toString(8)}`, `+${value}`, `${value}.0`][choose(4)] ?? ''
    }
    return String(value)
  }
  /** The anchor before a value, or the alias it is instead. */
  const mark = (value: ModelValue): { readonly before: string; readonly alias: string | undefined } => {
    const known = typeof value === 'object' ? shared.get(value) : undefined
    if (known === undefined) return { before: may(2, 'anchor') ? `&u${used} ` : '', alias: undefined }
    if (known.seen) {
      features.add('alias')
      return { before: '', alias: `*${known.name}` }
    }
    known.seen = true
    return { before: `&${known.name} `, alias: undefined }
  }

  const flow = (value: ModelValue, column: number, lines: boolean, key?: string): string => {
    const { before, alias } = mark(value)
    return alias ?? before + flowItself(value, column, lines, key)
  }
  const flowItself = (value: ModelValue, column: number, lines: boolean, key?: string): string => {
    const fold = ' '.repeat(column + indent)
    if (typeof value !== 'object') return leaf(value, key, fold)
    const list = Array.isArray(value)
    const [open, close] = list ? '[]' : '{}'
    const inside = (item: ModelValue, name?: string) => flow(item, column + indent, lines && chance(50), name)
    const pair = (item: ModelValue): item is Model =>
      item instanceof Map && item.size === 1 && !shared.has(item) && may(5, 'flow-pair')
    const entry = (name: string, item: ModelValue): string => {
      if (item instanceof Map && item.size === 0 && may(30, 'empty-nothing'))
        return `${text(name, undefined)}:`
      const lead = may(4, 'explicit-key') ? '? ' : ''
      const blank = may(5, 'tab-before-value') ? '\t' : ' '
      return `${lead}${text(name, undefined)}${lead && ' '}:${blank}${inside(item, name)}`
    }
    const items = list
      ? value.map((item) => (pair(item) ? [...item].map(([k, v]) => entry(k, v)).join('') : inside(item)))
      : [...value].map(([name, item]) => entry(name, item))
    if (items.length === 0) return lines && chance(20) ? `${open} ${close}` : `${open}${close}`
    features.add('flow')
    const last = chance(20) ? ',' : ''
    if (last !== '') features.add('trailing-comma')
    if (!lines) {
      const blank = chance(50) ? ' ' : ''
      const separator = may(10, 'tab-in-flow') ? ',\t' : chance(80) ? ', ' : ' , '
      return `${open}${blank}${items.join(separator)}${last}${blank || (items.at(-1)?.endsWith(':') === true ? ' ' : '')}${close}`
    }
    features.add('flow-lines')
    const inner = ' '.repeat(column + indent) + (may(5, 'tab-in-flow') ? '\t' : '')
    const rows = items.map((item, at) => {
      const above = commentHere(commented / 2, 'comment-in-flow')
      const comma = at < items.length - 1 ? ',' : last
      return `${above === undefined ? '' : `${inner}${above}\n`}${inner}${item}${comma}${trailing('comment-in-flow')}`
    })
    return `${open}${trailing('comment-in-flow')}\n${rows.join('\n')}\n${inner}${close}`
  }

  /** Below a literal, what is indented deeper (and a tab is) would be part of it. */
  const literals = () => features.has('literal') || features.has('folded')

  /** The lines of a string in literal or folded style, the header first. */
  const blockScalar = (value: ModelValue, column: number): [string, ...string[]] | undefined => {
    if (typeof value !== 'string' || !/^[!-~](?:[ -~]*[!-~])?(?:\n[!-~]+)?$/.test(value)) return undefined
    const feature = value.includes('\n') || chance(50) ? 'literal' : 'folded'
    if (!may(12, feature)) return undefined
    const pad = ' '.repeat(column + indent)
    const said = commentHere(commented, 'comment-before-value')
    const header = `${feature === 'literal' ? '|-' : '>-'}${said === undefined ? '' : ` ${said}`}`
    return [header, ...value.split('\n').map((line) => pad + line)]
  }

  const block = (value: ModelValue[] | Model, column: number): string[] => {
    const pad = ' '.repeat(column)
    const rows: string[] = []
    for (const [key, item] of Array.isArray(value) ? value.entries() : value) {
      const above = commentHere(commented / 2, 'comment-own-line')
      if (above !== undefined) rows.push(pad + above)
      if (chance(10)) {
        features.add('blank-line')
        rows.push(!literals() && may(20, 'tab-on-blank-line') ? '\t' : '')
      }
      const inList = typeof key === 'number'
      const name = inList ? undefined : key
      const explicit = !inList && may(5, 'explicit-key')
      if (explicit) rows.push(`${pad}? ${text(key, undefined)}${trailing()}`)
      const head = inList ? '-' : explicit ? ':' : `${text(key, undefined)}:`
      const size = typeof item === 'object' ? (Array.isArray(item) ? item.length : item.size) : 0
      const scalarLines = blockScalar(item, column)
      if (scalarLines !== undefined) {
        const [header, ...lines] = scalarLines
        rows.push(`${pad}${head} ${header}`, ...lines)
        continue
      }
      if (size === 0 || typeof item !== 'object' || chance(40)) {
        const kind = item instanceof Map && size === 0 ? choose(3) : 0
        if (kind > 0) features.add(kind === 1 ? 'empty-nothing' : 'empty-null')
        else if (typeof item === 'object' && size === 0) features.add('empty-braces')
        const shown = kind === 1 ? '' : kind === 2 ? (chance(50) ? 'null' : '~') : flow(item, column + 1, chance(40), name) // prettier-ignore
        if (shown !== '' && may(5, 'comment-before-value')) {
          const below = ' '.repeat(column + 1)
          rows.push(`${pad}${head}${trailing()}`, below + comment(), `${below}${shown}${trailing()}`)
        } else {
          const blank = shown === '' ? '' : !inList && may(5, 'tab-before-value') ? '\t' : ' '
          rows.push(pad + head + blank + shown + trailing())
        }
        continue
      }
      const { before, alias } = mark(item)
      if (alias !== undefined) {
        rows.push(`${pad}${head} ${alias}${trailing()}`)
        continue
      }
      const list = Array.isArray(item)
      if (list && listIndent === 0 && !inList && !explicit) features.add('list-in-column')
      const deeper = inList ? 2 : list && !explicit ? listIndent : indent
      const inner = block(item, column + deeper)
      if (inList && before === '' && chance(70) && !/^\s*(#|$)/.test(inner[0] ?? '')) {
        rows.push(`${pad}- ${(inner[0] ?? '').trimStart()}`, ...inner.slice(1))
      } else rows.push(pad + head + (before && ` ${before.trim()}`) + trailing(), ...inner)
      const after = literals() ? undefined : commentHere(commented / 4, 'comment-deeper') // prettier-ignore
      if (after !== undefined) rows.push(`${pad}    ${after}`)
    }
    return rows
  }

  const start = may(15, 'document-start')
  const rows = start ? [...(may(40, 'directive') ? ['%YAML 1.2'] : []), `---${trailing()}`] : []
  if (chance(10)) {
    features.add('flow-root')
    rows.push(flow(root, 0, chance(50)))
  } else rows.push(...block(root, 0))
  const last = commentHere(commented, 'comment-own-line')
  if (last !== undefined) rows.push(last)
  if (may(10, 'document-end')) rows.push('...')
  const ended = chance(70)
  if (!ended) features.add('no-last-end')
  const ends = (['lf', 'lf', 'lf', 'lf', 'crlf', 'crlf', 'cr', 'mixed-ends'] as const)[choose(8)] ?? 'lf'
  features.add(ends)
  if (chance(15)) features.add('bom')
  const whole = rows.join('\n') + (ended ? '\n' : '')
  const oneEnd = { lf: '\n', crlf: '\r\n', cr: '\r' }
  const lineEnd = () => (ends === 'mixed-ends' ? (['\n', '\r\n'][choose(2)] ?? '') : oneEnd[ends])
  return { text: (features.has('bom') ? '\ufeff' : '') + whole.replace(/\n/g, lineEnd), features }
}

/** Collections that stand in more than one place. */
function repeated(root: Model): Set<object> {
  const seen = new Set<object>()
  const twice = new Set<object>()
  const look = (value: ModelValue): void => {
    if (typeof value !== 'object') return
    if (seen.has(value)) {
      twice.add(value)
      return
    }
    seen.add(value)
    for (const item of value.values()) look(item)
  }
  look(root)
  return twice
}

function quoted(value: string): string {
  return JSON.stringify(value).replaceAll('\u0085', '\\u0085').replaceAll('\ufeff', '\\ufeff')
}
