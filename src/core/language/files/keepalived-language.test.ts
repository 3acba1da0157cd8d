import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readKeepalived } from '../../formats/keepalived/tree.js'
import type { Directive } from '../../formats/keepalived/tree.js'
import { NO_FILES } from '../../formats/source-text.js'
import type { SourceFiles } from '../../formats/source-text.js'
import { applyTextEdits } from '../../topology/position.js'
import { ipvsadmLanguage } from './ipvsadm-language.js'
import { keepalivedLanguage } from './keepalived-language.js'
import { ldirectordLanguage } from './ldirectord-language.js'

const INCLUDED = { name: 'scripts.inc', text: 'vrrp_script chk {\n  script /bin/true\n}\n' }
const FILES: SourceFiles = {
  matching: (pattern) => ({ files: pattern === INCLUDED.name ? [INCLUDED] : [] }),
}

/** The caret is where `|` stands. */
function at(marked: string) {
  const offset = marked.indexOf('|')
  const text = marked.replace('|', '')
  return { text, offset, language: keepalivedLanguage({ name: 'keepalived.conf', text }, FILES) }
}

const labels = (marked: string): string[] => {
  const { language, offset } = at(marked)
  return language.completeAt(offset).map(({ label }) => label)
}

const TREE = `include scripts.inc
$VIP=192.0.2.100
vrrp_instance VI_1 {
  interface eth0
  track_script {
    chk
  }
  virtual_ipaddress {
    $VIP
  }
}
vrrp_sync_group G {
  group {
    VI_1
  }
}
virtual_server $VIP 80 {
  lvs_method DR
  real_server 192.0.2.11 80 {
    weight 1
  }
}
`

describe('completion in a keepalived.conf', () => {
  it.each([
    ['|', 'virtual_server'],
    ['vrrp_instance V {\n  st|\n}\n', 'state'],
    ['virtual_server 192.0.2.1 80 {\n  lvs_method |\n}\n', 'DR'],
    ['virtual_server 192.0.2.1 80 {\n  real_server 192.0.2.2 80 {\n    |\n  }\n}\n', 'TCP_CHECK'],
    ['virtual_server_group web {\n  192.0.2.1 80\n}\nvirtual_server group |\n', 'web'],
    [TREE.replace('    chk\n', '    |\n'), 'chk'],
    [TREE.replace('    VI_1\n', '    V|\n'), 'VI_1'],
  ])('offers what may stand there: %j', (marked, label) => {
    expect(labels(marked)).toContain(label)
  })

  it.each(['# |', 'virtual_server 192.0.2.1 80 {\n  delay_loop |\n}\n'])('offers nothing in %j', (marked) => {
    expect(labels(marked)).toEqual([])
  })

  it('writes a block with its braces, and choices to choose from', () => {
    const { language, offset } = at('|')
    const block = language.completeAt(offset).find(({ label }) => label === 'vrrp_instance')
    expect(block?.insert).toBe('vrrp_instance ${1:name} {\n\t$0\n}')
    const inside = at('virtual_server 192.0.2.1 80 {\n  |\n}\n')
    const method = inside.language.completeAt(inside.offset).find(({ label }) => label === 'lvs_method')
    expect(method?.insert).toBe('lvs_method ${1|NAT,DR,TUN|}')
  })
})

describe('a word of keepalived.conf', () => {
  it('says what it means', () => {
    const { language, offset, text } = at(TREE.replace('  lvs_method', '  lvs_m|ethod'))
    const hover = language.hoverAt(offset)
    expect(hover?.markdown).toContain('NAT, DR (direct routing) or TUN (tunnel)')
    expect(hover && text.slice(hover.span.start, hover.span.end)).toBe('lvs_method')
  })

  it.each([
    ['    c|hk\n', 'scripts.inc', 'chk'],
    ['include scr|ipts.inc', 'scripts.inc', ''],
    ['    VI|_1\n', 'keepalived.conf', 'VI_1'],
    ['virtual_server $V|IP', 'keepalived.conf', '$VIP'],
  ])('leads to where it is defined: %j', (marked, file, word) => {
    const { language, offset } = at(TREE.replace(marked.replace('|', ''), marked))
    const found = language.definitionsAt(offset)
    expect(found.map(({ text, span, file: where }) => [where, text.slice(span.start, span.end)])).toEqual([
      [file, word],
    ])
  })

  it('is found wherever it stands', () => {
    const { language, offset } = at(TREE.replace('vrrp_instance VI', 'vrrp_instance V|I'))
    expect(language.referencesAt(offset)).toHaveLength(2)
    const variable = at(TREE.replace('$VIP=', '$V|IP='))
    expect(variable.language.referencesAt(variable.offset)).toHaveLength(3)
  })
})

