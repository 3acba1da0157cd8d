import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseTopology } from './parse.js'
import { textLines } from './position.js'

const samples = readdirSync('samples').map((file) => ({
  file,
  text: readFileSync(`samples/${file}`, 'utf8'),
}))

/** Codes with the text each problem underlines. */
function problemsOf(text: string): [code: string, underlined: string][] {
  const { problems, source } = parseTopology(text)
  return problems.map(({ code, path, part, span }) => {
    const place = span ?? source.locate(path, part)
    return [code, text.slice(place.start, place.end)]
  })
}

describe('reading a topology file', () => {
  it.each(samples)('reads $file without a problem', ({ text }) => {
    expect(problemsOf(text)).toEqual([])
  })

  it('knows where every key and value stands', () => {
    const text = 'lvs: 1\nname: shop\nhosts:\n  rs1: { role: real-server, gateway: [10.0.0.1, "fd00::1"] }\n'
    const { source, topology } = parseTopology(text)
    const at = (path: string, part: 'key' | 'value') => {
      const span = source.locate(path, part)
      return text.slice(span.start, span.end)
    }
    expect(at('/hosts/rs1', 'key')).toBe('rs1')
    expect(at('/hosts/rs1/role', 'value')).toBe('real-server')
    expect(at('/hosts/rs1/gateway/1', 'value')).toBe('"fd00::1"')
    expect(at('/hosts/rs1/interfaces/eth0', 'value')).toBe('rs1')
    expect(topology.hosts.get('rs1')?.gateways).toEqual(['10.0.0.1', 'fd00::1'])
  })

  it('reports what it cannot take, at its place, and reads the rest', () => {
    const text = [
      'lvs: 1',
      'name: shop',
      'networks:',
      '  back: { subnet: 10.0.0.5/24, gatway: 10.0.0.1 }',
      'hosts:',
      '  rs1: { role: realserver, interfaces: { eth0: { network: back, address: 10.0.0.999 } } }',
      '  -bad: { role: client }',
      'services:',
      '  web: { mode: nat, vip: 192.0.2.1/32, port: 99999, scheduler: wlcc, real-servers: { rs1: { weight: -1 } } }',
      '  web: {}',
      'extra: 1',
    ].join('\n')
    expect(problemsOf(text)).toEqual([
      ['ADDR-SYNTAX', '10.0.0.5/24'],
      ['KEY-UNKNOWN', 'gatway'],
      ['VALUE-UNKNOWN', 'realserver'],
      ['ADDR-SYNTAX', '10.0.0.999'],
      ['NAME-SYNTAX', '-bad'],
      ['ADDR-SYNTAX', '192.0.2.1/32'],
      ['VALUE-RANGE', '99999'],
      ['SCHED-UNKNOWN', 'wlcc'],
      ['VALUE-RANGE', '-1'],
      ['KEY-DUPLICATE', 'web'],
      ['KEY-UNKNOWN', 'extra'],
    ])
    const { topology } = parseTopology(text)
    expect(topology.networks.get('back')?.subnets).toEqual(['10.0.0.0/24'])
    expect(topology.services.get('web')).toMatchObject({ mode: 'nat', vip: '192.0.2.1', scheduler: 'wlc' })
  })

  it('reads prototype keys as what they are: unknown keys', () => {
    const text = 'lvs: 1\nname: x\n__proto__: { polluted: true }\nhosts:\n  constructor: { role: client }\n'
    expect(problemsOf(text)).toEqual([['KEY-UNKNOWN', '__proto__']])
    expect(parseTopology(text).topology.hosts.get('constructor')?.role).toBe('client')
    expect('polluted' in {}).toBe(false)
  })

  it('follows aliases', () => {
    const text =
      'lvs: 1\nname: x\nhosts:\n  a: &a { role: client, interfaces: { eth0: { network: n, address: 10.0.0.1 } } }\n  b: *a\n  c: *none\n'
    const { topology, problems } = parseTopology(text)
    expect(topology.hosts.get('b')?.interfaces.get('eth0')?.addresses).toEqual(['10.0.0.1'])
    expect(problems.map(({ code }) => code)).toContain('FILE-SYNTAX')
  })
})

