import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'

/** As much of vscode-textmate as is asked for here. */
interface Grammar {
  readonly tokenizeLine: (
    line: string,
    before: unknown,
  ) => {
    readonly tokens: readonly {
      readonly startIndex: number
      readonly endIndex: number
      readonly scopes: readonly string[]
    }[]
    readonly ruleStack: unknown
  }
}
interface TextMate {
  readonly INITIAL: unknown
  readonly parseRawGrammar: (text: string, path: string) => unknown
  readonly Registry: new (options: {
    readonly onigLib: Promise<unknown>
    readonly loadGrammar: (scope: string) => Promise<unknown>
  }) => { readonly loadGrammar: (scope: string) => Promise<Grammar | null> }
}
interface Oniguruma {
  readonly loadWASM: (wasm: Buffer) => Promise<void>
  readonly OnigScanner: new (patterns: string[]) => unknown
  readonly OnigString: new (text: string) => unknown
}

const fromVsCode = createRequire(
  resolve('test/e2e/vscode-1.100/node_modules/code-server/lib/vscode/package.json'),
)

/** By the grammars that are shipped, and by what VS Code itself reads them with. */
describe('words have their colours', () => {
  const { INITIAL, Registry, parseRawGrammar } = fromVsCode('vscode-textmate') as TextMate
  const { OnigScanner, OnigString, loadWASM } = fromVsCode('vscode-oniguruma') as Oniguruma

  beforeAll(async () => {
    await loadWASM(readFileSync(fromVsCode.resolve('vscode-oniguruma/release/onig.wasm')))
  })

  async function coloured(language: string, text: string): Promise<string[]> {
    const registry = new Registry({
      onigLib: Promise.resolve({
        createOnigScanner: (patterns: string[]) => new OnigScanner(patterns),
        createOnigString: (string: string) => new OnigString(string),
      }),
      loadGrammar: (scope) => {
        const file = `media/${scope.replace('source.', '')}.tmLanguage.json`
        return Promise.resolve(parseRawGrammar(readFileSync(file, 'utf8'), file))
      },
    })
    const grammar = await registry.loadGrammar(`source.${language}`)
    if (grammar === null) throw new Error(`there is no grammar of ${language}`)
    let state = INITIAL
    return text.split('\n').flatMap((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state)
      state = ruleStack
      return tokens.flatMap(({ startIndex, endIndex, scopes }) => {
        const [, scope] = scopes
        return scope === undefined ? [] : [`${line.slice(startIndex, endIndex)}: ${scope}`]
      })
    })
  }

  it('in a keepalived.conf', async () => {
    const text = `! by hand
$VIP = 192.0.2.100/24
include web.inc
vrrp_instance VI_1 {
  @lb1@lb2 priority 150
  interface "eth0"
}
virtual_server $VIP 80 {
  lb_kind DR # twice
  real_server 2001:db8::1 80 {
    TCP_CHECK {
`
    expect(await coloured('keepalived', text)).toEqual([
      '! by hand: comment.line',
      '$VIP: variable.other.definition',
      '=: keyword.operator.assignment',
      '192.0.2.100/24: constant.numeric.address',
      'include: keyword.control.include',
      'web.inc: string.unquoted',
      'vrrp_instance: storage.type',
      'VI_1: entity.name.section',
      '@lb1@lb2: keyword.control.conditional',
      'priority: keyword.other.setting',
      '150: constant.numeric',
      'interface: keyword.other.setting',
      '": string.quoted.double',
      'eth0: string.quoted.double',
      '": string.quoted.double',
      'virtual_server: storage.type',
      '$VIP: variable.other',
      '80: constant.numeric',
      'lb_kind: keyword.other.setting',
      'DR: support.constant',
      '# twice: comment.line',
      'real_server: storage.type',
      '2001:db8::1: constant.numeric.address',
      '80: constant.numeric',
      'TCP_CHECK: storage.type',
    ])
  })

  it('in an ldirectord.cf', async () => {
    const text = 'autoreload=yes\nvirtual=192.0.2.100:80 # web\n    real=192.0.2.11 gate\n'
    expect(await coloured('ldirectord', text)).toEqual([
      'autoreload: keyword.other.setting',
      '=: keyword.operator.assignment',
      'yes: support.constant',
      'virtual: storage.type',
      '=: keyword.operator.assignment',
      '192.0.2.100: constant.numeric.address',
      '80: constant.numeric',
      '# web: comment.line.number-sign',
      'real: keyword.other.setting',
      '=: keyword.operator.assignment',
      '192.0.2.11: constant.numeric.address',
      'gate: support.constant',
    ])
  })

  it('in rules of ipvsadm', async () => {
    const text = 'ipvsadm -A -t 192.0.2.100:443 -s rr\n-a -t [2001:db8::1]:443 --ipip -w 3\n'
    expect(await coloured('ipvsadm-rules', text)).toEqual([
      'ipvsadm : support.function',
      '-A: keyword.control',
      '-t: keyword.other.option',
      '192.0.2.100: constant.numeric.address',
      '443: constant.numeric',
      '-s: keyword.other.option',
      'rr: support.constant',
      '-a: keyword.control',
      '-t: keyword.other.option',
      '2001:db8::1: constant.numeric.address',
      '443: constant.numeric',
      '--ipip: keyword.other.option',
      '-w: keyword.other.option',
      '3: constant.numeric',
    ])
  })
})
