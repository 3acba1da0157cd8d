import type { Locator, Page } from 'playwright-core'

// The editor draws only the lines that are in view, so whole texts go over the clipboard.

export async function readTextEditor(page: Page, name: string): Promise<string> {
  // Copied before it was selected, it would be the line of the caret: what comes twice is all of it.
  for (let before = await copyAll(page, name); ;) {
    const again = await copyAll(page, name)
    if (again === before) return again
    before = again
  }
}

async function copyAll(page: Page, name: string): Promise<string> {
  await selectAll(page, name)
  await page.evaluate("navigator.clipboard.writeText('')")
  await page.keyboard.press('Control+C')
  return await page.evaluate<string>('navigator.clipboard.readText()')
}

export async function replaceTextEditor(page: Page, name: string, text: string): Promise<void> {
  await selectAll(page, name)
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
  await page.keyboard.press('Control+V')
}

async function selectAll(page: Page, name: string): Promise<void> {
  await textEditor(page, name).locator('textarea.inputarea, .native-edit-context').first().focus()
  await page.keyboard.press('Control+A')
}

/** The text editor of a file that is open in one. */
export function textEditor(page: Page, name: string): Locator {
  return page.locator(`.editor-instance .monaco-editor[data-uri$="/${encodeURI(name)}"]`).first()
}

/** A hover that has not come until then has nothing to come for: the text has moved away under the pointer. */
const HOVER_MS = 5_000

/**
 * What the hover over a place in the text says; empty where none came. As a person points: from beside it onto it, and
 * whoever sees nothing does it again, since lenses that come a moment later move the lines.
 */
export async function pointAt(page: Page, place: Locator): Promise<string> {
  await pointAway(page)
  const box = await place.boundingBox()
  if (box === null) return ''
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 3 })
  const hover = hoverIn(page)
  await hover
    .first()
    .waitFor({ timeout: HOVER_MS })
    .catch(() => undefined)
  return (await hover.allTextContents()).join('\n')
}

/** Off the text, until no hover covers it any longer. */
export async function pointAway(page: Page): Promise<void> {
  await page.mouse.move(1, 1)
  await hoverIn(page).first().waitFor({ state: 'hidden' })
}

function hoverIn(page: Page): Locator {
  return page.locator('.monaco-editor .monaco-hover:visible')
}
