import { say } from '../../speech/say.js'
import type { NamedBlock } from '../../formats/keepalived/configuration.js'
import type { Directive, KeepalivedTree } from '../../formats/keepalived/tree.js'

/** Whether the block that a line names stands below that line, where keepalived has not read it yet (`find_tracked_…_by_name`). */
export type StandsBelow = (line: Directive, kind: NamedBlock, name: string) => boolean

/** Of the blocks outside of all others, each name by the first that has it. */
export function orderOf({ directives }: KeepalivedTree): StandsBelow {
  const first = new Map<string, number>()
  const at = new Map<Directive, number>()
  for (const [index, directive] of directives.entries()) {
    at.set(directive, index)
    const kind = directive.name === 'vrrp_track_file' ? 'track_file' : directive.name
    const key = `${kind} ${directive.words[1]?.text ?? ''}`
    if (!first.has(key)) first.set(key, index)
  }
  return (line, kind, name) => {
    let block = line
    while (block.parent !== undefined) block = block.parent
    return (first.get(`${kind} ${name}`) ?? -1) > (at.get(block) ?? Infinity)
  }
}

/** What to say of a line that names such a block. */
export const standsBelow = (kind: NamedBlock, name: string): string =>
  say`${kind} ${name} stands below, and keepalived looks for it above only: it goes on without. Move that block up`
