import { readFile } from 'node:fs/promises'
import type { RunningLab } from '../lab-kit.js'

export interface Load {
  /** The host that asks, and the service. */
  readonly client: string
  readonly address: string
  readonly port: number
  /** Connections a second. */
  readonly rate: number
  /** Connections that are open all the time. */
  readonly held: number
}

export interface LoadReport {
  readonly begun: number
  /** What the machine could not keep up with, and was not asked. */
  readonly skipped: number
  readonly seconds: number
  /** By real server. */
  readonly answered: Readonly<Record<string, number>>
  /** Whatever else has become of connections: `{ refused: 1, 'held, reset': 2 }`; nothing is what there should be. */
  readonly amiss: Readonly<Record<string, number>>
  /** Held connections of which each was served once more at the end. */
  readonly held: number
}

/** Answers on hosts at a port on which nothing of the drawing did as the lab was started. */
export async function startServers(lab: RunningLab, hosts: readonly string[], port: number): Promise<void> {
  await lab.onMachine('cat >/tmp/serve.pl', await readFile('test/lab/load/serve.pl', 'utf8'))
  await lab.onMachine(
    `for host in ${hosts.join(' ')}; do
       setsid perl /tmp/serve.pl "$host" ${port} </dev/null >"/tmp/serve.$host" 2>&1 &
       until grep -q serving "/tmp/serve.$host"; do kill -0 $! || { cat "/tmp/serve.$host" >&2; exit 1; }; sleep 0.1; done
     done`,
  )
}

/** Begins to ask. */
export async function startLoad(lab: RunningLab, { client, address, port, rate, held }: Load) {
  await lab.onMachine(
    'cat >/tmp/ask.pl; rm -f /tmp/load.stop',
    await readFile('test/lab/load/ask.pl', 'utf8'),
  )
  await lab.onMachine(
    `setsid perl /tmp/ask.pl ${client} ${address} ${port} ${rate} ${held} </dev/null >/tmp/load 2>&1 &`,
  )
  return {
    stop: async (): Promise<LoadReport> => {
      const text = await lab.onMachine(
        'touch /tmp/load.stop; while pgrep -f /tmp/[a]sk.pl >/dev/null; do sleep 0.2; done; cat /tmp/load',
      )
      return reportOf(text)
    },
  }
}

function reportOf(text: string): LoadReport {
  const left = new Map(
    text.split('\n').flatMap((line) => {
      const [what, number, ...more] = line.split('\t')
      return what === undefined || number === undefined || more.length > 0 ? [] : [[what, Number(number)]]
    }),
  )
  const taken = (what: string, otherwise?: number): number => {
    const number = left.get(what) ?? otherwise
    left.delete(what)
    if (number === undefined) throw new Error(`the load has ended early: ${text}`)
    return number
  }
  const answered: Record<string, number> = {}
  for (const what of [...left.keys()]) {
    const who = /^answered by (.+)$/.exec(what)?.[1]
    if (who !== undefined) answered[who] = taken(what)
  }
  const [begun, seconds, held, skipped] = [
    taken('begun'),
    taken('seconds'),
    taken('held'),
    taken('skipped', 0),
  ]
  return { begun, skipped, seconds, answered, held, amiss: Object.fromEntries(left) }
}
