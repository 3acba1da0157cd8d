// Bundles what people run. One file each, CommonJS: Node runs it as it is and VS Code loads nothing else everywhere.
//   dist/cli.js           the command line
//   dist/elk-layout.js    the layout of `diagram`, loaded by it alone
//   dist/extension.js     the extension's entry: loaded by VS Code when a topology is opened
//   dist/reader.js        the thread that reads topologies for it: started with the first
//   dist/engine.js        the process that reaches hosts and runs the lab: started when first needed
//   dist/web/          both again for VS Code in a browser, without a module of Node
//   dist/zh-cn.json       what people read in Simplified Chinese, of all rooms: read where VS Code is in it
//   dist/webview/         the designer's page, and the layout worker it loads when it arranges
import { chmod, copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { setUpPackages } from './setup.mjs'

setUpPackages()
const { build } = await import('esbuild')

await rm('dist', { recursive: true, force: true })

/** A package that finds files asks for the URL of its module, which a CommonJS bundle does not have. */
const moduleUrl = {
  define: { 'import.meta.url': 'moduleUrl' },
  js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href",
}

const node = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  logLevel: 'warning',
  loader: { '.sh': 'text', '.pl': 'text' },
  // Optional native parts of ssh2: it runs without them, and a native module cannot be bundled.
  external: ['cpu-features', '*.node'],
}

/** Three times as large as the rest of the command line, and needed by one command. */
const elkApart = {
  name: 'elk-apart',
  setup: (build) =>
    build.onResolve({ filter: /\/elk-layout\.js$/ }, () => ({ path: './elk-layout.js', external: true })),
}

/** A browser has none of Node's modules: with one of them in sight, the build fails. */
const inBrowser = {
  bundle: true,
  platform: 'browser',
  // Of the oldest VS Code we run in.
  target: 'chrome132',
  format: 'cjs',
  minify: true,
  sourcemap: true,
  logLevel: 'warning',
  external: ['vscode'],
  outdir: 'dist/web',
}

await Promise.all([
  build({
    ...node,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    plugins: [elkApart],
    define: moduleUrl.define,
    banner: { js: `#!/usr/bin/env node\n${moduleUrl.js}` },
  }).then(() => chmod('dist/cli.js', 0o755)),
  build({ ...node, entryPoints: ['src/cli/elk-layout.ts'], outfile: 'dist/elk-layout.js', minify: true }),
  build({
    ...node,
    entryPoints: ['src/extension/extension.ts'],
    outfile: 'dist/extension.js',
    minify: true,
    external: [...node.external, 'vscode'],
  }),
  build({
    ...node,
    entryPoints: ['src/reader/main.ts'],
    outfile: 'dist/reader.js',
    minify: true,
    define: moduleUrl.define,
    banner: { js: moduleUrl.js },
  }),
  build({
    ...inBrowser,
    entryPoints: { extension: 'src/extension/web-extension.ts', reader: 'src/reader/web-main.ts' },
  }),
  existsSync('src/engine/main.ts') &&
    build({ ...node, entryPoints: ['src/engine/main.ts'], outfile: 'dist/engine.js', minify: true }),
  existsSync('webview/main.tsx') &&
    build({
      bundle: true,
      platform: 'browser',
      target: 'chrome128',
      format: 'iife',
      jsx: 'automatic',
      minify: true,
      sourcemap: true,
      logLevel: 'warning',
      define: { 'process.env.NODE_ENV': '"production"' },
      entryPoints: { designer: 'webview/main.tsx' },
      outdir: 'dist/webview',
    }),
  mkdir('dist/webview', { recursive: true }).then(() =>
    copyFile('node_modules/elkjs/lib/elk-worker.min.js', 'dist/webview/elk-worker.js'),
  ),
  writeTexts('l10n/zh-cn', 'dist/zh-cn.json'),
])

/** One catalogue of those of all rooms. */
async function writeTexts(folder, file) {
  const catalogues = await Promise.all(
    (await readdir(folder)).map(async (each) => JSON.parse(await readFile(`${folder}/${each}`, 'utf8'))),
  )
  await mkdir('dist', { recursive: true })
  await writeFile(file, JSON.stringify(Object.assign({}, ...catalogues)))
}
