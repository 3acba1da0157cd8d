import { say } from '../../core/speech/say.js'
import type { Seen, Walk } from '../../core/packet/walk.js'
import { isLedAstray } from './led-astray.js'
import { connectionsIn } from './results.js'
import type { KernelResult, RequestResult } from './results.js'
import { firstFrames, sameNeighbours } from './observed-frames.js'
import type { ObservedFrame } from './observed-frames.js'
import { clientPortOf, isOfRoundLeftOut, walkedFrames, walkedKey } from './walked-frames.js'

/** How walks and kernel compare; `differences` has one list a walk, and is empty where one of them agrees. */
export interface Agreement {
  readonly agrees: boolean
  readonly walk: Walk | undefined
  readonly differences: readonly (readonly string[])[]
}

/** What a kernel did with one request. */
export interface AskedKernel extends Pick<KernelResult, 'frames' | 'neighbours'> {
  readonly request: RequestResult
  /** IPVS made a connection of it, on whichever host. */
  readonly scheduled: boolean
}

/** How walks and a cluster in the kernel compare of which one thing was asked. */
export function compare(walks: readonly Walk[], result: KernelResult): Agreement {
  const refused = result.problems.filter((problem) => !REFUSED_ROUTE.test(problem))
  if (refused.length > 0)
    return {
      agrees: false,
      walk: undefined,
      differences: [refused.map((each) => say`the kernel refused: ${each}`)],
    }
  const [request] = result.requests
  if (request === undefined)
    return { agrees: false, walk: undefined, differences: [[say`nothing was asked`]] }
  return compareRequest(walks, { ...result, request, scheduled: connections(result) > 0 })
}

/** Where the walk leaves several ways open, the kernel may have gone any of them, and only one. */
export function compareRequest(walks: readonly Walk[], asked: AskedKernel): Agreement {
  const differences = walks.map((walk) => differencesOf(walk, asked))
  const index = differences.findIndex((list) => list.length === 0)
  return index >= 0
    ? { agrees: true, walk: walks[index], differences: [] }
    : {
        agrees: false,
        walk: undefined,
        differences: walks.length === 0 ? [[say`there is no walk`]] : differences,
      }
}

/** A route whose gateway is on no link that is up, or the host itself, is in the drawing, and in neither's table. */
const REFUSED_ROUTE =
  /^\S+ ip:( (Error: Nexthop has invalid gateway\.|Error: Gateway can not be a local address\.|RTNETLINK answers: No route to host|Command failed -:\d+);?)+$/

function differencesOf(walk: Walk, asked: AskedKernel): string[] {
  // What is lost on the way is sent again: what becomes of that by the shorter way its sender was told of, no walk says.
  const goesElsewhere = walk.seen !== 'reply' && isLedAstray(walk, 'request', asked)
  return [
    ...(goesElsewhere ? [] : outcomeDifferences(walk, asked)),
    ...frameDifferences(walk, asked),
    ...sameNeighbours(walk, asked),
  ]
}

function outcomeDifferences(walk: Walk, asked: AskedKernel): string[] {
  const { request, scheduled: through } = asked
  const differences: string[] = []
  const expectSame = (what: string, walked: unknown, observed: unknown) => {
    if (walked !== observed)
      differences.push(say`${what}: walk ${String(walked)}, kernel ${String(observed)}`)
  }
  const phase = phaseOf(walk)
  // A connection that goes on has been scheduled, whether its later packets come that far or not.
  expectSame(say`scheduled by the director`, phase !== 'first' || isScheduled(walk), through)
  if (phase === 'full-size') {
    if (request.state !== 'stalled')
      differences.push(say`full-size packets: walk stuck, kernel ${request.state}`)
    return differences
  }
  const answered = isAnswered(request)
  // Whoever has served, the walk's word is for what came through the director.
  expectSame('served', walk.served, answered && through && walk.verdict !== 'SERVED_BYPASSING_DIRECTOR')
  if (walk.seen !== undefined) expectSame('seen', walk.seen, seenBy(request))
  if (walk.verdict === 'SERVED' && !isLedAstray(walk, 'reply', asked))
    expectSame(say`every byte both ways`, 'answered', request.state)
  if (answered && request.server !== undefined) expectSame('server', walk.realServer, request.server)
  return differences
}

export function isAnswered({ state }: RequestResult): boolean {
  return state === 'answered' || state === 'stalled' || state === 'broken'
}

const ERRORS: ReadonlyMap<number, Seen> = new Map([
  [111, 'refused'], // ECONNREFUSED
  [104, 'reset'], // ECONNRESET
  [101, 'unreachable'], // ENETUNREACH
  [113, 'unreachable'], // EHOSTUNREACH
  [92, 'unreachable'], // ENOPROTOOPT
  [13, 'unreachable'], // EACCES
  [110, 'timeout'], // ETIMEDOUT
])

export function seenBy(request: RequestResult): Seen | undefined {
  if (isAnswered(request)) return 'reply'
  return request.state === 'silent' ? 'timeout' : ERRORS.get(request.error)
}

/** Connections that IPVS has made, on whichever host. */
export function connections({ counters }: KernelResult): number {
  return connectionsIn([...counters.values()].flat())
}

function isScheduled({ hops, realServer }: Walk): boolean {
  return (
    hops.some(({ knows }) => knows.connections.length > 0) ||
    (realServer !== undefined && hops.some(({ steps }) => steps.some(({ type }) => type === 'schedule')))
  )
}

/** A walk's hops are of the packet it ends with: the first, one of full size, or the last of a connection. */
export function phaseOf({ hops }: Walk): 'first' | 'echo' | 'full-size' | 'closing' {
  const first = hops.find(({ packetOut }) => packetOut !== undefined)?.packetOut
  if (first === undefined || 'icmp' in first.l4 || first.l4.flags === undefined) return 'first'
  // The second packet of a client of SCTP: no connection is made without it.
  if (first.l4.flags === 'COOKIE ECHO') return 'echo'
  return first.l4.flags.startsWith('SYN')
    ? 'first'
    : first.l4.flags.startsWith('FIN')
      ? 'closing'
      : 'full-size'
}

function frameDifferences(walk: Walk, asked: AskedKernel): string[] {
  const phase = phaseOf(walk)
  const { frames, certain } = firstFrames(asked, asked.request, phase === 'first' ? 'first' : 'later')
  const clientPort = clientPortOf(walk)
  // What is sent again is no longer the first packet.
  const isWalked = (index: number, frame: ObservedFrame) =>
    phase === 'first' && index < certain && !frame.aboutReply && !isOfRoundLeftOut(walk, frame)
  let at = 0
  // A full-size packet that is sent again, smaller, looks the same but for its length.
  for (const wanted of new Set(walkedFrames(walk).map((walked) => walkedKey(walked, clientPort)))) {
    const found = frames.findIndex(({ key }, index) => index >= at && key === wanted)
    if (found < 0) {
      const instead = frames[at]
      return [say`frame: walk    ${wanted}\n         kernel  ${instead?.key ?? say`(no further frame)`}`]
    }
    const skipped = frames.slice(at, found).find((frame, index) => isWalked(at + index, frame))
    if (skipped !== undefined) return [say`a frame the walk does not have: ${skipped.key}`]
    at = found + 1
  }
  const more = frames.find((frame, index) => index >= at && isWalked(index, frame))
  return more === undefined ? [] : [say`a frame after the walk's end: ${more.key}`]
}
