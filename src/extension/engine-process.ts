import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { say, spoken } from '../core/speech/say.js'
import { isFromEngine, isToEngine } from '../protocol/engine-guards.js'
import type {
  EngineRequest,
  EngineRequestKind,
  EngineRequestOf,
  EngineResult,
  EngineResultOf,
  FromEngine,
  HostKeyQuestion,
  SecretQuestion,
  ToEngine,
} from '../protocol/engine.js'

/** How a call ended. */
export type CallEnd<Result> =
  | { readonly how: 'done'; readonly result: Result }
  /** Nothing was changed; the message says why. */
  | { readonly how: 'failed'; readonly message: string; readonly cancelled: boolean }
  /** Hosts may have been changed or not: somebody must look. */
  | { readonly how: 'unknown'; readonly message: string }

export interface CallOptions {
  readonly progress?: (message: string) => void
  /** Only true accepts the key. Without anybody to ask, unknown hosts are refused. */
  readonly confirmHostKey?: (question: HostKeyQuestion) => Promise<boolean>
  /** Without anybody to ask, no passphrase and no password is given. */
  readonly askSecret?: (question: SecretQuestion) => Promise<string | undefined>
  /** Ends the call; what it has changed is undone, and its result still comes. */
  readonly signal?: AbortSignal
}

export interface EngineProcess {
  /** Never rejects: however it ends, it ends in words. Starts the engine where it is not running. */
  readonly call: <K extends EngineRequestKind>(
    request: EngineRequestOf<K>,
    options?: CallOptions,
  ) => Promise<CallEnd<EngineResultOf<K>>>
  /** The process that is running now, if there is one. */
  readonly pid: () => number | undefined
  /** Leaves the engine: it undoes what is under way and ends itself. */
  readonly dispose: () => void
}

export interface EngineProcessOptions {
  /** Path of dist/engine.js. */
  readonly file: string
  readonly log: (line: string) => void
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Milliseconds between two pings, and how many may stay without an answer. */
  readonly pingMs?: number
  readonly mostUnanswered?: number
}

interface Call {
  readonly request: EngineRequest
  readonly options: CallOptions
  readonly end: (end: CallEnd<EngineResult>) => void
}

interface Running {
  readonly child: ChildProcess
  readonly calls: Map<number, Call>
  /** Counted rather than timed: a laptop that wakes up must not find its engine late. */
  unanswered: number
  /** Why we have ended it. */
  killed: string | undefined
}

/** The engine as a process of its own: started with the first call, watched, and started anew when it has died. */
export function engineProcess(options: EngineProcessOptions): EngineProcess {
  const { log, pingMs = 5000, mostUnanswered = 6 } = options
  let running: Running | undefined
  let disposed = false
  let lastId = 0

  function start(): Running {
    const child = fork(options.file, [], {
      // A debugger of the extension host is not ours to share.
      execArgv: [],
      env: engineEnvironment(options.environment ?? process.env),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // What is sent to a terminal's group is not meant for it: it ends when its parent has gone.
      detached: process.platform !== 'win32',
    })
    const started: Running = { child, calls: new Map(), unanswered: 0, killed: undefined }
    running = started
    if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', log)
    child.on('message', (message: unknown) => {
      receive(started, message)
    })
    const watch = setInterval(() => {
      ping(started)
    }, pingMs)
    const gone = (how: string) => {
      clearInterval(watch)
      if (running === started) running = undefined
      const why = started.killed ?? how
      for (const call of started.calls.values()) call.end(lost(call.request, why))
      started.calls.clear()
    }
    child.on('error', (error) => {
      // Also said of a message that could not be sent: then the process is there, and its exit is what counts.
      if (child.pid === undefined) gone(say`the engine of LVS Designer could not be run (${error.message})`)
    })
    child.once('exit', (status, signal) => {
      const how = say`the engine of LVS Designer has ended (${signal ?? say`status ${status ?? 'unknown'}`})`
      // What it said last may still be in the channel.
      if (child.connected) {
        child.once('disconnect', () => {
          gone(how)
        })
      } else gone(how)
    })
    child.once('disconnect', () => {
      if (running === started) running = undefined
    })
    const language = spoken()
    if (language !== undefined) send(started, { kind: 'speak', language })
    return started
  }

  function ping(started: Running): void {
    if (started.unanswered >= mostUnanswered) {
      if (started.killed !== undefined) return
      started.killed = say`the engine of LVS Designer did not answer any more and was ended`
      log(started.killed)
      started.child.kill('SIGKILL')
      return
    }
    started.unanswered += 1
    lastId += 1
    send(started, { kind: 'ping', id: lastId })
  }

  function send({ child }: Running, message: ToEngine): void {
    // An engine that has gone says so by its exit.
    if (child.connected) child.send(message, () => undefined)
  }

  function receive(started: Running, message: unknown): void {
    if (!isFromEngine(message)) {
      log('a message of the engine that is none of ours was dropped')
      return
    }
    started.unanswered = 0
    if (message.kind === 'pong') return
    const call = started.calls.get(message.id)
    if (call === undefined) return
    const end = endOf(message, call, (answer) => {
      send(started, answer)
    })
    if (end === undefined) return
    started.calls.delete(message.id)
    call.end(end)
  }

  function call<K extends EngineRequestKind>(
    request: EngineRequestOf<K>,
    callOptions: CallOptions = {},
  ): Promise<CallEnd<EngineResultOf<K>>> {
    const { signal } = callOptions
    if (disposed) return Promise.resolve(failed(say`LVS Designer is shutting down; nothing was done`, false))
    if (signal?.aborted === true) return Promise.resolve(failed(say`Cancelled; nothing was done.`, true))
    lastId += 1
    const id = lastId
    const message: ToEngine = { kind: 'request', id, request }
    // What the engine would drop would leave a person waiting for ever.
    if (!isToEngine(message)) {
      return Promise.resolve(
        failed(
          say`What was asked for does not fit into a message, most likely because the file is too large.`,
          false,
        ),
      )
    }
    const to = running ?? start()
    return new Promise((resolve) => {
      const cancel = () => {
        send(to, { kind: 'cancel', id })
      }
      signal?.addEventListener('abort', cancel)
      to.calls.set(id, {
        request,
        options: callOptions,
        end: (end) => {
          signal?.removeEventListener('abort', cancel)
          resolve(
            ofKind(request.kind, end) ? end : lost(request, say`the engine gave an answer of another kind`),
          )
        },
      })
      send(to, message)
    })
  }

  return {
    call,
    pid: () => running?.child.pid,
    dispose: () => {
      disposed = true
      if (running === undefined) return
      const { child, calls } = running
      // With nothing under way there is nothing to bring to an end, and no reason to trust that it ends itself.
      if (calls.size === 0) child.kill('SIGKILL')
      else if (child.connected) child.disconnect()
    },
  }
}

