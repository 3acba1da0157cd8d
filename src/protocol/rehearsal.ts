import { isFlag, isText, listOf, oneOf, optional, shape } from './shape.js'
import type { Guard } from './shape.js'

/** A drawing tried out on a real kernel: what the walk says of every request, and what the kernel did with it. */
export interface Rehearsal {
  readonly kind: 'rehearse'
  /** The cluster's, which is also the lab's. */
  readonly name: string
  readonly outcome: RehearsalOutcome
  /** One or two sentences. */
  readonly summary: string
  /** What is to know beside the requests: errors of the drawing, what could not be deployed or asked. */
  readonly notes: readonly string[]
  readonly asked: readonly AskedService[]
  /** IPVS of every director afterwards, as ipvsadm prints it with its statistics. */
  readonly tables: readonly { readonly host: string; readonly text: string }[]
}

/**
 * SERVED: every request, and the kernel did what the walk says. NOT_SERVED: not every one, as the walk says. DIFFERS:
 * walk and kernel are not of one mind. NOT_DEPLOYED: it did not come to requests. UNKNOWN: not all could be asked.
 */
export const REHEARSAL_OUTCOMES = ['SERVED', 'NOT_SERVED', 'DIFFERS', 'NOT_DEPLOYED', 'UNKNOWN'] as const
export type RehearsalOutcome = (typeof REHEARSAL_OUTCOMES)[number]

/** All requests of one client to one service. */
export interface AskedService {
  readonly service: string
  readonly client: string
  /** `tcp 192.0.2.100 port 80` */
  readonly target: string
  readonly requests: readonly RehearsedRequest[]
  /** Walks that chance can take and no request took. */
  readonly unmet: readonly RehearsedWalk[]
}

export interface RehearsedWalk {
  /** Undefined where the drawing does not say enough. */
  readonly served?: boolean | undefined
  readonly verdict: string
  readonly realServer?: string | undefined
  readonly reason: string
}

export interface RehearsedRequest {
  /** In the words of the client's kernel; one phrase. */
  readonly seen: string
  /** Answered, and through the director. */
  readonly served: boolean
  /** The host that answered. */
  readonly server?: string | undefined
  /** IPVS made a connection of it. */
  readonly scheduled: boolean
  readonly agrees: boolean
  /** The walk it took; where none fits, the one it differs from least. */
  readonly walk?: RehearsedWalk | undefined
  /** What is otherwise than that walk says. */
  readonly differences: readonly string[]
  /** The walk's frames beside those of the networks, in order. */
  readonly frames: readonly FramePair[]
}

/** A frame on either side, or on both: then `same` says whether all of it is as walked. */
export interface FramePair {
  readonly walk?: FrameSaid | undefined
  readonly kernel?: FrameSaid | undefined
  readonly same: boolean
}

export interface FrameSaid {
  readonly host: string
  readonly interface: string
  readonly network: string
  /** From the outside in: `eth 02:… → 02:…`. */
  readonly headers: readonly string[]
}

const isWalk = shape<RehearsedWalk>({
  served: optional(isFlag),
  verdict: isText,
  realServer: optional(isText),
  reason: isText,
})
const isFrame = shape<FrameSaid>({
  host: isText,
  interface: isText,
  network: isText,
  headers: listOf(isText),
})

export const isRehearsal: Guard<Rehearsal> = shape<Rehearsal>({
  kind: oneOf('rehearse'),
  name: isText,
  outcome: oneOf(...REHEARSAL_OUTCOMES),
  summary: isText,
  notes: listOf(isText),
  asked: listOf(
    shape<AskedService>({
      service: isText,
      client: isText,
      target: isText,
      requests: listOf(
        shape<RehearsedRequest>({
          seen: isText,
          served: isFlag,
          server: optional(isText),
          scheduled: isFlag,
          agrees: isFlag,
          walk: optional(isWalk),
          differences: listOf(isText),
          frames: listOf(
            shape<FramePair>({ walk: optional(isFrame), kernel: optional(isFrame), same: isFlag }),
          ),
        }),
      ),
      unmet: listOf(isWalk),
    }),
  ),
  tables: listOf(shape<Rehearsal['tables'][number]>({ host: isText, text: isText })),
})
