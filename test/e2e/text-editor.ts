import type { Locator, Page } from 'playwright-core'

// The editor draws only the lines that are in view, so whole texts go over the clipboard.

export async function readTextEditor(page: Page, name: string): Promise<string> {
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
