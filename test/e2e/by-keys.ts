import type { Locator } from 'playwright-core'
import { expect } from 'vitest'
import type { VsCode } from './vscode-kit.js'

/** What somebody does who has no mouse: press keys, and see where the focus is. */
export interface Keys {
  readonly press: (...keys: string[]) => Promise<void>
  /** Goes on with Tab until this has the focus. */
  readonly goTo: (what: Locator) => Promise<void>
  /** Goes back with Escape until this has the focus: the first may only take back what a field has not told yet. */
  readonly goBack: (to: Locator) => Promise<void>
  /** Types into a field, which must have the focus by now, or be about to. */
  readonly type: (text: string, into: Locator) => Promise<void>
  /** The same, in the place of what is in it. */
  readonly overwrite: (text: string, into: Locator) => Promise<void>
}

/** As much of an element as tells of the focus; tests know no DOM. */
export interface Focusable {
  readonly ownerDocument: { readonly hasFocus: () => boolean }
  readonly getRootNode: () => { readonly activeElement?: unknown }
}

/** More stops for Tab than a person would put up with. */
const MOST_STOPS = 120

export function byKeys({ page }: VsCode): Keys {
  const { keyboard } = page
  // `:focus` is not enough: what had the focus of a page within the page keeps it while another has the keys.
  const hasFocus = (what: Locator) =>
    what.evaluate(
      (element: Focusable) =>
        element.ownerDocument.hasFocus() && element.getRootNode().activeElement === element,
    )
  const waitForFocus = async (what: Locator) => {
    await what.waitFor()
    await expect.poll(() => hasFocus(what), { message: `${String(what)} has the focus` }).toBe(true)
  }
  return {
    press: async (...keys) => {
      for (const key of keys) await keyboard.press(key)
    },
    goTo: async (what) => {
      await what.waitFor()
      for (let stops = 0; !(await hasFocus(what)); stops += 1) {
        if (stops === MOST_STOPS) throw new Error(`Tab does not lead to ${String(what)}`)
        await keyboard.press('Tab')
      }
    },
    goBack: async (to) => {
      await expect
        .poll(async () => {
          await keyboard.press('Escape')
          return hasFocus(to)
        })
        .toBe(true)
    },
    type: async (text, into) => {
      await waitForFocus(into)
      await keyboard.type(text)
    },
    overwrite: async (text, into) => {
      await waitForFocus(into)
      // Not Ctrl+A: VS Code hears of it first and tells the page a moment later, in the middle of what is typed.
      await keyboard.press('Home')
      await keyboard.press('Shift+End')
      await keyboard.type(text)
    },
  }
}
