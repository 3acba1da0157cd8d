import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import type { CaseResult } from './in-host/cases.js'
import { openVsCode } from './vscode-kit.js'
import type { OpenVsCode } from './vscode-kit.js'

/** A run takes a window of its own; a host that says nothing for so long is stuck. */
const STUCK_MS = 180_000

/**
 * Runs the cases of one file of test/e2e/in-host inside the extension host of a fresh VS Code, with the extension as
 * it was built last.
 */
export async function runInHost(
  file: string,
  options: Omit<OpenVsCode, 'payload' | 'prepare'>,
  stuckMs = STUCK_MS,
): Promise<readonly CaseResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lvs-in-host-'))
  const tests = join(folder, 'tests.js')
  const results = join(folder, 'results.json')
  await build({
    stdin: {
      contents: `
        import { writeFileSync } from 'node:fs'
        import { runCases } from './cases.js'
        import './${file}'
        export async function run() {
          writeFileSync(${JSON.stringify(results)}, JSON.stringify(await runCases()))
        }
      `,
      resolveDir: resolve('test/e2e/in-host'),
      loader: 'ts',
    },
    outfile: tests,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    logLevel: 'warning',
    external: ['vscode'],
  })

  const said: string[] = []
  let end: (status: number) => void = () => undefined
  const ended = new Promise<number>((resolveEnded) => {
    end = resolveEnded
  })
  try {
    const code = await openVsCode({
      ...options,
      payload: (server) => [['extensionTestsPath', server.remote(tests)]],
      prepare: async (page) => {
        await page.exposeFunction('codeAutomationLog', (kind: string, words: readonly unknown[]) => {
          said.push(`${kind}: ${words.map(String).join(' ')}`)
        })
        await page.exposeFunction('codeAutomationExit', (status: number) => {
          end(status)
        })
      },
    })
    try {
      const status = await Promise.race([ended, sleep(stuckMs, undefined, { ref: false })])
      if (status === undefined) {
        throw new Error(`the tests did not end within ${stuckMs / 1000} s. They said:\n${said.join('\n')}`)
      }
      if (status !== 0)
        throw new Error(`the extension host ended with ${status}. It said:\n${said.join('\n')}`)
      return JSON.parse(await readFile(results, 'utf8')) as readonly CaseResult[]
    } finally {
      await code.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
