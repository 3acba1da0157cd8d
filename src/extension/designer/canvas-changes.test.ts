import type { TextDocument } from 'vscode'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { TopologyEdit } from '../../core/topology/edit.js'
import { changesInFlight } from '../changes-in-flight.js'
import { canvasChanges } from './canvas-changes.js'
import type { ChangeResult } from './changes.js'

type Listener = (event: unknown) => void

/** VS Code with one document; what was made in its text, and what a change comes to. */
const world = vi.hoisted(() => ({
  willSave: [] as Listener[],
  didSave: [] as Listener[],
  didChange: [] as Listener[],
  documents: [] as unknown[],
  shown: true,
  openedAgain: 0,
  warned: [] as string[],
  made: [] as unknown[],
  answers: [] as (() => Promise<unknown>)[],
}))

vi.mock('vscode', () => {
  const on = (listeners: Listener[]) => (listener: Listener) => {
    listeners.push(listener)
    return { dispose: () => undefined }
  }
  class TabInputCustom {
    uri = 'file:///shop.lvs.yaml'
  }
  class TabInputText {
    uri = ''
  }
  return {
    Disposable: { from: () => ({ dispose: () => undefined }) },
    TabInputCustom,
    TabInputText,
    commands: {
      executeCommand: () => {
        world.openedAgain += 1
        return Promise.resolve()
      },
    },
    window: {
      get tabGroups() {
        return { all: [{ tabs: world.shown ? [{ input: new TabInputCustom() }] : [] }] }
      },
    },
    workspace: {
      asRelativePath: () => 'shop.lvs.yaml',
      openTextDocument: () => Promise.resolve(world.documents[0]),
      get textDocuments() {
        return world.documents
      },
      onWillSaveTextDocument: on(world.willSave),
      onDidSaveTextDocument: on(world.didSave),
      onDidChangeTextDocument: on(world.didChange),
    },
  }
})
vi.mock('../commands/messages.js', () => ({
  sayInformation: () => undefined,
  sayWarning: (message: string) => {
    world.warned.push(message)
  },
}))
vi.mock('./changes.js', () => ({
  changeTopology: async (document: { version: number }, version: number, _: unknown, ask: unknown) => {
    const answer = world.answers.shift()
    if (answer !== undefined) return answer()
    if (version !== document.version) return STALE
    world.made.push(ask)
    return { ok: true, version: document.version }
  },
}))

const STALE: ChangeResult = { ok: false, stale: true, reason: 'The text was changed meanwhile.' }
const set = (value: number): readonly TopologyEdit[] => [{ kind: 'set', path: '/services/web/port', value }]
const isIn = (...values: number[]) => values.map((value) => ({ edits: set(value) }))

function opened() {
  const document = {
    uri: 'file:///shop.lvs.yaml',
    version: 1,
    isDirty: true,
    isClosed: false,
    isUntitled: false,
  }
  world.documents = [document]
  const dirty = (is: boolean) => {
    document.isDirty = is
    for (const tell of world.didChange) tell({ document })
  }
  return { document, dirty, changes: canvasChanges(document as unknown as TextDocument) }
}

beforeEach(() => {
  world.willSave.length = world.didSave.length = world.didChange.length = 0
  world.warned.length = world.made.length = world.answers.length = 0
  world.shown = true
  world.openedAgain = 0
})

