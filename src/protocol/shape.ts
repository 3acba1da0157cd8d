/** Whether a value from another process is what it should be. */
export type Guard<T> = (value: unknown) => value is T

/** The type a guard lets through. */
export type Guarded<G> = G extends Guard<infer T> ? T : never

/** A string of at most so many UTF-16 code units. */
export function textUpTo(longest: number): Guard<string> {
  return (value): value is string => typeof value === 'string' && value.length <= longest
}

/** Long enough for anything that is said; a document has a limit of its own. */
export const isText = textUpTo(1024 * 1024)

export const isFlag: Guard<boolean> = (value) => typeof value === 'boolean'

export function integerIn(smallest: number, largest: number): Guard<number> {
  return (value): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= smallest && value <= largest
}

export function oneOf<const T extends string>(...values: readonly T[]): Guard<T> {
  return (value): value is T => values.some((each) => each === value)
}

export function optional<T>(guard: Guard<T>): Guard<T | undefined> {
  return (value): value is T | undefined => value === undefined || guard(value)
}

export function listOf<T>(guard: Guard<T>): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(guard)
}

/** An object that has any names. */
export function recordOf<T>(guard: Guard<T>): Guard<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => guard(each))
}

/** An object with exactly these fields: one that is missing, wrong or not known makes it something else. */
export function shape<T extends object>(fields: { readonly [K in keyof T]-?: Guard<T[K]> }): Guard<T> {
  const guards = new Map<string, (value: unknown) => boolean>(Object.entries(fields))
  return (value): value is T => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const entries = new Map<string, unknown>(Object.entries(value))
    return (
      [...entries.keys()].every((key) => guards.has(key)) &&
      [...guards].every(([key, guard]) => guard(entries.get(key)))
    )
  }
}

/** One of several shapes, told apart by `kind`. */
export function kindsOf<T extends { readonly kind: string }>(guards: {
  readonly [K in T['kind']]: Guard<Extract<T, { readonly kind: K }>>
}): Guard<T> {
  const byKind = new Map<string, (value: unknown) => boolean>(Object.entries(guards))
  return (value): value is T => {
    if (typeof value !== 'object' || value === null || !('kind' in value)) return false
    const { kind } = value
    return typeof kind === 'string' && byKind.get(kind)?.(value) === true
  }
}
