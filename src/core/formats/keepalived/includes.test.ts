import { describe, expect, it } from 'vitest'
import { codes, dumped, read } from './keepalived.test-kit.js'
import type { FoundFiles, SourceFiles } from '../source-text.js'

describe('an include', () => {
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
