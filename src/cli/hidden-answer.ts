import type { ReadStream } from 'node:tty'

/** Where a question is put: a terminal to read from, one to write to. */
export interface Terminal {
  readonly input: ReadStream
  readonly write: (text: string) => void
}

/**
 * Asks for a line that must not be seen: nothing of it is echoed. Undefined where the person does not answer (an empty line,
 * Ctrl+C, Ctrl+D, the end of input).
 */
export function hiddenAnswer(
  question: string,
  { input, write }: Terminal,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (signal.aborted) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    let answer = ''
    const finish = (text: string | undefined) => {
      input.off('data', read)
      input.off('end', end)
      signal.removeEventListener('abort', end)
      input.setRawMode(false)
      input.pause()
      write('\n')
      resolve(text === '' ? undefined : text)
    }
    const end = () => {
      finish(undefined)
    }
    const read = (chunk: string) => {
      for (const key of chunk) {
        if (key === '\r' || key === '\n') {
          finish(answer)
          return
        }
        if (key === '\u0003') {
          finish(undefined)
          // In raw mode the terminal does not make a signal of it.
          process.kill(process.pid, 'SIGINT')
          return
        }
        if (key === '\u0004') {
          finish(undefined)
          return
        }
        if (key === '\u007f' || key === '\b') answer = answer.replace(/.$/su, '')
        else if (key === '\u0015') answer = ''
        else answer += key
      }
    }
    write(question)
    input.setRawMode(true)
    input.setEncoding('utf8')
    input.on('data', read)
    input.on('end', end)
    signal.addEventListener('abort', end)
    input.resume()
  })
}
