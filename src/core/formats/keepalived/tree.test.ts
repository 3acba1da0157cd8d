import { describe, expect, it } from 'vitest'
import { keepalivedText } from './keepalived.test-kit.js'
import { NO_FILES } from '../source-text.js'
import type { FoundFiles, SourceFiles } from '../source-text.js'
import { readKeepalived } from './tree.js'
import type { Directive, KeepalivedTree } from './tree.js'

function read(text: string, files: SourceFiles = NO_FILES, id?: string): KeepalivedTree {
  return readKeepalived({ name: 'keepalived.conf', text }, { files, id })
}

/** The tree as keepalived would dump it: a line each, two spaces for each block around. */
function dumped(directives: readonly Directive[], indent = ''): string {
  return directives
    .map(
      ({ words, children }) =>
        `${indent}${words.map(({ text }) => text).join(' ')}\n${children === undefined ? '' : dumped(children, `${indent}  `)}`,
    )
    .join('')
}

function codes({ problems }: KeepalivedTree): string[] {
  return problems.map(({ code, source, span }) => `${code} ${source.text.slice(span.start, span.end)}`)
}

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

  it('counts lines with a condition for its id only, and for all where none is given', () => {
    const text = '@high net_namespace high\n@low net_namespace low\n@^low router a\n@^high@low b c\n'
    expect(dumped(read(text, NO_FILES, 'high').directives)).toBe('net_namespace high\nrouter a\nb c\n')
    expect(dumped(read(text, NO_FILES, 'low').directives)).toBe('net_namespace low\nb c\n')
    expect(read(text, NO_FILES, 'low').ids).toEqual(new Set(['high', 'low', 'high@low']))
    expect(read(text).directives).toHaveLength(4)
  })

  it('puts definitions in as keepalived.conf(5) shows it', () => {
    const tree = read(`$ADDRESS_BASE=10.2.\${ADDRESS_BASE_SUB}
$ADDRESS_BASE_SUB=0
static_ipaddress {
  \${ADDRESS_BASE}.100/32
  $ADDRESS_BASE_SUB=10
  \${ADDRESS_BASE}.100/32
}
`)
    expect(dumped(tree.directives)).toBe('static_ipaddress\n  10.2.0.100/32\n  10.2.10.100/32\n')
    expect(tree.problems).toEqual([])
  })

  it('puts definitions of several lines in, one in the other', () => {
    const tree = read(`$RS= \\
  real_server 192.168.\${VS}.\${RS} 80 { \\
    weight 1 \\
  # a comment \\
  }
$V= \\
virtual_server 10.0.\${VS}.4 80 { \\
  $RS=1 \\
  $RSDEF \\
}
$RSDEF=x
$VS=7
`)
    expect(tree.directives).toEqual([])
    const nested = read(`$INNER= \\
  real_server 192.168.\${VS}.\${NUM} 80 { \\
    weight 1 \\
  }
$OUTER= \\
virtual_server 10.0.\${VS}.4 80 { \\
  $NUM=1 \\
  $INNER \\
  $NUM=2 \\
  $INNER \\
}
$VS=0
$OUTER
$VS=1
$OUTER
`)
    const server = (vs: number) =>
      `virtual_server 10.0.${vs}.4 80\n  real_server 192.168.${vs}.1 80\n    weight 1\n  real_server 192.168.${vs}.2 80\n    weight 1\n`
    expect(dumped(nested.directives)).toBe(server(0) + server(1))
    expect(nested.problems).toEqual([])
  })

  it('writes sequences and lists out as keepalived.conf(5) shows it', () => {
    const lines = (text: string) =>
      dumped(read(`static_ipaddress {\n${text}\n}\n`).directives[0]?.children ?? [])
        .trimEnd()
        .split('\n')
    expect(lines('~SEQ(SUBNET, 0, 3) 10.0.${SUBNET}.1')).toEqual([
      '10.0.0.1',
      '10.0.1.1',
      '10.0.2.1',
      '10.0.3.1',
    ])
    expect(lines('~SEQx(S, 0x90, 0x10, 0xc0) fe80::20:${S}:1')).toEqual([
      'fe80::20:90:1',
      'fe80::20:a0:1',
      'fe80::20:b0:1',
      'fe80::20:c0:1',
    ])
    expect(lines('~SEQ(A, -1) x${A}')).toEqual(['x-1'])
    expect(lines('~LST({IP, IP1}, {10,1},{20,4}) ~SEQ(IP2,168,2,170) 192.${IP2}.${IP}.${IP1}')).toEqual([
      '192.168.10.1',
      '192.170.10.1',
      '192.168.20.4',
      '192.170.20.4',
    ])
    expect(codes(read('~SEQ(A, 1, 0, 9) x\n~SEQ(1, 2) x\n~SEQ A x\n'))).toHaveLength(3)
  })

  it('reads included files in their place, and tells of those that are not there', () => {
    const texts: Record<string, string> = { 'a.conf': 'weight 1\ninclude b.conf\n', 'b.conf': 'retry x\n' }
    const files: SourceFiles = {
      matching: (pattern) => {
        const text = texts[pattern]
        return { files: text === undefined ? [] : [{ name: pattern, text }] }
      },
    }
    const tree = read(
      'virtual_server 10.0.0.1 80 {\ninclude a.conf\n}\ninclude none.conf\ninclude conf.d/*.conf\n',
      files,
    )
    expect(dumped(tree.directives)).toBe('virtual_server 10.0.0.1 80\n  weight 1\n  retry x\n')
    expect(tree.sources.map(({ name }) => name)).toEqual(['keepalived.conf', 'a.conf', 'b.conf'])
    expect(codes(tree)).toEqual(['KA-VALUE x', 'KA-INCLUDE none.conf', 'KA-INCLUDE-NONE conf.d/*.conf'])
    expect(tree.problems[0]?.source.name).toBe('b.conf')
  })

  it('takes for the name all that is left of the line, as keepalived does', () => {
    const asked: string[] = []
    const files: SourceFiles = {
      matching: (pattern) => {
        asked.push(pattern)
        return { files: [] }
      },
    }
    read('include {a,b}/*.conf  ! both\ninclude "a.conf"\ninclude two words # or one\ninclude \\#1\n', files)
    expect(asked).toEqual(['{a,b}/*.conf', '"a.conf"', 'two words', '#1'])
  })

  it('tells of what was not looked at, and what cannot be read', () => {
    const name = (at: number) => ({ name: `${at}`, text: undefined, reason: 'EACCES' })
    const answers: Record<string, FoundFiles> = {
      many: { files: [], unread: { reason: 'too many', kept: false } },
      kept: { files: [], unread: { reason: 'kept', kept: true } },
      refused: { files: [1, 2, 3, 4, 5, 6, 7].map(name) },
      '{a,b}': { files: [{ name: 'a', text: 'weigth\n' }], absent: ['b'] },
    }
    const files: SourceFiles = { matching: (pattern) => answers[pattern] }
    const told = (text: string) => read(text, files).problems.map(({ code, message }) => `${code} ${message}`)
    expect(told('include many\n')).toEqual(['KA-LIMIT not all of many was looked at: too many'])
    expect(read('include kept\n', files).problems[0]?.severity).toBe('information')
    expect(told('include refused\n')).toHaveLength(6)
    expect(told('include refused\n').at(-1)).toBe(
      'KA-INCLUDE 2 more that are named like refused cannot be read',
    )
    expect(read('include {a,b}\n', files).problems.map(({ code }) => code)).toEqual([
      'KA-INCLUDE-NONE',
      'KA-KEYWORD',
    ])
    expect(told('includeb {a,b}\n')).toEqual([
      'KA-INCLUDE there is no file b; with includeb keepalived then reads none of the others either',
    ])
  })

  it('comes to an end where each file includes two', () => {
    const files: SourceFiles = {
      matching: (name) => ({ files: [{ name, text: `include ${name}l\ninclude ${name}r\n` }] }),
    }
    expect(read('include x\n', files).includes).toHaveLength(10_000)
  })

  it('does not follow files in a circle', () => {
    const files: SourceFiles = {
      matching: (name) => ({ files: [{ name, text: 'include keepalived.conf\ninclude other.conf\n' }] }),
    }
    const tree = read('include other.conf\n', files)
    expect(codes(tree)).toEqual(['KA-INCLUDE-LOOP keepalived.conf', 'KA-INCLUDE-LOOP other.conf'])
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

describe('an include named by definitions', () => {
  const asked: string[] = []
  const files: SourceFiles = {
    matching: (pattern) => {
      asked.push(pattern)
      return { files: [{ name: pattern, text: '' }] }
    },
  }
  it.each([
    ['$_F=d/a.conf\ninclude $_F\n', 'd/a.conf'],
    ['$_P=d\ninclude ${_P}/a.conf\n', 'd/a.conf'],
    ['$_P=two  words\ninclude ${_P}/a.conf\n', 'two  words/a.conf'],
    ['include ${_PWD}/a.conf\n', './a.conf'],
    ['$_I=include d/a.conf\n$_I\n', 'd/a.conf'],
    ['$_K=include\n$_K d/a.conf\n', 'd/a.conf'],
    ['~LST(n, a) include d/${n}.conf\n', 'd/a.conf'],
  ])('%j', (text, name) => {
    asked.length = 0
    expect(codes(read(text, files))).toEqual([])
    expect(asked).toEqual([name])
  })

  it('is looked for as it is written where keepalived puts nothing in, which is told', () => {
    asked.length = 0
    expect(codes(read('$_D=d\ninclude $_D/e.conf\n', files))).toEqual(['KA-DEFINITION $_D/e.conf'])
    expect(codes(read('include ${NONE}/e.conf\n', files))).toEqual(['KA-DEFINITION ${NONE}/e.conf'])
    expect(asked).toEqual(['$_D/e.conf', '${NONE}/e.conf'])
  })

  it('is not looked for where the host alone knows the name', () => {
    asked.length = 0
    const { problems, includes } = read('include ${_INSTANCE}/e.conf\ninclude ${_ENV HOME}/e.conf\n', files)
    expect([problems, asked, includes.map((each) => each.files)]).toEqual([[], [], [undefined, undefined]])
  })

  it('is a keyword by itself once nothing is left of the name', () => {
    expect(codes(read('$_E=\ninclude $_E\n', files))).toEqual(['KA-KEYWORD include'])
  })
})

describe('what an include finds and keepalived passes over', () => {
  const files: SourceFiles = {
    matching: () => ({
      files: [
        { name: 'd/sub', text: undefined, reason: 'it is a folder', folder: true },
        { name: 'd/x', text: undefined, reason: 'it is no regular file' },
      ],
    }),
  }
  it.each([
    ['include d/*\n', ['KA-INCLUDE-NONE d/x']],
    ['include d/sub\n', ['KA-INCLUDE d/sub', 'KA-INCLUDE d/x']],
    // keepalived stops with status 6.
    ['includer d/*\n', ['KA-INCLUDE d/sub', 'KA-INCLUDE d/x']],
  ])('%j', (text, said) => {
    expect(
      read(text, files).problems.map(({ code, message }) => `${code} ${message.split(' cannot')[0] ?? ''}`),
    ).toEqual(said)
  })
})
