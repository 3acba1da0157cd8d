import { say } from '../../core/speech/say.js'
import type { FromDesigner, ToDesigner } from '../../protocol/designer.js'
import type { PictureAnswer, PictureFormat } from '../../protocol/pictures.js'

/** The pictures that a page has been asked for. */
export interface AskedPictures {
  readonly ask: (format: PictureFormat) => Promise<PictureAnswer>
  readonly receive: (
    message: Extract<FromDesigner, { readonly kind: 'picture-made' | 'picture-failed' }>,
  ) => void
  /** The page is gone: nothing comes any more. */
  readonly end: () => void
}

/** Thousands of hosts are arranged and drawn within a tenth of this. */
const PATIENCE_MS = 60_000

const gone = (): PictureAnswer => ({
  ok: false,
  reason: say`The designer was closed before the picture was made.`,
})
const silent = (): PictureAnswer => ({
  ok: false,
  reason: say`The designer made no picture within ${PATIENCE_MS / 1000} s. Keep it in sight and try again.`,
})

/** @param whenShown runs at once or as soon as there is a page to send to */
export function askedPictures(
  send: (message: ToDesigner) => void,
  whenShown: (run: () => void) => void,
): AskedPictures {
  const waiting = new Map<number, (answer: PictureAnswer) => void>()
  let last = 0
  return {
    ask: (format) =>
      new Promise((resolve) => {
        const request = ++last
        const timer = setTimeout(() => {
          waiting.get(request)?.(silent())
        }, PATIENCE_MS)
        waiting.set(request, (answer) => {
          clearTimeout(timer)
          waiting.delete(request)
          resolve(answer)
        })
        whenShown(() => {
          send({ kind: 'picture', request, format })
        })
      }),
    receive: (message) => {
      waiting.get(message.request)?.(
        message.kind === 'picture-made'
          ? { ok: true, content: message.content }
          : { ok: false, reason: message.reason },
      )
    },
    end: () => {
      for (const answer of [...waiting.values()]) answer(gone())
    },
  }
}
