import { toSay } from '../speech/say.js'
import { LAYERS, comparedFields, layerName } from './packet-text.js'
import type { ComparedField } from './packet-text.js'
import type { Packet } from './packet.js'
import type { Connection, Hop, Seen, Walk } from './walk.js'

/** What a stretch of text means, for whoever has colours; all of it can be read without. */
export type Tone = 'good' | 'bad' | 'unsure' | 'changed' | 'strong' | 'quiet'

export interface WalkSpan {
  readonly text: string
  readonly tone?: Tone
}

/** One line. */
export type WalkLine = readonly WalkSpan[]

/** Why a walk ended as it did, in the words of a rule (checks/causes.ts). */
export interface SaidCause {
  readonly code: string
  readonly message: string
}

export interface WalkTextOptions {
  /** Columns. */
  readonly width?: number
  readonly causes?: readonly SaidCause[]
  /** Of a pair of directors the one that is active in this walk. */
  readonly active?: string | undefined
}

/** Text that is read rather than looked at. */
const WIDTH = 100
/** Of the longest type of a step, source-check, and two spaces. */
const STEP_COLUMN = 14
const STEP_INDENT = 6

/** A walk as text that teaches: what came of it and why, then every hop with its decisions and headers. */
export function walkText(walk: Walk, options: WalkTextOptions = {}): readonly WalkLine[] {
  const { width = WIDTH } = options
  const lines: WalkLine[] = [...headLines(walk, options)]
  let leg: string | undefined
  let marked = false
  for (const [index, hop] of walk.hops.entries()) {
    if (hop.leg !== leg) {
      leg = hop.leg
      lines.push([], [{ text: hop.leg === 'request' ? 'The request' : 'The reply', tone: 'strong' }])
    }
    const shown = hopLines(hop, index + 1, width)
    marked ||= shown.some((line) => line.some(({ tone }) => tone === 'changed'))
    lines.push(...shown)
  }
  if (marked) lines.push([], [{ text: '*...* is what the host changed.', tone: 'quiet' }])
  return lines
}

/** Lines without colour, the last one ended as well. */
export function plainText(lines: readonly WalkLine[]): string {
  return lines.map((line) => `${line.map(({ text }) => text).join('')}\n`).join('')
}

/** What came of a walk, in a line, and the reason below it. */
export function headLines(
  walk: Walk,
  { width = WIDTH, causes = [], active }: WalkTextOptions = {},
): readonly WalkLine[] {
  const tone = toneOf(walk)
  const { service, client, realServer, arpWinner, verdict, seen, reason } = walk
  const whom = [client, realServer ?? ''].filter((name) => name !== '').join(' → ')
  const outcome = OUTCOMES[tone]
  return [
    [
      { text: `${service}: ${whom === '' ? '' : `${whom}: `}`, tone: 'strong' },
      { text: verdict === 'SERVED' ? outcome : `${outcome} (${verdict})`, tone },
      { text: seen === undefined ? '' : `; ${SEEN[seen]}` },
    ],
    ...(active === undefined
      ? []
      : indented(`Of the pair of directors ${active} is the active one.`, width, 2)),
    ...(arpWinner === undefined
      ? []
      : indented(`Several may answer for the VIP; here ${arpWinner} did.`, width, 2)),
    ...indented(reason, width, 2),
    ...causes.flatMap(({ code, message }): WalkLine[] => {
      const label = `why: ${code}: `
      return wrapped(message, width - 2 - label.length).map((text, index) =>
        index === 0
          ? [{ text: '  why: ', tone: 'quiet' }, { text: code, tone: 'strong' }, { text: `: ${text}` }]
          : [{ text: ' '.repeat(2 + label.length) + text }],
      )
    }),
  ]
}

const OUTCOMES = { good: 'served', bad: 'not served', unsure: 'undetermined' } as const

