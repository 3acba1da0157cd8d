import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shellWord } from '../../core/render/shell.js'
import { HELPER_FUNCTIONS } from './helper-text.js'

const SHELLS: readonly (readonly [string, ...string[]])[] = [
  ['dash'],
  ['bash', '--posix'],
  ['busybox', 'ash'],
]
const COUNT = 10_000

/** What a shell, ip, ipvsadm, nft or a terminal could take for something else than a value. */
const PARTS = [
  ...[
    '$(reboot)',
    '`reboot`',
    '${IFS}',
    '$IFS',
    '$1',
    '$@',
    ';',
    '&',
    '&&',
    '|',
    '||',
    '>',
    '<',
    '>>/etc/passwd',
    '<<E',
  ],
  ...[
    "'",
    '"',
    '\\',
    "'\\''",
    '"$(id)"',
    '\\\\',
    '*',
    '?',
    '[a-z]',
    '~',
    '~root',
    '{a,b}',
    '!',
    '!!',
    '#',
    '%s',
    '%n',
    '=',
  ],
  ...[
    '-',
    '--',
    '-rf',
    '-A',
    '--help',
    '../',
    '/../../etc/shadow',
    '/dev/tcp/1/2',
    '.',
    '..',
    '@',
    ':',
    ',',
    '_',
    '/',
  ],
  ...[
    '\t',
    '\r',
    '\u0007',
    '\u0008',
    '\u001b[2J',
    '\u001b]0;x\u0007',
    '\u007f',
    ' ',
    '  ',
    '\u00a0',
    '\u2028',
    '\ufeff',
  ],
  ...[
    'ä',
    '€',
    '𝄞',
    '٣',
    'eth0',
    'lo',
    '192.0.2.1',
    '2001:db8::1',
    '80',
    '0',
    '4294967296',
    'net.ipv4.ip_forward',
    'A'.repeat(300),
  ],
]

const STRINGS = ((): string[] => {
  let state = 20_240_607
  const next = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  return Array.from({ length: COUNT }, () =>
    Array.from({ length: 1 + next(4) }, () => PARTS[next(PARTS.length)] ?? '').join(''),
  )
})()

/** What each check of the helper may let through. */
const LETS_THROUGH: Readonly<Record<string, RegExp>> = {
  name: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
  owner: /^[A-Za-z0-9_.@ -]+$/,
  interface: /^[A-Za-z0-9_.@][A-Za-z0-9_.@-]*$/,
  address: /^[0-9A-Fa-f.:/]+$/,
  number: /^[0-9]+$/,
  sysctl: /^(?![-.])(?!.*(\.\.|\/\/|\.\/|\/\.))[A-Za-z0-9_.@/-]+$/,
  words: /^[A-Za-z0-9 ._:,/@[\]-]+$/,
}

describe.each(SHELLS.map((shell) => ({ shell, name: shell.join(' ') })))(
  '10,000 nasty strings under $name',
  ({ shell: [program, ...args] }) => {
    const run = (text: string, input = '') => {
      const folder = mkdtempSync(join(tmpdir(), 'lvs-nasty-'))
      try {
        writeFileSync(join(folder, 'script'), text)
        const { stdout, stderr, status } = spawnSync(program, [...args, join(folder, 'script')], {
          input,
          encoding: 'utf8',
          maxBuffer: 64 * 1024 * 1024,
          timeout: 120_000,
        })
        expect([status, stderr]).toEqual([0, ''])
        return stdout
      } finally {
        rmSync(folder, { recursive: true })
      }
    }

    it('are refused on a host, or are what they were', () => {
      const output = run(
        `${HELPER_FUNCTIONS}
refuse() { refused=yes; }
while IFS= read -r line; do
  for each in ${Object.keys(LETS_THROUGH).join(' ')}; do
    refused=
    "valid_$each" "$line"
    [ -n "$refused" ] || printf '%s\\037%s\\n' "$each" "$line"
  done
  printf 'next\\n'
done`,
        `${STRINGS.join('\n')}\n`,
      )
      const groups = output.split('next\n').slice(0, -1)
      expect(groups).toHaveLength(COUNT)
      let through = 0
      for (const [index, group] of groups.entries()) {
        const string = STRINGS[index] ?? ''
        const wanted = Object.entries(LETS_THROUGH)
          .filter(([, pattern]) => pattern.test(string))
          .map(([each]) => `${each}\u001f${string}\n`)
        expect(group, JSON.stringify(string)).toBe(wanted.join(''))
        through += wanted.length
      }
      expect(through).toBeGreaterThan(1000)
    })

    it('are what they were where they stand as words of a script', () => {
      const output = run(
        `printf '%s\\036' \\\n${STRINGS.map((each) => `  ${shellWord(each)}`).join(' \\\n')}\n`,
      )
      expect(output.split('\u001e').slice(0, -1)).toEqual(STRINGS)
    })
  },
)
