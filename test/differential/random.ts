/** Numbers that look random and are the same for the same seed (mulberry32). */
export interface Random {
  /** True with this probability. */
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(options: readonly T[]) => T
  /** Both ends included. */
  readonly integer: (from: number, to: number) => number
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    chance: (probability) => next() < probability,
    integer,
    pick: (options) => {
      if (options.length === 0) throw new RangeError('nothing to pick from')
      return options[integer(0, options.length - 1)] as (typeof options)[number]
    },
  }
}
