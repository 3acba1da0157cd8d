/**
 * How the kernel joins the value of `conf.all` with that of an interface (include/linux/inetdevice.h).
 * - `max`, `or`, `and`: IN_DEV_MAXCONF, IN_DEV_ORCONF, IN_DEV_ANDCONF
 * - `interface`, `all`: that one counts alone
 * - `by-forwarding`: `and` on an interface that forwards, else `or`
 */
export type SysctlJoin = 'max' | 'or' | 'and' | 'interface' | 'all' | 'by-forwarding'

/** What values of a sysctl mean. */
export type SysctlValues =
  /** 0 and 1; anything but 0 is taken for 1. */
  | { readonly kind: 'boolean'; readonly off: string; readonly on: string }
  /** A few values, each with a meaning of its own. */
  | { readonly kind: 'words'; readonly meanings: Readonly<Record<string, string>> }
  /** A whole number. */
  | { readonly kind: 'number'; readonly unit: string }
  /** Something else, in words. */
  | { readonly kind: 'text'; readonly expected: string }

/** What may be written; the kernel answers anything else with EINVAL, or cannot mean anything by it. */
export interface SysctlLimits {
  /** Completes "this must be …". */
  readonly expected: string
  readonly holds: (value: string) => boolean
}

/** One kernel setting that matters for LVS. */
export interface SysctlEntry {
  /** Its key; `IF` stands for an interface, `all` or `default`. */
  readonly pattern: string
  /** What it does, in a sentence or two. */
  readonly meaning: string
  /** Of a kernel nobody has touched; undefined: it depends on the machine. Distributions change some at boot. */
  readonly default: string | undefined
  readonly values: SysctlValues
  readonly limits: SysctlLimits
  /** Of `conf.IF` only. */
  readonly join?: SysctlJoin
  /** The first kernel that has it; absent: every one in use. */
  readonly since?: string
  /** It is there only once this module is loaded. */
  readonly module?: 'ip_vs' | 'nf_conntrack'
  readonly source: string
}

const INT_MAX = 2_147_483_647

/** Numbers as sysctl(8) and proc_dointvec take them. */
export function wholeNumbers(value: string): readonly number[] | undefined {
  const words = value.trim().split(/[ \t]+/)
  return words.every((word) => /^-?\d{1,20}$/.test(word)) ? words.map(Number) : undefined
}

export function between(min: number, max: number): SysctlLimits {
  return {
    expected: `a whole number from ${min} to ${max}`,
    holds: (value) => {
      const [number, ...more] = wholeNumbers(value) ?? []
      return number !== undefined && more.length === 0 && number >= min && number <= max
    },
  }
}

/** What proc_dointvec takes. */
export const ANY_INTEGER: SysctlLimits = {
  ...between(-INT_MAX - 1, INT_MAX),
  expected: 'a whole number',
}

/** A counter or a size. */
export const NOT_NEGATIVE: SysctlLimits = between(0, INT_MAX)

export function toggle(off: string, on: string): Pick<SysctlEntry, 'values' | 'limits'> {
  return { values: { kind: 'boolean', off, on }, limits: ANY_INTEGER }
}

export function words(
  meanings: Readonly<Record<string, string>>,
  limits: SysctlLimits = ANY_INTEGER,
): Pick<SysctlEntry, 'values' | 'limits'> {
  return { values: { kind: 'words', meanings }, limits }
}

export function amount(
  unit: string,
  limits: SysctlLimits = NOT_NEGATIVE,
): Pick<SysctlEntry, 'values' | 'limits'> {
  return { values: { kind: 'number', unit }, limits }
}
