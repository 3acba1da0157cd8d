import { expect, it } from 'vitest'
import type { ToDesigner } from '../../protocol/designer.js'
import { askedPictures } from './asked-pictures.js'

const SVG = { kind: 'svg', theme: 'auto' } as const

function page() {
  const sent: ToDesigner[] = []
  const later: (() => void)[] = []
  const pictures = askedPictures(
    (message) => sent.push(message),
    (run) => later.push(run),
  )
  return { pictures, sent, show: () => later.splice(0).forEach((run) => run()) }
}

it('asks once there is a page, and gives each its own answer', async () => {
  const { pictures, sent, show } = page()
  const one = pictures.ask(SVG)
  const other = pictures.ask({ kind: 'png', theme: 'dark', scale: 2 })
  expect(sent).toEqual([])
  show()
  expect(sent).toMatchObject([{ request: 1, format: SVG }, { request: 2 }])
  pictures.receive({ kind: 'picture-failed', request: 2, reason: 'too large' })
  pictures.receive({ kind: 'picture-made', request: 1, content: '<svg/>' })
  // Of nobody's.
  pictures.receive({ kind: 'picture-made', request: 9, content: '' })
  expect(await one).toEqual({ ok: true, content: '<svg/>' })
  expect(await other).toEqual({ ok: false, reason: 'too large' })
})

it('says so when the designer is closed before', async () => {
  const { pictures } = page()
  const asked = pictures.ask(SVG)
  pictures.end()
  expect(await asked).toMatchObject({ ok: false, reason: expect.stringContaining('closed') as string })
})
