import { setMaxListeners } from 'node:events'
import { say, speak } from '../core/speech/say.js'
import { LabError } from '../lab/lab-error.js'
import { isFromEngine, isToEngine } from '../protocol/engine-guards.js'
import type { EngineRequest, EngineResult, FromEngine } from '../protocol/engine.js'
import { printable, SshFailure } from '../remote/ssh/failure.js'
import type { EngineCall } from './call.js'
import {
  applyRequest,
  drainRequest,
  driftRequest,
  planRequest,
  removeRequest,
  rollbackRequest,
  verifyRequest,
} from './host-requests.js'
import { importRequest } from './import-request.js'
import { labDownRequest, labStatusRequest, labUpRequest, rehearseRequest } from './lab-requests.js'
import { EngineRefusal } from './refusal.js'

export interface Engine {
  /** Takes whatever has come in; what is no message of ours is logged and dropped. */
  readonly receive: (message: unknown) => void
  /** Cancels what is under way and returns when all of it has been brought to an end. */
  readonly shutDown: () => Promise<void>
}

interface Outside {
  readonly send: (message: FromEngine) => void
  /** One line for the log. */
  readonly log: (line: string) => void
}

interface Call {
  readonly controller: AbortController
  readonly ended: Promise<void>
  /** Questions that wait for a person. */
  readonly questions: Questions
}

interface Questions {
  readonly keys: Map<number, (trusted: boolean) => void>
  readonly secrets: Map<number, (secret: string | undefined) => void>
}

/** Runs requests, each on its own: their hosts are kept apart by the locks on the hosts. */
export function createEngine({ send, log }: Outside): Engine {
  const calls = new Map<number, Call>()
  let lastQuestion = 0
  let closing = false

  function start(id: number, request: EngineRequest): void {
    if (calls.has(id)) {
      log(`request ${id} is under way already; the second one of that number was dropped`)
      return
    }
    const controller = new AbortController()
    // Whatever runs at once listens, and that grows with hosts and services: no leak for Node to warn of.
    setMaxListeners(0, controller.signal)
    const questions: Questions = { keys: new Map(), secrets: new Map() }
    let changing = false
    const call: EngineCall = {
      signal: controller.signal,
      tell: (message) => {
        deliver({ kind: 'progress', id, message })
      },
      confirmHostKey: (hostKey) =>
        ask(questions.keys, false, controller.signal, (question) => {
          deliver({ kind: 'question', id, question, hostKey })
        }),
      askSecret: (secret) =>
        ask<string | undefined>(questions.secrets, undefined, controller.signal, (question) => {
          deliver({ kind: 'secret-question', id, question, secret })
        }),
      changing: () => {
        changing = true
      },
    }
    const ended = run(request, call)
      .then(
        (result): FromEngine => ({ kind: 'done', id, result }),
        (error: unknown) => failure(id, error, { changing, cancelled: controller.signal.aborted }),
      )
      .then((message) => {
        calls.delete(id)
        // What the other end would drop would leave a person waiting for ever.
        deliver(
          isFromEngine(message)
            ? message
            : failure(id, new Error(say`the result could not be put into a message`), {
                changing,
                cancelled: false,
              }),
        )
      })
    calls.set(id, { controller, ended, questions })
  }

  /** @param without what counts as the answer once nobody is there to give one any more */
  function ask<Answer>(
    waiting: Map<number, (answer: Answer) => void>,
    without: Answer,
    signal: AbortSignal,
    put: (question: number) => void,
  ): Promise<Answer> {
    if (signal.aborted) return Promise.resolve(without)
    lastQuestion += 1
    const question = lastQuestion
    return new Promise((resolve) => {
      const take = (answer: Answer) => {
        waiting.delete(question)
        signal.removeEventListener('abort', refuse)
        resolve(answer)
      }
      const refuse = () => {
        take(without)
      }
      signal.addEventListener('abort', refuse)
      waiting.set(question, take)
      put(question)
    })
  }

  function failure(
    id: number,
    error: unknown,
    { changing, cancelled }: { readonly changing: boolean; readonly cancelled: boolean },
  ): FromEngine {
    if (error instanceof EngineRefusal || error instanceof SshFailure || error instanceof LabError) {
      return { kind: 'failed', id, message: error.message, cancelled, unknown: changing }
    }
    if (cancelled && !changing)
      return { kind: 'failed', id, message: say`Cancelled; nothing was changed.`, cancelled, unknown: false }
    const reason = printable(error instanceof Error ? error.message : String(error))
    return {
      kind: 'failed',
      id,
      message: say`LVS Designer failed, which is a fault in it: ${reason}`,
      cancelled,
      unknown: changing,
    }
  }

  function deliver(message: FromEngine): void {
    send(message)
  }

  return {
    receive: (message) => {
      if (!isToEngine(message)) {
        log('a message that is none of ours was dropped')
        return
      }
      switch (message.kind) {
        case 'speak':
          speak(message.language)
          return
        case 'ping':
          deliver({ kind: 'pong', id: message.id })
          return
        case 'cancel':
          calls.get(message.id)?.controller.abort()
          return
        case 'answer':
          calls.get(message.id)?.questions.keys.get(message.question)?.(message.trusted)
          return
        case 'secret':
          calls.get(message.id)?.questions.secrets.get(message.question)?.(message.secret)
          return
        case 'request':
          if (closing) {
            const refusal = new EngineRefusal(say`LVS Designer is shutting down; nothing was done`)
            deliver(failure(message.id, refusal, { changing: false, cancelled: false }))
          } else start(message.id, message.request)
      }
    },
    shutDown: async () => {
      closing = true
      for (const { controller } of calls.values()) controller.abort()
      await Promise.all([...calls.values()].map(({ ended }) => ended))
    },
  }
}

async function run(request: EngineRequest, call: EngineCall): Promise<EngineResult> {
  switch (request.kind) {
    case 'plan':
      return planRequest(request, call)
    case 'apply':
      return applyRequest(request, call)
    case 'verify':
      return verifyRequest(request, call)
    case 'remove':
      return removeRequest(request, call)
    case 'rollback':
      return rollbackRequest(request, call)
    case 'drain':
      return drainRequest(request, call)
    case 'drift':
      return driftRequest(request, call)
    case 'import':
      return importRequest(request, call)
    case 'lab-up':
      return labUpRequest(request, call)
    case 'lab-down':
      return labDownRequest(request)
    case 'lab-status':
      return labStatusRequest(request)
    case 'rehearse':
      return rehearseRequest(request, call)
  }
}
