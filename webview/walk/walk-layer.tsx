import { ViewportPortal, getViewportForBounds, useReactFlow, useStore, useStoreApi } from '@xyflow/react'
import { useEffect, useRef } from 'react'
import type { CSSProperties } from 'react'
import { say } from '../../src/core/speech/say.js'
import type { Box } from '../../src/core/diagram/picture.js'
import type { Hop, Walk } from '../../src/core/packet/walk.js'
import { motion } from '../canvas/motion.js'
import { ToneMark, shownTone } from './marks.js'
import type { Player } from './use-player.js'
import { extentOf, pathData } from './way.js'
import type { PlacedHop, PlacedWalk } from './way.js'

/** Below this zoom the walk is drawn larger than the rest, or it could not be read. */
const READABLE = 0.8
const LARGEST = 2.4
/** A little of what is around it is seen as well. */
const FIT = { padding: 0.12, minZoom: 0.05, maxZoom: 1 } as const

/** The walk on the canvas: the way so far, and the packet at its host. `run`: another one is seen anew. */
export function WalkLayer({
  placed,
  walk,
  player,
  run,
}: {
  readonly placed: PlacedWalk
  readonly walk: Walk
  readonly player: Player
  readonly run: number
}) {
  const { at } = player
  const zoom = useStore(({ transform }) => transform[2])
  const here = placed.hops[at]
  const hop = walk.hops[at]
  useFollow(placed, at, run)
  if (here === undefined || hop === undefined) return null
  const ended = at === walk.hops.length - 1
  const scale = Math.min(LARGEST, Math.max(1, READABLE / zoom))
  return (
    <ViewportPortal>
      <svg className="walk-ways" style={{ '--scale': scale } as CSSProperties} aria-hidden="true">
        <defs>
          <marker
            id="walk-head"
            viewBox="0 0 10 10"
            refX="8"
            refY="5"
            markerWidth="12"
            markerHeight="12"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M1 1 9 5 1 9" />
          </marker>
        </defs>
        {placed.ghosts.map(({ host, link }) =>
          link === undefined ? null : <path key={host} className="walk-ghost-link" d={pathData(link)} />,
        )}
        {placed.hops
          .slice(0, at + 1)
          .map(({ wire, leg }, index) =>
            wire === undefined ? null : (
              <path
                key={index}
                className={`walk-wire walk-wire-${leg}${index === at ? ' current' : ''}`}
                d={pathData(wire)}
                markerEnd="url(#walk-head)"
              />
            ),
          )}
        <Ring {...here} />
      </svg>
      <Numbers hops={placed.hops} at={at} scale={scale} />
      <Token walk={walk} hop={hop} ended={ended} placed={placed} player={player} scale={scale} />
    </ViewportPortal>
  )
}

function Ring({ box, leg }: PlacedHop) {
  return (
    <rect
      className={`walk-ring walk-ring-${leg}`}
      x={box.x - 5}
      y={box.y - 5}
      width={box.width + 10}
      height={box.height + 10}
      rx={12}
    />
  )
}

/** At each host the numbers of the hops it had so far, as the list has them. */
function Numbers({
  hops,
  at,
  scale,
}: {
  readonly hops: readonly PlacedHop[]
  readonly at: number
  readonly scale: number
}) {
  const byHost = new Map<string, { readonly box: Box; readonly numbers: { number: number; leg: string }[] }>()
  for (const [index, { host, box, leg }] of hops.slice(0, at + 1).entries()) {
    const known = byHost.get(host) ?? { box, numbers: [] }
    known.numbers.push({ number: index + 1, leg })
    byHost.set(host, known)
  }
  return [...byHost].map(([host, { box, numbers }]) => (
    <div
      key={host}
      className="walk-numbers"
      style={{ transform: `translate(${box.x - 12}px, ${box.y - 12}px) scale(${scale})` }}
      aria-hidden="true"
    >
      {numbers.map(({ number, leg }) => (
        <span key={number} className={`walk-number leg-${leg}${number === at + 1 ? ' current' : ''}`}>
          {number}
        </span>
      ))}
    </div>
  ))
}

