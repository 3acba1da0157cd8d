/** What no drawing says and the figures rest on. */
export interface Assumptions {
  /** Bytes that a program on the client sends, 0 or more. */
  readonly requestBytes: number
  /** Bytes that the service answers, 0 or more. */
  readonly replyBytes: number
  /** Bits a second that an interface carries, in each direction at the same time. */
  readonly linkRate: number
  /** Of the interfaces of a host, or on a network, by name; a host's comes first. */
  readonly linkRates: ReadonlyMap<string, number>
  /** Requests a second that one real server answers; undefined: as many as its link carries. */
  readonly serverRate: number | undefined
}

export const USUAL_ASSUMPTIONS: Assumptions = {
  requestBytes: 500,
  replyBytes: 15_000,
  linkRate: 1_000_000_000,
  linkRates: new Map(),
  serverRate: undefined,
}
