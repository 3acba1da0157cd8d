import { timesNat } from '../../core/compare/bounds.js'
import { countText, rateText, shareText, sizeText, timesText } from '../../core/compare/figures.js'
import { USUAL_ASSUMPTIONS } from '../../core/compare/assumptions.js'
import type { ModeComparison, ModeVerdict } from '../../core/compare/modes.js'
import type { Bound, CountedTraffic } from '../../core/compare/traffic.js'
import { listed } from '../../core/checks/wording.js'
import { say } from '../../core/speech/say.js'
import { plain, row } from './markdown-text.js'

/** The three forwarding methods for one service, as Markdown: what prevents each, what it carries, what bounds it. */
export function comparisonMarkdown({ service, modes }: ModeComparison): string {
  const [first] = modes.flatMap(({ traffic }) => (traffic.kind === 'counted' ? [traffic] : []))
  const blocks = [
    `# ${plain(say`NAT, TUN and DR for "${service}"`)}`,
    ...(first === undefined ? [] : [plain(assumed(first))]),
    table(modes, first),
    ...modes.flatMap(hindrance),
  ]
  return `${blocks.join('\n\n')}\n`
}

function assumed({ clients }: CountedTraffic): string {
  const { requestBytes, replyBytes, linkRate } = USUAL_ASSUMPTIONS
  return say`For one request of ${sizeText(requestBytes)} by ${listed(clients)} and its reply of ${sizeText(replyBytes)}, where every interface carries ${rateText(linkRate)} in each direction. "lvs-designer compare" takes other sizes and rates.`
}

type Cell = (traffic: CountedTraffic) => string

function table(modes: readonly ModeVerdict[], first: CountedTraffic | undefined): string {
  const nat = modes.flatMap(({ mode, traffic }) =>
    mode === 'nat' && traffic.kind === 'counted' ? [traffic] : [],
  )[0]
  const line = (title: string, cell: Cell) =>
    row([title, ...modes.map(({ traffic }) => (traffic.kind === 'counted' ? cell(traffic) : '–'))])
  const part = (title: string) => `| **${plain(title)}** |${' |'.repeat(modes.length)}`
  const figures =
    first === undefined
      ? []
      : [
          part(say`Director ${first.director.host}`),
          line(say`Packets in`, ({ director }) => countText(director.in.packets)),
          line(say`Packets out`, ({ director }) => countText(director.out.packets)),
          line(say`Bytes in`, ({ director }) => countText(director.in.bytes)),
          line(say`Bytes out`, ({ director }) => countText(director.out.bytes)),
          line(say`Of all bytes`, ({ director }) => shareText(director.share)),
          line(say`Requests a second, if nothing else bounded them`, ({ director }) => rate(director.bound)),
          line(say`Times NAT`, ({ director }) => times(nat?.director.bound, director.bound)),
          part(say`Cluster: requests a second, by the number of real servers`),
          ...first.growth.map(({ realServers }, index) =>
            line(
              realServers === first.drawn.realServers
                ? say`${countText(realServers)} (drawn)`
                : countText(realServers),
              ({ growth }) => rate(growth[index]?.bound),
            ),
          ),
          line(say`Servers that help`, ({ enough }) => (enough === undefined ? '–' : countText(enough))),
          line(say`Bounded by`, ({ ceiling }) => place(ceiling)),
          line(say`Times NAT`, ({ ceiling }) => times(nat?.ceiling, ceiling)),
        ]
  const heads = modes.map(({ mode, current }) =>
    current ? say`${mode.toUpperCase()} (drawn)` : mode.toUpperCase(),
  )
  return [
    row(['', ...heads]),
    `|---|${modes.map(() => '---:|').join('')}`,
    row([
      say`works on this drawing`,
      ...modes.map(({ feasible, errors }) =>
        feasible ? say`yes` : say`no: ${errors} ${errors === 1 ? 'error' : 'errors'}`,
      ),
    ]),
    ...figures,
  ].join('\n')
}

function rate(bound: Bound | undefined): string {
  return bound === undefined ? '–' : countText(bound.requestsPerSecond)
}

function times(nat: Bound | undefined, other: Bound | undefined): string {
  const value = timesNat(nat, other)
  return value === undefined ? '–' : timesText(value)
}

function place(bound: Bound | undefined): string {
  if (bound === undefined) return '–'
  return bound.kind === 'server' ? say`real servers` : `${bound.host} ${bound.interface} ${bound.direction}`
}

/** Beyond these, a lack is one of many of its kind. */
const MOST_LACKS = 10

function hindrance({ mode, feasible, errors, lacks, traffic }: ModeVerdict): string[] {
  const name = mode.toUpperCase()
  const uncounted =
    traffic.kind === 'uncounted'
      ? [plain(say`What ${name} carries cannot be counted: ${traffic.reason}.`)]
      : []
  if (feasible) return uncounted
  const shown = lacks.filter(({ severity }) => severity === 'error').slice(0, MOST_LACKS)
  const more = errors - shown.length
  return [
    `## ${plain(say`What prevents ${name}`)}`,
    [
      ...shown.map(({ code, message }) => `- **${plain(code)}** ${plain(message)}`),
      ...(more > 0 ? [`- ${plain(say`and ${countText(more)} more`)}`] : []),
    ].join('\n'),
    ...(traffic.kind === 'counted'
      ? [plain(say`The figures of ${name} are for when that is mended.`)]
      : uncounted),
  ]
}
