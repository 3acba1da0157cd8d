import { say } from '../speech/say.js'
import { checkTopology } from '../checks/check.js'
import type { Finding } from '../checks/check.js'
import type { TopologyEdit } from '../topology/edit.js'
import { editTopology } from '../topology/edits.js'
import { parseTopology } from '../topology/parse.js'
import type { ParsedTopology } from '../topology/parse.js'
import { pathSteps } from '../topology/path.js'
import { applyTextEdits } from '../topology/position.js'
import type { TextEdit } from '../topology/position.js'

export type FixAllResult =
  | {
      readonly ok: true
      readonly edits: readonly TextEdit[]
      /** So many findings of the code are gone afterwards, and so many are left. */
      readonly fixed: number
      readonly left: number
    }
  | { readonly ok: false; readonly reason: string }

/** So many times the whole text is read and checked to see what came of a batch, however many findings there are. */
const MOST_CHECKS = 12
/** Batches that are refused before anything is read cost less, and there may be more of them. */
const MOST_BATCHES = 100

/**
 * The preferred fix of every finding of one code, as one change of the text. Fixes that say the same are made once;
 * of two that contradict each other, the first. All are made on one draft and the result is checked again: where it
 * has errors of another kind, or does not help, the batch is halved until the fixes that do harm are left out. What
 * is found afterwards is mended in further rounds, as two fixes made from one text may both choose one free address.
 */
export function fixAllOf(parsed: ParsedTopology, findings: readonly Finding[], code: string): FixAllResult {
  const ofCode = findings.filter((finding) => finding.code === code)
  if (ofCode.length === 0) return refused(say`nothing here is found to be ${code} any longer`)
  if (ofCode.every(({ fixes }) => fixes.length === 0)) {
    return refused(say`${code} has no fix that can be made without a person; see what the rule says`)
  }
  const errors = new Set(findings.filter(({ severity }) => severity === 'error').map((each) => each.code))
  let checks = 0
  let batches = 0
  let reason = say`they mend nothing`
  let best: { readonly edits: readonly TextEdit[]; readonly left: readonly Finding[] } | undefined

  const tried = (fixes: readonly Edits[]): typeof best => {
    batches += 1
    const made = editTopology(parsed, fixes.flat())
    if (!made.ok) {
      reason = made.reason
      return undefined
    }
    checks += 1
    const after = checkTopology(parseTopology(applyTextEdits(parsed.text, made.edits)))
    const harm = after.find((each) => each.severity === 'error' && !errors.has(each.code))
    if (harm !== undefined) {
      reason = say`they would bring ${harm.code}: ${harm.message}`
      return undefined
    }
    const left = after.filter((each) => each.code === code)
    return left.length < (best?.left ?? ofCode).length ? { edits: made.edits, left } : undefined
  }

  const settled: Edits[] = []
  for (let found: readonly Finding[] = ofCode; found.length > 0; found = best.left) {
    const before = best
    const taken: Edits[] = []
    const fixes = compatible(found.flatMap(({ fixes: [preferred] }) => (preferred ? [preferred.edits] : [])))
    const queue: (readonly Edits[])[] = fixes.length > 0 ? [fixes] : []
    while (checks < MOST_CHECKS && batches < MOST_BATCHES) {
      const batch = queue.shift()
      if (batch === undefined) break
      const better = tried([...settled, ...inOrder([...taken, ...batch])])
      if (better !== undefined) {
        best = better
        taken.push(...batch)
      } else if (batch.length > 1) {
        const half = batch.length >> 1
        queue.push(batch.slice(0, half), batch.slice(half))
      }
    }
    if (best === undefined || best === before) break
    settled.push(...inOrder(taken))
  }
  if (best === undefined) return refused(say`none of the fixes of ${code} can be made: ${reason}`)
  return { ok: true, edits: best.edits, fixed: ofCode.length - best.left.length, left: best.left.length }
}

type Edits = readonly TopologyEdit[]

/** Without those that say what one before them says, or something else about the same place. */
function compatible(fixes: readonly Edits[]): Edits[] {
  const said = new Map<string, string>()
  const result: Edits[] = []
  for (const edits of fixes) {
    const news = edits.map((edit) => ({ place: placeOf(edit), what: JSON.stringify(edit, mapsToo) }))
    if (news.some(({ place, what }) => (said.get(place) ?? what) !== what)) continue
    if (news.every(({ place }) => said.has(place))) continue
    for (const { place, what } of news) said.set(place, what)
    result.push(edits)
  }
  return result
}

function placeOf(edit: TopologyEdit): string {
  switch (edit.kind) {
    case 'set':
    case 'unset':
    case 'rename-key':
      return edit.path
    case 'add':
    case 'remove':
    case 'move':
      return `${edit.what} ${edit.name}`
    case 'rename':
      return `${edit.what} ${edit.from}`
    case 'add-real-server':
    case 'remove-real-server':
      return `${edit.service} ${edit.host}`
  }
}

function mapsToo(_: string, value: unknown): unknown {
  return value instanceof Map ? [...(value as ReadonlyMap<string, unknown>)] : value
}

/** In the order of the file, but list items are taken out from the end: the places of those before them stay. */
function inOrder(fixes: readonly Edits[]): readonly Edits[] {
  const takesItem = (edit: TopologyEdit) =>
    edit.kind === 'unset' && /^\d+$/.test(pathSteps(edit.path).at(-1) ?? '')
  const late = fixes.filter((edits) => edits.some(takesItem))
  const lastOf = (edits: Edits) =>
    Math.max(
      ...edits.filter(takesItem).map((edit) => Number('path' in edit ? pathSteps(edit.path).at(-1) : 0)),
    )
  return [...fixes.filter((edits) => !edits.some(takesItem)), ...late.sort((a, b) => lastOf(b) - lastOf(a))]
}

function refused(reason: string): FixAllResult {
  return { ok: false, reason }
}
