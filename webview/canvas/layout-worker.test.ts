import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ElkGraph } from '../../src/core/diagram/elk-graph.js'
import type * as LayoutWorker from './layout-worker.js'

const GRAPH = { id: 'root', children: [], edges: [] } as unknown as ElkGraph

/** A worker that takes its work and never ends it, unless it is told what comes of it. */
class Unending {
  static readonly all: Unending[] = []
  terminated = false
  onmessage: ((event: { data: unknown }) => void) | undefined
  readonly taken: { readonly id: number; readonly cmd: string }[] = []
  constructor() {
    Unending.all.push(this)
  }
  postMessage(message: { readonly id: number; readonly cmd: string }): void {
    this.taken.push(message)
    // What makes it ready is answered at once.
    if (message.cmd === 'register') this.onmessage?.({ data: { id: message.id } })
  }
  terminate(): void {
    this.terminated = true
  }
}

let layOut: (typeof LayoutWorker)['layOut']
const fetching = vi.fn<() => Promise<Response>>()
beforeEach(async () => {
  Unending.all.length = 0
  fetching.mockResolvedValue(new Response('// the worker'))
  vi.stubGlobal('Worker', Unending)
  vi.stubGlobal('fetch', fetching)
  // It keeps the worker's source from one run to the next.
  vi.resetModules()
  ;({ layOut } = await import('./layout-worker.js'))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const working = async (): Promise<Unending> => {
  await vi.waitFor(() => {
    expect(Unending.all[0]?.taken.some(({ cmd }) => cmd === 'layout')).toBe(true)
  })
  const [worker] = Unending.all
  if (worker === undefined) throw new Error('there is no worker')
  return worker
}

it('ends the worker when what it lays out has changed', async () => {
  const controller = new AbortController()
  const done = layOut(GRAPH, 'worker.js', controller.signal)
  const worker = await working()
  expect(worker.terminated).toBe(false)
  controller.abort()
  expect(await done).toBeUndefined()
  expect(worker.terminated).toBe(true)
})

it('ends the worker when it takes too long', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  const done = layOut(GRAPH, 'worker.js', new AbortController().signal)
  const worker = await working()
  await vi.advanceTimersByTimeAsync(15_000)
  expect(await done).toBeUndefined()
  expect(worker.terminated).toBe(true)
})

it('takes what the worker has made, and ends it', async () => {
  const done = layOut(GRAPH, 'worker.js', new AbortController().signal)
  const worker = await working()
  const asked = worker.taken.find(({ cmd }) => cmd === 'layout')
  worker.onmessage?.({ data: { id: asked?.id, data: { ...GRAPH, width: 7 } } })
  expect(await done).toMatchObject({ width: 7 })
  expect(worker.terminated).toBe(true)
})

it('does without where the worker cannot be had, and starts none for what has changed already', async () => {
  const gone = new AbortController()
  gone.abort()
  expect(await layOut(GRAPH, 'worker.js', gone.signal)).toBeUndefined()
  vi.resetModules()
  ;({ layOut } = await import('./layout-worker.js'))
  fetching.mockRejectedValue(new Error('no such file'))
  expect(await layOut(GRAPH, 'worker.js', new AbortController().signal)).toBeUndefined()
  expect(Unending.all).toEqual([])
})
