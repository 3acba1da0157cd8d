import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { getLanguageService } from 'yaml-language-server/lib/umd/languageservice/yamlLanguageService.js'
import { checkTopology } from '../src/core/checks/check.js'
import { deriveCluster } from '../src/core/hosts/cluster.js'
import { parseTopology } from '../src/core/topology/parse.js'
import { readerInThread } from '../src/extension/node/reader-in-thread.js'
import { readerThread } from '../src/extension/reader-thread.js'
import type { FromReader, Question, QuestionKind } from '../src/protocol/reader.js'
import { createReader } from '../src/reader/reader.js'
import { runInHost } from '../test/e2e/in-host-runner.js'
import { drawingText } from './drawings.js'
import { collectGarbage, figureOf, runRounds, timed } from './measure.js'
import type { Effort, Figure } from './measure.js'

export interface EditorFigures {
  readonly checkers: readonly { readonly realServers: number; readonly times: ReadonlyMap<string, Figure> }[]
  readonly reader: readonly { readonly realServers: number; readonly times: ReadonlyMap<string, Figure> }[]
  /** In a real VS Code; the peer is the same text without us. */
  readonly keystrokes: ReadonlyMap<string, Figure>
  /** Bytes of heap in use after so many edits. */
  readonly memory: readonly { readonly edits: number; readonly bytes: number }[]
}

export const OURS_WHOLE = 'read and check'
export const YAML_SERVER = 'yaml-language-server, our schema'
export const KEEPALIVED = 'keepalived -t, same cluster'
export const KEYSTROKE_ALONE = 'a keystroke without us'

const EFFORT: Effort = { warmUp: 2, least: 7, most: 15, patienceMs: 15_000 }

export async function benchEditor(
  tell: (message: string) => void,
  signal: AbortSignal,
): Promise<EditorFigures> {
  const checkers: EditorFigures['checkers'][number][] = []
  for (const realServers of [1_000, 5_000]) {
    tell(`a whole check of ${realServers} real servers, and its peers`)
    checkers.push({ realServers, times: await timeCheckers(realServers, signal) })
  }
  const reader: EditorFigures['reader'][number][] = []
  for (const realServers of [1_000, 5_000]) {
    tell(`the reader with ${realServers} real servers`)
    reader.push({ realServers, times: await timeReader(realServers, signal) })
  }
  tell('10,000 edits')
  const memory = memoryOverEdits(signal)
  tell('keystrokes in a real VS Code')
  return { checkers, reader, memory, keystrokes: await timeKeystrokes() }
}

