import { open } from 'node:fs/promises'

/** What the machine's own scripts say on the console: lines `lvs-lab: …`. */
export type ConsoleEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'wired' }
  | { readonly kind: 'booted'; readonly host: string }
  | { readonly kind: 'problem'; readonly host: string; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string }

export function consoleEvent(line: string): ConsoleEvent | undefined {
  // The firmware's escape sequences and a kernel message may stand before it.
  const said = /lvs-lab: (.*)$/.exec(line.replaceAll('\r', ''))?.[1]
  if (said === undefined) return undefined
  if (said === 'kernel started') return { kind: 'started' }
  if (said === 'networks wired') return { kind: 'wired' }
  const booted = /^host (\S+) booted$/.exec(said)?.[1]
  if (booted !== undefined) return { kind: 'booted', host: booted }
  const [, host, message] = /^problem: (\S+): (.*)$/.exec(said) ?? []
  if (host !== undefined && message !== undefined)
    return { kind: 'problem', host, message: printable(message) }
  if (said.startsWith('failed: '))
    return { kind: 'failed', message: printable(said.slice('failed: '.length)) }
  return undefined
}

/** Reads what was added to a growing file, in whole lines. */
export function lineReader(path: string): () => Promise<string[]> {
  let offset = 0
  let rest = ''
  return async () => {
    const file = await open(path, 'r').catch(() => undefined)
    if (!file) return []
    try {
      const { size } = await file.stat()
      if (size <= offset) return []
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - offset), position: offset })
      offset += bytesRead
      const lines = (rest + buffer.toString('latin1', 0, bytesRead)).split('\n')
      rest = lines.pop() ?? ''
      return lines
    } finally {
      await file.close()
    }
  }
}

const TAIL_LINES = 15

/** The end of a console for an error message, without control characters. */
export function consoleTail(text: string): string {
  return text
    .split('\n')
    .map(printable)
    .filter((line) => line.trim() !== '')
    .slice(-TAIL_LINES)
    .map((line) => `  ${line}`)
    .join('\n')
}

function printable(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
}
