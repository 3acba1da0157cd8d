import { writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { heapOfCore, timeCore, warmUpCore } from './core.js'
import type { CoreHeap, CoreTimes } from './core.js'
import { benchDesigner } from './designer.js'
import { benchEditor } from './editor.js'
import { benchFleet } from './fleet.js'
import type { FleetFigures } from './fleet.js'
import { timeFiles } from './files.js'
import { timeHostile } from './hostile.js'
import { benchHosts } from './hosts.js'
import { benchProgram } from './program.js'
import {
  CORE_LEGEND,
  DESIGNER_LEGEND,
  EDITOR_LEGEND,
  FLEET_LEGEND,
  HOSTS_LEGEND,
  coreText,
  designerText,
  editorText,
  fleetText,
  filesText,
  hostileText,
  heapText,
  hostsText,
  programText,
} from './report.js'

const DRAWINGS = (['dr', 'nat'] as const).flatMap((mode) =>
  [100, 1_000, 5_000].map((realServers) => ({ mode, realServers })),
)
const HOST_ROUNDS = 5
const FLEETS = [10, 50]
const FLEET_ROUNDS = 3

/** What scripts/bench.mjs has understood of the command line. */
interface Request {
  readonly sections: readonly string[]
  readonly json: string | undefined
  /** The packaged extension. */
  readonly vsix: string | undefined
}

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // Everything under way ends by itself and takes down what it started.
  process.on(name, () => {
    interrupted.abort()
  })
}

main().catch((error: unknown) => {
  process.stderr.write(
    interrupted.signal.aborted
      ? 'interrupted\n'
      : `${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exitCode = 1
})

async function main(): Promise<void> {
  const { sections, json, vsix } = requestOf(process.argv.slice(2))
  const figures: Record<string, unknown> = { machine: machine() }
  write(`${machine()}\n`)
  if (sections.includes('core')) figures['core'] = await core()
  if (sections.includes('editor')) figures['editor'] = await editor()
  if (sections.includes('designer') && vsix !== undefined) figures['designer'] = await designer(vsix)
  if (sections.includes('hosts')) figures['hosts'] = await hosts()
  if (sections.includes('fleet')) figures['fleet'] = await fleet()
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify(figures, mapsAsObjects, 2)}\n`)
    tell(`written to ${json}`)
  }
}

function requestOf(args: readonly string[]): Request {
  const value = (name: string): string | undefined => {
    const at = args.indexOf(name)
    return at < 0 ? undefined : args[at + 1]
  }
  const [json, vsix] = [value('--json'), value('--vsix')]
  return {
    sections: args.filter((word) => !word.startsWith('--') && word !== json && word !== vsix),
    json,
    vsix,
  }
}

async function core(): Promise<unknown> {
  const { signal } = interrupted
  tell('core: warming up')
  await warmUpCore(signal)
  const times: CoreTimes[] = []
  for (const drawing of DRAWINGS) {
    tell(`core: ${drawing.mode} with ${drawing.realServers} real servers`)
    // Growth is held against the smaller drawing of the same mode.
    const smaller = times.findLast(({ mode }) => mode === drawing.mode)
    const figures = await timeCore(drawing, signal)
    times.push(figures)
    write(coreText(figures, smaller))
  }
  tell('core: files people have')
  const files = await timeFiles(signal)
  write(filesText(files))
  tell('core: hostile megabytes')
  const hostile = await timeHostile(signal)
  write(hostileText(hostile))
  tell('core: memory')
  const heap: CoreHeap[] = []
  for (const drawing of DRAWINGS) heap.push(await heapOfCore(drawing, signal))
  write(heapText(heap))
  write(`\n${CORE_LEGEND}`)
  tell('core: the program')
  const program = await benchProgram(signal)
  write(programText(program))
  return { times, files, hostile, heap, program }
}

async function editor(): Promise<unknown> {
  const figures = await benchEditor((message) => {
    tell(`editor: ${message}`)
  }, interrupted.signal)
  write(editorText(figures))
  write(`\n${EDITOR_LEGEND}`)
  return figures
}

async function designer(vsix: string): Promise<unknown> {
  tell('designer: sizes, activation, the page in Chromium')
  const figures = await benchDesigner(vsix, interrupted.signal)
  write(designerText(figures))
  write(`\n${DESIGNER_LEGEND}`)
  return figures
}

async function hosts(): Promise<unknown> {
  const figures = await benchHosts({
    rounds: HOST_ROUNDS,
    signal: interrupted.signal,
    tell: (message) => {
      tell(`hosts: ${message}`)
    },
  })
  write(hostsText(figures))
  write(`\n${HOSTS_LEGEND}`)
  return figures
}

async function fleet(): Promise<unknown> {
  const all: FleetFigures[] = []
  for (const size of FLEETS) {
    const figures = await benchFleet({
      size,
      rounds: FLEET_ROUNDS,
      signal: interrupted.signal,
      tell: (message) => {
        tell(`fleet: ${message}`)
      },
    })
    all.push(figures)
    write(fleetText(figures))
  }
  write(`\n${FLEET_LEGEND}`)
  return all
}

/** Figures are only worth something beside the machine they are of. */
function machine(): string {
  const processors = cpus()
  return `Node ${process.versions.node}, ${processors.length} × ${processors[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`
}

function mapsAsObjects(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value as Map<string, unknown>) : value
}

function write(text: string): void {
  process.stdout.write(text)
}

/** What is going on, apart from the figures. */
function tell(message: string): void {
  process.stderr.write(`${message}\n`)
}
