// Bundles what people run. One file each, CommonJS: Node runs it as it is and VS Code loads nothing else everywhere.
import { build } from 'esbuild'
import { chmod } from 'node:fs/promises'

const shared = {
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

await build({
  ...shared,
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/cli.js',
  banner: { js: '#!/usr/bin/env node' },
})
await chmod('dist/cli.js', 0o755)
