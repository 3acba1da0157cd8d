import { describe, expect, it } from 'vitest'
import { codes, dumped, keepalivedText, read } from './keepalived.test-kit.js'

describe('a configuration', () => {
  it('is read as blocks in blocks, wherever the braces stand', () => {
    const tree = read(
      'virtual_server 10.0.0.1 80\n{ delay_loop 3\n real_server 10.0.0.2 80{ weight 2\n} }\nvrrp_instance A {\n}\n',
    )
    expect(dumped(tree.directives)).toBe(
      'virtual_server 10.0.0.1 80\n  delay_loop 3\n  real_server 10.0.0.2 80\n    weight 2\nvrrp_instance A\n',
    )
    expect(tree.problems).toEqual([])
  })

  it('knows where everything stands', () => {
    const text = '# a\r\nvirtual_server 10.0.0.1 80 {\r\n\tweight "7" # b\r\n}\r\n'
    const [server] = read(text).directives
    const [weight] = server?.children ?? []
    expect(weight?.words.map(({ start, end }) => text.slice(start, end))).toEqual(['weight', '"7"'])
    expect(server?.braces.open?.start).toBe(text.indexOf('{'))
    expect(server?.braces.close?.start).toBe(text.indexOf('}'))
  })
})

describe('what is wrong with a configuration', () => {
  it.each([
    ['virtual_server 10.0.0.1 80 {\nweigth 1\n}\n', ['KA-KEYWORD weigth']],
    ['virtual_server 10.0.0.1 80 {\nweight\n}\n', ['KA-MISSING weight']],
    ['virtual_server 10.0.0.1 80 {\nweight 0\n}\n', ['KA-VALUE 0']],
    ['virtual_server 10.0.0.1 80 {\nweight 1 2 3\n}\n', ['KA-EXTRA 2 3']],
    ['virtual_server 10.0.0.1 80 {\nweight 1\nweight 2\n}\n', ['KA-TWICE weight']],
    ['virtual_server 10.0.0.1 80 {\nlb_kind dr\n}\n', ['METHOD-NAT dr']],
    ['virtual_server 10.0.0.1 80 {\nlb_algo loadbalance\n}\n', ['SCHED-DFLT loadbalance']],
    ['virtual_server 10.0.0.1 80\nweight 1\n}\n', ['KA-BRACE virtual_server']],
    ['virtual_server 10.0.0.1 80 {\n}\n}\n', ['KA-BRACE }']],
    ['virtual_server 10.0.0.1 80 {\nweight 1\n', ['KA-UNCLOSED virtual_server']],
    [
      'virtual_server 10.0.0.1 80 {\nweight 1\nvirtual_server 10.0.0.2 80 {\n}\n',
      ['KA-UNCLOSED virtual_server'],
    ],
    ['vrrp_instance A', ['KA-UNCLOSED vrrp_instance']],
    ['router_id "a\n', ['KA-QUOTE "a', 'KA-KEYWORD router_id']],
    ['@main\nglobal_defs {\n}\n', ['KA-CONDITION @main']],
    ['global_defs {\nrouter_id ${NAME}\n}\n', ['KA-DEFINITION ${NAME}']],
    ['$A=$A x\nglobal_defs {\nrouter_id $A\n}\n', ['KA-DEFINITION $A']],
    ['global_defs {\nrouter_id a \\\n}\n', ['KA-LINE \\']],
    ['# a comment \\\n', ['KA-LINE \\']],
    ['\ufeffglobal_defs {\n}\n', ['KA-LINE \ufeff']],
    ['global_defs {\nsni_name a\n}\n', ['KA-KEYWORD sni_name']],
    [
      'vrrp_instance A {\nnative_ipv6\nno_virtual_ipaddress\n}\n',
      ['KA-OBSOLETE native_ipv6', 'KA-VERSION no_virtual_ipaddress'],
    ],
  ])('%j', (text, expected) => {
    expect(codes(read(text))).toEqual(expected)
  })

  it('suggests what was meant', () => {
    const fixes = (text: string) =>
      read(text).problems.flatMap((problem) =>
        problem.fixes.flatMap(({ edits }) => edits.map(({ newText }) => newText)),
      )
    const within = (line: string) => `virtual_server 10.0.0.1 80 {\n${line}\n}\n`
    expect(fixes(within('real_sever 10.0.0.2 80 {\n}'))).toEqual(['real_server'])
    expect(fixes(within('lb_kind dr'))).toEqual(['DR'])
    expect(fixes(within('real_server 10.0.0.2 80 {\nTCP_CHECK {\nnb_get_retry 3\n}\n}'))).toEqual(['retry'])
    expect(fixes('lvs_id a\n')).toEqual(['router_id'])
  })
})

describe('a hostile text', () => {
  const whole = keepalivedText(3, 3)

  it('is read wherever it is cut off', () => {
    for (let at = 0; at < whole.length; at++) {
      const tree = read(whole.slice(0, at))
      const depth =
        (whole.slice(0, at).match(/\{/g) ?? []).length - (whole.slice(0, at).match(/\}/g) ?? []).length
      if (depth > 0) expect(tree.problems.length, `cut at ${at}`).toBeGreaterThan(0)
    }
  })

  it.each([
    ['braces', '{'.repeat(100_000)],
    ['closing braces', '}'.repeat(100_000)],
    ['blocks in blocks', 'virtual_server 1.2.3.4 80 {\n'.repeat(50_000)],
    ['one long line', 'x'.repeat(10_000_000)],
    ['ten million characters', `weight ${'x'.repeat(92)}\n`.repeat(100_000)],
    ['quotes', '"'.repeat(100_001)],
    ['sequences in sequences', `~SEQ(A,1,1000000) ~SEQ(B,1,1000000) weight \${A}\${B}\n`],
    ['definitions in definitions', `$A= \\\n$B \\\n$B\n$B= \\\n$A \\\n$A\n$A\n`],
    ['a definition that holds itself', '$A=$A$A\n$B=${B}${B}\nx $A ${B}\n'],
    ['binary', String.fromCharCode(...Array.from({ length: 5_000 }, (_, index) => (index * 7919) % 65_536))],
  ])('of %s is read, and told of', (_, text) => {
    expect(read(text).problems.length).toBeGreaterThan(0)
  })
})