async function timeCheckers(realServers: number, signal: AbortSignal): Promise<ReadonlyMap<string, Figure>> {
  const text = drawingText({ mode: 'dr', realServers })
  const folder = await mkdtemp(join(tmpdir(), 'lvs-bench-'))
  const conf = join(folder, 'keepalived.conf')
  await writeFile(conf, keepalivedText(realServers))
  const validate = await yamlServer()
  try {
    return await runRounds(EFFORT, signal, async (samples) => {
      samples.add(
        OURS_WHOLE,
        timed(() => {
          const parsed = parseTopology(text)
          return checkTopology(parsed, deriveCluster(parsed.topology))
        }).ms,
      )
      samples.add(YAML_SERVER, await validate(text))
      samples.add(KEEPALIVED, await keepalivedCheck(conf))
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function yamlServer(): Promise<(text: string) => Promise<number>> {
  const schema = JSON.parse(await readFile('media/topology.schema.json', 'utf8')) as object
  const service = getLanguageService({
    schemaRequestService: () => Promise.reject(new Error('nothing is fetched')),
    workspaceContext: { resolveRelativePath: (path: string) => path },
    yamlSettings: {} as never,
    clientCapabilities: {},
  })
  service.configure({
    validate: true,
    customTags: [],
    schemas: [{ uri: 'lvs://topology', fileMatch: ['*.lvs.yaml'], schema }],
  })
  let version = 0
  return async (text) => {
    version += 1
    const document = TextDocument.create('file:///bench.lvs.yaml', 'yaml', version, text)
    const begun = performance.now()
    const found = await service.doValidation(document, false)
    const ms = performance.now() - begun
    if (found.length > 0) throw new Error(`yaml-language-server says: ${found[0]?.message ?? ''}`)
    return ms
  }
}

/** The same service as a person would give it to keepalived. */
function keepalivedText(realServers: number): string {
  const numbers = Array.from({ length: realServers }, (_, index) => index + 1)
  return [
    'virtual_server 10.0.0.3 80 {',
    '  lb_algo wlc',
    '  lb_kind DR',
    '  protocol TCP',
    ...numbers.map(
      (number) =>
        `  real_server 10.0.${1 + Math.floor(number / 250)}.${1 + (number % 250)} 80 {\n    weight 1\n  }`,
    ),
    '}',
    '',
  ].join('\n')
}

function keepalivedCheck(conf: string): Promise<number> {
  const begun = performance.now()
  return new Promise((resolveTime, reject) => {
    const child = spawn('keepalived', ['-t', '-C', '-f', conf], { stdio: 'ignore' })
    child.once('error', reject)
    child.once('exit', (status) => {
      if (status === 0) resolveTime(performance.now() - begun)
      else reject(new Error(`keepalived -t ended with ${status}`))
    })
  })
}

/** They take three minutes by themselves. */
const KEYSTROKES_MS = 600_000

/** What VS Code asks for after every key in a text editor beside an open designer. */
const ASKED: readonly QuestionKind[] = ['findings', 'tokens', 'outline', 'folds', 'lenses', 'model']

async function timeReader(realServers: number, signal: AbortSignal): Promise<ReadonlyMap<string, Figure>> {
  const text = drawingText({ mode: 'dr', realServers })
  const thread = readerThread(readerInThread(resolve('dist/reader.js')))
  const at = text.indexOf('scheduler: wlc') + 'scheduler: '.length
  let version = 1
  thread.tell({ kind: 'text', document: 'bench', version, text, settings: undefined })
  const ask = (kind: QuestionKind) => thread.ask('bench', version, { kind, ask: {} } as Question)
  try {
    return await runRounds(EFFORT, signal, async (samples) => {
      version += 1
      const before = performance.eventLoopUtilization()
      const begun = performance.now()
      const word = version % 2 === 0 ? 'wrr' : 'wlc'
      thread.tell({
        kind: 'change',
        document: 'bench',
        version,
        changes: [{ offset: at, length: 3, text: word }],
      })
      const findings = ask('findings').then(() => performance.now() - begun)
      await Promise.all([findings, ...ASKED.slice(1).map(ask)])
      const { active } = performance.eventLoopUtilization(before)
      samples.add('change → findings', await findings)
      samples.add('change → everything an editor and a designer ask', performance.now() - begun)
      samples.add('of that on the asking thread', active)
    })
  } finally {
    thread.dispose()
  }
}

function memoryOverEdits(signal: AbortSignal): EditorFigures['memory'] {
  const text = drawingText({ mode: 'dr', realServers: 20 })
  const turns: (() => void)[] = []
  const failures: FromReader[] = []
  const reader = createReader({
    send: (message) => {
      if (message.kind !== 'answer') failures.push(message)
    },
    later: (run) => turns.push(run),
  })
  reader.receive({ kind: 'text', document: 'bench', version: 0, text, settings: undefined })
  const at = text.indexOf('scheduler: wlc') + 'scheduler: '.length
  const memory: { edits: number; bytes: number }[] = []
  for (let version = 1; version <= 10_000; version += 1) {
    signal.throwIfAborted()
    const word = version % 2 === 0 ? 'wlc' : 'wrx'
    reader.receive({
      kind: 'change',
      document: 'bench',
      version,
      changes: [{ offset: at, length: 3, text: word }],
    })
    for (const kind of ['findings', 'model'] as const) {
      reader.receive({ kind: 'ask', id: version, document: 'bench', version, question: { kind, ask: {} } })
    }
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) turn()
    if ([100, 1_000, 5_000, 10_000].includes(version)) {
      collectGarbage()
      memory.push({ edits: version, bytes: process.memoryUsage().heapUsed })
    }
  }
  if (failures.length > 0) throw new Error(`the reader failed: ${JSON.stringify(failures[0])}`)
  return memory
}

async function timeKeystrokes(): Promise<ReadonlyMap<string, Figure>> {
  const text = drawingText({ mode: 'dr', realServers: 1_000 })
  const files = { 'bench.lvs.yaml': text, 'peer.yaml': text }
  // Every two seconds the extension host of a remote VS Code looks for ports to forward, at the price of many keys.
  const settings = { 'remote.autoForwardPorts': false }
  const results = await runInHost('keystrokes.ts', { files, settings }, KEYSTROKES_MS)
  const failed = results.find(({ failure }) => failure !== undefined)
  if (failed !== undefined) throw new Error(`${failed.name}: ${failed.failure ?? ''}`)
  return new Map(
    results.flatMap(({ value }) =>
      Object.entries(value as Record<string, readonly number[]>).map(
        ([name, samples]) => [name, figureOf(samples)] as const,
      ),
    ),
  )
}
