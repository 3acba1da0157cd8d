import { setting } from './settings.js'
import type { Directive, KeepalivedTree } from './tree.js'

/** Whether a block lacks a setting; an include in it that was not looked at may have it. */
export function lacks(block: Directive, name: string): boolean {
  return block.whole && setting(block, name) === undefined
}

/** Whether all of a block was looked at, and of the blocks in it. */
export function isWhole({ whole, children = [] }: Directive): boolean {
  return whole && children.every(isWhole)
}

/** Whether all there may be of blocks with these names was looked at. */
export function areWhole({ whole, directives }: KeepalivedTree, ...names: readonly string[]): boolean {
  return whole && directives.every((directive) => !names.includes(directive.name) || isWhole(directive))
}
