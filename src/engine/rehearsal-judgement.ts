import { said, say } from '../core/speech/say.js'
import { listed } from '../core/checks/wording.js'
import { pairFrames } from '../core/packet/frame-pairs.js'
import { LAYERS, layerName, packetFields } from '../core/packet/packet-text.js'
import type { Packet } from '../core/packet/packet.js'
import { SEEN } from '../core/packet/walk-text.js'
import type { Walk } from '../core/packet/walk.js'
import type { LabAnswers } from '../lab/asking/answers.js'
import { compareRequest, isAnswered, phaseOf, seenBy } from '../lab/kernel-run/agreement.js'
import type { AskedKernel } from '../lab/kernel-run/agreement.js'
import { firstFrames } from '../lab/kernel-run/observed-frames.js'
import type { RequestResult } from '../lab/kernel-run/results.js'
import { clientPortOf, walkedFrames, walkedKey } from '../lab/kernel-run/walked-frames.js'
import type {
  AskedService,
  FramePair,
  FrameSaid,
  RehearsalOutcome,
  RehearsedRequest,
  RehearsedWalk,
} from '../protocol/rehearsal.js'
import type { Question, Questions } from './rehearsal-requests.js'

/** Holds what the kernel did against the walks; the answers are in the order of the questions, each its times. */
export function judgeAnswers(questions: readonly Question[], { answers }: LabAnswers): AskedService[] {
  let next = 0
  return questions.map((question) => {
    const { service, client, times, walks, request } = question
    const own = answers.slice(next, next + times)
    next += times
    const judged = own.map((answer) => judge(answer, walks))
    const met = new Set(judged.flatMap(({ walk }) => (walk === undefined ? [] : [walk])))
    const { protocol, address, port } = request
    return {
      service,
      client,
      target: say`${protocol} ${address} port ${port}`,
      requests: judged.map(({ said }) => said),
      unmet: walks.filter((walk) => !met.has(walk) && walk.hops.length > 0).map(walkSaid),
    }
  })
}

interface Judged {
  readonly said: RehearsedRequest
  /** The walk it took. */
  readonly walk: Walk | undefined
}

function judge(answer: AskedKernel, walks: readonly Walk[]): Judged {
  const { request, scheduled } = answer
  const begun = walks.filter(({ hops }) => hops.length > 0)
  const answered = isAnswered(request)
  const common = {
    seen: seenText(request),
    scheduled,
    ...(request.server === undefined ? {} : { server: request.server }),
  }
  const [unbegun] = walks
  if (begun.length === 0) {
    // There is nothing but the word of a walk that does not begin: nobody is served.
    const served = answered && scheduled
    return {
      walk: undefined,
      said: {
        ...common,
        served,
        agrees: !served,
        ...(unbegun === undefined ? {} : { walk: walkSaid(unbegun) }),
        differences: served ? [say`the walk says that nobody is served`] : [],
        frames: framesBeside(undefined, answer),
      },
    }
  }
  const { agrees, walk: taken, differences } = compareRequest(begun, answer)
  const closest = taken ?? closestOf(begun, differences, request)
  const bypassed = closest?.verdict === 'SERVED_BYPASSING_DIRECTOR'
  return {
    walk: taken,
    said: {
      ...common,
      served: request.state === 'answered' && scheduled && !(agrees && bypassed),
      agrees,
      ...(closest === undefined ? {} : { walk: walkSaid(closest) }),
      differences: agrees || closest === undefined ? [] : (differences[begun.indexOf(closest)] ?? []),
      frames: framesBeside(closest, answer),
    },
  }
}

/** The walk to the same server, of those the one with the fewest differences. */
function closestOf(
  walks: readonly Walk[],
  differences: readonly (readonly string[])[],
  { server }: RequestResult,
): Walk | undefined {
  const cost = (walk: Walk, index: number) =>
    (differences[index]?.length ?? 0) + (server === undefined || walk.realServer === server ? 0 : 100)
  return walks.map((walk, index) => ({ walk, cost: cost(walk, index) })).sort((a, b) => a.cost - b.cost)[0]
    ?.walk
}

function walkSaid({ served, verdict, realServer, reason }: Walk): RehearsedWalk {
  return {
    verdict,
    reason,
    ...(served === undefined ? {} : { served }),
    ...(realServer === undefined ? {} : { realServer }),
  }
}

