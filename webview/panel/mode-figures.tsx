import { say } from '../../src/core/speech/say.js'
import { USUAL_ASSUMPTIONS } from '../../src/core/compare/assumptions.js'
import { timesNat } from '../../src/core/compare/bounds.js'
import { countText, rateText, shareText, sizeText, timesText } from '../../src/core/compare/figures.js'
import type { ModeVerdict } from '../../src/core/compare/modes.js'
import type { Bound, CountedTraffic } from '../../src/core/compare/traffic.js'

const { requestBytes, replyBytes, linkRate } = USUAL_ASSUMPTIONS

/** What each forwarding method makes the director carry, and what then bounds the cluster. */
export function ModeFigures({ modes }: { readonly modes: readonly ModeVerdict[] }) {
  const counted = modes.flatMap(({ traffic }) => (traffic.kind === 'counted' ? [traffic] : []))
  const [first] = counted
  if (first === undefined) return null
  const nat = counted.find(({ mode }) => mode === 'nat')
  const servers = first.drawn.realServers
  const rows: readonly (readonly [string, (traffic: CountedTraffic) => string])[] = [
    [say`Packets in`, ({ director }) => countText(director.in.packets)],
    [say`Bytes in`, ({ director }) => countText(director.in.bytes)],
    [say`Bytes out`, ({ director }) => countText(director.out.bytes)],
    [say`Of all bytes`, ({ director }) => shareText(director.share)],
    [say`Times NAT`, ({ director }) => times(nat?.director.bound, director.bound)],
  ]
  const throughput: typeof rows = [
    [
      say`Requests/s, ${servers} ${servers === 1 ? 'server' : 'servers'}`,
      ({ drawn }) => (drawn.bound === undefined ? '–' : countText(drawn.bound.requestsPerSecond)),
    ],
    [say`Bounded by`, ({ drawn }) => place(drawn.bound)],
    [say`Servers that help`, ({ enough }) => (enough === undefined ? '–' : countText(enough))],
  ]
  const mended = modes.some(({ feasible, traffic }) => !feasible && traffic.kind === 'counted')
  return (
    <table className="mode-figures">
      <caption>
        {say`For one request of ${sizeText(requestBytes)} and its reply of ${sizeText(replyBytes)}, where every interface carries ${rateText(linkRate)}`}
      </caption>
      <thead>
        <tr>
          <td />
          {modes.map(({ mode, current, feasible, traffic }) => (
            <th key={mode} scope="col" className={current ? 'current' : undefined}>
              {mode.toUpperCase()}
              {!feasible && traffic.kind === 'counted' && ' *'}
            </th>
          ))}
        </tr>
      </thead>
      <Figures title={say`Director ${first.director.host}`} rows={rows} modes={modes} />
      <Figures title={say`Cluster`} rows={throughput} modes={modes} />
      {mended && (
        <tfoot>
          <tr>
            <td colSpan={modes.length + 1}>{say`* with what it lacks mended`}</td>
          </tr>
        </tfoot>
      )}
    </table>
  )
}

function Figures({
  title,
  rows,
  modes,
}: {
  readonly title: string
  readonly rows: readonly (readonly [string, (traffic: CountedTraffic) => string])[]
  readonly modes: readonly ModeVerdict[]
}) {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={modes.length + 1}>
          {title}
        </th>
      </tr>
      {rows.map(([name, figure]) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          {modes.map(({ mode, traffic }) => (
            <td key={mode}>{traffic.kind === 'counted' ? figure(traffic) : '–'}</td>
          ))}
        </tr>
      ))}
    </tbody>
  )
}

function times(nat: Bound | undefined, other: Bound | undefined): string {
  const value = timesNat(nat, other)
  return value === undefined ? '–' : timesText(value)
}

function place(bound: Bound | undefined): string {
  if (bound === undefined) return '–'
  return bound.kind === 'server' ? say`servers` : `${bound.host} ${bound.interface} ${bound.direction}`
}
