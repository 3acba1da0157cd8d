import { wrapped } from '../core/packet/walk-text.js'
import type {
  AskedService,
  FramePair,
  FrameSaid,
  Rehearsal,
  RehearsedRequest,
  RehearsedWalk,
} from '../protocol/rehearsal.js'
import { columnsOf } from './columns.js'
import { painter } from './io.js'
import type { Io } from './io.js'
import { visibleText } from './visible-text.js'

type Page = Pick<Io, 'colour' | 'columns'>

const LEAST_WIDTH = 72
const MOST_WIDTH = 132
const USUAL_WIDTH = 110
/** In front of a pair of frames: whether they are the same. */
const MARGIN = 4
const BETWEEN = 2

/** A rehearsal for people: what came of every request, walk and kernel side by side, and what IPVS counted. */
export function rehearsalText(rehearsal: Rehearsal, page: Page): string {
  const { summary, outcome, notes, asked, tables } = rehearsal
  const paint = painter(page.colour)
  const width = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, page.columns ?? USUAL_WIDTH))
  const tone = outcome === 'SERVED' ? 'green' : outcome === 'UNKNOWN' ? 'yellow' : 'red'
  return [
    ...asked.flatMap((each) => [...serviceLines(each, width, paint), '']),
    ...tables.flatMap(({ host, text }) => [
      paint('bold', `IPVS of ${visibleText(host)} afterwards`),
      ...linesOf(text).map((line) => `  ${line}`),
      '',
    ]),
    ...notes.flatMap((note) => wrapped(visibleText(`note: ${note}`), width)),
    paint(tone, summary),
    '',
  ].join('\n')
}

type Paint = ReturnType<typeof painter>

function serviceLines(
  { service, client, target, requests, unmet }: AskedService,
  width: number,
  paint: Paint,
) {
  const shown = new Set<string>()
  return [
    paint('bold', visibleText(`${service}: ${client} asks ${target}`)),
    ...requests.flatMap((request, index) => {
      // Of requests that went alike, the frames of one are enough to read.
      const kind = `${request.walk?.verdict ?? ''} ${request.walk?.realServer ?? ''}`
      const isNew = !request.agrees || !shown.has(kind)
      shown.add(kind)
      return [
        ...requestLines(request, index + 1, width, paint),
        ...(isNew ? framesLines(request.frames, width, paint) : []),
      ]
    }),
    ...unmet.flatMap((walk) => [
      `  no request went this way: ${walkWords(walk)}`,
      ...indented(walk.reason, width, 4),
    ]),
  ]
}

function requestLines(request: RehearsedRequest, number: number, width: number, paint: Paint): string[] {
  const { agrees, walk, differences } = request
  const verdict = agrees ? paint('green', 'walk and kernel agree') : paint('red', 'WALK AND KERNEL DIFFER')
  return [
    `  request ${number}: ${verdict}`,
    `    walk:   ${walk === undefined ? 'none' : walkWords(walk)}`,
    `    kernel: ${kernelWords(request)}`,
    ...(walk === undefined || walk.served === true ? [] : indented(walk.reason, width, 4)),
    ...differences.flatMap((difference) =>
      linesOf(difference).flatMap((line) => indented(`≠ ${line.trim()}`, width, 4)),
    ),
  ]
}

function walkWords({ served, verdict, realServer }: RehearsedWalk): string {
  const outcome = served === undefined ? 'undetermined' : served ? 'served' : 'not served'
  const where = realServer === undefined ? '' : `, ${realServer}`
  return visibleText(verdict === 'SERVED' ? `${outcome}${where}` : `${outcome} (${verdict})${where}`)
}

function kernelWords({ served, seen, server, scheduled }: RehearsedRequest): string {
  const by = server === undefined ? '' : `, ${server}`
  const way = scheduled ? 'through the director' : 'the director has scheduled nothing'
  return visibleText(`${served ? 'served' : 'not served'}${by}; ${seen}; ${way}`)
}

function framesLines(frames: readonly FramePair[], width: number, paint: Paint): string[] {
  if (frames.length === 0) return []
  const column = Math.floor((width - MARGIN - BETWEEN) / 2)
  return [
    '',
    `${' '.repeat(MARGIN)}${padded('the walk', column + BETWEEN)}the kernel`,
    ...frames.flatMap(({ walk, kernel, same }) => {
      const left = frameLines(walk, column)
      const right = frameLines(kernel, column)
      const mark = same ? '=' : '≠'
      return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
        const margin = row === 0 ? ` ${paint(same ? 'green' : 'red', mark)}  ` : ' '.repeat(MARGIN)
        return `${margin}${padded(left[row] ?? '', column + BETWEEN)}${right[row] ?? ''}`.trimEnd()
      })
    }),
    '',
  ]
}

function frameLines(frame: FrameSaid | undefined, column: number): string[] {
  if (frame === undefined) return ['(no such frame)']
  const { host, interface: device, network, headers } = frame
  return [
    ...wrapped(visibleText(`${host} sends from ${device} on ${network}`), column),
    ...headers.flatMap((header) => indented(header, column, 2)),
  ]
}

function indented(text: string, width: number, columns: number): string[] {
  return wrapped(visibleText(text), width - columns).map((line) => ' '.repeat(columns) + line)
}

function linesOf(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => visibleText(line))
}

function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
}