it('the outline has blocks by what they are', () => {
  const { language } = at(`|${TREE}`)
  expect(
    language.symbols().map(({ kind, name, children }) => [kind, name, children.map((each) => each.name)]),
  ).toEqual([
    ['vrrp', 'VI_1', ['track_script', 'virtual_ipaddress']],
    ['section', 'vrrp_sync_group G', ['group']],
    ['service', '192.0.2.100 80', ['192.0.2.11 80']],
  ])
})

describe('formatting a keepalived.conf', () => {
  const formatted = (text: string): string =>
    applyTextEdits(text, keepalivedLanguage({ name: 'k', text }, NO_FILES).format?.(4) ?? [])

  it('indents by blocks and leaves everything else as it is', () => {
    expect(formatted('a {  # c  \nb c\n\n   }\n@x   y\n$A = 1 \\\n   2\n')).toBe(
      'a {  # c\n    b c\n\n}\n@x   y\n$A = 1 \\\n   2\n',
    )
  })

  it.each(['plain', 'everything'])('changes no word of %s.conf, and nothing the second time', (name) => {
    const text = readFileSync(`test/keepalived/right/${name}.conf`, 'utf8').replaceAll(/^ +/gm, '  ')
    const once = formatted(text)
    expect(once).not.toBe(text)
    expect(formatted(once)).toBe(once)
    expect(wordsOf(once)).toEqual(wordsOf(text))
  })

  function wordsOf(text: string): unknown {
    const words = (directives: readonly Directive[]): unknown =>
      directives.map(({ words: own, children }) => [own.map((word) => word.text), words(children ?? [])])
    return words(readKeepalived({ name: 'k', text }, { files: NO_FILES, id: undefined }).directives)
  }
})

describe('whatever a text holds', () => {
  it('every question has an answer at every place', () => {
    const text = `${TREE}\n}} { " @a $B ~SEQ(x,1,2) \\\nvirtual_server group`
    for (let end = 0; end <= text.length; end += 3) {
      const cut = text.slice(0, end)
      for (const language of [
        keepalivedLanguage({ name: 'k', text: cut }, FILES),
        ldirectordLanguage(cut),
        ipvsadmLanguage(cut),
      ]) {
        for (const offset of [0, end >> 1, end]) {
          language.hoverAt(offset)
          language.completeAt(offset)
          language.definitionsAt(offset)
          language.referencesAt(offset)
        }
        for (const { whole, key } of language.symbols()) {
          expect(whole.start).toBeLessThanOrEqual(key.start)
          expect(whole.end).toBeGreaterThanOrEqual(key.end)
        }
      }
    }
  })
})

describe('an ldirectord.cf', () => {
  const TEXT = 'checkt|imeout=3\nvirtual=192.0.2.1:80\n    real=10.0.0.1 gate\n    sched\n    ops=\n'
  it('says what its directives mean, and offers them where they belong', () => {
    const text = TEXT.replace('|', '')
    const language = ldirectordLanguage(text)
    expect(language.hoverAt(TEXT.indexOf('|'))?.markdown).toContain('connect, external or ping check')
    const offers = (where: string) => language.completeAt(text.indexOf(where) + where.length)
    expect(offers('    sched').map(({ label }) => label)).toContain('scheduler')
    expect(offers('    ops=').map(({ label }) => label)).toEqual(['yes', 'no'])
    expect(language.symbols()).toMatchObject([{ name: '192.0.2.1:80', children: [{ name: '10.0.0.1' }] }])
  })
})
