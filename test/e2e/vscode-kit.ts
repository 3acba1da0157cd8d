import { readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { FrameLocator, Page } from 'playwright-core'
import { startVsCode } from '../../scripts/vscode.mjs'
import type { Payload, VsCodeServer } from '../../scripts/vscode.mjs'
import { launchChromium } from './chromium.js'
import { extensionLog } from './extension-log.js'
import { setTheme } from './theme.js'
import type { Theme } from './theme.js'
import { pageFaults } from './page-faults.js'
import { readTextEditor, replaceTextEditor } from './text-editor.js'
import { workbenchOf } from './workbench.js'
import type { Workbench } from './workbench.js'

/*
 * A real VS Code with the extension in it, on a folder of the test's own, seen by a real browser.
 */

/** `development`: this checkout as it was built last. Otherwise the packaged extension, a .vsix. */
export type ExtensionUnderTest = 'development' | { readonly vsix: string } | 'none'

export interface OpenVsCode {
  /** Default: 1.100, the oldest the extension runs in. */
  readonly version?: string
  readonly extension?: ExtensionUnderTest
  /** Names in the workspace folder, each with its text, or with a file of this checkout to copy. */
  readonly files?: Readonly<Record<string, string | { readonly copy: string }>>
  readonly settings?: Readonly<Record<string, unknown>>
  /** Added to the environment of the extensions, such as a HOME of their own. */
  readonly environment?: Readonly<Record<string, string>>
  readonly theme?: Theme
  /** Of the extension; VS Code's own texts stay English, since they come with language packs. */
  readonly language?: 'en' | 'zh-cn'
  /** Folders of other extensions to have there too. */
  readonly beside?: readonly string[]
  readonly payload?: (server: VsCodeServer) => Payload
  /** Before the workbench is loaded. */
  readonly prepare?: (page: Page) => Promise<void>
}

export interface VsCode extends Workbench {
  readonly page: Page
  readonly server: VsCodeServer
  /** The workspace folder. */
  readonly folder: string
  /** Opens a file of the workspace, in whatever editor is its default. */
  readonly openFile: (name: string) => Promise<void>
  /**
   * The designer's page: that of the only canvas, or the nth of several. Wait until it is drawn before its tab is left:
   * the pages of this VS Code share one service worker, and a page that goes while it loads keeps the worker, and with
   * it the next page, for up to 30 s (resolveTimeout in VS Code's webview/browser/pre/service-worker.js).
   */
  readonly designer: (nth?: number) => FrameLocator
  /** The whole text in a text editor that is open, saved or not. Moves the focus and the selection into it. */
  readonly editorText: (name: string) => Promise<string>
  /** Replaces the whole text in a text editor that is open, as a person would by pasting. */
  readonly replaceEditorText: (name: string, text: string) => Promise<void>
  /** What is on disk. */
  readonly fileText: (name: string) => Promise<string>
  /** A change that comes from outside of VS Code. */
  readonly writeFile: (name: string, text: string) => Promise<void>
  readonly theme: (theme: Theme) => Promise<void>
  /** A picture in test/e2e/screenshots; its path is the result. */
  readonly screenshot: (name: string) => Promise<string>
  /** What the extension has written into its output channel so far. */
  readonly log: () => Promise<string>
  /** Errors of our own: in the designer's page, and of the extension in VS Code's console. Empty is what is wanted. */
  readonly faults: () => readonly string[]
  /** Leaves the page, as one closes a window, in the middle of whatever is going on. */
  readonly closeWindow: () => Promise<void>
  /** Opens it again. */
  readonly openWindow: () => Promise<void>
  readonly close: () => Promise<void>
}

const SCREENSHOTS = 'test/e2e/screenshots'
const VIEWPORT = { width: 1500, height: 950 }

export async function openVsCode(options: OpenVsCode = {}): Promise<VsCode> {
  const {
    version = '1.100',
    extension = 'development',
    files = {},
    settings = {},
    environment = {},
    language = 'en',
  } = options
  const closing: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end()
  }
  try {
    // The real path: VS Code names files by it.
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'lvs-workspace-')))
    closing.push(() => rm(folder, { recursive: true, force: true }))
    for (const [name, content] of Object.entries(files)) await put(join(folder, name), content)

    const server = await startVsCode({
      version,
      settings: {
        ...TEST_SETTINGS,
        ...settings,
      },
      environment,
      extensions: [...(typeof extension === 'object' ? [extension.vsix] : []), ...(options.beside ?? [])],
    })
    closing.push(() => server.stop())
    const browser = await launchChromium()
    closing.push(() => browser.close())
    const context = await browser.newContext({
      viewport: VIEWPORT,
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const page = await context.newPage()
    const faults = pageFaults(page)
    // By this the workbench knows its language, and tells it to the server and its extensions.
    await page.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = '${language}'`)
    await options.prepare?.(page)
    const address = server.address(folder, [
      ['skipWelcome', 'true'],
      ...(extension === 'development'
        ? [['extensionDevelopmentPath', server.remote(resolve('.'))] as const]
        : []),
      ...(options.payload?.(server) ?? []),
    ])
    const workbench = workbenchOf(page)
    // A file that is opened before the extension is known is opened as text.
    // Tests inside the extension host start by themselves, and later.
    const sleeps = extension === 'none' || options.payload !== undefined
    const openWindow = async () => {
      // The whole of VS Code, on a machine that may be busy.
      await page.goto(address, { timeout: 120_000 })
      await workbench.ready(sleeps ? undefined : newTopology(language))
    }
    await openWindow()
    if (options.theme !== undefined) await setTheme(page, server, options.theme)

    // Commands of an extension are known a moment before its editors: what is opened in between is text, and stays text.
    let isFirst = options.payload === undefined
    const openFile = async (name: string) => {
      await workbench.openPath(join(folder, name))
      if (!isFirst || !/\.lvs\.ya?ml$/.test(name)) return
      isFirst = false
      await page.locator('.editor-instance .monaco-editor, iframe.webview').first().waitFor()
      if ((await page.locator('iframe.webview').count()) === 0) await workbench.reopenWith('LVS Designer')
    }

    return {
      ...workbench,
      page,
      server,
      folder,
      openFile,
      designer: (nth = 0) =>
        page.frameLocator(`iframe.webview.ready >> nth=${nth}`).frameLocator('iframe#active-frame'),
      editorText: (name) => readTextEditor(page, name),
      replaceEditorText: (name, text) => replaceTextEditor(page, name, text),
      fileText: (name) => readFile(join(folder, name), 'utf8'),
      writeFile: (name, text) => writeFile(join(folder, name), text),
      theme: (theme) => setTheme(page, server, theme),
      screenshot: async (name) => {
        await mkdir(SCREENSHOTS, { recursive: true })
        const path = join(SCREENSHOTS, `${name}.png`)
        await page.screenshot({ path })
        return path
      },
      log: () => extensionLog(server),
      faults,
      closeWindow: async () => {
        await page.goto('about:blank')
      },
      openWindow,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** As the palette shows it once the extension is known. */
function newTopology(language: 'en' | 'zh-cn'): string {
  const file = language === 'en' ? 'package.nls.json' : `package.nls.${language}.json`
  const titles = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  return `LVS: ${titles['command.newTopology'] ?? ''}`
}

/** What gets into the way of tests, or looks different from run to run. */
const TEST_SETTINGS = {
  // The page of a designer gets the focus back a moment after a command, and would close the list of the next one with it.
  'workbench.quickOpen.closeOnFocusLost': false,
  // Text that the tests compare is written by the extension alone.
  'editor.formatOnPaste': false,
  'editor.autoIndent': 'none',
  'editor.autoClosingBrackets': 'never',
  'files.autoSave': 'off',
  // A copy of every file that is saved. Where a test writes the file meanwhile, and it gets shorter, Node's copy never ends
  // (libuv's `uv__fs_copyfile` goes on until all that was there is copied), and one of its few threads is gone.
  'workbench.localHistory.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'git.enabled': false,
  'editor.minimap.enabled': false,
}

async function put(path: string, content: string | { readonly copy: string }): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  if (typeof content === 'string') await writeFile(path, content)
  else await cp(content.copy, path, { recursive: true })
}

/** The packaged extension as `npm run package` leaves it. */
export function packagedExtension(): { readonly vsix: string } {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    name: string
    version: string
  }
  return { vsix: resolve(`${name}-${version}.vsix`) }
}
