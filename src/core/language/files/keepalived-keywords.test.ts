import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { NO_FILES } from '../../formats/source-text.js'
import { readKeepalived } from '../../formats/keepalived/tree.js'
import { keepalivedLanguage } from './keepalived-language.js'

/** Keywords in blocks, as keepalived 2.4.3 installs them. */
interface Installed {
  readonly [keyword: string]: Installed
}

const { _note, ...INSTALLED } = JSON.parse(
  readFileSync('test/keepalived/keywords.json', 'utf8'),
) as Installed & { readonly _note: unknown }

/** bfd_parser.c: some by a macro of its own, which the list above went past. */
const BFD = [
  ...['neighbor_ip', 'neighbour_ip', 'source_ip', 'min_rx', 'min_tx', 'idle_tx', 'multiplier', 'passive'],
  ...['ttl', 'hoplimit', 'max_hops', 'weight', 'vrrp', 'checker'],
]

function* pathsIn(keywords: Installed, above: readonly string[] = []): Iterable<readonly string[]> {
  for (const [keyword, below] of Object.entries(keywords)) {
    const path = [...above, keyword]
    yield path
    yield* pathsIn(below, path)
  }
}

const PATHS = [...pathsIn(INSTALLED), ...BFD.map((keyword) => ['bfd_instance', keyword])]

it('has every keyword that keepalived has', () => {
  expect(PATHS.length).toBeGreaterThan(500)
})

it.each(PATHS.map((path) => [path.join(' > '), path] as const))('knows %s', (_, path) => {
  const open = path.slice(0, -1).map((block) => `${block} a b {\n`)
  const [head, tail] = [open.join(''), '}\n'.repeat(open.length)]
  const last = path.at(-1) ?? ''
  const source = { name: 'keepalived.conf', text: `${head}${last}\n${tail}` }
  const { problems } = readKeepalived(source, { files: NO_FILES, id: undefined })
  expect(problems.filter(({ code }) => code === 'KA-KEYWORD')).toEqual([])
  const language = keepalivedLanguage(source, NO_FILES)
  expect(language.completeAt(head.length).map(({ label }) => label)).toContain(last)
  const [signature, meaning = ''] = language.hoverAt(head.length)?.markdown.split('\n```\n\n') ?? []
  expect(signature).toContain(last)
  expect(meaning.length).toBeGreaterThan(10)
})
