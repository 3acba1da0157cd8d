import { Uri } from 'vscode'
import type { Webview } from 'vscode'
import { spoken } from '../../core/speech/say.js'

/** Folders a page may load from: its own bundle, nothing else of the extension and nothing of the workspace. */
export function pageRoots(extension: Uri): Uri[] {
  return [Uri.joinPath(extension, 'dist', 'webview')]
}

/**
 * The designer's page. Scripts run by nonce only; styles may be inline, because the toolkit's controls bring theirs
 * that way; the layout worker is fetched from the extension and started from a blob, the one way a page of VS Code has.
 */
export function pageHtml(webview: Webview, extension: Uri): string {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))))
  const part = (name: string) =>
    webview.asWebviewUri(Uri.joinPath(extension, 'dist', 'webview', name)).toString()
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'unsafe-inline'`,
    `img-src ${webview.cspSource} data:`,
    `font-src ${webview.cspSource}`,
    'worker-src blob:',
    `connect-src ${webview.cspSource}`,
  ].join('; ')
  return `<!DOCTYPE html>
<html lang="${spoken()?.tag ?? 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${part('designer.css')}">
<title>LVS Designer</title>
</head>
<body>
<div id="designer" data-layout-worker="${part('elk-worker.js')}"></div>
${languageOfPage()}<script nonce="${nonce}" src="${part('designer.js')}"></script>
</body>
</html>
`
}

/** What the page says in another language than English: data, which no policy needs to let in. */
function languageOfPage(): string {
  const language = spoken()
  if (language === undefined) return ''
  const data = JSON.stringify(language).replaceAll('<', '\\u003c')
  return `<script type="application/json" id="language">${data}</script>\n`
}
