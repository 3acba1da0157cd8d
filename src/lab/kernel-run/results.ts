import { decodeFrame } from './frame.js'
import type { Frame } from './frame.js'
import type { Job, SwitchPort } from './job.js'

/** What came of a case in the kernel. */
export interface KernelResult {
  readonly requests: readonly RequestResult[]
  /** Frames as they entered the switch, in order. */
  readonly frames: readonly SwitchedFrame[]
  /** Lines of /proc by host. */
  readonly neighbours: ReadonlyMap<string, readonly string[]>
  readonly connections: ReadonlyMap<string, readonly string[]>
  readonly counters: ReadonlyMap<string, readonly string[]>
  /** What the kernel refused while the hosts were made. */
  readonly problems: readonly string[]
}
export interface SwitchedFrame {
  readonly from: SwitchPort
  readonly frame: Frame
}
export interface RequestResult {
  /** `answered`: all bytes both ways. `stalled`: connected, and not all bytes came. `broken`: reset after connecting. */
  readonly state: 'answered' | 'stalled' | 'broken' | 'failed' | 'silent'
  /** errno, 0 for none. */
  readonly error: number
  /** The host that served. */
  readonly server: string | undefined
  readonly clientPort: number
  /** Bytes that a server got and the client got. */
  readonly up: number
  readonly down: number
}

const STATES: readonly string[] = ['answered', 'stalled', 'broken', 'failed', 'silent']

interface Gathered {
  requests: RequestResult[]
  frames: SwitchedFrame[]
  neighbours: Map<string, string[]>
  connections: Map<string, string[]>
  counters: Map<string, string[]>
  problems: string[]
}

/** Results by case. @throws Error where the output does not end as it should */
export function parseResults(output: string, { ports }: Job): Map<string, KernelResult> {
  const lines = output.trimEnd().split('\n')
  if (lines.at(-1) !== 'done')
    throw new Error(`The run in the lab broke off:\n${lines.slice(-10).join('\n')}`)
  const results = new Map<string, Gathered>()
  const of = (id: string): Gathered => {
    const known = results.get(id)
    if (known !== undefined) return known
    const fresh: Gathered = {
      requests: [],
      frames: [],
      neighbours: new Map(),
      connections: new Map(),
      counters: new Map(),
      problems: [],
    }
    results.set(id, fresh)
    return fresh
  }
  const received = new Map<string, number>()
  const accepted = new Map<string, string>()
  for (const line of lines) {
    const [word = '', first = '', second = '', ...rest] = line.split(' ')
    switch (word) {
      case 'frame': {
        const from = ports[Number(first)]
        if (from !== undefined)
          of(from.case).frames.push({ from, frame: decodeFrame(Buffer.from(second, 'hex')) })
        break
      }
      case 'request': {
        const [state = '', error, server, clientPort, down] = rest
        if (!isRequestState(state)) throw new Error(`a request ended as '${state}'`)
        of(first).requests.push({
          state,
          error: Number(error),
          server: server === '-' ? undefined : server,
          clientPort: Number(clientPort),
          up: 0,
          down: Number(down),
        })
        break
      }
      case 'server': {
        const key = `${first} ${rest[0] ?? ''}`
        accepted.set(key, second)
        received.set(key, Math.max(received.get(key) ?? 0, Number(rest[1])))
        break
      }
      case 'neighbour':
        append(of(first).neighbours, second, rest.join(' '))
        break
      case 'connection':
        append(of(first).connections, second, rest.join(' '))
        break
      case 'counter':
        append(of(first).counters, second, rest.join(' '))
        break
      case 'problem':
        of(first).problems.push([second, ...rest].join(' '))
        break
    }
  }
  return new Map(
    [...results].map(([id, { requests, ...others }]) => [
      id,
      {
        ...others,
        requests: requests.map((request) => ({
          ...request,
          server: request.server ?? accepted.get(`${id} ${request.clientPort}`),
          up: received.get(`${id} ${request.clientPort}`) ?? 0,
        })),
      },
    ]),
  )
}

export function isRequestState(text: string): text is RequestResult['state'] {
  return STATES.includes(text)
}

function append(lists: Map<string, string[]>, key: string, line: string): void {
  const known = lists.get(key)
  if (known === undefined) lists.set(key, [line])
  else known.push(line)
}

/** Connections that IPVS has made, of lines of /proc/net/ip_vs_stats_percpu: one a processor, in hex. */
export function connectionsIn(lines: readonly string[]): number {
  let sum = 0
  for (const line of lines) {
    const made = /^ *[0-9A-F]+ +([0-9A-F]+)(?: +[0-9A-F]+){4}$/.exec(line)?.[1]
    if (made !== undefined) sum += Number.parseInt(made, 16)
  }
  return sum
}
