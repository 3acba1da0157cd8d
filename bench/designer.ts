import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { closeBrowser, openDesigner } from '../test/designer/page-kit.js'
import type { DesignerPage } from '../test/designer/page-kit.js'
import { checkTopology } from '../src/core/checks/check.js'
import { sceneOf } from '../src/core/diagram/scene-of.js'
import { deriveCluster } from '../src/core/hosts/cluster.js'
import { parseTopology } from '../src/core/topology/parse.js'
import { drawingText } from './drawings.js'
import { openStress } from './frames-peer.js'
import { moveAbout, shareOf } from './frames.js'
import type { Movements } from './frames.js'
import { runRounds, timed } from './measure.js'
import type { Effort, Figure } from './measure.js'

/** The peer of activation: loading the core as well, which the extension leaves until a topology is read. */
export const ARRANGED = 'arranging, until all stands'
export const WITH_CORE = 'loading dist/reader.js'
/** The peer of everything on the page: what the text costs before anything is drawn. */
export const CORE_ALONE = 'read, check, scene'

export interface DesignerFigures {
  readonly sizes: readonly { readonly file: string; readonly bytes: number; readonly gzipBytes: number }[]
  readonly activation: ReadonlyMap<string, Figure>
  /** Milliseconds a frame while a thousand open hosts are moved about; beside React Flow's own example of as many nodes. */
  readonly frames: ReadonlyMap<string, Figure>
  readonly pages: readonly { readonly hosts: number; readonly times: ReadonlyMap<string, Figure> }[]
}

const BUNDLES = [
  'dist/extension.js',
  'dist/reader.js',
  'dist/engine.js',
  'dist/webview/designer.js',
  'dist/webview/designer.css',
  'dist/webview/elk-worker.js',
  'dist/cli.js',
]
const STARTS: Effort = { warmUp: 2, least: 15, most: 31, patienceMs: 10_000 }
const FRAMES: Effort = { warmUp: 0, least: 3, most: 5, patienceMs: 40_000 }
const PAGES: Effort = { warmUp: 1, least: 5, most: 9, patienceMs: 40_000 }

const run = promisify(execFile)

export async function benchDesigner(vsix: string, signal: AbortSignal): Promise<DesignerFigures> {
  const sizes = await Promise.all(
    BUNDLES.map(async (file) => {
      const content = await readFile(file)
      return { file, bytes: content.length, gzipBytes: gzipSync(content).length }
    }),
  )
  const { size } = await stat(vsix)
  const activation = await runRounds(STARTS, signal, async (samples) => {
    const { loading, activating } = await startOf('dist/extension.js')
    samples.add('loading dist/extension.js', loading)
    samples.add('activate()', activating)
    samples.add('activation in all', loading + activating)
    samples.add(WITH_CORE, (await startOf('dist/reader.js')).loading)
  })
  const pages: DesignerFigures['pages'][number][] = []
  let frames: DesignerFigures['frames']
  try {
    frames = await timeFrames(signal)
    for (const hosts of [12, 60, 1_000]) pages.push({ hosts, times: await timePage(hosts, signal) })
  } finally {
    await closeBrowser()
  }
  return {
    sizes: [...sizes, { file: basename(vsix), bytes: size, gzipBytes: size }],
    activation,
    frames,
    pages,
  }
}

async function timeFrames(signal: AbortSignal): Promise<ReadonlyMap<string, Figure>> {
  const text = drawingText({ mode: 'nat', realServers: 999 })
  return runRounds(FRAMES, signal, async (samples) => {
    const note = (whose: string, moved: Movements) => {
      for (const kind of ['pan', 'zoom', 'drag'] as const) {
        samples.add(`${kind}${whose}, median frame`, shareOf(moved[kind], 0.5))
        samples.add(`${kind}${whose}, p95 frame`, shareOf(moved[kind], 0.95))
        samples.add(`${kind}${whose}, processor time a step`, moved[kind].processorTime)
      }
    }
    const designer = await openDesigner(text)
    try {
      await designer.settled()
      await designer.act('collapse')
      await designer.page.locator('.farm-open').waitFor()
      await designer.settled()
      await designer.act('fit')
      await designer.page.waitForTimeout(600)
      note('', await moveAbout(designer, { empty: { x: 130, y: 80 }, node: 'host:lb1' }))
      const { whole, longest } = await arrange(designer)
      samples.add(ARRANGED, whole)
      samples.add('arranging, longest frame meanwhile', longest)
    } finally {
      await designer.close()
    }
    const stress = await openStress()
    try {
      note(' (React Flow)', await moveAbout(stress, { empty: { x: 8, y: 80 }, node: '512' }))
    } finally {
      await stress.close()
    }
  })
}

/** All anew by ELK in its worker, and whether the page goes on meanwhile. Milliseconds. */
async function arrange(
  designer: DesignerPage,
): Promise<{ readonly whole: number; readonly longest: number }> {
  const ended = designer.page.evaluate<{ whole: number; longest: number }>(`new Promise((resolve) => {
    const canvas = document.querySelector('.canvas')
    let begun
    let last = performance.now()
    let longest = 0
    const look = (now) => {
      const arranging = canvas.dataset.arranging === 'true'
      if (arranging) begun ??= last
      if (begun !== undefined) longest = Math.max(longest, now - last)
      last = now
      if (begun !== undefined && !arranging) resolve({ whole: now - begun, longest })
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })`)
  await designer.act('arrange')
  return ended
}

async function startOf(bundle: string): Promise<{ readonly loading: number; readonly activating: number }> {
  const { stdout } = await run(process.execPath, ['bench/activation.mjs', bundle])
  return JSON.parse(stdout) as { loading: number; activating: number }
}

/** One page a round: opened, drawn, and one real server added by its palette, until its card is on the canvas. */
async function timePage(hosts: number, signal: AbortSignal): Promise<ReadonlyMap<string, Figure>> {
  const text = drawingText({ mode: 'dr', realServers: hosts - 1 })
  return runRounds(PAGES, signal, async (samples) => {
    samples.add(
      CORE_ALONE,
      timed(() => {
        const parsed = parseTopology(text)
        const cluster = deriveCluster(parsed.topology)
        return sceneOf(cluster, checkTopology(parsed, cluster))
      }).ms,
    )
    const designer = await openDesigner(text)
    try {
      await designer.page.locator('.react-flow__node').first().waitFor()
      samples.add('first picture', await designer.firstPicture())
      await designer.settled()
      samples.add('edit → text → canvas', await roundTrip(designer))
    } finally {
      await designer.close()
    }
  })
}

/** From the press on the palette until one network more is drawn. */
function roundTrip({ page }: DesignerPage): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    const begun = performance.now()
    const drawn = () => document.querySelector('.react-flow__node[data-id="network:net1"]') !== null
    const observer = new MutationObserver(() => {
      if (!drawn()) return
      observer.disconnect()
      resolve(performance.now() - begun)
    })
    observer.observe(document.body, { childList: true, subtree: true })
    document.querySelector('.palette-item[data-item="network"]').click()
  })`)
}