/** The packet, with what is written on the outside of it; at the end, what became of it. */
function Token({
  walk,
  hop,
  ended,
  placed,
  player,
  scale,
}: {
  readonly walk: Walk
  readonly hop: Hop
  readonly ended: boolean
  readonly placed: PlacedWalk
  readonly player: Player
  readonly scale: number
}) {
  const token = useRef<HTMLDivElement>(null)
  const { at, travelMs } = player
  const [before, here] = [placed.hops[at - 1], placed.hops[at]]
  const rest = here?.rest ?? { x: 0, y: 0 }
  const way =
    before === undefined || here?.wire === undefined ? undefined : pathData([before.rest, ...here.wire, rest])
  useEffect(() => {
    if (travelMs === 0 || way === undefined) return undefined
    // Along the wire, then at rest below its host, where it is drawn without this.
    const travel = token.current?.animate(
      [
        { offsetPath: `path('${way}')`, offsetDistance: '0%', transform: 'none', offsetRotate: '0deg' },
        { offsetPath: `path('${way}')`, offsetDistance: '100%', transform: 'none', offsetRotate: '0deg' },
      ],
      { duration: travelMs, easing: 'ease-in-out' },
    )
    return () => {
      travel?.cancel()
    }
    // A drawing that moves meanwhile does not start it again.
  }, [at, travelMs, walk])
  const tone = ended ? shownTone(walk) : undefined
  return (
    <div
      ref={token}
      className="walk-token-place"
      style={{ transform: `translate(${rest.x}px, ${rest.y}px)` }}
      aria-hidden="true"
    >
      <div
        className={`walk-token leg-${hop.leg}${tone === undefined ? '' : ` walk-${tone}`}`}
        style={{ transform: `translate(-50%, -11px) scale(${scale})` }}
      >
        {tone !== undefined && <ToneMark tone={tone} size={13} />}
        {here?.hidden === true && <b>{here.host}:</b>}
        {tone === undefined || walk.served === true ? <PacketLabel hop={hop} /> : walk.verdict}
      </div>
    </div>
  )
}

const OUTER_NAMES: Readonly<Record<number, string>> = {
  4: 'IPIP',
  41: say`IPv6 tunnel`,
  47: 'GRE',
  17: 'GUE',
}

/** What it says on the packet: whom it is for, and around that whom the tunnel takes it to. */
function PacketLabel({ hop: { packetIn, packetOut } }: { readonly hop: Hop }) {
  const packet = packetIn ?? packetOut
  if (packet === undefined) return <>{say`packet`}</>
  const { outer, ip, l4 } = packet
  const what = 'icmp' in l4 ? 'ICMP' : (l4.flags ?? 'data')
  const inner = (
    <span className="walk-token-inner">
      <b>{what}</b> → {ip.dst}
    </span>
  )
  if (outer === undefined) return inner
  return (
    <>
      <span>
        {OUTER_NAMES[outer.protocol] ?? say`tunnel`} → {outer.dst}
      </span>
      {inner}
    </>
  )
}

/** Brings the whole walk into view when it begins, and the packet whenever it goes where nobody looks. */
function useFollow(placed: PlacedWalk, at: number, run: number): void {
  const flow = useReactFlow()
  const store = useStoreApi()
  const latest = useRef(placed)
  latest.current = placed
  /** Other hosts, or the same once more: to be seen as a whole. */
  const key = `${run} ${placed.hops.map(({ host }) => host).join(' ')}`
  const begun = useRef<string>(undefined)
  useEffect(() => {
    const view = store.getState()
    const [here, whole] = [latest.current.hops[at], extentOf(latest.current)]
    const first = begun.current === undefined
    const anew = begun.current !== key
    begun.current = key
    if (here === undefined || whole === undefined) return
    if (anew) {
      if (!first && inView(view, whole)) return
      const { padding, minZoom, maxZoom } = FIT
      const fitted = getViewportForBounds(whole, view.width, view.height, minZoom, maxZoom, padding)
      void flow.setViewport(fitted, { duration: motion() })
      return
    }
    const around = { ...here.box, height: here.box.height + 30 }
    if (inView(view, around)) return
    void flow.setCenter(around.x + around.width / 2, around.y + around.height / 2, {
      zoom: flow.getZoom(),
      duration: motion(),
    })
  }, [at, key, flow, store])
}

function inView(
  {
    transform: [x, y, zoom],
    width,
    height,
  }: {
    readonly transform: readonly [number, number, number]
    readonly width: number
    readonly height: number
  },
  box: Box,
): boolean {
  return (
    box.x * zoom + x >= 0 &&
    box.y * zoom + y >= 0 &&
    (box.x + box.width) * zoom + x <= width &&
    (box.y + box.height) * zoom + y <= height
  )
}
