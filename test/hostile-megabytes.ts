/** Texts of a megabyte that are made to hurt whoever reads them, and what each is. */
export function hostileMegabytes(): [string, string][] {
  const much = (head: string, part: (at: number) => string): string => {
    const parts = [head]
    for (let length = head.length, at = 0; length < 1_000_000; at++) {
      const next = part(at)
      parts.push(next)
      length += next.length
    }
    return parts.join('')
  }
  const nets = 'lvs: 1\nname: x\nnetworks: { n: { subnet: 10.0.0.0/8 } }\n'
  const address = (at: number) => `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`
  const times = (unit: string) => unit.repeat(Math.ceil(1_000_000 / unit.length))
  return [
    ['opened brackets', times('[')],
    ['opened braces', times('{')],
    ['braces that are not closed', much('hosts: {\n', (at) => `  h${at}: { x: 1 },\n`)],
    ['closing brackets', times(']\n')],
    ['one letter', `name: ${times('x')}`],
    ['one quoted line', `name: "${times('\\n')}"`],
    ['a quote that is not closed', `name: "${times('x\n')}`],
    ['quotes', times('"" ')],
    ['a block of lines', `name: |\n${times('  x\n')}`],
    ['tabs', times('\t')],
    ['lines of tabs', times('\ta: 1\n')],
    ['one line of entries', much('hosts: {', (at) => `h${at}: 1,`)],
    ['separators', times('---\n')],
    ['directives', times('%YAML 1.2\n')],
    ['anchors', times('&a ')],
    ['keys without a name', times(':\n')],
    ['lists of empty lists', much('', (at) => `k${at}: [${'[],'.repeat(9_000)}]\n`)],
    ['maps of nothing', much('', (at) => `k${at}:\n${'  :\n'.repeat(9_000)}`)],
    ['noise', noise()],
    ['unknown keys in every host', much('hosts:\n', (at) => `  h${at}: { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, ggggggggggggggggggg: 1 }\n`)], // prettier-ignore
    ['copies within bounds', `${nets}hosts:\n  a: &a { role: real-server, interfaces: { e: { network: n, address: 10.0.0.1 } } }\n${lines(5_990, (at) => `  h${at}: *a\n`)}# ${times('x')}\n`], // prettier-ignore
    ['5,990 hosts at one address', `${nets}hosts:\n${lines(5_990, (at) => `  h${at}: { role: real-server, interfaces: { e: { network: n, address: 10.0.0.1 } } } # what it is for, where it stands, whose it is and whom to ask about it\n`)}`], // prettier-ignore
    ['codes to be ignored', `lvs: 1\n# lvs-ignore ${times('X, ')}`],
    ['comments that ignore what is no rule', much('lvs: 1\n', (at) => `# lvs-ignore QQ${at}: x\n`)],
    ['assumptions', times('# assumed: x\n')],
    ['brackets', much('a: [', () => '[],')],
    ['blank lines', much('lvs: 1', () => '\n')],
    ['documents', much('', () => '---\na\n')],
    ['unknown keys', much('lvs: 1\nname: x\n', (at) => `k${at}: 1\n`)],
    ['one key', much('', () => 'lvs: 1\n')],
    [
      'copies',
      much('x: &h { role: client, interfaces: { a: {}, b: {} } }\nhosts:\n', (at) => `  h${at}: *h\n`),
    ],
    ['misspelt words', much('services:\n', (at) => `  s${at}: { scheduler: wlcc }\n`)],
    ['directors that are not there', much('services: { s: { director: [', (at) => `d${at},`)],
    [
      'networks on one another',
      much('lvs: 1\nname: x\nnetworks:\n', (at) => `  n${at}: { subnet: 10.0.0.0/8 }\n`),
    ],
    ['hosts at one address', much(`${nets}hosts:\n`, (at) => `  h${at}: { role: real-server, interfaces: { e: { network: n, address: 10.0.0.1 } } }\n`)], // prettier-ignore
    ['services for the same', much(`${nets}hosts: { l: { role: director, interfaces: { e: { network: n, address: 10.0.0.1 } } } }\nservices:\n`, (at) => `  s${at}: { mode: dr, director: l, vip: ${address(at % 7)}, port: 80 }\n`)], // prettier-ignore
    ['comments that ignore nothing', much('lvs: 1\n', () => '# lvs-ignore DR-PORT: x\n')],
  ]
}

function lines(count: number, line: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => line(at)).join('')
}

/** Bytes without any order, the same each time, as they are read from a file. */
function noise(): string {
  let seed = 7
  const bytes = Uint8Array.from({ length: 1_000_000 }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
    return seed >> 16
  })
  return new TextDecoder().decode(bytes)
}
