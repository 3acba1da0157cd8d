import { say } from '../speech/say.js'
import type { Finding } from '../checks/check.js'
import { explainRule, explanationMarkdown } from '../checks/explain.js'
import type { ParsedTopology } from '../topology/parse.js'
import { pathSteps } from '../topology/path.js'
import type { Span } from '../topology/position.js'
import { SEVERITIES } from '../topology/problem.js'
import { keyMarkdown } from './key-meaning.js'
import { literal } from './markdown-text.js'
import { wordAt } from './path-at.js'
import type { WordAt } from './path-at.js'
import { schemaPlace } from './schema-place.js'
import { defaultAt } from './unsaid.js'
import { meaningOf } from './word-meaning.js'

export interface Hover {
  /** Nothing of the file in it is active: all of it is shown as it stands. */
  readonly markdown: string
  readonly span: Span
}

/** So many findings are told at one place; the Problems panel has all. */
const MOST_FINDINGS = 3

/**
 * What is to be said at an offset: what the key means, or the word; and what is wrong there, with the rule behind it.
 * Undefined where there is nothing to say. Editors that show a finding's message by themselves leave it out here.
 */
export function hoverAt(
  parsed: ParsedTopology,
  findings: readonly Finding[],
  offset: number,
  { messages = true }: { readonly messages?: boolean } = {},
): Hover | undefined {
  const word = wordAt(parsed, offset)
  const here = findings
    .filter(({ span }) => span.start <= offset && offset <= span.end)
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
  const parts = [...meaning(word, parsed), ...findingsText(here, messages)]
  const span = word?.span ?? here[0]?.span
  return parts.length === 0 || span === undefined ? undefined : { markdown: parts.join('\n\n---\n\n'), span }
}

function meaning(word: WordAt | undefined, { text }: ParsedTopology): string[] {
  if (word === undefined) return []
  const { path, part, span } = word
  const steps = pathSteps(path)
  const place = schemaPlace(steps)
  if (place === undefined) return []
  if (part === 'value') {
    const written = text.slice(span.start, span.end).replace(/^(['"])(.*)\1$/, '$2')
    const said = meaningOf(place.pattern, steps, written)
    return said === undefined ? [] : [literal(said)]
  }
  const said = keyMarkdown(place, steps.at(-1) ?? '', defaultAt(place.pattern))
  return said === undefined ? [] : [said]
}

/** Each message, and after the last one of a code what is behind it. */
function findingsText(findings: readonly Finding[], messages: boolean): string[] {
  const shown = findings.slice(0, MOST_FINDINGS)
  const codes = [...new Set(shown.map(({ code }) => code))]
  const rest = findings.length - shown.length
  return [
    ...codes.map((code) => {
      const explanation = explainRule(code)
      return [
        ...shown
          .filter((finding) => messages && finding.code === code)
          .map(({ message }) => `**${code}**: ${literal(message)}`),
        ...(explanation === undefined ? [] : [explanationMarkdown(explanation, 4)]),
      ].join('\n\n')
    }),
    ...(rest > 0 ? [say`and ${rest} more here`] : []),
  ]
}
