import { causeCodes, causesOf } from '../core/checks/causes.js'
import type { Finding, Judgement } from '../core/checks/check.js'
import type { Cluster } from '../core/hosts/cluster.js'
import { walkJson } from '../core/packet/walk-json.js'
import { countWalks, walkKinds } from '../core/packet/walk-kinds.js'
import { walkText } from '../core/packet/walk-text.js'
import type { Tone, WalkLine } from '../core/packet/walk-text.js'
import type { Walk } from '../core/packet/walk.js'
import { listed } from '../core/checks/wording.js'
import { EXIT, painter } from './io.js'
import type { ExitStatus, Io } from './io.js'
import { visibleText } from './visible-text.js'

/** What walks are judged by. */
export interface Judged {
  readonly cluster: Cluster
  readonly findings: readonly Finding[]
}

/** Findings that the file ignores are causes all the same; whoever reads of them should know why they are ignored. */
export function judgedBy({
  cluster,
  findings,
  suppressed,
}: Judgement & { readonly cluster: Cluster }): Judged {
  const ignored = suppressed.map(({ finding, reason }) => ({
    ...finding,
    message: `${finding.message} (ignored in the file: ${reason})`,
  }))
  return { cluster, findings: [...findings, ...ignored] }
}

export function walksJson(walks: readonly Walk[], judged: Judged) {
  return walks.map((walk) => walkJson(walk, causeCodes(causesOf(walk, judged))))
}

export function walksStatus(walks: readonly Walk[]): ExitStatus {
  const { notServed, undetermined } = countWalks(walks)
  return notServed > 0 ? EXIT.doesNotHold : undetermined > 0 ? EXIT.unknown : EXIT.holds
}

const LEAST_WIDTH = 60
const MOST_WIDTH = 100

export function textWidth({ columns = MOST_WIDTH }: Pick<Io, 'columns'>): number {
  return Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, columns))
}

/** Every walk, or one of each kind, and how many ended how. */
export function walksText(
  walks: readonly Walk[],
  judged: Judged,
  io: Pick<Io, 'colour' | 'columns'>,
  every: boolean,
): string {
  const { colour } = io
  const width = textWidth(io)
  const kinds = every ? walks.map((walk) => ({ first: walk, walks: [walk] })) : walkKinds(walks)
  const shown = kinds.map(({ first, walks: alike }) => {
    const active = activeOf(first, judged.cluster)
    const text = paintedLines(walkText(first, { width, causes: causesOf(first, judged), active }), colour)
    const others = alike.slice(1).map(({ realServer }) => realServer ?? '')
    return others.length === 0
      ? text
      : `${text}\n${others.length} more ${others.length === 1 ? 'walk is' : 'walks are'} like this one: ${listed(others)}.\n`
  })
  const end = walks.length === 1 ? [] : [summaryText(walks, kinds.length)]
  return [...shown, ...end].join(`\n${'-'.repeat(width)}\n\n`)
}

function activeOf({ service: name, director }: Walk, { services }: Cluster): string | undefined {
  const service = services.find((each) => each.name === name)
  return service !== undefined && service.drawn.directors.length > 1 ? director : undefined
}

function summaryText(walks: readonly Walk[], shown: number): string {
  const { served, notServed, undetermined, verdicts } = countWalks(walks)
  const parts = [
    ...(served === 0 ? [] : [`${served} served`]),
    ...(notServed === 0 ? [] : [`${notServed} not served`]),
    ...(undetermined === 0 ? [] : [`${undetermined} undetermined`]),
  ]
  const width = Math.max(0, ...verdicts.map(({ count }) => String(count).length))
  return [
    `${walks.length} walks: ${parts.join(', ')}`,
    ...verdicts.map(({ verdict, count }) => `  ${String(count).padStart(width)} ${verdict}`),
    ...(shown === walks.length
      ? []
      : [
          `${shown === 1 ? '1 is' : `${shown} are`} shown, one of each kind; "--all" shows every walk, "--real-server NAME" those to one.`,
        ]),
    '',
  ].join('\n')
}

const STYLE: Readonly<Record<Tone, 'green' | 'red' | 'yellow' | 'bold' | 'dim'>> = {
  good: 'green',
  bad: 'red',
  unsure: 'yellow',
  changed: 'yellow',
  strong: 'bold',
  quiet: 'dim',
}

/** What is said of hosts cannot move the cursor of whoever reads it: some of it comes from them. */
export function paintedLines(lines: readonly WalkLine[], colour: boolean): string {
  const paint = painter(colour)
  return lines
    .map((line) => {
      const spans = line.map(({ text, tone }) => {
        const visible = visibleText(text)
        return tone === undefined ? visible : paint(STYLE[tone], visible)
      })
      return `${spans.join('').trimEnd()}\n`
    })
    .join('')
}
