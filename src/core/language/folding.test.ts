import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { foldsOf } from './folding.js'
import { SAMPLES } from './language.test-kit.js'

/** Folds as `first-last`, counted from 1, comments with a `#`. */
function folds(text: string): string[] {
  return foldsOf(parseTopology(text)).map(
    ({ start, end, kind }) => `${start + 1}-${end + 1}${kind === 'comment' ? '#' : ''}`,
  )
}

const TEXT = `# one
# two

lvs: 1
# three
networks:
  a: { subnet: 10.0.0.0/8 }
  b: {
    subnet: 11.0.0.0/8,
    gateway: [
      11.0.0.1 ],
  }
hosts:
  h:
    role: client
    routes:
    - to: 10.0.0.0/8
      via: 10.0.0.1
    - { to: 11.0.0.0/8 }
    # drops:
    #   - { protocol: icmp }

  i:
    x-note: |
      # not a comment
      # but text
    role: client
`

describe('what can be folded', () => {
  it('is every block, what is in brackets over lines, and comments over lines', () => {
    expect(folds(TEXT)).toEqual(['1-2#', '6-11', '8-11', '10-11', '13-27', '14-21', '16-19', '17-18', '20-21#', '23-27', '24-26']) // prettier-ignore
  })

  it('is the same whatever ends the lines, and behind a byte order mark', () => {
    expect(folds(TEXT.replaceAll('\n', '\r\n'))).toEqual(folds(TEXT))
    expect(folds(TEXT.replaceAll('\n', '\r'))).toEqual(folds(TEXT))
    expect(folds(`\ufeff${TEXT}`)).toEqual(folds(TEXT))
    expect(folds(TEXT.trimEnd())).toEqual(folds(TEXT))
  })

  it('leaves a closing bracket on a line of its own to be seen', () => {
    expect(folds('a: {\n  b: 1\n}\n')).toEqual(['1-2'])
    expect(folds('a: {\n  b: 1 }\n')).toEqual(['1-2'])
    expect(folds('a: {\n}\n')).toEqual([])
    expect(folds('{\n  a: [\n    1\n  ]\n}\n')).toEqual(['1-4', '2-3'])
  })

  it('goes by indentation in a text that is broken', () => {
    const broken = TEXT.replace('role: client', 'role: "client')
    expect(parseTopology(broken).problems.map(({ code }) => code)).toContain('FILE-SYNTAX')
    expect(folds(broken)).toContain('6-12')
    expect(folds(broken)).toContain('16-19')
    expect(folds('hosts:\n  a:\n    role: x\n  b: [\n\nservices:\n  w:\n    port: 80\n')).toEqual([
      '1-4',
      '2-3',
      '6-8',
      '7-8',
    ])
  })

  it.each(SAMPLES)('finds by structure what it finds by indentation: %s', (_, text) => {
    const broken = `${text}x: [\n`
    expect(folds(broken)).toEqual(folds(text))
  })

  it('is what can be: each begins once, ends below and within the text', () => {
    for (const [, sample] of SAMPLES) {
      for (let end = 0; end < sample.length; end += 37) {
        const found = foldsOf(parseTopology(sample.slice(0, end)))
        const last = sample.slice(0, end).split('\n').length - 1
        expect(new Set(found.map(({ start }) => start)).size).toBe(found.length)
        for (const fold of found) {
          expect(fold.end).toBeGreaterThan(fold.start)
          expect(fold.end).toBeLessThanOrEqual(last)
        }
      }
    }
    expect(folds('')).toEqual([])
    expect(folds('['.repeat(100))).toEqual([])
  })
})
