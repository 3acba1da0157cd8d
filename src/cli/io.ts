/** Everything the command line has of the outside world, so that it runs the same in a test. */
export interface Io {
  /** Results. */
  readonly out: (text: string) => void
  /** Progress and complaints. */
  readonly err: (text: string) => void
  /** Whether `out` is a terminal: colour is for people. */
  readonly colour: boolean
  /** Columns of that terminal; absent: it is none. */
  readonly columns?: number | undefined
  readonly rows?: number | undefined
  /** Asks a yes-or-no question; undefined where nobody can answer. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined
  /** Asks for a line, with or without showing it; undefined where nobody can answer, or does not. */
  readonly askFor?:
    ((question: string, options: { readonly hidden: boolean }) => Promise<string | undefined>) | undefined
  /** All of standard input. */
  readonly input: () => Promise<string>
  readonly signal: AbortSignal
  /** Aborted once nobody reads `out` any more, as behind `| head`: no reason to leave work undone, but nothing to go on showing for. */
  readonly readerGone?: AbortSignal | undefined
  /** Runs what leaves nothing half done and looks at no signal: one that comes meanwhile ends the process. */
  readonly endable?: (<T>(work: () => T) => T) | undefined
}

/** `work`, so that Ctrl+C ends it, where somebody can press it. */
export function endably<T>({ endable }: Pick<Io, 'endable'>, work: () => T): T {
  return endable === undefined ? work() : endable(work)
}

/** The input or the call cannot be used; the message says what and what to do. Exit status 2. */
export class UsageError extends Error {}

/** Exit statuses, the same for every command. */
export const EXIT = {
  /** What was asked holds. */
  holds: 0,
  /** It does not: findings, a failed verification, a deployment that was reverted. */
  doesNotHold: 1,
  /** The input or the call cannot be used, or it was refused before anything changed. */
  unusable: 2,
  /** The outcome is not known: somebody must look. */
  unknown: 3,
} as const
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT]

const ESCAPE = '\u001b['

/** Text in colour, on a terminal. */
export function painter(
  colour: boolean,
): (style: 'red' | 'yellow' | 'blue' | 'green' | 'dim' | 'bold', text: string) => string {
  const codes = { red: 31, yellow: 33, blue: 34, green: 32, dim: 2, bold: 1 }
  return (style, text) => (colour ? `${ESCAPE}${codes[style]}m${text}${ESCAPE}0m` : text)
}

export function writeJson(io: Io, value: unknown): void {
  io.out(`${JSON.stringify(value, null, 2)}\n`)
}