describe('bad input', () => {
  const bomb = ['a: &a [1,1,1,1,1,1,1,1,1]']
  for (let level = 1; level < 9; level++)
    bomb.push(
      `${'abcdefghi'[level] ?? ''}: &${'abcdefghi'[level] ?? ''} [${Array(9)
        .fill(`*${'abcdefghi'[level - 1] ?? ''}`)
        .join(',')}]`,
    )
  const inMap = `lvs: 1\nname: x\nhosts:\n  h0: &h { role: client, interfaces: &i {${Array.from({ length: 2000 }, (_, i) => `e${i}: {network: n}`).join(',')}} }\n${Array.from({ length: 2000 }, (_, i) => `  h${i + 1}: *h`).join('\n')}\n`

  it.each([
    ['an empty file', '', 'FILE-EMPTY'],
    ['only a comment', '# nothing\n', 'FILE-EMPTY'],
    [
      'binary',
      Buffer.from(Uint8Array.from({ length: 4096 }, (_, i) => (i * 73) % 256)).toString('latin1'),
      undefined,
    ],
    ['a list', '- 1\n- 2\n', 'VALUE-TYPE'],
    ['5 MB of flow nesting', '['.repeat(5_000_000), 'FILE-LIMIT'],
    ['5 MB of flow maps', '{a: '.repeat(1_250_000), 'FILE-LIMIT'],
    ['5 MB of block nesting', '- '.repeat(2_500_000), 'FILE-LIMIT'],
    [
      'deep block maps',
      Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'FILE-LIMIT',
    ],
    ['20 MB of comment', '#'.repeat(20_000_000), 'FILE-LIMIT'],
    ['an alias bomb', bomb.join('\n'), 'KEY-UNKNOWN'],
    ['an alias bomb inside the grammar', inMap, 'FILE-LIMIT'],
    ['two documents', 'lvs: 1\nname: x\n---\nlvs: 1\n', 'FILE-SYNTAX'],
    ['a tab for indentation', 'hosts:\n\ta: 1\n', 'FILE-SYNTAX'],
    ['another version', 'lvs: 2\nname: x\n', 'FILE-VERSION'],
  ])('finds the fault in %s', (_, text, code) => {
    const codes = parseTopology(text).problems.map((problem) => problem.code)
    expect(codes.length).toBeGreaterThan(0)
    if (code !== undefined) expect(codes).toContain(code)
  })

  it.each(samples)('reads $file cut at every character', ({ text }) => {
    for (let end = 0; end < text.length; end++) {
      const cut = text.slice(0, end)
      const { problems, source } = parseTopology(cut)
      const lines = textLines(cut)
      for (const { span, path, part } of problems) {
        const range = lines.range(span ?? source.locate(path, part))
        expect(range.start.line).toBeGreaterThanOrEqual(0)
      }
    }
  })
})

describe('what is a line and what is a character', () => {
  it('ends a line at a carriage return alone, as every editor does', () => {
    const { topology, problems } = parseTopology('# shop\rlvs: 1\rname: shop # here\r\rnetworks: {}\r')
    expect(problems).toEqual([])
    expect(topology).toMatchObject({ lvs: 1, name: 'shop' })
  })

  it('minds no tab on a line with nothing else', () => {
    expect(problemsOf('lvs: 1\nname: x\nhosts:\n\t\nnetworks:\n')).toEqual([])
    expect(problemsOf('lvs: 1\rname: x\rhosts:\r \t\rnetworks:\r')).toEqual([])
  })

  it('says of half a character that no file can hold it, and where', () => {
    const [half = ''] = '😀'
    expect(problemsOf('lvs: 1\nname: x # 😀\n')).toEqual([])
    expect(problemsOf(`lvs: 1\nname: x # ${half.charAt(0)}\n`)).toEqual([['FILE-SYNTAX', '\ud83d']])
  })

  it('says of bytes that were no UTF-8 that they are lost when the text is saved, and where', () => {
    const bytes = new Uint8Array([...new TextEncoder().encode('lvs: 1\nname: x # B'), 0xfc, 0x72, 0x6f])
    const { problems, source } = parseTopology(new TextDecoder().decode(bytes))
    const [problem, ...more] = problems
    expect(more).toEqual([])
    expect(problem).toMatchObject({ code: 'FILE-SYNTAX', span: { start: 18, end: 19 } })
    expect(problem?.message).toContain('not UTF-8')
    expect(source.locate('/name', 'value')).toEqual({ start: 13, end: 14 })
  })

  it('takes brackets in comments and strings for what they are', () => {
    const remarks = Array.from({ length: 600 }, (_, at) => `# half open: [${at}, ${at + 1})`).join('\n')
    expect(problemsOf(`lvs: 1\nname: x\n${remarks}\n`)).toEqual([])
    expect(problemsOf(`lvs: 1\nname: x\nhosts: { a: { role: client } } # ${'{['.repeat(600)}\n`)).toEqual([])
  })
})

