import { parseArgs } from 'node:util'
import { UsageError } from './io.js'

/** An option: `flag` alone, `value` with one, `values` with one each time it is given. */
export type OptionKind = 'flag' | 'value' | 'values'

export interface Arguments {
  readonly words: readonly string[]
  readonly flag: (name: string) => boolean
  readonly value: (name: string) => string | undefined
  readonly values: (name: string) => readonly string[]
}

/** Reads arguments; everything unknown is refused with the usage. */
export function readArguments(
  argv: readonly string[],
  options: Readonly<Record<string, OptionKind>>,
  usage: string,
): Arguments {
  let parsed
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: Object.fromEntries(
        Object.entries(options).map(([name, kind]) => [
          name,
          { type: kind === 'flag' ? 'boolean' : 'string', multiple: kind === 'values' } as const,
        ]),
      ),
    })
  } catch (error) {
    const [reason = ''] = error instanceof Error ? error.message.split('. ') : []
    throw new UsageError(`${reason}\nusage: lvs-designer ${usage}`)
  }
  const { values, positionals } = parsed
  return {
    words: positionals,
    flag: (name) => values[name] === true,
    value: (name) => {
      const value = values[name]
      return typeof value === 'string' ? value : undefined
    },
    values: (name) => {
      const value = values[name]
      return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
    },
  }
}

/** The one word a command takes. */
export function oneWord(args: Arguments, usage: string): string {
  const [word, ...more] = args.words
  if (word === undefined || more.length > 0) throw new UsageError(`usage: lvs-designer ${usage}`)
  return word
}
