import { speak } from '../core/speech/say.js'
import type { FromReader, QuestionKind, ToReader } from '../protocol/reader.js'
import { answer } from './answers.js'
import { readDocument, settingsIn } from './document.js'
import type { FilesOn, ReadDocument } from './document.js'

export interface Reader {
  readonly receive: (message: ToReader) => void
}

export interface ReaderSurroundings {
  readonly send: (message: FromReader) => void
  /** Calls back once everything that has arrived meanwhile has been received. */
  readonly later: (run: () => void) => void
  /** A browser has no disk. */
  readonly filesOn?: FilesOn
}

type Asked = Extract<ToReader, { readonly kind: 'ask' }>

/**
 * What is waited for first: the lower, the sooner; 0 for what is not named. Findings before what decorates the text;
 * the comparison of modes, which takes several times as long as everything else, when nothing is left to do.
 */
const RANK: Readonly<Partial<Record<QuestionKind, number>>> = {
  findings: 1,
  model: 2,
  tokens: 3,
  lenses: 3,
  outline: 4,
  folds: 4,
  summary: 4,
  modes: 5,
}

/**
 * Keeps texts and answers questions about them. One question at a time, and between two of them whatever has arrived
 * is received: a text that is changed while it is being read is not read for questions nobody waits for any longer.
 */
export function createReader({ send, later, filesOn }: ReaderSurroundings): Reader {
  const documents = new Map<string, ReadDocument>()
  const waiting: Asked[] = []
  let running = false

  const next = (): Asked | undefined => {
    const ranks = waiting.map(({ question }) => RANK[question.kind] ?? 0)
    const at = ranks.indexOf(Math.min(...ranks))
    return at < 0 ? undefined : waiting.splice(at, 1)[0]
  }
  const run = (): void => {
    const asked = next()
    if (asked === undefined) {
      running = false
      return
    }
    later(run)
    const { id, version, question } = asked
    const document = documents.get(asked.document)
    if (document?.version !== version) {
      send({ kind: 'outdated', id })
      return
    }
    try {
      send({ kind: 'answer', id, answer: answer(document, question) })
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      send({ kind: 'failed', id, reason })
    }
  }
  return {
    receive: (message) => {
      switch (message.kind) {
        case 'speak':
          speak(message.language)
          return
        case 'text': {
          const { document, version, text, settings } = message
          const read = readDocument(version, text, settingsIn(settings), documents.get(document), filesOn)
          documents.set(document, read)
          return
        }
        case 'change': {
          const known = documents.get(message.document)
          // Nobody's text: whoever asks about it next sends it whole.
          if (known === undefined) return
          let { text } = known
          for (const { offset, length, text: inserted } of message.changes) {
            text = text.slice(0, offset) + inserted + text.slice(offset + length)
          }
          documents.set(message.document, readDocument(message.version, text, known.settings, known, filesOn))
          return
        }
        case 'close':
          documents.delete(message.document)
          return
        case 'ask':
          waiting.push(message)
          if (!running) {
            running = true
            later(run)
          }
          return
        case 'cancel': {
          const at = waiting.findIndex(({ id }) => id === message.id)
          if (at >= 0) waiting.splice(at, 1)
        }
      }
    },
  }
}
