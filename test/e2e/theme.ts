import type { Page } from 'playwright-core'
import type { VsCodeServer } from '../../scripts/vscode.mjs'

export type Theme = 'dark' | 'light' | 'high-contrast' | 'high-contrast-light'

const THEMES: Readonly<Record<Theme, { readonly id: string; readonly workbenchClass: string }>> = {
  dark: { id: 'Default Dark Modern', workbenchClass: 'vs-dark' },
  light: { id: 'Default Light Modern', workbenchClass: 'vs' },
  'high-contrast': { id: 'Default High Contrast', workbenchClass: 'hc-black' },
  'high-contrast-light': { id: 'Default High Contrast Light', workbenchClass: 'hc-light' },
}

/** Through the settings, and waits until the workbench shows it. */
export async function setTheme(page: Page, { changeSettings }: VsCodeServer, theme: Theme): Promise<void> {
  const { id, workbenchClass } = THEMES[theme]
  changeSettings({ 'workbench.colorTheme': id })
  await page.locator(`.monaco-workbench.${workbenchClass}`).waitFor()
}