describe('very large files', () => {
  it('have so many faults told and no more, and it is said that there are others', () => {
    const hosts = Array.from(
      { length: 3_000 },
      (_, at) => `  h${at}: { role: client, a: 1, b: 1, c: 1, d: 1 }\n`,
    )
    const { problems, topology } = parseTopology(`lvs: 1\nname: x\nhosts:\n${hosts.join('')}`)
    expect(problems).toHaveLength(10_001)
    expect(topology.hosts.size).toBeLessThan(2_600)
    expect(problems.filter(({ code }) => code === 'FILE-LIMIT').map(({ message }) => message)).toEqual([
      'there are more than 10,000 faults; what follows is not read before these are mended',
    ])
    const fewer = hosts.slice(0, 2_000).join('')
    expect(parseTopology(`lvs: 1\nname: x\nhosts:\n${fewer}`).topology.hosts.size).toBe(2_000)
  })

  const many = (count: number, line: (at: number) => string) => Array.from({ length: count }, (_, at) => line(at)).join('') // prettier-ignore
  it.each<[string, string, string | undefined]>([
    ['15 MB of comments', `lvs: 1\n${`# ${'x'.repeat(10_000)}\n`.repeat(1500)}name: x\n`, undefined],
    ['one line of 5 MB', `lvs: 1\nname: x\nx-note: '${'word '.repeat(1_000_000)}'\n`, 'KEY-UNKNOWN'],
    ['a key of 5 MB', `lvs: 1\nname: x\n${'k'.repeat(5_000_000)}: 1\n`, 'FILE-SYNTAX'],
    ['a number of 1 MB', `lvs: 1\nname: x\nvrrp: { id: ${'9'.repeat(1_000_000)} }\n`, 'VALUE-RANGE'],
    ['5,900 keys', `lvs: 1\nname: x\n${many(5_900, (at) => `k${at}: 1\n`)}`, 'KEY-UNKNOWN'],
    ['50,000 keys', `lvs: 1\nname: x\n${many(50_000, (at) => `k${at}: 1\n`)}`, 'FILE-LIMIT'],
    ['5,900 times one key', `lvs: 1\nname: x\nhosts:\n${' a: {}\n'.repeat(5_900)}`, 'KEY-DUPLICATE'],
    ['50,000 times one key', `lvs: 1\nname: x\nhosts:\n${' a: {}\n'.repeat(50_000)}`, 'FILE-LIMIT'],
    ['5,900 items', `lvs: 1\nname: x\nx:\n${'- 1\n'.repeat(5_900)}`, 'KEY-UNKNOWN'],
    ['50,000 items', `lvs: 1\nname: x\nx:\n${'- 1\n'.repeat(50_000)}`, 'FILE-LIMIT'],
    ['200,000 anchors', `lvs: 1\nname: x\nx:\n${many(200_000, (at) => `- &a${at} 1\n`)}`, 'FILE-LIMIT'],
    ['200,000 stray brackets', ']'.repeat(200_000), 'FILE-SYNTAX'],
    ['100,000 commas', `[${','.repeat(100_000)}]`, 'FILE-SYNTAX'],
    ['50,000 anchors of one value', `x: ${'&a '.repeat(50_000)}1`, 'FILE-SYNTAX'],
    ['mixed nesting', '- ? '.repeat(100_000), 'FILE-LIMIT'],
    ['nested keys', '? '.repeat(100_000), 'FILE-LIMIT'],
    ['nested brackets over lines', '[\n '.repeat(100_000), 'FILE-LIMIT'],
    ['an anchor in itself', 'lvs: 1\nname: x\nhosts: &h { a: *h }\n', 'KEY-MISSING'],
    ['an alias as a key, nested', 'lvs: 1\nname: x\n? &k { ? [*k, *k] : *k }\n: *k\n', 'VALUE-TYPE'],
    ['200,000 keys', `lvs: 1\nname: x\n${many(200_000, (at) => `k${at}: 1\n`)}`, 'FILE-LIMIT'],
    [
      'copies beyond number',
      `x: &h { role: client, interfaces: { a: {}, b: {}, c: {}, d: {}, e: {} } }\nhosts:\n${many(5_900, (at) => ` h${at}: *h\n`)}`,
      'FILE-LIMIT',
    ],
  ])('reads %s, or says that it does not', (_, text, code) => {
    const codes = parseTopology(text).problems.map((problem) => problem.code)
    if (code === undefined) expect(codes).toEqual([])
    else expect(codes).toContain(code)
  })
})
