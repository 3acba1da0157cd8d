// What VS Code waits for when it activates the extension: loading the entry, and activate(). The API is stood in for by
// something that takes everything: what VS Code itself does with it is not ours to measure.
//   node bench/activation.mjs dist/extension.js     prints milliseconds: loading, activating
import Module, { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { performance } from 'node:perf_hooks'

const load = createRequire(import.meta.url)
const anything = new Proxy(
  function () {
    return anything
  },
  {
    get: (_, key) => (key === Symbol.toPrimitive ? () => '' : key === 'then' ? undefined : anything),
    apply: () => anything,
    construct: () => anything,
  },
)
const found = Module._load
Module._load = (request, ...rest) => (request === 'vscode' ? anything : found(request, ...rest))

const begun = performance.now()
const entry = load(resolve(process.argv[2]))
const loaded = performance.now()
entry.activate?.({ subscriptions: [], extensionUri: anything })
const active = performance.now()
process.stdout.write(`${JSON.stringify({ loading: loaded - begun, activating: active - loaded })}\n`)
// What was started with the stand-in is not waited for.
process.exit(0)
