import { describe, expect, it } from 'vitest'
import { codes, dumped, read } from './keepalived.test-kit.js'

describe('a line that stands for others', () => {
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
})
