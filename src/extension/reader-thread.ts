import { Worker } from 'node:worker_threads'
import type { FromReader, Question, ToReader } from '../protocol/reader.js'

/** The reader as a thread of this process: started when it is first needed, and again after it has died. */
export interface ReaderThread {
  readonly tell: (message: Exclude<ToReader, { readonly kind: 'ask' | 'cancel' }>) => void
  /**
   * Undefined where the answer would be about an older text, or was cancelled.
   * @throws Error when the thread fails; what it was told before is lost then, as `generation` shows.
   */
  readonly ask: (
    document: string,
    version: number,
    question: Question,
    signal?: AbortSignal,
  ) => Promise<{ readonly answer: unknown } | undefined>
  /** Another number for every thread: a new one knows no texts. */
  readonly generation: () => number
  readonly dispose: () => void
}

/** The longest reading of what is within the limits of the language takes a tenth of this. */
const SILENCE_MS = 60_000

interface Pending {
  readonly resolve: (answer: { readonly answer: unknown } | undefined) => void
  readonly reject: (error: Error) => void
}

export function readerThread(file: string, silenceMs = SILENCE_MS): ReaderThread {
  const pending = new Map<number, Pending>()
  let worker: Worker | undefined
  let generation = 0
  let lastId = 0
  let watch: NodeJS.Timeout | undefined

  const end = (failed: Worker, reason: string): void => {
    if (worker !== failed) return
    worker = undefined
    clearTimeout(watch)
    void failed.terminate()
    for (const { reject } of pending.values()) reject(new Error(reason))
    pending.clear()
  }
  const watchFor = (running: Worker): void => {
    clearTimeout(watch)
    if (pending.size === 0) return
    watch = setTimeout(() => {
      end(running, `reading has taken longer than ${silenceMs / 1000} s and was given up`)
    }, silenceMs)
  }
  const start = (): Worker => {
    const started = new Worker(file)
    generation += 1
    started.on('message', (message: FromReader) => {
      const asked = pending.get(message.id)
      pending.delete(message.id)
      watchFor(started)
      if (message.kind === 'answer') asked?.resolve({ answer: message.answer })
      else if (message.kind === 'outdated') asked?.resolve(undefined)
      else asked?.reject(new Error(message.reason))
    })
    started.on('error', (error) => {
      end(started, error.message)
    })
    started.on('exit', () => {
      end(started, 'the thread that reads topologies has ended')
    })
    return started
  }
  const post = (message: ToReader): Worker => {
    worker ??= start()
    worker.postMessage(message)
    return worker
  }

  return {
    tell: post,
    ask: (document, version, question, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          resolve(undefined)
          return
        }
        const id = ++lastId
        pending.set(id, { resolve, reject })
        const running = post({ kind: 'ask', id, document, version, question })
        if (pending.size === 1) watchFor(running)
        signal?.addEventListener(
          'abort',
          () => {
            if (!pending.delete(id)) return
            running.postMessage({ kind: 'cancel', id } satisfies ToReader)
            resolve(undefined)
          },
          { once: true },
        )
      }),
    generation: () => generation + (worker === undefined ? 1 : 0),
    dispose: () => {
      if (worker !== undefined) end(worker, 'the window is closing')
    },
  }
}
