// Writes docs/rules.md anew from the rules. The test that finds the document stale also writes it, so that there is
// one way from the rules to the text.
import { spawnSync } from 'node:child_process'

const { status } = spawnSync('npx', ['vitest', 'run', 'src/core/checks/explain.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, UPDATE: '1' },
})
process.exit(status ?? 1)
