import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import type { Page } from 'playwright-core'

/** Where the checkout appears on the workbench's own origin. */
const PLACE = '/lvs-designer-in-the-browser'

const KINDS: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

/**
 * Gives the workbench this checkout as a web extension, as vscode.dev would: it is fetched over HTTP and runs in the
 * extension host that is a worker of the page, with nothing of Node. Returns which of its files were fetched.
 */
export async function serveWebExtension(page: Page): Promise<() => readonly string[]> {
  const fetched: string[] = []
  // Of the context: workers ask too.
  await page.context().route(`**${PLACE}/**`, async (route) => {
    const name = normalize(
      decodeURIComponent(new URL(route.request().url()).pathname.slice(PLACE.length + 1)),
    )
    if (name.startsWith('..')) return route.abort()
    try {
      const body = await readFile(join('.', name))
      fetched.push(name)
      const contentType = KINDS[extname(name)] ?? 'text/plain'
      return await route.fulfill({ body, contentType, headers: { 'Access-Control-Allow-Origin': '*' } })
    } catch {
      // VS Code asks for translations whether there are any or not.
      if (/^package\.nls\.[\w.-]*json$/.test(name))
        return route.fulfill({ body: '{}', contentType: KINDS['.json'] ?? '' })
      return route.fulfill({ status: 404 })
    }
  })
  await page.addInitScript(`
    const { getAttribute } = Element.prototype
    Element.prototype.getAttribute = function (name) {
      const value = getAttribute.call(this, name)
      if (name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration') return value
      const settings = JSON.parse(value)
      const extensions = [{ scheme: 'http', authority: location.host, path: ${JSON.stringify(PLACE)} }]
      return JSON.stringify({ ...settings, developmentOptions: { ...settings.developmentOptions, extensions } })
    }
  `)
  return () => fetched
}
