import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { speakChinese } from '../core/speech/chinese.test-kit.js'
import { speak } from '../core/speech/say.js'
import { applyTextEdits, textLines } from '../core/topology/position.js'
import { pathOf } from '../core/topology/path.js'
import { OUTLINE_KINDS, OUTLINE_NUMBERS } from '../protocol/reader.js'
import type {
  AnswerTo,
  AskOf,
  FileAsk,
  FromReader,
  Question,
  QuestionKind,
  TextChange,
  ToReader,
} from '../protocol/reader.js'
import type { FilesOn } from './document.js'
import { createReader } from './reader.js'

const SAMPLE = readFileSync('samples/nat.lvs.yaml', 'utf8')

/** A reader whose turns are taken by hand. */
function byHand(filesOn?: FilesOn) {
  const sent: FromReader[] = []
  const turns: (() => void)[] = []
  const reader = createReader({
    send: (message) => sent.push(message),
    later: (run) => turns.push(run),
    ...(filesOn && { filesOn }),
  })
  const settle = () => {
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) turn()
  }
  let lastId = 0
  const post = <K extends QuestionKind>(version: number, kind: K, ask: AskOf<K>, document = 'a'): number => {
    lastId += 1
    reader.receive({ kind: 'ask', id: lastId, document, version, question: { kind, ask } as Question })
    return lastId
  }
  const answerTo = <K extends QuestionKind>(version: number, kind: K, ask: AskOf<K>): AnswerTo<K> => {
    const id = post(version, kind, ask)
    settle()
    const message = sent.find((each) => each.id === id)
    if (message?.kind !== 'answer') throw new Error(`${kind}: ${JSON.stringify(message)}`)
    return message.answer as AnswerTo<K>
  }
  return {
    receive: (message: ToReader) => {
      reader.receive(message)
    },
    sent,
    settle,
    post,
    answerTo,
  }
}

describe('a file with includes', () => {
  it('is looked at again where more of the disk may be, at the same version', () => {
    const asked: (readonly string[] | undefined)[] = []
    const hand = byHand((within) => {
      asked.push(within)
      const unread = within && { reason: 'kept', kept: true }
      return { matching: () => ({ files: [], unread }) }
    })
    hand.receive({ kind: 'text', document: 'a', version: 1, text: 'include /a\n', settings: undefined })
    const codes = (around: FileAsk['around']) =>
      hand
        .answerTo(1, 'file-findings', { language: 'keepalived', name: '/k.conf', around })
        .map(({ code, severity }) => `${code} ${severity}`)
    expect(codes('nothing')).toEqual([])
    expect(codes({ within: ['/space'] })).toEqual(['KA-LIMIT information'])
    expect(codes('disk')).toEqual(['KA-INCLUDE error'])
    expect(codes('disk')).toEqual(['KA-INCLUDE error'])
    expect(asked).toEqual([['/space'], undefined])
  })
})

function opened(text = SAMPLE) {
  const hand = byHand()
  hand.receive({ kind: 'text', document: 'a', version: 1, text, settings: undefined })
  return hand
}

function applied(text: string, changes: readonly TextChange[]): string {
  const lines = textLines(text)
  return applyTextEdits(
    text,
    changes.map(({ range, newText }) => ({
      span: { start: lines.offset(range.start), end: lines.offset(range.end) },
      newText,
    })),
  )
}