/** The end of a call that a message means; undefined while it goes on. */
function endOf(
  message: Exclude<FromEngine, { readonly kind: 'pong' }>,
  { options }: Call,
  answer: (message: ToEngine) => void,
): CallEnd<EngineResult> | undefined {
  switch (message.kind) {
    case 'progress':
      options.progress?.(message.message)
      return undefined
    case 'question': {
      const { id, question, hostKey } = message
      const asked = options.confirmHostKey?.(hostKey) ?? Promise.resolve(false)
      asked.then(
        (trusted: unknown) => {
          answer({ kind: 'answer', id, question, trusted: trusted === true })
        },
        () => {
          answer({ kind: 'answer', id, question, trusted: false })
        },
      )
      return undefined
    }
    case 'secret-question': {
      const { id, question } = message
      const asked = options.askSecret?.(message.secret) ?? Promise.resolve(undefined)
      asked.then(
        (secret) => {
          answer({ kind: 'secret', id, question, secret })
        },
        () => {
          answer({ kind: 'secret', id, question })
        },
      )
      return undefined
    }
    case 'done':
      return { how: 'done', result: message.result }
    case 'failed':
      return message.unknown
        ? { how: 'unknown', message: message.message }
        : failed(message.message, message.cancelled)
  }
}

function failed(message: string, cancelled: boolean) {
  return { how: 'failed' as const, message, cancelled }
}

/** How a call ends whose engine has gone: for what changes hosts nobody knows, for the rest nothing has happened. */
function lost(request: EngineRequest, why: string): Exclude<CallEnd<never>, { readonly how: 'done' }> {
  switch (request.kind) {
    case 'apply':
    case 'remove':
    case 'rollback':
    case 'drain':
      return { how: 'unknown', message: say`${why}; what it was doing may or may not have been done` }
    case 'rehearse':
      return failed(say`${why}; rehearse again, which clears away what is left of the lab`, false)
    case 'lab-up':
      return failed(say`${why}; start the lab again, which clears away what is left of it`, false)
    case 'plan':
    case 'verify':
    case 'drift':
    case 'import':
    case 'lab-down':
    case 'lab-status':
      return failed(say`${why}; try again`, false)
  }
}

function ofKind<K extends EngineRequestKind>(
  kind: K,
  end: CallEnd<EngineResult>,
): end is CallEnd<EngineResultOf<K>> {
  return end.how !== 'done' || end.result.kind === kind
}

/** In VS Code the program that runs us is Electron, which is Node only when told so. */
function engineEnvironment(environment: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_CHANNEL_FD: _channel, ...rest } = environment
  return { ...rest, ELECTRON_RUN_AS_NODE: '1' }
}
