import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { compareModes } from '../../src/core/compare/compare-modes.js'
import { checkTopology } from '../../src/core/checks/check.js'
import { sceneOf } from '../../src/core/diagram/scene-of.js'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import { inspect } from '../../src/core/language/inspect.js'
import { editTopology } from '../../src/core/topology/edits.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import { applyTextEdits } from '../../src/core/topology/position.js'
import type { CanvasAction, FromDesigner, ToDesigner } from '../../src/protocol/designer.js'
import { readFromDesigner } from '../../src/protocol/designer-messages.js'
import { NO_SETTINGS } from '../../src/core/checks/settings.js'
import type { Subject } from '../../src/core/diagram/scene.js'
import { answer } from '../../src/reader/answers.js'
import { readDocument } from '../../src/reader/document.js'
import { WALK_ANSWERS } from '../../src/reader/walk-answers.js'
import { spoken } from '../../src/core/speech/say.js'
import { launchChromium } from '../e2e/chromium.js'

/*
 * The designer's bundle in a plain Chromium, with a stand-in for what VS Code gives a page. The host side is the core
 * itself, so that what is drawn is what the extension would send. Real VS Code is test/e2e.
 */

export type Theme = 'dark' | 'light' | 'high-contrast' | 'high-contrast-light'

export interface DesignerPage {
  readonly page: Page
  /** What the page sent, in order, as the guard read it; undefined for what it would have dropped. */
  readonly received: (FromDesigner | undefined)[]
  /** Errors of the page: of scripts, and of its console. */
  readonly faults: string[]
  readonly text: () => string
  /** What stands for the system's clipboard. */
  readonly clipboard: { text: string }
  /** As if a command of VS Code had been called. */
  readonly act: (action: CanvasAction) => Promise<void>
  /** As if a person had typed in the text editor. */
  readonly type: (text: string) => Promise<void>
  readonly send: (message: ToDesigner) => Promise<void>
  /** Answers nothing from here on: an extension that is busy. */
  readonly fallSilent: () => void
  /** Answers edits, and draws what came of them only when told so: a large drawing. */
  readonly drawLater: () => { readonly now: () => void }
  /** As after a while in the background: another page, with what the one before has kept. */
  readonly comeBack: () => Promise<void>
  readonly node: (id: string) => ReturnType<Page['locator']>
  /** Presses at one place of the page, moves to another in steps, and lets go unless told otherwise. */
  readonly drag: (from: Point, to: Point, options?: { readonly hold: boolean }) => Promise<void>
  /** The middle of a node, in the page. */
  readonly middle: (id: string) => Promise<Point>
  /** Waits until the layout worker is done: the picture does not change by itself any more. */
  readonly settled: () => Promise<void>
  /** Milliseconds from "ready" until the first card was drawn. */
  readonly firstPicture: () => Promise<number>
  /** Into test/designer/screenshots, for people to look at. */
  readonly screenshot: (name: string) => Promise<void>
  /** As if a person had chosen another theme. */
  readonly theme: (theme: Theme) => Promise<void>
  readonly close: () => Promise<void>
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** Of all pages of a file of tests: the bundle is read and compiled once, in one process. */
interface Surroundings {
  readonly browser: Browser
  readonly context: BrowserContext
  readonly server: { readonly address: string; readonly close: () => Promise<void> }
}

let surroundings: Promise<Surroundings> | undefined

async function surround(): Promise<Surroundings> {
  const browser = await launchChromium('--process-per-site')
  const server = await servePages()
  const context = await browser.newContext()
  // As long as one is there, the process is.
  await (await context.newPage()).goto(`${server.address}empty`)
  return { browser, context, server }
}

export async function closeBrowser(): Promise<void> {
  const open = await surroundings
  surroundings = undefined
  await open?.browser.close()
  await open?.server.close()
}

export async function openDesigner(
  text: string,
  {
    theme = 'dark',
    editable = true,
    size = { width: 1400, height: 820 },
    reducedMotion = false,
  }: {
    readonly theme?: Theme
    readonly editable?: boolean
    readonly size?: { readonly width: number; readonly height: number }
    readonly reducedMotion?: boolean
  } = {},
): Promise<DesignerPage> {
  surroundings ??= surround()
  const { context, server } = await surroundings
  const page = await context.newPage()
  await page.setViewportSize(size)
  await page.emulateMedia({
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    ...(theme.startsWith('high') ? { forcedColors: 'none' as const } : {}),
  })
  const faults: string[] = []
  page.on('pageerror', ({ message }) => {
    // The browser's way of saying that it will go on observing in the next frame.
    if (!message.startsWith('ResizeObserver loop')) faults.push(message)
  })
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })

  const document = { text, version: 1, silent: false, drawn: Promise.resolve() }
  const clipboard = { text: '' }
  const received: (FromDesigner | undefined)[] = []
  const send = (message: ToDesigner) =>
    page.evaluate<undefined>(`window.postMessage(${JSON.stringify(message)}, '*')`)
  const read = () => {
    const parsed = parseTopology(document.text)
    const cluster = deriveCluster(parsed.topology)
    return { parsed, cluster, findings: checkTopology(parsed, cluster) }
  }
  let good = sceneOf(read().cluster, read().findings)
  let selected: Extract<FromDesigner, { kind: 'select' }>['subject']
  let walking: Extract<FromDesigner, { kind: 'walk' }> | undefined
  const walk = async () => {
    if (walking?.wish === undefined) return
    const { request, wish } = walking
    const read = readDocument(document.version, document.text, NO_SETTINGS)
    if (read.unreadable().length > 0) return
    const choices = WALK_ANSWERS['walk-choices'](read, { service: wish.service })
    await send({ kind: 'walk-choices', request, choices })
    await send({ kind: 'walked', request, version: read.version, walked: WALK_ANSWERS.walks(read, { wish }) })
  }
  const tell = async () => {
    const { parsed, cluster, findings } = read()
    const unreadable = parsed.problems.filter(
      ({ code, span }) => code === 'FILE-SYNTAX' && span !== undefined,
    ).length
    if (unreadable === 0) good = sceneOf(cluster, findings)
    await send({
      kind: 'model',
      version: document.version,
      scene: good,
      unreadable,
      access: editable ? { editable } : { editable, reason: 'This is a read-only view of the file.' },
    })
    await walk()
    await tellOfSelected()
  }
  const tellOfSelected = async () => {
    const { parsed, cluster } = read()
    const subject = selected
    const { version } = document
    await send({ kind: 'inspection', version, inspection: inspect(parsed, cluster, subject) })
    if (subject?.what === 'service' && cluster.topology.services.has(subject.name)) {
      await send({ kind: 'modes', comparison: compareModes(parsed, subject.name) })
    }
  }
  const change = async (message: Extract<FromDesigner, { kind: 'edit' | 'fix' }>) => {
    const { parsed, findings } = read()
    const edits =
      message.kind === 'edit' ? message.edits : findings[message.finding]?.fixes[message.fix]?.edits
    const { request } = message
    if (message.version !== document.version || edits === undefined) {
      await send({
        kind: 'answer',
        request,
        ok: false,
        stale: true,
        reason: 'The text was changed meanwhile.',
      })
      return
    }
    const result = editTopology(parsed, edits)
    if (!result.ok) {
      await send({ kind: 'answer', request, ok: false, stale: false, reason: result.reason })
      return
    }
    document.text = applyTextEdits(document.text, result.edits)
    document.version += 1
    await send({ kind: 'answer', request, ok: true, version: document.version })
    await document.drawn
    await tell()
  }
  const insert = async (message: Extract<FromDesigner, { kind: 'paste' | 'duplicate' }>) => {
    const { request } = message
    const now = readDocument(document.version, document.text, NO_SETTINGS)
    const answered =
      message.kind === 'paste'
        ? answer(now, { kind: 'paste', ask: { text: clipboard.text } })
        : answer(now, { kind: 'duplicate', ask: { subjects: message.subjects } })
    if (message.version !== document.version || !answered.ok) {
      const reason = answered.ok ? 'The text was changed meanwhile.' : answered.reason
      await send({ kind: 'answer', request, ok: false, stale: answered.ok, reason })
      return
    }
    const spans = answered.changes.map(({ range, newText }) => ({
      span: { start: now.lines().offset(range.start), end: now.lines().offset(range.end) },
      newText,
    }))
    document.text = applyTextEdits(document.text, spans)
    document.version += 1
    await send({ kind: 'answer', request, ok: true, version: document.version, made: answered.made })
    await tell()
  }
  const copy = async (request: number, subjects: readonly Subject[]) => {
    const now = readDocument(document.version, document.text, NO_SETTINGS)
    const copied = answer(now, { kind: 'fragment', ask: { subjects } })
    if (copied.ok) clipboard.text = copied.text
    await send(
      copied.ok
        ? { kind: 'answer', request, ok: true }
        : { kind: 'answer', request, ok: false, stale: false, reason: copied.reason },
    )
  }
  await page.exposeFunction('toHost', async (value: unknown) => {
    const message = readFromDesigner(value)
    received.push(message)
    if (document.silent) return
    if (message?.kind === 'ready') await tell()
    else if (message?.kind === 'edit' || message?.kind === 'fix') await change(message)
    else if (message?.kind === 'copy') await copy(message.request, message.subjects)
    else if (message?.kind === 'paste' || message?.kind === 'duplicate') await insert(message)
    else if (message?.kind === 'walk') {
      walking = message
      await walk()
    } else if (message?.kind === 'select') {
      selected = message.subject
      await tellOfSelected()
    } else if (message?.kind === 'fault') faults.push(message.message)
  })
  await page.goto(`${server.address}${theme}`)
  const node = (id: string) => page.locator(`.react-flow__node[data-id="${id}"]`)
  return {
    page,
    received,
    faults,
    send: async (message) => {
      if (message.kind === 'select') selected = message.subject
      await send(message)
      if (message.kind === 'select') await tellOfSelected()
    },
    text: () => document.text,
    clipboard,
    act: (action) => send({ kind: 'action', action }),
    type: async (next) => {
      document.text = next
      document.version += 1
      await tell()
    },
    fallSilent: () => {
      document.silent = true
    },
    drawLater: () => {
      let now: () => void = () => undefined
      document.drawn = new Promise((resolve) => {
        now = resolve
      })
      return { now }
    },
    comeBack: async () => {
      await page.reload()
    },
    node,
    drag: async (from, to, { hold } = { hold: false }) => {
      await page.mouse.move(from.x, from.y)
      await page.mouse.down()
      await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 })
      await page.mouse.move(to.x, to.y, { steps: 4 })
      if (!hold) await page.mouse.up()
    },
    middle: async (id) => {
      const box = await node(id).boundingBox()
      if (box === null) throw new Error(`${id} is not on the canvas`)
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    },
    settled: async () => {
      await page.locator('[data-arranging="false"]').waitFor()
      // Movements of the view take a moment; on a busy machine, a long one.
      await page.evaluate<undefined>(`new Promise((resolve) => {
        const view = document.querySelector('.react-flow__viewport')
        let [where, since] = ['', 0]
        const look = (now) => {
          if (view.style.transform !== where) [where, since] = [view.style.transform, now]
          if (now - since > 300) resolve()
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      })`)
    },
    firstPicture: () => page.evaluate<number>('window.firstCardAt - window.readyAt'),
    screenshot: async (name) => {
      await page.screenshot({ path: `test/designer/screenshots/${name}.png` })
    },
    theme: (chosen) =>
      page.evaluate<undefined>(`{
        document.documentElement.style.cssText = ${JSON.stringify(variablesOf(chosen))}
        document.body.className = 'vscode-${chosen}'
      }`),
    close: async () => {
      await page.close()
    },
  }
}

