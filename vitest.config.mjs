import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { longestFirst } from './scripts/longest-first.mjs'
import { shellText } from './scripts/shell-text.mjs'

export default defineConfig({
  plugins: [shellText()],
  test: {
    testTimeout: 30_000,
    // One fewer than there are processors is one on a machine with two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: {
      sequencer: longestFirst(
        'src/remote/host/transaction.test.ts',
        'test/ansible/role.test.ts',
        'src/remote/host/crash-points.test.ts',
        'test/systemd/crash-points.test.ts',
        'test/sshd/fleet.test.ts',
        'test/engine/hostile.test.ts',
        'test/systemd/boot.test.ts',
        'test/systemd/red-hat.test.ts',
        'test/fuzz.test.ts',
      ),
    },
    projects: [
      // The core keeps nothing between two calls but the language it speaks: its files share processes that have it loaded.
      { extends: true, test: { name: 'core', include: ['src/core/**/*.test.ts'], isolate: false } },
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          // The last three have configurations of their own: machines and browsers take minutes rather than milliseconds.
          exclude: ['src/core/**', '**/node_modules/**', 'test/lab/**', 'test/designer/**', 'test/e2e/**'],
        },
      },
    ],
  },
})
