import { EXPLANATIONS } from '../../src/core/checks/explain.js'
import type { SourceText } from './texts-of-source.js'

/** Texts that stand in tables as data and are told by `said`. */
export function textsInTables(): SourceText[] {
  return [...explanations()]
}

/** What rules say of themselves; where it is known from is a name, and stays. */
function explanations(): SourceText[] {
  return EXPLANATIONS.flatMap(({ code, title, why, kernel, mend }) =>
    [title, why, kernel ?? [], mend].flat().map((key) => ({ key, endings: [], place: `rule ${code}` })),
  )
}
