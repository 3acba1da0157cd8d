import { basename } from 'node:path'
import type { Locator, Page } from 'playwright-core'

/** What a person does in VS Code's own parts. */
export interface Workbench {
  /** Until keys are listened to and, where a command is named, until the extension that brings it is known. */
  readonly ready: (command?: string) => Promise<void>
  /** Runs a command by its title as the palette shows it, such as `LVS: Check`. */
  readonly command: (title: string) => Promise<void>
  /** The titles the palette offers for what is typed. */
  readonly offered: (typed: string) => Promise<readonly string[]>
  /** Opens a file by its absolute path. */
  readonly openPath: (path: string) => Promise<void>
  /** Chooses an entry of a quick pick that is open, or is about to be. */
  readonly pick: (label: string | RegExp) => Promise<void>
  /** Types into an input box that is open, or is about to be, and accepts it. */
  readonly answerInput: (text: string) => Promise<void>
  /** The tab of a file; dirty while its text is not saved. */
  readonly tab: (name: string) => Locator
  readonly isDirty: (name: string) => Promise<boolean>
  /** The modal dialog that is open, or is about to be. */
  readonly dialog: () => Promise<{ readonly text: string; readonly buttons: readonly string[] }>
  readonly pressInDialog: (button: string | RegExp) => Promise<void>
  /** A notification whose text has this in it. */
  readonly notification: (text: string | RegExp) => Locator
  readonly pressInNotification: (text: string | RegExp, button: string) => Promise<void>
  readonly dismissNotifications: () => Promise<void>
  /** A button in the title bar of the active editor, by its title. */
  readonly titleButton: (title: string) => Locator
}

/** More rows than these are a question put too vaguely. */
const MOST_MOVES = 50
/** Of half a second each: extensions of a machine under load. */
const MOST_QUESTIONS = 120

export function workbenchOf(page: Page): Workbench {
  const quickInput = page.locator('.quick-input-widget')
  const rows = quickInput.locator('.monaco-list-row')
  const dialogBox = page.locator('.monaco-dialog-box')
  const notification = (text: string | RegExp) =>
    page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text })
  const tab = (name: string) => page.locator(`.tab[data-resource-name="${name}"]`)

  /**
   * Keys go to whatever has the focus, a designer's page too: VS Code's own must work from there. An input that is just
   * closing, after the command before, is no place to type: it is opened again.
   */
  async function typeInQuickInput(key: string, text: string): Promise<void> {
    const input = quickInput.locator('input[type="text"]')
    for (let tries = 1; ; tries += 1) {
      await page.keyboard.press(key)
      try {
        await input.fill(text, { timeout: 3000 })
        return
      } catch (error) {
        if (tries >= 5) throw error
      }
    }
  }

  return {
    ready: async (command) => {
      await page.locator('.monaco-workbench .statusbar').waitFor()
      await page.locator('.explorer-folders-view, .explorer-viewlet').first().waitFor()
      if (command === undefined) return
      await typeInQuickInput('F1', `>${command}`)
      const input = quickInput.locator('input[type="text"]')
      const row = rowOf(rows, command)
      for (let attempt = 0; !(await row.isVisible()); attempt += 1) {
        if (attempt === MOST_QUESTIONS) throw new Error(`VS Code does not know the command "${command}"`)
        // The palette shows what was known when it was asked.
        await input.fill('>')
        await input.fill(`>${command}`)
        await page.waitForTimeout(500)
      }
      await page.keyboard.press('Escape')
      await quickInput.waitFor({ state: 'hidden' })
    },
    command: async (title) => {
      await typeInQuickInput('F1', `>${title}`)
      await accept(rowOf(rows, title))
    },
    offered: async (typed) => {
      await typeInQuickInput('F1', `>${typed}`)
      await rows.first().waitFor()
      const labels = await Promise.all((await rows.all()).map((row) => row.getAttribute('aria-label')))
      await page.keyboard.press('Escape')
      return labels.map((label) => label?.replace(/, .*$/, '') ?? '').filter((label) => label !== '')
    },
    openPath: async (path) => {
      await typeInQuickInput('Control+P', path)
      await accept(rowOf(rows, basename(path)))
      await tab(basename(path)).first().waitFor()
    },
    pick: async (label) => {
      await accept(rowOf(rows, label))
    },
    answerInput: async (text) => {
      const input = quickInput.locator('input')
      await input.first().waitFor()
      await input.first().fill(text)
      await page.keyboard.press('Enter')
    },
    tab,
    isDirty: async (name) =>
      (await tab(name).first().getAttribute('class'))?.split(' ').includes('dirty') ?? false,
    dialog: async () => {
      await dialogBox.waitFor()
      return {
        text: await dialogBox.locator('.dialog-message-container').innerText(),
        buttons: await dialogBox.locator('.dialog-buttons .monaco-button').allInnerTexts(),
      }
    },
    pressInDialog: async (button) => {
      await dialogBox.getByRole('button', { name: button }).click()
      await dialogBox.waitFor({ state: 'hidden' })
    },
    notification,
    pressInNotification: async (text, button) => {
      await notification(text).hover()
      await notification(text).getByRole('button', { name: button, exact: true }).click()
    },
    dismissNotifications: async () => {
      await typeInQuickInput('F1', '>Notifications: Clear All Notifications')
      await accept(rowOf(rows, 'Notifications: Clear All Notifications'))
      // What comes before they are gone would go with them; one that shows progress stays.
      await page
        .locator('.notifications-toasts .notification-list-item')
        .first()
        .waitFor({ state: 'detached', timeout: 3000 })
        .catch(() => undefined)
    },
    titleButton: (title) =>
      page.locator('.editor-group-container.active .editor-actions').getByRole('button', { name: title }),
  }
}

/** By keys: over a row that is being pointed at, some versions hang a tooltip that takes the click. */
async function accept(row: Locator): Promise<void> {
  await row.waitFor()
  for (let moves = 0; moves < MOST_MOVES; moves += 1) {
    const classes = (await row.getAttribute('class'))?.split(' ') ?? []
    if (classes.includes('focused')) break
    await row.page().keyboard.press('ArrowDown')
  }
  await row.page().keyboard.press('Enter')
}

/** Rows are read out as their label, then a comma and what else is known. */
function rowOf(rows: Locator, label: string | RegExp): Locator {
  if (typeof label !== 'string') return rows.filter({ hasText: label }).first()
  const literal = JSON.stringify(label).slice(1, -1)
  return rows.and(rows.page().locator(`[aria-label="${literal}"], [aria-label^="${literal},"]`)).first()
}
