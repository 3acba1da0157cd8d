import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { checkTopology } from '../checks/check.js'
import { speakChinese } from '../speech/chinese.test-kit.js'
import { speak } from '../speech/say.js'
import { parseTopology } from '../topology/parse.js'
import { hoverAt } from './hover.js'

const nat = readFileSync('samples/nat.lvs.yaml', 'utf8')

/** The hover where `@` stands in the text. */
function hover(marked: string) {
  const offset = marked.indexOf('@')
  const text = marked.replace('@', '')
  const parsed = parseTopology(text)
  const found = hoverAt(parsed, checkTopology(parsed), offset)
  return found && { ...found, word: text.slice(found.span.start, found.span.end) }
}

describe('hover', () => {
  afterEach(() => {
    speak(undefined)
  })

  it('is in Chinese where VS Code is', () => {
    speakChinese()
    const { markdown } = hover(nat.replace('scheduler: rr', 'sched@uler: rr')) ?? {}
    expect(markdown).toContain('如何选择真实服务器；未写时为 wlc。')
    expect(markdown).toContain('可取其一：rr, wrr, lc')
    expect(hover(nat.replace('scheduler: rr', 'scheduler: r@r'))?.markdown).toContain(
      '轮询：依次使用各真实服务器',
    )
  })

  it('says at a key what it means, what it takes and what holds without it', () => {
    const found = hover(nat.replace('scheduler: rr', 'sched@uler: rr'))
    expect(found?.word).toBe('scheduler')
    expect(found?.markdown).toContain('How a real server is chosen')
    expect(found?.markdown).toContain('One of rr, wrr, lc')
    expect(found?.markdown).toContain('When absent: wlc')
    expect(hover(nat.replace('port: 8080', 'po@rt: 8080'))?.markdown).toContain(
      'A whole number from 0 to 65535',
    )
  })

  it('says at a scheduler or a mode what it does', () => {
    expect(hover(nat.replace('scheduler: rr', 'scheduler: r@r'))?.markdown).toContain('Round robin')
    expect(hover(nat.replace('mode: nat', "mode: 'n@at'"))?.markdown).toContain(
      'the director rewrites addresses',
    )
  })

  it('says what a kernel setting does, how it is joined, and what its value means', () => {
    const pinned = (marked: string) => nat.replace('  lb1:\n', `  lb1:\n    sysctls: { ${marked} }\n`)
    const key = hover(pinned('net.ipv4.conf.eth0.rp_fi@lter: 1'))?.markdown
    expect(key).toContain('held against the routes back')
    expect(key).toContain('the larger of its own value and that of all counts')
    expect(key).toContain('kernel’s default: 0')
    expect(hover(pinned('net.ipv4.conf.eth0.rp_filter: 1@'))?.markdown).toContain('Strict')
    expect(hover(pinned('kernel.pa@nic: 1'))).toBeUndefined()
  })

  it('says what is wrong there, and why', () => {
    const found = hover(nat.replace('mode: nat', 'mode: dr').replace('port: 8080', 'port: 80@80'))
    expect(found?.word).toBe('8080')
    expect(found?.markdown).toMatch(/^\*\*DR-PORT\*\*: .*8080/)
    expect(found?.markdown).toContain('#### DR-PORT')
    expect(found?.markdown).toContain('**What to do.**')
  })

  it('leaves the message to an editor that shows it by itself', () => {
    const text = nat.replace('mode: nat', 'mode: dr')
    const parsed = parseTopology(text)
    const found = hoverAt(parsed, checkTopology(parsed), text.indexOf('8080'), { messages: false })
    expect(found?.markdown).toMatch(/^#### DR-PORT/)
  })

  it('has nothing to say of names, values that are right, and places between', () => {
    expect(hover(nat.replace('rs1:', 'r@s1:'))).toBeUndefined()
    expect(hover(nat.replace('vip: 192', 'vip: 19@2'))).toBeUndefined()
    expect(hover(nat.replace('lvs: 1', 'lvs: 1 @  # one'))).toBeUndefined()
    expect(hover(`@`)?.markdown).toContain('FILE-EMPTY')
  })

  it('lets nothing of the file become active Markdown', () => {
    const hostile = [
      '[x](command:evil)',
      '![x](https://example.com/a.png)',
      'https://example.com',
      'www.example.com',
      'mail a@example.com',
      '<img src=x onerror=alert(1)>',
      '&lt;b&gt;',
      '`code` **bold** $(alert)',
    ]
    for (const text of hostile) {
      const found = hover(nat.replace('mode: nat', `mode: "@${text}\\n# heading"`))
      const [own = ''] = (found?.markdown ?? '').split('####')
      expect(own).toContain('**VALUE-UNKNOWN**')
      const message = own.replace(/^\*\*[A-Z-]+\*\*: /, '').trim()
      expect(message).not.toContain('\n')
      // Every mark that could mean something has a backslash before it.
      expect(message.replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[!-/:-@[-`{-~]/)
    }
  })

  it('tells three of many findings at one place, and how many there are beside them', () => {
    const parsed = parseTopology(nat)
    const at = nat.indexOf('8080')
    const findings = Array.from({ length: 9 }, (_, index) => ({
      code: 'DR-PORT',
      severity: 'error' as const,
      message: `number ${index}`,
      path: '',
      span: { start: at, end: at + 4 },
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 4 } },
      fixes: [],
    }))
    const found = hoverAt(parsed, findings, at)
    expect(found?.markdown.match(/\*\*DR-PORT\*\*/g)).toHaveLength(3)
    expect(found?.markdown.match(/What happens/g)).toHaveLength(1)
    expect(found?.markdown).toContain('and 6 more here')
  })

  it('never throws', () => {
    for (let at = 0; at < nat.length; at += 11) {
      const parsed = parseTopology(nat.slice(0, at))
      const findings = checkTopology(parsed)
      for (const offset of [0, at >> 1, at, at + 10]) hoverAt(parsed, findings, offset)
    }
  })
})
