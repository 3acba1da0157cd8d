import { hindrance } from '../core/checks/deployable.js'
import type { Finding } from '../core/checks/check.js'
import { parseCheckSettings } from '../core/checks/settings.js'
import { compareModes, inShort } from '../core/compare/compare-modes.js'
import { inspect } from '../core/language/inspect.js'
import { ruleAnchor } from '../core/language/rule-anchor.js'
import { placeOf, subjectAt } from '../core/language/subject-at.js'
import { renderCluster } from '../core/render/cluster.js'
import { editTopology } from '../core/topology/edits.js'
import type { AnswerTo, AskOf, Question, QuestionKind, ShownFinding } from '../protocol/reader.js'
import type { ReadDocument } from './document.js'
import { LANGUAGE_ANSWERS } from './language-answers.js'
import { editAnswer, offsetIn, rangeIn } from './places.js'
import { WALK_ANSWERS } from './walk-answers.js'

export type AnswersTo<Kinds extends QuestionKind> = {
  readonly [K in Kinds]: (document: ReadDocument, ask: AskOf<K>) => AnswerTo<K>
}

const ANSWERS: AnswersTo<QuestionKind> = {
  ...LANGUAGE_ANSWERS,
  ...WALK_ANSWERS,
  findings: (document) => document.findings().map(shown),
  'settings-problems': ({ text }) => parseCheckSettings(text).problems,
  report: (document) => {
    const { topology } = document.cluster()
    const hindering = hindrance(document.findings())
    return {
      text: document.text,
      name: topology.name,
      hosts: topology.hosts.size,
      services: topology.services.size,
      findings: document.findings().map(shown),
      hindrance: hindering && { what: hindering.what, findings: hindering.findings.map(shown) },
      understood: document.parsed().problems.every(({ code }) => code === 'KEY-UNKNOWN'),
    }
  },
  files: (document) => renderCluster(document.cluster()),
  model: (document) => ({ scene: document.scene(), unreadable: document.unreadable().length }),
  inspection: (document, { subject }) => inspect(document.parsed(), document.cluster(), subject),
  modes: (document, { service }) =>
    document.cluster().topology.services.has(service)
      ? inShort(compareModes(document.parsed(), service))
      : undefined,
  subject: (document, { position }) => subjectAt(document.parsed(), offsetIn(document, position)),
  place: (document, { subject }) => {
    const span = placeOf(document.parsed(), subject)
    return span && rangeIn(document, span)
  },
  value: (document, { path }) => rangeIn(document, document.parsed().source.locate(path, 'value')),
  unreadable: (document) => {
    const [first] = document.unreadable()
    return first && rangeIn(document, first.span ?? { start: 0, end: 0 })
  },
  edit: (document, { edits }) => editAnswer(document, editTopology(document.parsed(), edits)),
  fix: (document, { finding, fix }) => {
    const edits = document.findings()[finding]?.fixes[fix]?.edits
    return edits === undefined
      ? { ok: false, reason: 'This fix is not offered any longer.' }
      : editAnswer(document, editTopology(document.parsed(), edits))
  },
}

/** @throws what is a fault of ours: whatever the text, there is an answer. */
export function answer<K extends QuestionKind>(
  document: ReadDocument,
  { kind, ask }: Question & { readonly kind: K },
): AnswerTo<K> {
  return ANSWERS[kind](document, ask)
}

function shown({ code, severity, message, range }: Finding): ShownFinding {
  return { code, severity, message, range, anchor: ruleAnchor(code) }
}
