import { say } from '../core/speech/say.js'
import { ignoreFix } from '../core/checks/suppressions.js'
import { completeAt } from '../core/language/complete.js'
import { definitionAt } from '../core/language/definition.js'
import { fixAllOf } from '../core/language/fix-all.js'
import { fixAsText } from '../core/language/fix-text.js'
import { foldsOf } from '../core/language/folding.js'
import { formatRange, formatTopology } from '../core/language/format.js'
import { hoverAt } from '../core/language/hover.js'
import { ignoreFixes } from '../core/language/ignore-fixes.js'
import { lensesOf } from '../core/language/lenses.js'
import { referencesAt } from '../core/language/references.js'
import { renameAt, renameTarget } from '../core/language/rename.js'
import type { AnswersTo } from './answers.js'
import type { OfferedFix } from '../protocol/reader.js'
import { packedOutline } from './outline.js'
import { changesIn, editAnswer, offsetIn, rangeIn, touch } from './places.js'
import { encodedTokens } from './tokens.js'

/** Findings whose fixes are offered at once: a selection of the whole file is no wish for all of them. */
const MOST_FIXED = 20

/** What a text editor asks. */
export const LANGUAGE_ANSWERS: AnswersTo<
  | 'hover'
  | 'fixes'
  | 'fix-all'
  | 'completion'
  | 'definition'
  | 'references'
  | 'renaming'
  | 'rename'
  | 'outline'
  | 'folds'
  | 'format'
  | 'lenses'
  | 'tokens'
> = {
  hover: (document, { position }) => {
    // The messages stand above it already, as those of the Problems panel.
    const hover = hoverAt(document.parsed(), document.findings(), offsetIn(document, position), {
      messages: false,
    })
    return hover && { markdown: hover.markdown, range: rangeIn(document, hover.span) }
  },
  fixes: (document, { range }) => {
    const findings = document.findings()
    const here = findings.filter((finding) => touch(finding.range, range)).slice(0, MOST_FIXED)
    return here.flatMap((finding) => {
      const { code, range: at, fixes } = finding
      const alike = findings.filter((each) => each.code === code && each.fixes.length > 0).length
      const mending = [
        ...fixes.flatMap((fix) => fixAsText(document.parsed(), fix) ?? []),
        ...ignoreFixes(document.parsed(), finding),
      ]
      const ignoring = ignoreFix(document.parsed(), finding)
      return [
        ...mending.map(({ title, edits }): OfferedFix => {
          const changes = changesIn(document, edits)
          const preferred = mending.length === 1
          return { title, changes, code, range: at, preferred, ignores: false, alike }
        }),
        ...(ignoring.length === 0
          ? []
          : [
              {
                title: say`Ignore ${code} here, with a reason`,
                changes: changesIn(document, ignoring),
                code,
                range: at,
                preferred: false,
                ignores: true,
                alike,
              },
            ]),
      ]
    })
  },
  'fix-all': (document, { code }) =>
    editAnswer(document, fixAllOf(document.parsed(), document.findings(), code)),
  completion: (document, { position }) =>
    completeAt(document.parsed(), document.cluster(), offsetIn(document, position)).map(
      ({ span, ...offered }) => ({ ...offered, range: rangeIn(document, span) }),
    ),
  definition: (document, { position }) => {
    const found = definitionAt(document.parsed(), offsetIn(document, position))
    return (
      found && {
        origin: rangeIn(document, found.origin),
        name: rangeIn(document, found.name),
        whole: rangeIn(document, found.whole),
      }
    )
  },
  references: (document, { position, declaration }) =>
    referencesAt(document.parsed(), offsetIn(document, position), declaration).map((span) =>
      rangeIn(document, span),
    ),
  renaming: (document, { position }) => {
    const target = renameTarget(document.parsed(), offsetIn(document, position))
    return target.ok ? { ok: true, range: rangeIn(document, target.span), name: target.name } : target
  },
  rename: (document, { position, name }) =>
    editAnswer(document, renameAt(document.parsed(), offsetIn(document, position), name)),
  outline: packedOutline,
  folds: (document) => foldsOf(document.parsed()),
  format: (document, { tabSize, lines }) =>
    editAnswer(
      document,
      lines === undefined
        ? formatTopology(document.parsed(), { tabSize })
        : formatRange(document.parsed(), lines, { tabSize }),
    ),
  lenses: (document) =>
    lensesOf(document.parsed(), document.cluster(), document.findings()).map(
      ({ span, problems, ...lens }) => ({
        ...lens,
        range: rangeIn(document, span),
        problems: problems.map((problem) => rangeIn(document, problem)),
      }),
    ),
  tokens: encodedTokens,
}
