import { inEnglish, say } from '../core/speech/say.js'
import { hindrance } from '../core/checks/deployable.js'
import type { Finding } from '../core/checks/check.js'
import { parseCheckSettings } from '../core/checks/settings.js'
import { USUAL_ASSUMPTIONS } from '../core/compare/assumptions.js'
import { compareModes, inShort } from '../core/compare/compare-modes.js'
import { clusterDocument } from '../core/diagram/document.js'
import { fragmentOf, fragmentText, readFragment } from '../core/diagram/fragment.js'
import { duplicate, paste } from '../core/diagram/paste.js'
import type { Pasted } from '../core/diagram/paste.js'
import type { Subject } from '../core/diagram/scene.js'
import { inspect } from '../core/language/inspect.js'
import { ruleAnchor } from '../core/language/rule-anchor.js'
import { placeOf, subjectAt } from '../core/language/subject-at.js'
import { deriveCluster } from '../core/hosts/cluster.js'
import type { Cluster } from '../core/hosts/cluster.js'
import { disagreements } from '../core/hosts/keepalived/agreement.js'
import { clusterFor, renderTarget } from '../core/render/target.js'
import { editTopology } from '../core/topology/edits.js'
import type {
  AnswerTo,
  AskOf,
  InsertAnswer,
  Question,
  QuestionKind,
  ShownFinding,
} from '../protocol/reader.js'
import type { ReadDocument } from './document.js'
import { FILE_ANSWERS } from './file-answers.js'
import { LANGUAGE_ANSWERS } from './language-answers.js'
import { editAnswer, offsetIn, rangeIn } from './places.js'
import { WALK_ANSWERS } from './walk-answers.js'

export type AnswersTo<Kinds extends QuestionKind> = {
  readonly [K in Kinds]: (document: ReadDocument, ask: AskOf<K>) => AnswerTo<K>
}

const ANSWERS: AnswersTo<QuestionKind> = {
  ...LANGUAGE_ANSWERS,
  ...WALK_ANSWERS,
  ...FILE_ANSWERS,
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
      realServers: [...topology.services].flatMap(([service, { realServers }]) =>
        [...realServers.keys()].map((realServer) => ({ service, realServer })),
      ),
      logins: [...topology.hosts].map(([host, { ssh }]) => ({ host, ssh })),
      findings: document.findings().map(shown),
      hindrance: hindering && { what: hindering.what, findings: hindering.findings.map(shown) },
      understood: document.parsed().problems.every(({ code }) => code === 'KEY-UNKNOWN'),
    }
  },
  summary: (document) => {
    const { topology, services } = document.cluster()
    return {
      name: topology.name,
      hosts: topology.hosts.size,
      services: topology.services.size,
      modes: [...new Set(services.flatMap(({ drawn }) => drawn.mode ?? []))],
      findings: document.findings().map(({ severity }) => ({ severity })),
    }
  },
  files: (document, { target }) => {
    const hindering = hindrance(document.findings())
    if (hindering !== undefined) {
      return { ok: false, what: hindering.what, findings: hindering.findings.map(shown) }
    }
    const cluster = clusterFor(document.cluster(), target)
    const [wrong] = disagreements(cluster)
    return wrong === undefined
      ? { ok: true, files: inEnglish(() => renderTarget(clusterFor(derivedAnew(document), target), target)) }
      : {
          ok: false,
          what: say`cannot be generated: the keepalived.conf of ${wrong.host} would not say what is drawn (${wrong.reason})`,
          findings: [],
        }
  },
  page: (document, { drawing }) => clusterDocument(document.cluster(), document.judgement(), drawing),
  model: (document) => ({ scene: document.scene(), unreadable: document.unreadable().length }),
  inspection: (document, { subject }) => inspect(document.parsed(), document.cluster(), subject),
  modes: (document, { service }) =>
    document.cluster().topology.services.has(service)
      ? inShort(
          compareModes(document.parsed(), service, USUAL_ASSUMPTIONS, {
            cluster: document.cluster(),
            findings: document.findings(),
            settings: document.settings,
          }),
        )
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
  fragment: (document, { subjects }) => fragmentText(document.parsed(), subjects),
  paste: (document, { text }) => {
    const read = readFragment(text)
    return read.ok ? inserted(document, paste(document.scene(), read.fragment)) : read
  },
  duplicate: (document, { subjects }) => {
    const parsed = document.parsed()
    const services = document.scene().services.map(({ name }): Subject => ({ what: 'service', name }))
    const copies = duplicate(document.scene(), fragmentOf(parsed, subjects), fragmentOf(parsed, services))
    return inserted(document, copies)
  },
  fix: (document, { finding, fix }) => {
    const edits = document.findings()[finding]?.fixes[fix]?.edits
    return edits === undefined
      ? { ok: false, reason: say`This fix is not offered any longer.` }
      : editAnswer(document, editTopology(document.parsed(), edits))
  },
}

/** Why a host needs what it needs is said while its state is derived. */
function derivedAnew(document: ReadDocument): Cluster {
  return deriveCluster(document.cluster().topology)
}

function inserted(document: ReadDocument, { edits, made }: Pasted): InsertAnswer {
  const answered = editAnswer(document, editTopology(document.parsed(), edits))
  return answered.ok ? { ...answered, made } : answered
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
