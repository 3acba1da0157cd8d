import { describe, expect, it } from 'vitest'
import { block, isSafeInKeepalived, misread, statement, writeKeepalived } from './writing.js'

const HOSTILE = [
  'a b',
  'a\nvirtual_server 10.0.0.1 80 {',
  'a"b',
  "a'b",
  'a{b',
  'a}b',
  'a#b',
  'a!b',
  '$A',
  '${_RANDOM}',
  '@id',
  '~SEQ(a,1,9)',
  'a%b',
  'a\\',
  'a\u2028b',
  'größe',
  '\u0000',
  '\u007f',
  '',
]

describe('writing keepalived.conf', () => {
  it('writes words, blocks and quoted text, which are read back as they are', () => {
    const statements = [
      block(
        ['virtual_server', '192.0.2.1', 80],
        [
          statement('lvs_sched', 'rr'),
          block(
            ['real_server', '10.0.0.1', 80],
            [block(['MISC_CHECK'], [statement('misc_path', { quoted: '/bin/check --x 1' })])],
          ),
        ],
      ),
    ]
    const { text, refused } = writeKeepalived(statements, ['made for ⟦lb1⟧'])
    expect(text).toBe(`# made for ?lb1?

virtual_server 192.0.2.1 80 {
    lvs_sched rr
    real_server 10.0.0.1 80 {
        MISC_CHECK {
            misc_path "/bin/check --x 1"
        }
    }
}
`)
    expect(refused).toEqual([])
    expect(misread(text, statements)).toBeUndefined()
  })

  it.each(HOSTILE)('refuses a word that would be read as something else: %j', (word) => {
    expect(writeKeepalived([statement('router_id', word)]).refused).toEqual([word])
  })

  it.each(HOSTILE.filter((text) => text !== 'a b'))('and quoted, too: %j', (text) => {
    expect(writeKeepalived([statement('misc_path', { quoted: text })]).refused).toEqual([text])
    expect(isSafeInKeepalived(text)).toBe(false)
  })

  it('tells what was lost or has become something else', () => {
    const wanted = [block(['virtual_server', '192.0.2.1', 80], [statement('quorum', 2)])]
    expect(misread('virtual_server 192.0.2.1 80 {\n}\n', wanted)).toBe('"quorum 2" is read as "(nothing)"')
    expect(misread('virtual_server 192.0.2.1 80 {\n quorum 3\n}\n', wanted)).toBe(
      '"quorum 2" is read as "quorum 3"',
    )
    expect(misread('virtual_server 192.0.2.1 80 {\n', wanted)).toMatch(/is not closed|is closed/)
  })
})
