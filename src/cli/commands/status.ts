import { setTimeout as sleep } from 'node:timers/promises'
import { ratesBetween } from '../../core/plan/traffic-rates.js'
import type { Rates } from '../../core/plan/traffic-rates.js'
import type { StatusReading, StatusWatch } from '../../remote/deploy/status.js'
import { oneWord, readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { EXIT, UsageError, writeJson } from '../io.js'
import type { ExitStatus, Io } from '../io.js'
import { paintedLines, redrawn } from '../live-screen.js'
import { openTopology, requireReadable } from '../open-topology.js'
import { reachFrom } from '../reach.js'

const USAGE = 'status FILE [--watch] [--ssh-config F] [--json]'

export const status: Command = {
  name: 'status',
  usage: USAGE,
  summary:
    'the live IPVS tables of the directors by the names of the drawing: weights, connections, who has the VIP',
  run: async (argv, io) => {
    const args = readArguments(argv, { watch: 'flag', 'ssh-config': 'value', json: 'flag' }, USAGE)
    const file = oneWord(args, USAGE)
    const opened = await openTopology(file)
    requireReadable(opened, io)
    const { watchStatus } = await import('../../remote/deploy/status.js')
    const watch = watchStatus(opened.cluster, await reachFrom(io, args.value('ssh-config')))
    if (watch.directors.length === 0) {
      throw new UsageError(
        `${file} has no service with a director that is drawn, so there is nothing to look at`,
      )
    }
    io.err(`connecting to ${watch.directors.join(', ')}\n`)
    try {
      return await (args.flag('watch')
        ? followed(watch, args.flag('json'), io)
        : readOnce(watch, args.flag('json'), io))
    } finally {
      await watch.close()
    }
  },
}

async function readOnce(watch: StatusWatch, asJson: boolean, io: Io): Promise<ExitStatus> {
  const reading = await watch.read()
  if (io.signal.aborted) throw new UsageError('cancelled')
  if (asJson) writeJson(io, readingJson(reading, undefined))
  else io.out(paintedLines(await linesOf(reading, undefined), io))
  return statusOf(reading)
}

/** Between the end of one reading and the beginning of the next. */
const PAUSE_MS = 2_000
/** A director may be slow, and the others are shown all the same. */
const PATIENCE_MS = 5_000

/** Until somebody presses Ctrl+C, or nobody reads any more; the status is that of the last reading. */
async function followed(watch: StatusWatch, asJson: boolean, io: Io): Promise<ExitStatus> {
  const ended = io.readerGone === undefined ? io.signal : AbortSignal.any([io.signal, io.readerGone])
  let last: StatusReading | undefined
  while (!ended.aborted) {
    // Who connects for the first time may be asked for a passphrase.
    const reading = await unlessAborted(watch.read(last === undefined ? undefined : PATIENCE_MS), ended)
    if (reading === undefined) break
    const rates = last === undefined ? undefined : ratesOf(last, reading)
    if (asJson) io.out(`${JSON.stringify(readingJson(reading, rates))}\n`)
    else await show(reading, rates, io, last === undefined)
    last = reading
    await sleep(PAUSE_MS, undefined, { signal: ended }).catch(() => undefined)
  }
  return last === undefined ? EXIT.unknown : statusOf(last)
}

/** What comes of the work; undefined: the signal came first. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const over = new AbortController()
  const aborted = new Promise<undefined>((resolve) => {
    const end = () => {
      resolve(undefined)
    }
    signal.addEventListener('abort', end, { once: true, signal: over.signal })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    // Somebody may watch for days.
    over.abort()
  }
}

async function show(
  reading: StatusReading,
  rates: ReadonlyMap<string, Rates> | undefined,
  io: Io,
  first: boolean,
): Promise<void> {
  const now = new Date().toTimeString().slice(0, 8)
  const lines = await linesOf(reading, rates)
  if (io.columns === undefined) io.out(`${first ? '' : '\n'}${now}\n${paintedLines(lines, io)}`)
  else io.out(redrawn([{ text: `${now}   Ctrl+C ends`, style: 'dim' }, ...lines], io, first))
}

function ratesOf(before: StatusReading, after: StatusReading): ReadonlyMap<string, Rates> {
  const earlier = new Map(before.directors.map((each) => [each.status.host, each]))
  return new Map(
    after.directors.flatMap(({ status: now, readAt }): [string, Rates][] => {
      const then = earlier.get(now.host)
      return then === undefined
        ? []
        : [[now.host, ratesBetween(then.status, now, (readAt - then.readAt) / 1000)]]
    }),
  )
}

async function linesOf(reading: StatusReading, rates: ReadonlyMap<string, Rates> | undefined) {
  const { statusLines } = await import('../status-text.js')
  return statusLines({
    directors: reading.directors.map((each) => each.status),
    failures: reading.failures,
    ...(rates === undefined ? {} : { rates }),
  })
}

function readingJson({ directors, failures }: StatusReading, rates: ReadonlyMap<string, Rates> | undefined) {
  return {
    time: new Date().toISOString(),
    directors: directors.map(({ status: { host, services, sync } }) => {
      const perSecond = (key: string) => {
        const rate = rates?.get(host)?.get(key)
        return rate === undefined ? {} : { perSecond: rate }
      }
      return {
        host,
        services: services.map(({ key, destinations, ...service }) => ({
          ...service,
          ...perSecond(key),
          destinations: destinations.map(({ key: each, ...destination }) => ({
            ...destination,
            ...perSecond(each),
          })),
        })),
        sync,
      }
    }),
    unread: failures.map(({ host, step, message }) => ({ host, step, message })),
  }
}

function statusOf({ failures }: StatusReading): ExitStatus {
  return failures.length === 0 ? EXIT.holds : EXIT.unknown
}