function seenText(request: RequestResult): string {
  if (request.state === 'stalled') return say`the client is connected, and what it sends or waits for stops`
  if (request.state === 'broken') return say`the connection breaks off`
  const seen = seenBy(request)
  return seen === undefined ? say`the client is told error ${request.error}` : said(SEEN[seen])
}

/** Frames of the packet that the walk is about, and what the kernel has beside them. */
function framesBeside(walk: Walk | undefined, answer: AskedKernel): FramePair[] {
  const phase = walk === undefined ? 'first' : phaseOf(walk)
  const clientPort = walk === undefined ? 0 : clientPortOf(walk)
  const walked =
    walk === undefined
      ? []
      : walkedFrames(walk).map((frame) => ({ ...frame, key: walkedKey(frame, clientPort) }))
  const { frames } = firstFrames(answer, answer.request, phase === 'first' ? 'first' : 'later')
  return (
    pairFrames(walked, frames)
      // Of a connection that goes on, all that came before and after is no part of the walk.
      .filter(({ walk: left }) => left !== undefined || phase === 'first')
      .map(({ walk: left, kernel: right, same }) => ({
        same,
        ...(left === undefined
          ? {}
          : { walk: frameSaid(left.host, left.out ?? '', left.network, left.packetOut) }),
        ...(right === undefined
          ? {}
          : {
              kernel: frameSaid(
                right.host,
                right.switched.from.interface,
                right.switched.from.network,
                right.packet,
              ),
            }),
      }))
  )
}

function frameSaid(host: string, device: string, network: string, packet: Packet): FrameSaid {
  const fields = packetFields(packet)
  return {
    host,
    interface: device,
    network,
    headers: LAYERS.flatMap((layer) => {
      const texts = fields.filter((field) => field.layer === layer)
      if (texts.length === 0) return []
      const words = texts.map(({ key, text }, index) =>
        index === 0 ? text : key === 'dst' ? ` → ${text}` : `  ${text}`,
      )
      return [`${layerName(layer, packet)} ${words.join('')}`]
    }),
  }
}

/** What comes of it all, and how that is said. */
export function outcomeOf(
  asked: readonly AskedService[],
  { notes, unbegun, questions }: Questions,
): { readonly outcome: RehearsalOutcome; readonly summary: string } {
  const requests = asked.flatMap(({ service, client, requests: all }) =>
    all.map((request) => ({ ...request, way: say`${service} for ${client}` })),
  )
  const differing = requests.filter(({ agrees }) => !agrees)
  const unserved = requests.filter(({ served }) => !served)
  const ways = (list: readonly { readonly way: string }[]) => listed(new Set(list.map(({ way }) => way)))
  const count = requests.length === 1 ? say`1 request` : say`${requests.length} requests`
  if (differing.length > 0) {
    return {
      outcome: 'DIFFERS',
      summary: say`The walk and the kernel differ: on ${differing.length} of ${count}, ${ways(differing)}.`,
    }
  }
  const foretold = [...unbegun, ...questions.flatMap(({ walks }) => walks)].filter(
    ({ served }) => served === false,
  )
  if (unserved.length > 0) {
    return {
      outcome: 'NOT_SERVED',
      summary: say`Not served: ${unserved.length} of ${count}, ${ways(unserved)}. The kernel did just what the walk says.`,
    }
  }
  if (foretold.length > 0) {
    const verdicts = listed(new Set(foretold.map(({ verdict }) => verdict)))
    return {
      outcome: 'NOT_SERVED',
      summary: say`${requests.length === 0 ? say`Nothing was asked` : say`All of ${count} were served`}; the walk knows ways that are not (${verdicts}).`,
    }
  }
  const undetermined = questions.some(({ walks }) => walks.some(({ served }) => served === undefined))
  if (requests.length === 0 || notes.length > 0 || undetermined) {
    return {
      outcome: 'UNKNOWN',
      summary:
        requests.length === 0
          ? say`Nothing could be asked.`
          : say`All of ${count} were served as the walk says; not everything could be asked.`,
    }
  }
  return {
    outcome: 'SERVED',
    summary: say`Served: ${count}, and the kernel did just what the walk says.`,
  }
}