export function toneOf({ served }: Pick<Walk, 'served'>): keyof typeof OUTCOMES {
  return served === undefined ? 'unsure' : served ? 'good' : 'bad'
}

/** What the client notices, as the end of a sentence (connect(2), read(2)). */
export const SEEN: Readonly<Record<Seen, string>> = {
  reply: toSay`the client gets the reply`,
  refused: toSay`the client is told "Connection refused"`,
  unreachable: toSay`the client is told that there is no way to it`,
  reset: toSay`the connection is reset`,
  timeout: toSay`the client waits until it gives up`,
}

function hopLines(hop: Hop, number: number, width: number): WalkLine[] {
  const { host, in: from, out: to, network, packetIn, packetOut, knows } = hop
  const way =
    from === undefined && to === undefined
      ? 'within the host'
      : `${from ?? 'begins here'} → ${to ?? 'ends here'}${network === undefined ? '' : ` on ${network}`}`
  return [
    [{ text: `${String(number).padStart(3)}  ` }, { text: host, tone: 'strong' }, { text: `  ${way}` }],
    ...packetLines('in', packetIn, undefined),
    ...hop.steps.flatMap(({ type, detail }) => {
      const ending = type === 'drop'
      const label = ' '.repeat(STEP_INDENT) + type.padEnd(STEP_COLUMN)
      return wrapped(detail, width - label.length).map((text, index): WalkLine => [
        { text: index === 0 ? label : ' '.repeat(label.length), tone: ending ? 'bad' : 'quiet' },
        ending ? { text, tone: 'bad' } : { text },
      ])
    }),
    ...knows.connections.flatMap((connection) => knownLine(connection, width)),
    ...packetLines('out', packetOut, packetIn),
  ]
}

function knownLine(connection: Connection, width: number): WalkLine[] {
  const { protocol, client, clientPort, vip, vport, destination, destinationPort, method } = connection
  const label = ' '.repeat(STEP_INDENT) + 'remembers'.padEnd(STEP_COLUMN)
  const entry = `${protocol} ${client} port ${clientPort} to ${vip} port ${vport}: ${destination} port ${destinationPort}, by ${method}`
  return wrapped(entry, width - label.length).map((text, index) => [
    { text: index === 0 ? label : ' '.repeat(label.length), tone: 'quiet' },
    { text },
  ])
}

/** The headers of a packet, a line a layer, what is not as in the packet before between asterisks. */
function packetLines(
  which: 'in' | 'out',
  packet: Packet | undefined,
  before: Packet | undefined,
): WalkLine[] {
  if (packet === undefined) return []
  const fields = comparedFields(packet, before)
  let label: string = which
  const line = (name: string, spans: readonly WalkSpan[]): WalkLine => {
    const head = ' '.repeat(STEP_INDENT) + label.padEnd(5) + name.padEnd(STEP_COLUMN - 5)
    label = ''
    return [{ text: head, tone: 'quiet' }, ...spans]
  }
  return LAYERS.flatMap((layer): WalkLine[] => {
    const own = fields.filter((field) => field.layer === layer)
    if (own.length > 0) return [line(layerName(layer, packet), spansOf(own))]
    // What a tunnel had around it and is taken off.
    const gone = layer === 'outer' && before?.outer !== undefined
    return gone ? [line(layer, [{ text: '*taken off*', tone: 'changed' }])] : []
  })
}

function spansOf(fields: readonly ComparedField[]): WalkSpan[] {
  return fields.flatMap(({ key, text, changed }, index): WalkSpan[] => [
    ...(index === 0 ? [] : [{ text: key === 'dst' ? ' → ' : '  ' }]),
    changed ? { text: `*${text}*`, tone: 'changed' } : { text },
  ])
}

function indented(text: string, width: number, columns: number): WalkLine[] {
  return wrapped(text, width - columns).map((line) => [{ text: ' '.repeat(columns) + line }])
}

/** Lines of at most so many letters, words that are longer left whole. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
