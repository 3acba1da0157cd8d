// Bundles what people run. One file each, CommonJS: Node runs it as it is and VS Code loads nothing else everywhere.
//   dist/cli.js           the command line
//   dist/extension.js     the extension's entry: loaded by VS Code when a topology is opened
//   dist/core.js          the core as the extension uses it: loaded with the first topology
//   dist/engine.js        the process that reaches hosts and runs the lab: started when first needed
//   dist/webview/         the designer's page, and the layout worker it loads when it arranges
import { build } from 'esbuild'
import { chmod, copyFile, mkdir, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'

await rm('dist', { recursive: true, force: true })

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

/** The core stays a bundle of its own beside the entry, so that VS Code starts without it. */
const coreApart = {
  name: 'core-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/core-bundle\.js$/ }, () => ({ path: './core.js', external: true }))
  },
}

await Promise.all([
  build({
    ...node,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    banner: { js: '#!/usr/bin/env node' },
  }).then(() => chmod('dist/cli.js', 0o755)),
  build({
    ...node,
    entryPoints: ['src/extension/extension.ts'],
    outfile: 'dist/extension.js',
    minify: true,
    external: [...node.external, 'vscode'],
    plugins: [coreApart],
  }),
  build({
    ...node,
    entryPoints: ['src/extension/core-bundle.ts'],
    outfile: 'dist/core.js',
    minify: true,
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
])