/** The bundle behind a policy as strict as the extension's, in the colours of each theme of VS Code. */
async function servePages(): Promise<Surroundings['server']> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    if (path === '/favicon.ico') {
      response.statusCode = 204
      response.end()
      return
    }
    const theme = path.slice(1)
    if (theme === 'empty' || isTheme(theme)) {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(theme === 'empty' ? '' : pageHtml(theme))
      return
    }
    const type = path.endsWith('.css') ? 'text/css' : 'text/javascript'
    readFile(`dist/webview${path}`).then(
      (content) => {
        response.setHeader('content-type', type)
        response.setHeader('cache-control', 'max-age=3600')
        response.end(content)
      },
      () => {
        response.statusCode = 404
        response.end()
      },
    )
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    address: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  }
}

function isTheme(name: string): name is Theme {
  return Object.hasOwn(THEMES, name)
}

function variablesOf(theme: Theme): string {
  return Object.entries(THEMES[theme])
    .map(([name, value]) => `--vscode-${name}:${value}`)
    .join(';')
}

const NONCE = 'c3RhbmQtaW4='

function pageHtml(theme: Theme): string {
  const policy = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; worker-src blob:; connect-src 'self'`
  return `<!DOCTYPE html><html lang="${spoken()?.tag ?? 'en'}" style="${variablesOf(theme)}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="/designer.css"><title>LVS Designer</title></head>
<body data-vscode-theme-kind="vscode-${theme}" class="vscode-${theme}">
${spoken() === undefined ? '' : `<script type="application/json" id="language">${JSON.stringify(spoken()).replaceAll('<', '\\u003c')}</script>`}
<script nonce="${NONCE}">
let state = JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined
new MutationObserver((_, observer) => {
  if (document.querySelector('.card') === null) return
  window.firstCardAt = performance.now()
  observer.disconnect()
}).observe(document, { childList: true, subtree: true })
window.acquireVsCodeApi = () => ({ postMessage: (value) => { window.readyAt ??= performance.now(); window.toHost(value) }, getState: () => state, setState: (value) => { state = value; sessionStorage.setItem('state', JSON.stringify(value)) } })
</script>
<div id="designer" data-layout-worker="/elk-worker.js"></div>
<script nonce="${NONCE}" src="/designer.js"></script></body></html>`
}

/** As much of VS Code's default themes as the designer looks at. */
const SHARED = {
  'font-family': "'DejaVu Sans', sans-serif",
  'font-size': '13px',
  'editor-font-family': "'DejaVu Sans Mono', monospace",
}
const THEMES: Readonly<Record<Theme, Readonly<Record<string, string>>>> = {
  dark: {
    ...SHARED,
    'editor-background': '#1f1f1f',
    'editor-foreground': '#cccccc',
    foreground: '#cccccc',
    descriptionForeground: '#9d9d9d',
    'editorWidget-background': '#202020',
    'editorWidget-border': '#454545',
    'sideBar-background': '#181818',
    'panel-border': '#2b2b2b',
    focusBorder: '#0078d4',
    'charts-blue': '#3794ff',
    'charts-yellow': '#cca700',
    'charts-purple': '#b180d7',
    'charts-green': '#89d185',
    'charts-orange': '#d18616',
    'editorError-foreground': '#f14c4c',
    'editorWarning-foreground': '#cca700',
    'editorInfo-foreground': '#3794ff',
    'list-hoverBackground': '#2a2d2e',
    'input-background': '#313131',
    'input-foreground': '#cccccc',
    'input-border': '#3c3c3c',
    'dropdown-background': '#313131',
    'dropdown-foreground': '#cccccc',
    'dropdown-border': '#3c3c3c',
    'checkbox-background': '#313131',
    'checkbox-border': '#3c3c3c',
    'checkbox-foreground': '#cccccc',
    'button-background': '#0078d4',
    'button-foreground': '#ffffff',
    'button-secondaryBackground': '#313131',
    'button-secondaryForeground': '#cccccc',
    'inputValidation-errorBackground': '#5a1d1d',
    'notifications-background': '#1f1f1f',
    'notifications-foreground': '#cccccc',
  },
  light: {
    ...SHARED,
    'editor-background': '#ffffff',
    'editor-foreground': '#3b3b3b',
    foreground: '#3b3b3b',
    descriptionForeground: '#6b6b6b',
    'editorWidget-background': '#f8f8f8',
    'editorWidget-border': '#c8c8c8',
    'sideBar-background': '#f8f8f8',
    'panel-border': '#e5e5e5',
    focusBorder: '#005fb8',
    'charts-blue': '#1a85ff',
    'charts-yellow': '#bf8803',
    'charts-purple': '#652d90',
    'charts-green': '#388a34',
    'charts-orange': '#d18616',
    'editorError-foreground': '#e51400',
    'editorWarning-foreground': '#bf8803',
    'editorInfo-foreground': '#1a85ff',
    'list-hoverBackground': '#f2f2f2',
    'input-background': '#ffffff',
    'input-foreground': '#3b3b3b',
    'input-border': '#cecece',
    'dropdown-background': '#ffffff',
    'dropdown-foreground': '#3b3b3b',
    'dropdown-border': '#cecece',
    'checkbox-background': '#f8f8f8',
    'checkbox-border': '#cecece',
    'checkbox-foreground': '#3b3b3b',
    'button-background': '#005fb8',
    'button-foreground': '#ffffff',
    'button-secondaryBackground': '#e5e5e5',
    'button-secondaryForeground': '#3b3b3b',
    'inputValidation-errorBackground': '#f2dede',
    'notifications-background': '#ffffff',
    'notifications-foreground': '#3b3b3b',
  },
  'high-contrast': {
    ...SHARED,
    'editor-background': '#000000',
    'editor-foreground': '#ffffff',
    foreground: '#ffffff',
    descriptionForeground: '#ffffff',
    'editorWidget-background': '#0c141f',
    'sideBar-background': '#000000',
    contrastBorder: '#6fc3df',
    contrastActiveBorder: '#f38518',
    focusBorder: '#f38518',
    'charts-blue': '#3794ff',
    'charts-yellow': '#cca700',
    'charts-purple': '#b180d7',
    'charts-green': '#89d185',
    'charts-orange': '#d18616',
    'editorError-foreground': '#f48771',
    'editorWarning-foreground': '#ffd370',
    'editorInfo-foreground': '#3794ff',
    'input-background': '#000000',
    'input-foreground': '#ffffff',
    'input-border': '#6fc3df',
    'dropdown-background': '#000000',
    'dropdown-foreground': '#ffffff',
    'dropdown-border': '#6fc3df',
    'checkbox-background': '#000000',
    'checkbox-border': '#6fc3df',
    'button-background': '#000000',
    'button-foreground': '#ffffff',
    'button-border': '#6fc3df',
  },
  'high-contrast-light': {
    ...SHARED,
    'editor-background': '#ffffff',
    'editor-foreground': '#292929',
    foreground: '#292929',
    descriptionForeground: '#292929',
    'editorWidget-background': '#ffffff',
    'sideBar-background': '#ffffff',
    contrastBorder: '#0f4a85',
    contrastActiveBorder: '#006bbd',
    focusBorder: '#006bbd',
    'charts-blue': '#1a85ff',
    'charts-yellow': '#895503',
    'charts-purple': '#652d90',
    'charts-green': '#374e06',
    'charts-orange': '#8a4b00',
    'editorError-foreground': '#b5200d',
    'editorWarning-foreground': '#895503',
    'editorInfo-foreground': '#0063d3',
    'input-background': '#ffffff',
    'input-foreground': '#292929',
    'input-border': '#0f4a85',
    'dropdown-background': '#ffffff',
    'dropdown-foreground': '#292929',
    'dropdown-border': '#0f4a85',
    'checkbox-background': '#ffffff',
    'checkbox-border': '#0f4a85',
    'button-background': '#0f4a85',
    'button-foreground': '#ffffff',
  },
}
