import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkTopology } from '../checks/check.js'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import { ignoreFixes } from './ignore-fixes.js'

const NAT = readFileSync('samples/nat.lvs.yaml', 'utf8')

/** Every fix of what is wrong with comments: its title, and the text it makes. */
function fixesOf(text: string): (readonly [title: string, text: string])[] {
  const parsed = parseTopology(text)
  return checkTopology(parsed).flatMap((finding) =>
    ignoreFixes(parsed, finding).map(({ title, edits }) => [title, applyTextEdits(text, edits)] as const),
  )
}

function above(comment: string): string {
  return NAT.replace('  web:\n', `  ${comment}\n  web:\n`)
}

describe('the fixes of comments that ignore', () => {
  it('take out what ignores nothing, with its line', () => {
    expect(fixesOf(above('# lvs-ignore DR-PORT: meant so'))).toEqual([['Take the comment out', NAT]])
    const crlf = NAT.replaceAll('\n', '\r\n')
    const within = crlf.replace('  web:\r\n', '  # lvs-ignore DR-PORT: meant so \r\n  web:\r\n')
    expect(fixesOf(within)).toEqual([['Take the comment out', crlf]])
  })

  it('leave the line that says something, and what is before a comment at the end of the file', () => {
    const beside = NAT.replace('    port: 80\n', '    port: 80  # lvs-ignore DR-PORT: meant so\n')
    expect(fixesOf(beside)).toEqual([['Take the comment out', NAT]])
    expect(fixesOf(`${NAT}# lvs-ignore-file DR-PORT: meant so`)).toEqual([['Take the comment out', NAT]])
    expect(fixesOf(`\ufeff# lvs-ignore-file DR-PORT: meant so\n${NAT}`)).toEqual([
      ['Take the comment out', `\ufeff${NAT}`],
    ])
  })

  it('take one code out of several', () => {
    expect(fixesOf(above('# lvs-ignore DR-PORT, DR-L2: meant so'))).toEqual([
      ['Take DR-PORT out of the comment', above('# lvs-ignore DR-L2: meant so')],
      ['Take DR-L2 out of the comment', above('# lvs-ignore DR-PORT: meant so')],
    ])
  })

  it('correct what is misspelt', () => {
    expect(fixesOf(above('# lvs-ignore DR-PROT: meant so'))).toEqual([
      ['Change to DR-PORT', above('# lvs-ignore DR-PORT: meant so')],
      ['Take the comment out', NAT],
    ])
    expect(fixesOf(above('# lvs-ignore : meant so'))).toEqual([['Take the comment out', NAT]])
  })

  it('are none for what a person must write', () => {
    const text = NAT.replace('    scheduler: rr\n', '    scheduler: rr # lvs-ignore DR-PORT\n')
    const parsed = parseTopology(text)
    const reason = checkTopology(parsed).filter(({ code }) => code === 'IGNORE-REASON')
    expect(reason).toHaveLength(1)
    expect(reason.flatMap((finding) => ignoreFixes(parsed, finding))).toEqual([])
  })
})
