import { listed } from '../core/checks/wording.js'
import type { Assumptions } from '../core/compare/assumptions.js'
import { timesNat } from '../core/compare/bounds.js'
import { countText, rateText, shareText, sizeText, timesText } from '../core/compare/figures.js'
import { NO_LOAD, added } from '../core/compare/frames.js'
import type { Load } from '../core/compare/frames.js'
import type { DirectorGain } from '../core/compare/gain.js'
import type { ModeComparison, ModeVerdict } from '../core/compare/modes.js'
import type { Bound, CountedTraffic, PortLoad } from '../core/compare/traffic.js'
import type { Mode, Protocol } from '../core/topology/types.js'
import { columnsOf } from './columns.js'
import { painter } from './io.js'
import type { Io } from './io.js'
import { wrapped } from './paragraph.js'
import { visibleText } from './visible-text.js'

/** A service in the three modes. */
export interface ComparedService {
  readonly file: string
  /** `192.0.2.100:80 tcp`. */
  readonly target: string
  readonly protocol: Protocol
  readonly comparison: ModeComparison
  readonly gains: readonly DirectorGain[]
  readonly assumptions: Assumptions
}

type Paint = ReturnType<typeof painter>
/** What stands at the left, and a cell for each mode; without cells it is a heading. */
type Row = readonly [string, ...string[]]

const WIDTH = 96

/** A comparison as a table to be read from top to bottom, and what is to be learnt from it. */
export function comparisonText(compared: ComparedService, { colour }: Pick<Io, 'colour'>): string {
  const paint = painter(colour)
  const { comparison, file, target } = compared
  const counted = comparison.modes.flatMap(({ traffic }) => (traffic.kind === 'counted' ? [traffic] : []))
  const asked = counted[0] === undefined ? '' : `, asked by ${listed(counted[0].clients)}`
  const blocks = [
    [paint('bold', visibleText(`${file}: service ${comparison.service}, ${target}${asked}`))],
    exchangeLines(compared, counted[0]),
    table(rowsOf(comparison), paint),
    lessons(compared, counted, paint),
    hindrances(comparison, paint),
  ]
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')
}

function exchangeLines(
  { assumptions, protocol }: ComparedService,
  traffic: CountedTraffic | undefined,
): string[] {
  const { requestBytes, replyBytes, linkRate, linkRates, serverRate } = assumptions
  const packets =
    traffic === undefined
      ? ''
      : `: ${countText(traffic.request.packets)} packets there, ${countText(traffic.reply.packets)} back`
  const rates = [...linkRates].map(([name, rate]) => `, those of ${name} ${rateText(rate)}`).join('')
  const server =
    serverRate === undefined
      ? ', real servers answer as fast as their links carry'
      : `, a real server answers ${countText(serverRate)} requests a second`
  return paragraph(
    `One request of ${countText(requestBytes)} bytes and its reply of ${countText(replyBytes)}, ${protocol === 'udp' ? 'as datagrams' : 'on a connection of its own'}${packets}. ` +
      `Assumed: every interface carries ${rateText(linkRate)} in each direction at the same time${rates}${server} (--link-rate, --server-rate).`,
  )
}

function rowsOf({ modes }: ModeComparison): readonly Row[] {
  const nat = modes.find(({ mode }) => mode === 'nat')?.traffic
  const natCounted = nat?.kind === 'counted' ? nat : undefined
  const row = (title: string, cell: (traffic: CountedTraffic) => string): Row => [
    title,
    ...modes.map(({ traffic }) => (traffic.kind === 'counted' ? cell(traffic) : '–')),
  ]
  const [first] = modes.flatMap(({ traffic }) => (traffic.kind === 'counted' ? [traffic] : []))
  const head: Row[] = [
    ['', ...modes.map(({ mode, current }) => `${mode.toUpperCase()}${current ? ' (drawn)' : ''}`)],
    ['works on this drawing', ...modes.map(worksText)],
  ]
  if (first === undefined) return head
  const sizes = first.growth.map(({ realServers }) => realServers)
  return [
    ...head,
    [`The director ${visibleText(first.director.host)}, for one request`],
    row('packets in', ({ director }) => countText(director.in.packets)),
    row('packets out', ({ director }) => countText(director.out.packets)),
    row('bytes in', ({ director }) => countText(director.in.bytes)),
    row('bytes out', ({ director }) => countText(director.out.bytes)),
    row('in, of all that is exchanged', ({ director }) => shareText(director.share)),
    ['Bytes of one request elsewhere'],
    ...elsewhere(modes),
    ['Requests a second, if nothing but the director bounded them'],
    row('at most', ({ director }) => perSecond(director.bound)),
    row('times NAT', ({ director }) => times(natCounted?.director.bound, director.bound)),
    row('tightest', ({ director }) => boundText(director.bound)),
    ['Requests a second, by the number of real servers'],
    ...sizes.map((size, index) =>
      row(`${countText(size)}${size === first.drawn.realServers ? ' (drawn)' : ''}`, ({ growth }) =>
        perSecond(growth[index]?.bound),
      ),
    ),
    row('more than these do not help', ({ enough }) => (enough === undefined ? '–' : countText(enough))),
    row('then it is bounded by', ({ ceiling }) => boundText(ceiling)),
    row('times NAT', ({ ceiling }) => times(natCounted?.ceiling, ceiling)),
  ]
}

