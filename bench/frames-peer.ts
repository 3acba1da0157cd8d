import { build } from 'esbuild'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchChromium } from '../test/e2e/chromium.js'
import type { Movable } from './frames.js'

/** React Flow's own stress example in the same browser, drawn and at rest. */
export async function openStress(): Promise<Movable & { readonly close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'lvs-stress-'))
  await build({
    bundle: true,
    platform: 'browser',
    format: 'iife',
    minify: true,
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"production"' },
    entryPoints: { stress: 'bench/react-flow-stress.mjs' },
    outdir: folder,
  })
  const [script, style] = await Promise.all(
    ['stress.js', 'stress.css'].map((name) => readFile(join(folder, name), 'utf8')),
  )
  await rm(folder, { recursive: true })
  const browser = await launchChromium()
  const page = await browser.newPage({ viewport: { width: 1400, height: 820 } })
  await page.setContent(
    `<style>${style ?? ''}html,body,#stress{height:100%;margin:0}</style><div id="stress"></div>`,
  )
  await page.addScriptTag({ content: script ?? '' })
  await page.locator('.react-flow__node').first().waitFor()
  await page.waitForTimeout(1_000)
  return {
    page,
    middle: async (id) => {
      const box = await page.locator(`.react-flow__node[data-id="${id}"]`).boundingBox()
      if (box === null) throw new Error(`${id} is not on the canvas`)
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    },
    close: () => browser.close(),
  }
}
