import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { textsInTables } from './texts-in-tables.js'
import { sourceFiles, textsOf } from './texts-of-source.js'

const FOLDER = 'l10n/zh-cn'

/** Every catalogue of the language, by room. */
const catalogues = readdirSync(FOLDER).map((file) => ({
  file,
  texts: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Record<string, string>,
}))
const chinese = new Map(catalogues.flatMap(({ texts }) => Object.entries(texts)))
const sources = sourceFiles().map((file) => textsOf(file))
const said = [...sources.flatMap(({ texts }) => texts), ...textsInTables()]

function placesIn(text: string): string[] {
  return (text.match(/\{\d+\}/g) ?? []).sort()
}

/** What looks like a text that is not said, and why it is right so. */
const ON_PURPOSE: Readonly<Record<string, string>> = {
  VIP: 'a word of the field, the same in every language',
  Home: 'stands on the key',
  End: 'stands on the key',
  Esc: 'stands on the key',
  "'Open Designer'": 'of a command that an entry of the tree runs: not shown',
  "'Show'": 'of a command that an entry of the tree runs: not shown',
  "'Suggest'": 'of a command that a completion runs: not shown',
  "'Settings of LVS Designer’s checks'": 'names a JSON Schema, which is a file',
}

/** Where sentences stand that are in English for everybody, and why. */
const ENGLISH_FOR_ALL: Readonly<Record<string, string>> = {
  'src/cli/': 'the command line',
  'src/core/packet/walk-text.ts': 'the command line',
  'src/core/plan/diagnosis.ts': 'the command line',
  'src/core/render/': 'writes files',
  'src/core/import/': 'writes files',
  'src/core/hosts/keepalived/director-file.ts': 'writes files',
  'src/remote/host/installed-helper.ts': 'writes files',
  'src/core/checks/explain.ts': 'writes docs/rules.md',
  'src/core/checks/settings.ts': 'writes a JSON Schema',
  'src/core/topology/language.ts': 'writes a JSON Schema; what keys mean is in a table',
  'src/core/checks/ipvsadm/explanations.ts': 'where it is known from; the rest is in a table',
  'src/core/checks/keepalived/explanations.ts': 'where it is known from; the rest is in a table',
  'src/core/diagram/blocks.ts: services without a director': 'an id',
  'src/core/hosts/filter-packet.ts: not known': 'a symbol',
  'src/core/hosts/observe.ts: remote any': 'words of ip',
  'src/core/hosts/read-ruleset.ts: a target of iptables': 'a rule in words of ours',
  'src/core/hosts/tunnels.ts: {0} local': 'words of ip',
  'src/core/hosts/tunnels.ts: ip6tnl mode any': 'words of ip',
  'src/core/hosts/file-state.ts: (bytes': 'stands for a file',
  'src/core/plan/setting.ts: a device': 'a state, which is compared',
  'src/extension/commands/host-key-question.ts: the {0} key': 'for the log',
  'src/extension/designer/session.ts': 'for the log',
  'src/lab/guest-files.ts': 'writes files',
  'src/lab/kernel-run/observed-frames.ts: {0} ARP': 'frames, for whoever compares the walk with the kernel',
  'src/lab/wiring.ts': 'words of ip',
  'src/remote/deploy/drain.ts: not waited': 'a word between our own parts',
  'src/remote/ssh/ssh2.ts: SHA-1': 'what ssh2 is told',
  'src/remote/ssh/connection.ts: Error signing': 'what ssh2 says',
  'src/core/checks/keepalived/routes.ts': 'keywords',
  'src/core/formats/keepalived/global-words.ts': 'parts of what keywords mean, which is in a table',
  'src/core/formats/keepalived/lvs-words.ts': 'parts of what keywords mean, which is in a table',
  'src/core/formats/ldirectord/words.ts': 'parts of what directives take, which is in a table',
}

describe('texts for people', () => {
  it('are there in Simplified Chinese', () => {
    const missing = said.filter(({ key }) => !chinese.has(key))
    expect(missing.map(({ key, place }) => `${place}: ${key}`)).toEqual([])
  })

  it('have in Chinese the places they have in English', () => {
    const wrong = said.flatMap(({ key, endings, place }) => {
      const places = placesIn(chinese.get(key) ?? key)
      const missing = placesIn(key).filter((each) => !places.includes(each) && !endings.includes(each))
      const strange = places.filter((each) => !placesIn(key).includes(each))
      return missing.length + strange.length === 0
        ? []
        : [`${place}: ${[...missing, ...strange].join(' ')} of ${key}`]
    })
    expect(wrong).toEqual([])
  })

  it('are in one catalogue only, and in none when nobody says them any longer', () => {
    const english = new Set(said.map(({ key }) => key))
    const keys = catalogues.flatMap(({ file, texts }) => Object.keys(texts).map((key) => ({ file, key })))
    expect(keys.filter(({ key }) => !english.has(key))).toEqual([])
    expect(keys.length).toBe(chinese.size)
  })

  it('are told to `say` wherever it can be seen that people read them', () => {
    const unsaid = sources.flatMap((each) => each.unsaid)
    const allowed = Object.keys(ON_PURPOSE)
    expect(unsaid.filter((each) => !allowed.some((text) => each.endsWith(`: ${text}`)))).toEqual([])
    expect(allowed.filter((text) => !unsaid.some((each) => each.endsWith(`: ${text}`)))).toEqual([])
  })
})

