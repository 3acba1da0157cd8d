import type { Cluster } from '../hosts/cluster.js'
import { lineEndOf } from '../topology/line-ends.js'
import type { ParsedTopology } from '../topology/parse.js'
import { styleOf } from '../topology/yaml-style.js'
import { slotsAt } from './caret.js'
import { itemProposals, keyProposals } from './complete-keys.js'
import { valueProposals } from './complete-values.js'
import type { Completion, Proposal, Writing } from './completion.js'
import { schemaPlace } from './schema-place.js'

/**
 * What may be written at an offset of a topology file, most likely first; nothing in comments and where a word would
 * break what is around it. The text may be half written and broken elsewhere. Never throws.
 */
export function completeAt(parsed: ParsedTopology, cluster: Cluster, offset: number): readonly Completion[] {
  const { text, document, problems } = parsed
  if (offset < 0 || offset > text.length || problems.some(({ code }) => code === 'FILE-LIMIT')) return []
  const style = styleOf(text, lineEndOf(text), document)
  const completions = slotsAt(text, offset, style.step).flatMap((slot) => {
    const place = schemaPlace(slot.steps)
    if (place === undefined) return []
    const writing: Writing = { parsed, cluster, slot, place, style }
    return proposalsAt(writing).map((proposal) => completionOf(writing, proposal))
  })
  return completions.map((completion, index) => ({ ...completion, sort: String(index).padStart(5, '0') }))
}

function proposalsAt(writing: Writing): readonly Proposal[] {
  switch (writing.slot.at) {
    case 'key':
      return keyProposals(writing)
    case 'item':
      return itemProposals(writing)
    case 'value':
      return valueProposals(writing)
  }
}

function completionOf({ parsed, slot }: Writing, proposal: Proposal): Omit<Completion, 'sort'> {
  const { word, before, after, quote } = slot
  const insert = `${before}${proposal.insert}${after}`
  // An open quote is part of what was typed, and one that is not there is not.
  const typed = parsed.text.slice(word.start, word.end)
  const filter = quote === undefined || !typed.startsWith(quote) ? undefined : `${quote}${proposal.label}`
  return { ...proposal, insert, span: word, filter }
}
