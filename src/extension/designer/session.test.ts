import type { TextDocument, WebviewPanel } from 'vscode'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FromDesigner, ToDesigner } from '../../protocol/designer.js'
import type { AskOf, QuestionKind } from '../../protocol/reader.js'
import { startSession } from './session.js'

/** A reader that has died, or is there again; VS Code with what a session touches. */
const reader = vi.hoisted(() => ({ fails: undefined as string | undefined, asked: [] as string[] }))

vi.mock('../topology-reader.js', () => ({
  askReader: <K extends QuestionKind>(_: unknown, kind: K, ask: AskOf<K>) => {
    reader.asked.push(kind)
    if (reader.fails !== undefined) return Promise.reject(new Error(reader.fails))
    return Promise.resolve({ version: 1, answer: ANSWERS[kind]?.(ask) })
  },
}))
vi.mock('vscode', () => {
  const never = () => ({ dispose: () => undefined })
  class Disposable {
    static from = () => new Disposable()
    dispose = () => undefined
  }
  class EventEmitter {
    event = never
  }
  return {
    Disposable,
    EventEmitter,
    FilePermission: { Readonly: 1 },
    commands: {},
    env: { clipboard: { readText: () => Promise.resolve(''), writeText: () => Promise.resolve() } },
    window: {
      visibleTextEditors: [],
      onDidChangeTextEditorSelection: never,
      createOutputChannel: () => ({ error: () => undefined }),
    },
    workspace: {
      fs: {},
      textDocuments: [],
      onDidChangeTextDocument: never,
      onWillSaveTextDocument: never,
      onDidSaveTextDocument: never,
    },
  }
})

const ANSWERS: Readonly<Partial<Record<QuestionKind, (ask: unknown) => unknown>>> = {
  model: () => ({ scene: SCENE, unreadable: 0 }),
  edit: () => ({ ok: true, changes: [] }),
}
const SCENE = { name: undefined, hosts: [], networks: [], services: [], findings: [] }

function opened() {
  const sent: ToDesigner[] = []
  let receive: ((message: FromDesigner) => void) | undefined
  const never = () => ({ dispose: () => undefined })
  let viewStateChanged: (() => void) | undefined
  const panel = {
    visible: true,
    webview: {
      postMessage: (message: ToDesigner) => {
        sent.push(message)
        return Promise.resolve(true)
      },
      onDidReceiveMessage: (listener: (message: FromDesigner) => void) => {
        receive = listener
        return never()
      },
    },
    onDidChangeViewState: (listener: () => void) => {
      viewStateChanged = listener
      return never()
    },
    onDidDispose: never,
  } as unknown as WebviewPanel
  const uri = { fsPath: '/shop.lvs.yaml', scheme: 'untitled', toString: () => 'untitled:/shop.lvs.yaml' }
  const document = {
    uri,
    isUntitled: true,
    isClosed: false,
    version: 1,
    lineCount: 1,
  } as unknown as TextDocument
  startSession(document, panel, () => [])
  const hide = () => {
    Object.assign(panel, { visible: false })
    viewStateChanged?.()
  }
  return { sent, hide, receive: (message: FromDesigner) => receive?.(message) }
}

beforeEach(() => {
  reader.fails = undefined
  reader.asked = []
})

describe('a canvas whose reader fails', () => {
  it('says so instead of waiting, and draws when it is asked again', async () => {
    const { sent, receive } = opened()
    reader.fails = 'reading has taken too long\n    at a stack'
    receive({ kind: 'ready' })
    await expect.poll(() => sent).toEqual([{ kind: 'unread', reason: 'reading has taken too long' }])
    receive({ kind: 'draw' })
    await expect.poll(() => sent).toHaveLength(2)
    reader.fails = undefined
    receive({ kind: 'draw' })
    await expect.poll(() => sent.map(({ kind }) => kind)).toEqual(['unread', 'unread', 'model', 'inspection'])
  })

  it.each([
    { kind: 'edit', request: 7, version: 1, edits: [] },
    { kind: 'fix', request: 7, version: 1, finding: 0, fix: 0 },
    { kind: 'copy', request: 7, subjects: [] },
    { kind: 'paste', request: 7, version: 1 },
    { kind: 'duplicate', request: 7, version: 1, subjects: [] },
  ] satisfies FromDesigner[])('answers what it was asked for: $kind', async (message) => {
    const { sent, receive } = opened()
    receive({ kind: 'ready' })
    await expect.poll(() => sent).toHaveLength(2)
    reader.fails = 'it died'
    receive(message)
    await expect
      .poll(() => sent.slice(2))
      .toEqual([{ kind: 'answer', request: 7, ok: false, stale: false, reason: 'it died' }])
  })

  it.each([
    { kind: 'select', subject: { what: 'host', name: 'lb1' } },
    { kind: 'show', path: '/hosts' },
    { kind: 'show-problems' },
    {
      kind: 'walk',
      request: 1,
      wish: { service: 'web', client: undefined, realServer: undefined, broken: [] },
    },
  ] satisfies FromDesigner[])('says what cannot be shown: $kind', async (message) => {
    const { sent, receive } = opened()
    receive({ kind: 'ready' })
    await expect.poll(() => sent).toHaveLength(2)
    reader.fails = 'it died'
    receive(message)
    await expect.poll(() => sent.slice(2)).toEqual([{ kind: 'unread', reason: 'it died' }])
  })
})

describe('a canvas that is hidden', () => {
  it('has what is half typed in its text, and nothing of it once it is shown again', async () => {
    const { sent, hide, receive } = opened()
    receive({ kind: 'ready' })
    await expect.poll(() => sent).toHaveLength(2)
    receive({ kind: 'typing', edits: [{ kind: 'set', path: '/services/web/port', value: 82 }] })
    const edits = () => reader.asked.filter((kind) => kind === 'edit')
    expect(edits()).toEqual([])
    hide()
    await expect.poll(edits).toHaveLength(1)
    // Another page, whose drawing comes after whatever was asked for before it.
    receive({ kind: 'ready' })
    hide()
    receive({ kind: 'ready' })
    await expect.poll(() => sent.length).toBeGreaterThan(2)
    expect(edits()).toHaveLength(1)
  })
})
