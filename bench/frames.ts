import type { DesignerPage } from '../test/designer/page-kit.js'

/** As much of a page as can be moved about on. */
export type Movable = Pick<DesignerPage, 'page' | 'middle'>

export interface Movement {
  /** Milliseconds from one frame to the next while something moves, sorted. */
  readonly frames: readonly number[]
  /** Of all processes of the browser, in milliseconds a step: the same also where others keep the machine busy. */
  readonly processorTime: number
}

/** A hand's movement: pixels from the middle of the canvas, one step a frame or so. */
const STEPS = 90

/** Records the frames of the page while something is done. */
async function during(designer: Movable, work: () => Promise<void>): Promise<Movement> {
  const { page } = designer
  await page.evaluate<undefined>(`{
    window.frames_ = []
    window.recording = true
    let before
    const look = (now) => {
      if (before !== undefined) window.frames_.push(now - before)
      before = now
      if (window.recording) requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }`)
  const before = await processorTime(page)
  await work()
  const after = await processorTime(page)
  const frames = await page.evaluate<number[]>('(window.recording = false, window.frames_)')
  return { frames: frames.sort((a, b) => a - b), processorTime: (after - before) / STEPS }
}

async function processorTime(page: Movable['page']): Promise<number> {
  const session = await page.context().browser()?.newBrowserCDPSession()
  if (session === undefined) throw new Error('the page has no browser')
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0)
}

export interface Movements {
  readonly pan: Movement
  readonly zoom: Movement
  readonly drag: Movement
}

/** Pans with a hand on empty canvas at `empty`, zooms with the wheel, drags one node. */
export async function moveAbout(
  designer: Movable,
  { empty, node }: { readonly empty: { readonly x: number; readonly y: number }; readonly node: string },
): Promise<Movements> {
  const { mouse } = designer.page
  const pan = await during(designer, async () => {
    await mouse.move(empty.x, empty.y)
    await mouse.down()
    for (let step = 0; step < STEPS; step++) {
      await mouse.move(
        empty.x + Math.round(60 * Math.sin(step / 8)),
        empty.y + Math.round(60 * Math.cos(step / 8)),
      )
    }
    await mouse.up()
  })
  const zoom = await during(designer, async () => {
    await mouse.move(empty.x, empty.y)
    for (let step = 0; step < STEPS; step++) await mouse.wheel(0, Math.floor(step / 15) % 2 === 0 ? -30 : 30)
  })
  const from = await designer.middle(node)
  const drag = await during(designer, async () => {
    await mouse.move(from.x, from.y)
    await mouse.down()
    for (let step = 0; step < STEPS; step++)
      await mouse.move(from.x + step, from.y + Math.round(30 * Math.sin(step / 8)))
    await mouse.up()
  })
  return { pan, zoom, drag }
}

/** The frame that so many were not longer than. */
export function shareOf({ frames }: Movement, share: number): number {
  return frames[Math.min(frames.length - 1, Math.floor(frames.length * share))] ?? 0
}
