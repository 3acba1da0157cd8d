import { UsageError } from './io.js'

const STEPS = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 } as const

/**
 * A number as people write it: 500, 15k, 2.5G, 1Gbit/s; k, M, G and T are powers of a thousand, as on network cards.
 * @throws UsageError where it is none, or not from `least` to `most`
 */
export function quantity(
  option: string,
  text: string,
  { unit, least, most }: { readonly unit: 'B' | 'bit/s' | ''; readonly least: number; readonly most: number },
): number {
  const match = /^(\d+(?:\.\d+)?) ?([kmgt]?)(b|bytes?|bits?|bits?\/s|bps)?$/i.exec(text.trim())
  const prefix = (match?.[2] ?? '').toLowerCase()
  const value = match === null || !isStep(prefix) ? Number.NaN : Number(match[1]) * STEPS[prefix]
  if (value >= least && value <= most && fits(unit, match?.[3] ?? '')) return value
  const example = { B: '500 or 15k', 'bit/s': '100M or 2.5G', '': '800 or 2k' }[unit]
  const what = unit === '' ? 'a number' : unit === 'B' ? 'a number of bytes' : 'a rate in bit/s'
  throw new UsageError(`${option} takes ${what} from ${least} to ${most}, such as ${example}, not "${text}"`)
}

function isStep(text: string): text is keyof typeof STEPS {
  return Object.hasOwn(STEPS, text)
}

/** A byte is no bit: what says the other unit is refused, and not off by eight. */
function fits(unit: 'B' | 'bit/s' | '', said: string): boolean {
  if (said === '') return true
  if (unit === 'B') return said === 'B' || /^bytes?$/i.test(said)
  return unit === 'bit/s' && /^(bits?|bits?\/s|bps)$/i.test(said)
}
