import type { AskedKernel } from '../kernel-run/agreement.js'
import { decodeFrame } from '../kernel-run/frame.js'
import { connectionsIn, isRequestState } from '../kernel-run/results.js'
import type { RequestResult, SwitchedFrame } from '../kernel-run/results.js'
import type { AskingJob } from './job.js'

export interface LabAnswers {
  /** In the order in which they were asked. */
  readonly answers: readonly AskedKernel[]
  /** The table of IPVS with its statistics, as ipvsadm prints it, by host. */
  readonly tables: ReadonlyMap<string, string>
}

interface Gathered {
  request: RequestResult | undefined
  readonly frames: SwitchedFrame[]
  readonly neighbours: Map<string, string[]>
  readonly counters: { readonly before: string[]; readonly after: string[] }
}

/** @throws Error where the output does not end as it should */
export function parseAnswers(
  output: string,
  { ports, guePorts }: Pick<AskingJob, 'ports' | 'guePorts'>,
): LabAnswers {
  const lines = output.trimEnd().split('\n')
  if (lines.at(-1) !== 'done') {
    throw new Error(`The requests in the lab broke off:\n${lines.slice(-10).join('\n')}`)
  }
  const gathered: Gathered[] = []
  const of = (number: string): Gathered =>
    (gathered[Number(number)] ??= {
      request: undefined,
      frames: [],
      neighbours: new Map(),
      counters: { before: [], after: [] },
    })
  const tables = new Map<string, string>()
  for (const line of lines) {
    const [word = '', first = '', second = '', third = ''] = line.split(' ', 4)
    const rest = line.slice(`${word} ${first} ${second} `.length)
    switch (word) {
      case 'frame': {
        const from = ports[Number(second)]
        if (from !== undefined) {
          const { host, interface: name, network } = from
          const frame = decodeFrame(Buffer.from(third, 'hex'), guePorts)
          of(first).frames.push({ from: { case: '', host, interface: name, network }, frame })
        }
        break
      }
      case 'counter':
        of(first).counters[second === 'before' ? 'before' : 'after'].push(rest.slice(third.length + 1))
        break
      case 'neighbour': {
        const { neighbours } = of(first)
        neighbours.set(second, [...(neighbours.get(second) ?? []), rest])
        break
      }
      case 'request': {
        const [error, server, clientPort, down] = rest.split(' ')
        if (!isRequestState(second)) throw new Error(`a request ended as '${second}'`)
        of(first).request = {
          state: second,
          error: Number(error),
          server: server === '-' ? undefined : server,
          clientPort: Number(clientPort),
          up: 0,
          down: Number(down),
        }
        break
      }
      case 'table':
        tables.set(first, `${tables.get(first) ?? ''}${line.slice(`${word} ${first} `.length)}\n`)
        break
    }
  }
  return {
    answers: gathered.flatMap(({ request, frames, neighbours, counters: { before, after } }) =>
      request === undefined
        ? []
        : [{ request, frames, neighbours, scheduled: connectionsIn(after) > connectionsIn(before) }],
    ),
    tables,
  }
}
