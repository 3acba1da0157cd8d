import { UsageError } from './io.js'

/** The value of an option that takes whole seconds. */
export function seconds(option: string, value: string, least: number, most: number): number {
  const number = Number(value)
  if (/^\d{1,5}$/.test(value) && number >= least && number <= most) return number
  throw new UsageError(`--${option} takes seconds from ${least} to ${most}, not "${value}"`)
}
