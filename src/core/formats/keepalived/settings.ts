import type { Directive } from './tree.js'

/** The setting of a block; of several the last, as keepalived takes most of them. */
export function setting(block: Directive, name: string): Directive | undefined {
  const { children } = block
  if (children === undefined) return undefined
  for (let at = children.length - 1; at >= 0; at--) {
    const child = children[at]
    if (child?.name === name) return child
  }
  return undefined
}

/** Its first value, as it is written. */
export function valueOf(directive: Directive | undefined): string | undefined {
  return directive?.words[1]?.text
}

/** A whole number within bounds; undefined for anything else, which keepalived leaves out. */
export function wholeOf(
  directive: Directive | undefined,
  least = 0,
  most = 4_294_967_295,
): number | undefined {
  const text = valueOf(directive)
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return undefined
  const value = Number(text)
  return value >= least && value <= most ? value : undefined
}

/** A switch that is set to what holds without it. */
export function isOff(directive: Directive): boolean {
  const [first] = directive.keyword?.takes ?? []
  return first?.kind === 'bool' && ['off', 'false', 'no'].includes(valueOf(directive) ?? '')
}
