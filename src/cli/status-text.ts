import { failureText } from '../remote/deploy/connections.js'
import type { HostFailure } from '../remote/deploy/connections.js'
import type { DestinationStatus, DirectorStatus, ServiceStatus } from '../core/plan/director-status.js'
import type { Rates } from '../core/plan/traffic-rates.js'
import { columnsOf } from './columns.js'
import { visibleText } from './visible-text.js'

/** A line as it is shown, and what is to catch the eye. */
export interface StatusLine {
  readonly text: string
  readonly style: 'bold' | 'dim' | 'red' | 'yellow' | undefined
}

export interface ShownStatus {
  readonly directors: readonly DirectorStatus[]
  readonly failures: readonly HostFailure[]
  /** By director; absent: nothing was read before. */
  readonly rates?: ReadonlyMap<string, Rates>
}

/** What directors do at the moment, as tables for people. */
export function statusLines({ directors, failures, rates }: ShownStatus): StatusLine[] {
  const parts = [
    ...directors.map((director) => directorLines(director, rates?.get(director.host))),
    ...failures.map((failure) => [line(visibleText(failureText(failure)), 'red')]),
    vipLines(directors, failures),
  ]
  return parts
    .filter((part) => part.length > 0)
    .flatMap((part, index) => (index === 0 ? part : [BLANK, ...part]))
}

const BLANK: StatusLine = { text: '', style: undefined }

function line(text: string, style?: StatusLine['style']): StatusLine {
  return { text, style }
}

function directorLines({ host, services, sync }: DirectorStatus, rates: Rates | undefined): StatusLine[] {
  return [
    line(host, 'bold'),
    ...(services.length === 0 ? [line('  nothing is in its IPVS table, and nothing is drawn there')] : []),
    ...services.flatMap((service) => serviceLines(service, rates)),
    ...sync.map((each) => line(`  ${visibleText(each)}`, 'dim')),
  ]
}

function serviceLines(service: ServiceStatus, rates: Rates | undefined): StatusLine[] {
  const { name, target, there, destinations } = service
  const drawn = name === undefined ? `${target}: not drawn` : `${name}: ${target}`
  const style = !there ? 'red' : name === undefined ? 'yellow' : undefined
  return [
    line(`  ${drawn}, ${there ? optionsText(service) : 'not in the table'}`, style),
    ...(there ? tableLines(destinations, rates) : []),
  ]
}

function optionsText({ scheduler, flags, persistence, onePacket, vip, hasVip }: ServiceStatus): string {
  return [
    [scheduler, ...flags].join(' '),
    ...(persistence === undefined ? [] : [`persistent for ${persistence} s`]),
    ...(onePacket ? ['one packet'] : []),
    ...(vip === undefined ? [] : [hasVip === true ? 'has the VIP' : 'does not have the VIP']),
  ].join(', ')
}

const COLUMNS = ['real server', 'address', 'method', 'weight', 'active', 'inactive'] as const
const RATE_COLUMNS = ['conn/s', 'in B/s', 'out B/s'] as const
/** These are words; the others are numbers, and stand at the right. */
const WORDS: ReadonlySet<string> = new Set(['real server', 'address', 'method', ''])

function tableLines(destinations: readonly DestinationStatus[], rates: Rates | undefined): StatusLine[] {
  if (destinations.length === 0) return [line('    no real server', 'red')]
  const heads = [...COLUMNS, ...(rates === undefined ? [] : RATE_COLUMNS), '']
  const rows = destinations.map((destination) => ({
    cells: cellsOf(destination, rates),
    style: styleOf(destination),
  }))
  const widths = heads.map((head, column) =>
    Math.max(...[head, ...rows.map(({ cells }) => cells[column] ?? '')].map(columnsOf)),
  )
  const laidOut = (cells: readonly string[]) =>
    `    ${cells
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - columnsOf(cell))
        return WORDS.has(heads[column] ?? '') ? cell + space : space + cell
      })
      .join('  ')}`.trimEnd()
  return [line(laidOut(heads), 'dim'), ...rows.map(({ cells, style }) => line(laidOut(cells), style))]
}

function cellsOf(destination: DestinationStatus, rates: Rates | undefined): string[] {
  const { realServer = '-', address, method, weight, there, connections, key } = destination
  const rate = rates?.get(key)
  const perSecond =
    rates === undefined
      ? []
      : [rate?.connections, rate?.bytesIn, rate?.bytesOut].map((each) =>
          each === undefined ? '-' : figureText(each),
        )
  return [
    realServer,
    address,
    there ? (method ?? '-') : '-',
    there ? String(weight) : '-',
    connections === undefined ? '-' : String(connections.active),
    connections === undefined ? '-' : String(connections.inactive),
    ...perSecond,
    remarkOn(destination),
  ]
}

function remarkOn({ is, there, drained, takenOut, weight, drawnWeight }: DestinationStatus): string {
  const remarks = [
    ...(is === 'undrawn' ? ['not drawn'] : []),
    ...(is === 'sorry server' ? [there ? 'sorry server, in use' : 'sorry server, not in use'] : []),
    ...(drained ? [weight === 0 || !there ? 'drained' : 'drained, but has weight again'] : []),
    ...(takenOut ? ['taken out by keepalived: its check fails'] : []),
    ...(is === 'real server' && !there && !takenOut ? ['not in the table'] : []),
    ...(there && !drained && drawnWeight !== undefined && drawnWeight !== weight
      ? [`drawn with weight ${drawnWeight}`]
      : []),
  ]
  return remarks.join(', ')
}

function styleOf({ is, there, drained, drawnWeight, weight }: DestinationStatus): StatusLine['style'] {
  if (is === 'sorry server') return there ? 'yellow' : 'dim'
  if (!there) return 'red'
  return is === 'undrawn' || drained || drawnWeight !== weight ? 'yellow' : undefined
}

/** As few digits as tell it: 0, 0.5, 12, 3.4k, 120M. */
function figureText(value: number): string {
  if (value === 0) return '0'
  const [scale, unit] = SCALES.find(([each]) => value >= each) ?? [1, '']
  const scaled = value / scale
  return `${scaled < 9.95 ? scaled.toFixed(1) : scaled.toFixed(0)}${unit}`
}

const SCALES: readonly (readonly [number, string])[] = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
]

/** A VIP that nobody has, or more than one director: what no table shows. */
function vipLines(directors: readonly DirectorStatus[], failures: readonly HostFailure[]): StatusLine[] {
  const holders = new Map<string, string[]>()
  for (const { host, services } of directors) {
    for (const { name, vip, hasVip } of services) {
      if (name === undefined || vip === undefined) continue
      const known = holders.get(vip) ?? []
      holders.set(vip, hasVip === true && !known.includes(host) ? [...known, host] : known)
    }
  }
  return [...holders].flatMap(([vip, hosts]) => {
    if (hosts.length > 1) return [line(`${vip} is on ${hosts.join(' and ')} at once`, 'red')]
    if (hosts.length === 1) return []
    return [
      line(
        failures.length === 0
          ? `no director has the VIP ${vip}`
          : `no director that could be read has the VIP ${vip}`,
        'red',
      ),
    ]
  })
}
