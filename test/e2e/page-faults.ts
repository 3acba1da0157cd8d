import type { Page } from 'playwright-core'

/**
 * Collects what went wrong in the browser and is ours: errors thrown in any frame, refusals of the content security
 * policy in the designer's page, and what VS Code's console says of the extension. What VS Code says of itself (it asks
 * for things that only its vendor's server has) is left out.
 */
export function pageFaults(page: Page): () => readonly string[] {
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() !== 'error') return
    const text = message.text()
    const place = message.location().url
    const ours = /lvs-?designer/i.test(`${text} ${place}`) || place.includes('/dist/webview/')
    const refused =
      /Content Security Policy|Refused to/i.test(text) &&
      /vscode-webview|vscode-resource|fake\.html|active-frame/.test(place)
    if (ours || refused) faults.push(`${text} (${place})`)
  })
  page.on('pageerror', (error) => {
    if (/lvs-?designer|\/dist\/webview\//i.test(error.stack ?? error.message))
      faults.push(error.stack ?? error.message)
  })
  return () => [...faults]
}
