import { Composer } from 'yaml'
import type { Document, ParsedNode } from 'yaml'
import { say } from '../speech/say.js'
import { defaulted, mapOf, object, oneOf } from '../topology/grammar.js'
import type { JsonSchema } from '../topology/json-schema.js'
import { withLineFeeds } from '../topology/line-ends.js'
import { similarNames } from '../topology/names.js'
import { pathSteps } from '../topology/path.js'
import { textLines } from '../topology/position.js'
import type { Range, Span } from '../topology/position.js'
import { SEVERITIES } from '../topology/problem.js'
import type { Severity } from '../topology/problem.js'
import { startReading } from '../topology/reading.js'
import { sourceMap } from '../topology/source-map.js'
import { tokensOf } from '../topology/yaml-tokens.js'
import { explainRule } from './explain.js'
import { JUDGED_CODES } from './suppressions.js'

/** The name of a file with settings; it holds for the topologies beside and below it. */
export const SETTINGS_FILE = '.lvs-designer.yaml'

/** How findings are judged where a team sees it otherwise than we do. */
export interface CheckSettings {
  /** By the code of a rule; `off`: it is not looked at. */
  readonly severities: ReadonlyMap<string, Severity | 'off'>
}

export const NO_SETTINGS: CheckSettings = { severities: new Map() }

/** What in a file with settings cannot be used. */
export interface SettingsProblem {
  readonly message: string
  readonly range: Range
}

const code = { pattern: /^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$/, what: 'rule' }

const SETTINGS = object({
  severity: defaulted(
    mapOf(code, oneOf([...SEVERITIES, 'off'])),
    new Map(),
    'How grave a finding is, by the code of its rule: error, warning, information, hint, or off.',
  ),
})

/** UTF-16 units; there are some hundred rules. */
const MAX_LENGTH = 100_000

/** Reads settings. Never throws; with problems, what could be read is there all the same. */
export function parseCheckSettings(text: string): {
  readonly settings: CheckSettings
  readonly problems: readonly SettingsProblem[]
} {
  const lines = textLines(text)
  const problem = (message: string, span: Span): SettingsProblem => ({ message, range: lines.range(span) })
  const unread = (message: string) => ({
    settings: NO_SETTINGS,
    problems: [problem(message, { start: 0, end: 0 })],
  })
  if (text.length > MAX_LENGTH) return unread(say`these settings are larger than 100,000 characters`)
  const tokens = tokensOf(withLineFeeds(text))
  if ('limit' in tokens) return unread(say`these settings are nested beyond what is read`)
  const composer = new Composer({ uniqueKeys: false, merge: false })
  const [document, second] = [...composer.compose(tokens)] as Document<ParsedNode>[]
  const root = document?.contents ?? null
  const problems = (document?.errors ?? []).slice(0, 1).map(({ message, pos }) => {
    const [first = ''] = message.split(/ at line \d+, column|\n/)
    return problem(say`this is not YAML: ${first}`, { start: pos[0], end: pos[1] })
  })
  if (second !== undefined) {
    const start = second.contents?.range[0] ?? text.length
    problems.push(
      problem(say`settings are one document; what follows "---" is not read`, { start, end: start }),
    )
  }
  if (root === null) return { settings: NO_SETTINGS, problems }
  const { reading, places, problems: found } = startReading(new Map())
  places.set('', { key: undefined, value: { start: 0, end: 0 } })
  const severities = SETTINGS.read(root, '', reading)?.severity ?? NO_SETTINGS.severities
  const source = sourceMap(places)
  for (const { message, path, part, span } of found) {
    problems.push(
      problem(message.replace(say` of the topology language`, ''), span ?? source.locate(path, part)),
    )
  }
  for (const rule of severities.keys()) {
    if (JUDGED_CODES.has(rule)) continue
    const [best] = similarNames(rule, JUDGED_CODES)
    const meant = best === undefined ? '' : say`; did you mean ${best}?`
    const path = [...places.keys()].find((each) => pathSteps(each)[1] === rule) ?? ''
    // What the reader of a file reports is no matter of judgement: there the file cannot be understood.
    problems.push(
      problem(say`there is no rule ${rule} whose severity can be set${meant}`, source.locate(path, 'key')),
    )
  }
  const known = [...severities].filter(([rule]) => JUDGED_CODES.has(rule))
  return { settings: { severities: new Map(known) }, problems }
}

/** The JSON Schema of a file with settings, in which every rule stands by its code, for editors to offer. */
export function settingsSchema(): JsonSchema {
  const { severity, ...others } = SETTINGS.schema.properties ?? {}
  const judged = [...JUDGED_CODES].sort().map((rule) => {
    const explained = explainRule(rule)
    const description = explained && `${explained.title}. Usually ${explained.severity}.`
    return [rule, { ...(description && { description }), enum: [...SEVERITIES, 'off'] }] as const
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings of LVS Designer’s checks',
    description: 'How findings are judged in the topologies beside and below this file.',
    ...SETTINGS.schema,
    properties: {
      severity: {
        ...(severity?.description && { description: severity.description }),
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(judged),
      },
      ...others,
    },
  }
}