describe('the reader', () => {
  it('says what a cluster is in one line, and makes a page of it', () => {
    const { answerTo } = opened()
    expect(answerTo(1, 'summary', {})).toEqual({
      name: 'shop-nat',
      hosts: 4,
      services: 2,
      modes: ['nat'],
      findings: [],
    })
    const page = answerTo(1, 'page', { drawing: 'shop.svg' })
    expect(page).toContain('(<shop.svg>)')
    expect(page).toContain('No rule has anything to say.')
  })

  it('answers about the text it was sent, and about what changes made of it', () => {
    const { answerTo, receive } = opened()
    expect(answerTo(1, 'findings', {})).toEqual([])
    const at = SAMPLE.indexOf('mode: nat') + 'mode: '.length
    receive({ kind: 'change', document: 'a', version: 2, changes: [{ offset: at, length: 3, text: 'dr' }] })
    const codes = answerTo(2, 'findings', {}).map(({ code }) => code)
    expect(codes).toContain('DR-PORT')
    expect(answerTo(2, 'report', {}).text).toBe(SAMPLE.replace('mode: nat', 'mode: dr'))
  })

  it('applies several changes each to what the one before it left', () => {
    const { answerTo, receive } = opened('abcdef')
    receive({
      kind: 'change',
      document: 'a',
      version: 2,
      changes: [
        { offset: 4, length: 2, text: 'EEE' },
        { offset: 0, length: 1, text: '' },
      ],
    })
    expect(answerTo(2, 'report', {}).text).toBe('bcdEEE')
  })

  it('says nothing about a text that has been changed meanwhile, or that is not there', () => {
    const { sent, post, settle, receive } = opened()
    const old = post(1, 'findings', {})
    receive({ kind: 'change', document: 'a', version: 2, changes: [{ offset: 0, length: 0, text: '\n' }] })
    const fresh = post(2, 'findings', {})
    const strange = post(1, 'findings', {}, 'b')
    settle()
    expect(sent.map(({ kind, id }) => [kind, id])).toEqual([
      ['outdated', old],
      ['answer', fresh],
      ['outdated', strange],
    ])
    receive({ kind: 'close', document: 'a' })
    const closed = post(2, 'findings', {})
    settle()
    expect(sent.at(-1)).toEqual({ kind: 'outdated', id: closed })
  })

  it('does not answer what was taken back', () => {
    const { sent, post, settle, receive } = opened()
    const first = post(1, 'findings', {})
    const second = post(1, 'model', {})
    receive({ kind: 'cancel', id: second })
    settle()
    expect(sent.map(({ id }) => id)).toEqual([first])
  })

  it('compares modes when nothing else is left to do', () => {
    const { sent, post, settle } = opened()
    const modes = post(1, 'modes', { service: 'web' })
    const findings = post(1, 'findings', {})
    settle()
    expect(sent.map(({ id }) => id)).toEqual([findings, modes])
  })

  it('a fault is an answer in words, and the next question is answered', () => {
    const { sent, post, settle } = opened()
    const faulty = post(1, 'place', { subject: undefined as never })
    const next = post(1, 'findings', {})
    settle()
    expect(sent).toMatchObject([
      { kind: 'failed', id: faulty, reason: expect.stringMatching(/\S/) as string },
      { kind: 'answer', id: next },
    ])
  })

  it('keeps the last drawing while the text cannot be read', () => {
    const { answerTo, receive } = opened()
    const drawn = answerTo(1, 'model', {})
    expect(drawn.unreadable).toBe(0)
    receive({ kind: 'change', document: 'a', version: 2, changes: [{ offset: 0, length: 0, text: '}{' }] })
    const broken = answerTo(2, 'model', {})
    expect(broken.unreadable).toBeGreaterThan(0)
    expect(broken.scene.hosts).toEqual(drawn.scene.hosts)
    expect(broken.scene.findings[0]?.code).toBe('FILE-SYNTAX')
    expect(answerTo(2, 'unreadable', {})).toEqual({
      start: { line: 0, character: expect.any(Number) as number },
      end: { line: 0, character: expect.any(Number) as number },
    })
  })

  it('gives edits with the text they replace', () => {
    const { answerTo } = opened()
    const path = pathOf('services', 'web', 'scheduler')
    const answer = answerTo(1, 'edit', { edits: [{ kind: 'set', path, value: 'nq' }] })
    if (!answer.ok) throw new Error(answer.reason)
    expect(answer.changes).toHaveLength(1)
    for (const { range, oldText } of answer.changes) {
      const lines = textLines(SAMPLE)
      expect(SAMPLE.slice(lines.offset(range.start), lines.offset(range.end))).toBe(oldText)
    }
    expect(applied(SAMPLE, answer.changes)).toContain('scheduler: nq')
    expect(answerTo(1, 'fix', { finding: 99, fix: 0 })).toMatchObject({ ok: false })
  })

  it('generates for each target, also what cannot be deployed, and nothing of a wrong drawing', () => {
    const pair = opened(readFileSync('test/fixtures/keepalived-pair.lvs.yaml', 'utf8'))
    const paths = (target: 'ipvsadm' | 'keepalived' | 'ansible') => {
      const answer = pair.answerTo(1, 'files', { target })
      return answer.ok ? answer.files.map(({ path }) => path) : []
    }
    expect(paths('keepalived')).toContain('lb2/keepalived.conf')
    expect(paths('ipvsadm')).toContain('lb1/ipvsadm.rules')
    expect(paths('ansible')).toContain('roles/lvs/files/lb1/keepalived.conf')
    const wrong = opened(SAMPLE.replace('mode: nat', 'mode: net')).answerTo(1, 'files', { target: 'ansible' })
    expect(wrong).toMatchObject({ ok: false, what: expect.stringMatching(/^has .*error/) as string })
  })

  it('generates the same files whoever asks for them: they are for colleagues and machines', () => {
    const filesOf = (target: 'ipvsadm' | 'ansible') => opened().answerTo(1, 'files', { target })
    const english = [filesOf('ipvsadm'), filesOf('ansible')]
    speakChinese()
    const chinese = [filesOf('ipvsadm'), filesOf('ansible')]
    const findings = opened(SAMPLE.replace('mode: nat', 'mode: net')).answerTo(1, 'findings', {})
    speak(undefined)
    expect(findings[0]?.message).toMatch(/\p{Script=Han}/u)
    expect(chinese).toEqual(english)
  })

  it('offers the fixes of findings where the caret is', () => {
    const text = SAMPLE.replace('mode: nat', 'mode: dr')
    const { answerTo } = opened(text)
    const finding = answerTo(1, 'findings', {}).find(({ code }) => code === 'DR-PORT')
    if (finding === undefined) throw new Error('no finding')
    const { start } = finding.range
    const [fix] = answerTo(1, 'fixes', { range: { start, end: start } }).filter(
      ({ code }) => code === 'DR-PORT',
    )
    if (fix === undefined) throw new Error('no fix')
    const { answerTo: after } = opened(applied(text, fix.changes))
    const count = (findings: readonly { readonly code: string }[]) =>
      findings.filter(({ code }) => code === 'DR-PORT').length
    expect(count(after(1, 'findings', {}))).toBe(count(answerTo(1, 'findings', {})) - 1)
  })

  it('packs an outline so that it can be unpacked again', () => {
    const { answerTo } = opened()
    const { names, details, numbers } = answerTo(1, 'outline', {})
    expect(numbers).toHaveLength(names.length * OUTLINE_NUMBERS)
    expect(details).toHaveLength(names.length)
    const below = (index: number) => numbers[index * OUTLINE_NUMBERS + 1] ?? 0
    // Whoever counts down what is below each comes to the end with the last.
    let next = 0
    const skip = (): void => {
      const count = below(next)
      next += 1
      for (let child = 0; child < count; child += 1) skip()
    }
    while (next < names.length) skip()
    expect(next).toBe(names.length)
    const service = names.indexOf('web')
    expect(OUTLINE_KINDS[numbers[service * OUTLINE_NUMBERS] ?? -1]).toBe('service')
    expect(details[service]).toMatch(/^nat tcp /)
    expect(names.slice(service + 1, service + 1 + below(service))).toEqual(['rs1', 'rs2'])
    const lines = SAMPLE.split('\n')
    const [line = 0, from = 0, , to = 0] = numbers.slice(service * OUTLINE_NUMBERS + 6)
    expect(lines[line]?.slice(from, to)).toBe('web')
  })
})
