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
  /** Shows the file of the active editor in another one, as soon as VS Code knows that. */
  readonly reopenWith: (editor: string) => Promise<void>
  readonly tab: (name: string) => Locator
  readonly isDirty: (name: string) => Promise<boolean>
  /** The modal dialog that is open, or is about to be. */
  readonly dialog: () => Promise<{ readonly text: string; readonly buttons: readonly string[] }>
  readonly pressInDialog: (button: string | RegExp) => Promise<void>
  /** A notification whose text has this in it. */
  readonly notification: (text: string | RegExp) => Locator
  readonly pressInNotification: (text: string | RegExp, button: string) => Promise<void>
  readonly dismissNotifications: () => Promise<void>
  /** An entry of the menu that is open, or is about to be. */
  readonly inMenu: (label: string) => Locator
  /** By keys: in the first tenth of a second the menu takes no button of the mouse, so that the one that opened it is none. */
  readonly chooseInMenu: (label: string) => Promise<void>
  /** A button in the title bar of the active editor, by its title. */
  readonly titleButton: (title: string) => Locator
}

const REOPEN = 'View: Reopen Editor With...'
/** More rows than these are a question put too vaguely. */
const MOST_MOVES = 50
/** For a row of a list that is open, or is about to be. */
const PATIENCE_MS = 60_000
/** Of the same, in a second each. */
const MOST_KEYS = 30
/** Of half a second each: extensions of a machine under load. */
const MOST_QUESTIONS = 120

export function workbenchOf(page: Page): Workbench {
  const quickInput = page.locator('.quick-input-widget')
  const input = quickInput.locator('input[type="text"]')
  const rows = quickInput.locator('.monaco-list-row')
  const dialogBox = page.locator('.monaco-dialog-box')
  const notification = (text: string | RegExp) =>
    page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text })
  const menu = page.locator('.monaco-menu')
  const inMenu = (label: string) => menu.getByRole('menuitem', { name: label })
  const tab = (name: string) => page.locator(`.tab[data-resource-name="${name}"]`)

  /**
   * Keys go to whatever has the focus, a designer's page too: VS Code's own must work from there. One that comes while
   * the focus is on its way back from the command before is lost: it is pressed again.
   */
  async function typeInQuickInput(key: string, text: string): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      await page.keyboard.press(key)
      try {
        await input.fill(text, { timeout: 1000 })
        return
      } catch (error) {
        if (tries >= MOST_KEYS) throw error
      }
    }
  }

  async function choose(key: string, text: string, row: Locator): Promise<void> {
    await typeInQuickInput(key, text)
    await acceptIn(input, row)
  }

  async function leave(): Promise<void> {
    await input.press('Escape')
    await quickInput.waitFor({ state: 'hidden' })
  }

  return {
    ready: async (command) => {
      await page.locator('.monaco-workbench .statusbar').waitFor()
      await page.locator('.explorer-folders-view, .explorer-viewlet').first().waitFor()
      if (command === undefined) return
      await typeInQuickInput('F1', `>${command}`)
      const row = rowOf(rows, command)
      for (let attempt = 0; !(await row.isVisible()); attempt += 1) {
        if (attempt === MOST_QUESTIONS) throw new Error(`VS Code does not know the command "${command}"`)
        // The palette shows what was known when it was asked.
        await input.fill('>')
        await input.fill(`>${command}`)
        await page.waitForTimeout(500)
      }
      await leave()
    },
    command: async (title) => {
      await choose('F1', `>${title}`, rowOf(rows, title))
    },
    offered: async (typed) => {
      await typeInQuickInput('F1', `>${typed}`)
      await rows.first().waitFor()
      const labels = await attributesOf(rows, 'aria-label')
      await leave()
      return labels.map((label) => label.replace(/, .*$/, '')).filter((label) => label !== '')
    },
    openPath: async (path) => {
      await choose('Control+P', path, rowOf(rows, basename(path)))
      await tab(basename(path)).first().waitFor()
    },
    reopenWith: async (editor) => {
      for (let questions = 1; ; questions += 1) {
        await choose('F1', `>${REOPEN}`, rowOf(rows, REOPEN))
        await input.and(page.locator('[placeholder^="Select editor"]')).waitFor()
        await rows.first().waitFor()
        if (await rowOf(rows, editor).isVisible()) break
        if (questions === MOST_QUESTIONS) throw new Error(`VS Code does not know the editor "${editor}"`)
        await leave()
        await page.waitForTimeout(500)
      }
      await acceptIn(input, rowOf(rows, editor))
    },
    pick: async (label) => {
      await acceptIn(input, rowOf(rows, label))
    },
    answerInput: async (text) => {
      const box = quickInput.locator('input').first()
      await box.waitFor()
      await box.fill(text)
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
      const clear = 'Notifications: Clear All Notifications'
      await choose('F1', `>${clear}`, rowOf(rows, clear))
      // What comes before they are gone would go with them; one that shows progress stays.
      await page
        .locator('.notifications-toasts .notification-list-item')
        .first()
        .waitFor({ state: 'detached', timeout: 3000 })
        .catch(() => undefined)
    },
    inMenu,
    chooseInMenu: async (label) => {
      await inMenu(label).hover()
      await inMenu(label).press('Enter')
      await menu.waitFor({ state: 'hidden' })
    },
    titleButton: (title) =>
      page.locator('.editor-group-container.active .editor-actions').getByRole('button', { name: title }),
  }
}

/** By keys: over a row that is being pointed at, some versions hang a tooltip that takes the click. */
async function acceptIn(input: Locator, row: Locator): Promise<void> {
  await row.waitFor({ timeout: PATIENCE_MS })
  for (let moves = 0; moves < MOST_MOVES; moves += 1) {
    const classes = (await row.getAttribute('class'))?.split(' ') ?? []
    if (classes.includes('focused')) break
    await input.press('ArrowDown')
  }
  await input.press('Enter')
}

/** Of all that match at one moment: asked one by one, a row that has gone meanwhile would be waited for. */
export function attributesOf(all: Locator, name: string): Promise<readonly string[]> {
  return all.evaluateAll(
    (elements: readonly { readonly getAttribute: (of: string) => string | null }[], of: string) =>
      elements.flatMap((element) => element.getAttribute(of) ?? []),
    name,
  )
}

/** Rows are read out as their label, then a comma and what else is known. */
function rowOf(rows: Locator, label: string | RegExp): Locator {
  if (typeof label !== 'string') return rows.filter({ hasText: label }).first()
  const literal = JSON.stringify(label).slice(1, -1)
  return rows.and(rows.page().locator(`[aria-label="${literal}"], [aria-label^="${literal},"]`)).first()
}