describe('sentences anywhere', () => {
  const unsaid = sources
    .flatMap(({ sentences }) => sentences)
    .filter(({ key }) => !chinese.has(key))
    .map(({ key, place }) => ({ key, place, text: `${place.replace(/:\d+$/, '')}: ${key}` }))
  const places = Object.keys(ENGLISH_FOR_ALL)

  it('are said, or in Chinese in a table, or in English for everybody', () => {
    const left = unsaid.filter(({ text }) => !places.some((place) => text.startsWith(place)))
    expect(left.map(({ key, place }) => `${place}: ${key}`)).toEqual([])
  })

  it('are in English for everybody only where there are such', () => {
    expect(places.filter((place) => !unsaid.some(({ text }) => text.startsWith(place)))).toEqual([])
  })
})

describe('what VS Code reads of the manifest', () => {
  const english = texts('package.nls.json')
  const named = [...readFileSync('package.json', 'utf8').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key)

  it('is there in both languages, and nothing else', () => {
    expect(Object.keys(english).sort()).toEqual([...new Set(named)].sort())
    expect(Object.keys(texts('package.nls.zh-cn.json')).sort()).toEqual(Object.keys(english).sort())
  })

  it('is named, not written, wherever VS Code shows it', () => {
    const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: unknown }
    const written = shownIn(contributes).filter((each) => !/^%[\w.]+%$/.test(each))
    expect([...new Set(written)].sort()).toEqual([...NAMES].sort())
  })
})

/** Of this program and of others, the same in every language. */
const NAMES = [
  'LVS',
  'LVS Designer',
  'LVS Topology',
  'ipvsadm rules',
  'keepalived',
  'ldirectord',
  'lvs-designer',
]
/** What people read of a contribution. */
const SHOWN =
  /^(title|label|name|displayName|category|contextualTitle|aliases|contents|altText|.*[dD]escriptions?)$/

function shownIn(value: unknown, shown = false): string[] {
  if (typeof value === 'string') return shown ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Array.isArray(value)
    ? value.flatMap((each) => shownIn(each, shown))
    : Object.entries(value).flatMap(([key, each]) => shownIn(each, SHOWN.test(key)))
}

function texts(file: string): Record<string, string> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
}

describe('the README in Chinese', () => {
  it('has the sections, the commands and the samples of the English one', () => {
    const [english, chinese] = ['README.md', 'README.zh-CN.md'].map((file) => readFileSync(file, 'utf8'))
    const blocks = (text = '') => text.match(/^```[^]*?^```/gm) ?? []
    const headings = (text = '') => text.match(/^#+ /gm) ?? []
    const points = (text = '') => text.match(/^- /gm) ?? []
    expect(blocks(chinese)).toEqual(blocks(english))
    expect(headings(chinese)).toEqual(headings(english))
    expect(points(chinese)).toHaveLength(points(english).length)
  })
})

describe('the look for texts', () => {
  const rule = (line: string) =>
    textsOf('src/core/checks/rules/a.ts', `export function check() {\n  ${line}\n}\n`)

  it('finds what is said, with its places and English endings', () => {
    const { texts, unsaid } = rule("report(at, say`${n} host${n === 1 ? '' : 's'} of ${name}`)")
    expect(texts).toEqual([
      { key: '{0} host{1} of {2}', endings: ['{1}'], place: 'src/core/checks/rules/a.ts:2' },
    ])
    expect(unsaid).toEqual([])
  })

  it('finds every sentence that is not said, whole, and none of the log', () => {
    const { sentences } = rule("log().warn('it could not be read'); tell('there is ' + `no ${way} to it`)")
    expect(sentences.map(({ key }) => key)).toEqual(['there is no {0} to it'])
    expect(rule('tell(say`there is no ${way} to it`)').sentences).toEqual([])
  })

  it('finds what stands in the page by way of a choice or a list', () => {
    const page = (line: string) => textsOf('webview/a.tsx', `export function A() {\n  ${line}\n}\n`).unsaid
    expect(page("return <b>{NAMES[of] ?? 'tunnel'}</b>")).toHaveLength(1)
    expect(page("return <b>{many ? 'hosts' : one && 'host'}</b>")).toHaveLength(2)
    expect(page("return { detail: ['service', mode].filter(Boolean).join(' · ') }")).toHaveLength(1)
    expect(page('return <b aria-roledescription="diagram" />')).toHaveLength(1)
    expect(
      page("return <b className={of === 'host' ? 'a-host' : 'other'}>{of === 'host' && mark}</b>"),
    ).toEqual([])
  })

  it('finds what is not said', () => {
    expect(rule("report(at, 'no route')").unsaid).toHaveLength(1)
    expect(rule('report(at, `${a} has no route`)').unsaid).toHaveLength(1)
    expect(rule("fixes.push({ title: 'Take it out' })").unsaid).toHaveLength(1)
    expect(rule('report(at, `${a} ${b}`)').unsaid).toEqual([])
  })
})