describe('half-typed text', () => {
  it('is in the text once its page is hidden, and is not written again when the tab is closed', async () => {
    const { document, changes } = opened()
    await changes.typing(set(8))
    await changes.pageEnds()
    expect(world.made).toEqual(isIn(8))
    document.version = 9
    changes.pageBegins()
    await changes.end()
    expect(world.made).toEqual(isIn(8))
  })

  it('of a page that is gone without a word is not another page’s', async () => {
    const { changes } = opened()
    await changes.typing(set(8))
    changes.pageBegins()
    await changes.end()
    expect(world.made).toEqual([])
  })

  it('is made once, also where the page that is hidden sends it late', async () => {
    const { changes } = opened()
    await changes.typing(set(8))
    const hidden = changes.pageEnds()
    expect(await changes.make(1, 'edit', { edits: set(8) })).toMatchObject({ ok: true })
    await hidden
    expect(world.made).toEqual(isIn(8))
    await changes.typing(set(80))
    expect(world.made).toEqual(isIn(8, 80))
  })

  it('is thrown away with what was changed, also after a save that failed', async () => {
    const { document, dirty, changes } = opened()
    for (const tell of world.willSave) tell({ document, waitUntil: () => undefined })
    await changes.typing(set(8))
    dirty(false)
    await changes.end()
    expect(world.made).toEqual([])
  })

  it('is not thrown away by a save', async () => {
    const { document, dirty, changes } = opened()
    await changes.typing(set(8))
    dirty(false)
    for (const tell of world.didSave) tell(document)
    await changes.end()
    expect(world.made).toEqual(isIn(8))
  })
})

describe('an edit the text was faster than', () => {
  it('is the page’s to make again', async () => {
    const { document, changes } = opened()
    document.version = 2
    expect(await changes.make(1, 'edit', { edits: set(8) })).toEqual(STALE)
    expect(world.made).toEqual([])
    await changes.make(2, 'edit', { edits: set(8) })
    await changes.pageEnds()
    expect(world.made).toEqual(isIn(8))
  })

  it('is made when the page is hidden before it does', async () => {
    const { document, changes } = opened()
    document.version = 2
    await changes.make(1, 'edit', { edits: set(8) })
    await changes.make(1, 'edit', { edits: set(9) })
    await changes.typing(set(10))
    const hidden = changes.pageEnds()
    // A save waits for all of them.
    await changesInFlight.settled('file:///shop.lvs.yaml')
    expect(world.made).toEqual(isIn(8, 9, 10))
    await hidden
  })

  it('is made where the page is hidden while it is refused', async () => {
    const { changes } = opened()
    let refuse: (result: ChangeResult) => void = () => undefined
    world.answers.push(() => new Promise((resolve) => (refuse = resolve)))
    const made = changes.make(1, 'edit', { edits: set(8) })
    await changes.pageEnds()
    changes.pageBegins()
    refuse(STALE)
    expect(await made).toMatchObject({ ok: true })
    expect(world.made).toEqual(isIn(8))
  })

  it('is said to be lost where it cannot be made without a page', async () => {
    const { changes } = opened()
    const reason = 'There is no such service.'
    for (let n = 0; n < 4; n++) world.answers.push(() => Promise.resolve({ ok: false, stale: false, reason }))
    await changes.typing(set(8))
    await changes.pageEnds()
    expect(world.warned).toEqual([
      `The last change on the canvas of shop.lvs.yaml is not in its text: ${reason}`,
    ])
  })
})

describe('what was thrown away with a tab', () => {
  it('does not come back, though it was under way', async () => {
    const { dirty, changes } = opened()
    let refuse: (result: ChangeResult) => void = () => undefined
    world.answers.push(() => new Promise((resolve) => (refuse = resolve)))
    const made = changes.make(1, 'edit', { edits: set(8) })
    dirty(false)
    world.shown = false
    await changes.end()
    refuse(STALE)
    expect(await made).toEqual(STALE)
    expect(world.made).toEqual([])
    expect(world.openedAgain).toBe(0)
  })

  it('does not come back when the page makes it again', async () => {
    const { document, dirty, changes } = opened()
    document.version = 2
    await changes.make(1, 'edit', { edits: set(8) })
    dirty(false)
    await changes.end()
    expect(world.made).toEqual([])
  })

  it('takes nothing with it of what is typed after it', async () => {
    const { dirty, changes } = opened()
    dirty(false)
    await changes.typing(set(8))
    await changes.end()
    expect(world.made).toEqual(isIn(8))
  })
})

describe('a tab that was closed', () => {
  it.each([
    [true, 1],
    [false, 0],
  ])('is open again only where there is something to save: %s', async (isDirty, times) => {
    const { document, changes } = opened()
    await changes.typing(set(8))
    document.isDirty = isDirty
    world.shown = false
    await changes.end()
    expect(world.openedAgain).toBe(times)
  })
})
