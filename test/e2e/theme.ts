import type { Page } from 'playwright-core'
import type { VsCodeServer } from '../../scripts/vscode.mjs'

export type Theme = 'dark' | 'light' | 'high-contrast' | 'high-contrast-light'

const THEMES: Readonly<Record<Theme, { readonly id: string; readonly workbenchClass: string }>> = {
  dark: { id: 'Default Dark Modern', workbenchClass: 'vs-dark' },
  light: { id: 'Default Light Modern', workbenchClass: 'vs' },
  'high-contrast': { id: 'Default High Contrast', workbenchClass: 'hc-black' },
  'high-contrast-light': { id: 'Default High Contrast Light', workbenchClass: 'hc-light' },
}

/** How often the settings are written again, and for how long. */
const AGAIN_MS = 3000
const ATTEMPTS = 10

/** Through the settings, and waits until the workbench shows it. */
export async function setTheme(page: Page, { changeSettings }: VsCodeServer, theme: Theme): Promise<void> {
  const shown = page.locator(`.monaco-workbench.${THEMES[theme].workbenchClass}`)
  for (let attempt = 1; ; attempt += 1) {
    // Not given at the start: before the extension with the themes is loaded, VS Code takes another and stays with it.
    // Again and again: a change made before VS Code has begun to watch the file is never seen.
    changeSettings({ 'workbench.colorTheme': THEMES[theme].id })
    try {
      await shown.waitFor({ timeout: AGAIN_MS })
      return
    } catch (error) {
      if (attempt >= ATTEMPTS) throw error
    }
  }
}