function worksText({ feasible, errors }: ModeVerdict): string {
  return feasible ? 'yes' : `no: ${errors} ${errors === 1 ? 'error' : 'errors'}`
}

/** What routers carry, interface by interface, and all real servers together. */
function elsewhere(modes: readonly ModeVerdict[]): Row[] {
  const counted = modes.map(({ traffic }) => (traffic.kind === 'counted' ? traffic : undefined))
  const names = new Map<string, PortLoad>()
  for (const port of counted.flatMap((traffic) => traffic?.ports ?? [])) {
    if (port.side === 'router') names.set(`${port.host} ${port.interface}`, port)
  }
  const bytes = (load: (traffic: CountedTraffic) => Load) =>
    counted.map((traffic) => (traffic === undefined ? '–' : countText(load(traffic).bytes)))
  const both = (title: string, of: (traffic: CountedTraffic) => readonly PortLoad[]): Row[] =>
    (['in', 'out'] as const).map((direction) => [
      visibleText(`${title} ${direction}`),
      ...bytes((traffic) => of(traffic).reduce((sum, port) => added(sum, port[direction]), NO_LOAD)),
    ])
  return [
    ...[...names.values()].flatMap((wanted) =>
      both(`${wanted.host} ${wanted.interface}`, ({ ports }) =>
        ports.filter(({ host, interface: name }) => host === wanted.host && name === wanted.interface),
      ),
    ),
    ...both('real servers together', ({ ports }) => ports.filter(({ side }) => side === 'real-server')),
  ]
}

function perSecond(bound: Bound | undefined): string {
  return bound === undefined ? '–' : countText(bound.requestsPerSecond)
}

function times(nat: Bound | undefined, other: Bound | undefined): string {
  const value = timesNat(nat, other)
  return value === undefined ? '–' : timesText(value)
}

function boundText(bound: Bound | undefined): string {
  if (bound === undefined) return '–'
  return bound.kind === 'server'
    ? 'real servers'
    : visibleText(`${bound.host} ${bound.interface} ${bound.direction}`)
}

/** Columns as wide as what is in them; numbers to the right, below one another. */
function table(rows: readonly Row[], paint: Paint): string[] {
  const inner = (row: Row, index: number) => row.length > 1 && index > 1
  const title = (row: Row, index: number) => `${inner(row, index) ? '  ' : ''}${row[0]}`
  const cells = rows.filter((row) => row.length > 1)
  const left = Math.max(...rows.map((row, index) => (row.length > 1 ? columnsOf(title(row, index)) : 0)))
  const widths = [1, 2, 3].map((column) => Math.max(...cells.map((row) => columnsOf(row[column] ?? ''))))
  return rows.flatMap((row, index) => {
    const [first, ...values] = row
    if (values.length === 0) return ['', paint('bold', first)]
    const line = values.map((value, column) => padStart(value, (widths[column] ?? 0) + 3)).join('')
    const whole = `${title(row, index)}${' '.repeat(left - columnsOf(title(row, index)))}${line}`
    return [index === 0 ? paint('bold', whole) : whole]
  })
}

function padStart(text: string, columns: number): string {
  return `${' '.repeat(Math.max(0, columns - columnsOf(text)))}${text}`
}

