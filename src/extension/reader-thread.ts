import { say, spoken } from '../core/speech/say.js'
import type { FromReader, Question, ToReader } from '../protocol/reader.js'

/** The reader that is running, and how it is reached. */
export interface RunningReader {
  readonly post: (message: ToReader) => void
  readonly kill: () => void
}

/** Starts the reader beside the thread of the extension; `end`, with the reason, once it is there no more. */
export type StartReader = (to: {
  readonly receive: (message: FromReader) => void
  readonly end: (reason: string) => void
}) => RunningReader

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

export function readerThread(start: StartReader, silenceMs = SILENCE_MS): ReaderThread {
  const pending = new Map<number, Pending>()
  let worker: RunningReader | undefined
  let generation = 0
  let lastId = 0
  let watch: ReturnType<typeof setTimeout> | undefined

  const end = (failed: RunningReader, reason: string): void => {
    if (worker !== failed) return
    worker = undefined
    clearTimeout(watch)
    failed.kill()
    for (const { reject } of pending.values()) reject(new Error(reason))
    pending.clear()
  }
  const watchFor = (running: RunningReader): void => {
    clearTimeout(watch)
    if (pending.size === 0) return
    watch = setTimeout(() => {
      end(running, say`reading has taken longer than ${silenceMs / 1000} s and was given up`)
    }, silenceMs)
  }
  const begin = (): RunningReader => {
    generation += 1
    const started: RunningReader = start({
      receive: (message) => {
        const asked = pending.get(message.id)
        pending.delete(message.id)
        watchFor(started)
        if (message.kind === 'answer') asked?.resolve({ answer: message.answer })
        else if (message.kind === 'outdated') asked?.resolve(undefined)
        else asked?.reject(new Error(message.reason))
      },
      end: (reason) => {
        end(started, reason)
      },
    })
    const language = spoken()
    if (language !== undefined) started.post({ kind: 'speak', language })
    return started
  }
  const post = (message: ToReader): RunningReader => {
    worker ??= begin()
    worker.post(message)
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
            running.post({ kind: 'cancel', id })
            resolve(undefined)
          },
          { once: true },
        )
      }),
    generation: () => generation + (worker === undefined ? 1 : 0),
    dispose: () => {
      if (worker !== undefined) end(worker, say`the window is closing`)
    },
  }
}
