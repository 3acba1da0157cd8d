// `npm run package`: lvs-designer-VERSION.vsix, and a look at what is in it. Nothing that is not named below reaches
// users, and what is named as needed is there, or it fails.
//   npm run package -- --built     of what is in dist already
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { packagedFile } from './packaged-file.mjs'
import { packagedReadme } from './packaged-readme.mjs'
import { setUpPackages } from './setup.mjs'
import { zipEntries } from './zip-entries.mjs'

setUpPackages()
if (!process.argv.includes('--built')) {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

const file = basename(packagedFile())
const README = 'dist/readme.md'
const NEEDED = [
  'package.json',
  'package.nls.json',
  'package.nls.zh-cn.json',
  'readme.md',
  'changelog.md',
  'LICENSE.txt',
  'NOTICE',
  'dist/extension.js',
  'dist/reader.js',
  'dist/engine.js',
  'dist/web/extension.js',
  'dist/web/reader.js',
  'dist/zh-cn.json',
  'dist/webview/designer.js',
  'dist/webview/designer.css',
  'dist/webview/elk-worker.js',
  'media/icon.png',
  ...['nat', 'tun', 'dr', 'pair'].map((mode) => `samples/${mode}.lvs.yaml`),
  ...filesOf(JSON.parse(readFileSync('package.json', 'utf8')).contributes),
]
const ALLOWED = [
  /^(package(\.nls(\.zh-cn)?)?\.json|readme\.md|changelog\.md|LICENSE\.txt|NOTICE)$/,
  /^dist\/((extension|reader|engine)\.js|zh-cn\.json)$/,
  /^dist\/web\/(extension|reader)\.js$/,
  /^dist\/webview\/[\w.-]+\.(js|css)$/,
  /^media\/(walkthrough\/)?[\w.-]+\.(png|svg|json|md)$/,
  /^samples\/[\w.-]+\.lvs\.yaml$/,
  /^docs\/rules\.md$/,
]

rmSync(file, { force: true })
writeFileSync(README, packagedReadme())
// Only now is it sure to be installed.
const { createVSIX } = await import('@vscode/vsce')
await createVSIX({
  packagePath: file,
  // Everything is bundled.
  dependencies: false,
  readmePath: README,
  // There is no published repository to point them at, and none are left.
  rewriteRelativeLinks: false,
  allowMissingRepository: true,
})

// Beside the extension there are the two files that describe the package.
const entries = zipEntries(file)
  .filter((entry) => entry.name.startsWith('extension/'))
  .map((entry) => ({ ...entry, name: entry.name.slice('extension/'.length) }))
console.log(`\n${file}: ${kilobytes(statSync(file).size)}`)
for (const entry of [...entries].sort((one, other) => other.size - one.size)) {
  console.log(
    `  ${kilobytes(entry.size).padStart(9)}  ${kilobytes(entry.packed).padStart(9)} packed  ${entry.name}`,
  )
}

const names = new Set(entries.map((entry) => entry.name))
const wrong = [
  ...NEEDED.filter((needed) => !names.has(needed)).map((needed) => `${needed} is missing`),
  ...[...names]
    .filter((each) => !ALLOWED.some((allowed) => allowed.test(each)))
    .map((each) => `${each} does not belong in there (see .vscodeignore)`),
]
if (wrong.length > 0) {
  rmSync(file)
  console.error(`\n${file} was not kept:\n${wrong.map((each) => `  ${each}`).join('\n')}`)
  process.exit(1)
}

/** Every file that the manifest points at. */
function filesOf(value) {
  if (typeof value === 'string')
    return /^(\.\/)?(media|dist)\//.test(value) ? [value.replace(/^\.\//, '')] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(filesOf)
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`
}