/** Why the modes differ: in the figures of this drawing. */
function lessons(
  { gains, comparison, assumptions, protocol }: ComparedService,
  counted: readonly CountedTraffic[],
  paint: Paint,
): string[] {
  const [nat, tun, dr] = (['nat', 'tun', 'dr'] as const).map((mode) =>
    counted.find((traffic) => traffic.mode === mode),
  )
  if (nat === undefined || tun === undefined || dr === undefined) return []
  const { director } = nat
  const header = Math.round((tun.director.out.bytes - tun.director.in.bytes) / tun.director.out.packets)
  return [
    paint('bold', 'Where the difference comes from'),
    ...paragraph(
      `With NAT every reply comes back through ${director.host}, which sends it on: ${countText(director.out.bytes)} bytes leave it for each request. ` +
        `With TUN and DR it never sees a reply. It passes on what the client sends, ${countText(dr.director.out.bytes)} bytes: the request` +
        (protocol === 'udp' ? '' : ' and the acknowledgements of the reply') +
        `${header > 0 ? `; with TUN ${header} more for the tunnel's header on each packet` : ''}.`,
    ),
    ...paragraph(
      'So it is the reply that decides. For replies this large the director bears so many times the requests it bears with NAT ("up to ten times", says the literature):',
    ),
    '',
    ...gainTable(gains, assumptions.replyBytes),
    ...elsewhereBounded(comparison, counted, assumptions),
  ]
}

function gainTable(gains: readonly DirectorGain[], asked: number): string[] {
  const cell = (value: number | undefined) => (value === undefined ? '–' : timesText(value))
  const rows = [
    ['  reply', ...gains.map(({ replyBytes }) => sizeText(replyBytes))],
    ['  TUN', ...gains.map(({ tun }) => cell(tun))],
    ['  DR', ...gains.map(({ dr }) => cell(dr))],
    ['', ...gains.map(({ replyBytes }) => (replyBytes === asked ? '^' : ''))],
  ]
  return rows.map(([title = '', ...cells]) =>
    `${title.padEnd(8)}${cells.map((text) => padStart(text, 10)).join('')}`.trimEnd(),
  )
}

/** A gain that the director has, and the cluster does not, because every reply passes something else. */
function elsewhereBounded(
  { modes }: ModeComparison,
  counted: readonly CountedTraffic[],
  { linkRate, linkRates }: Assumptions,
): string[] {
  const bounded = counted.filter(({ mode, ceiling }) => mode !== 'nat' && ceiling?.side === 'router')
  const [first] = bounded
  if (first?.ceiling === undefined) return []
  const { host, interface: name, direction } = first.ceiling
  const which = modes.filter(({ mode }) => bounded.some((traffic) => traffic.mode === mode))
  const rates = [
    bareRate(linkRate),
    ...[...linkRates]
      .filter(([named]) => named !== host)
      .map(([named, rate]) => `${named}=${bareRate(rate)}`),
    `${host}=${bareRate(linkRate * 100)}`,
  ]
  return [
    ...paragraph(
      `On this drawing ${which.map(({ mode }) => modeName(mode)).join(' and ')} cannot show all of that: replies that do not pass the director pass ${host}, whose ${name} ` +
        `(${direction}) is full first. With a faster link there ("--link-rate ${rates.join(',')}") the director bounds them again.`,
    ),
  ]
}

/** As --link-rate takes it. */
function bareRate(rate: number): string {
  return rateText(rate).replace(/ |bit\/s/g, '')
}

function modeName(mode: Mode): string {
  return mode.toUpperCase()
}

/** What prevents a mode, and why a mode has no figures. */
function hindrances({ modes }: ModeComparison, paint: Paint): string[] {
  const lines = modes.flatMap(({ mode, feasible, lacks, errors, traffic }) => {
    const uncounted =
      traffic.kind === 'uncounted'
        ? paragraph(`  What ${modeName(mode)} carries cannot be counted: ${traffic.reason}.`)
        : []
    if (feasible) return uncounted
    const shown = lacks.filter(({ severity }) => severity === 'error')
    const listedErrors = shown.slice(0, MOST_SHOWN)
    const more = errors - listedErrors.length
    const figures = traffic.kind === 'counted' ? '; its figures are for when that is mended' : ''
    return [
      `${paint('bold', `What prevents ${modeName(mode)}`)}${figures}`,
      ...listedErrors.flatMap(({ code, message }) =>
        hanging(`${paint('red', 'error')} ${paint('bold', code)}: `, `error ${code}: `, visibleText(message)),
      ),
      ...(more > 0
        ? [`  and ${countText(more)} more; "lvs-designer check" with mode: ${mode} lists all`]
        : []),
      ...uncounted,
    ]
  })
  return lines
}

const MOST_SHOWN = 5

function hanging(painted: string, plain: string, text: string): string[] {
  const [first = '', ...rest] = wrapped(text, WIDTH - plain.length - 2)
  return [`  ${painted}${first}`, ...rest.map((line) => `  ${' '.repeat(plain.length)}${line}`)]
}

function paragraph(text: string): string[] {
  const indent = /^ */.exec(text)?.[0] ?? ''
  return wrapped(visibleText(text.trimStart()), WIDTH - indent.length).map((line) => `${indent}${line}`)
}
