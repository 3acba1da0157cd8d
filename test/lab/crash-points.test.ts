import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { choiceFrom, enumerate } from './enumeration.js'
import { startCli } from './faults-kit.js'
import { named, startLabs } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

const CHOICE = choiceFrom(process.env, 4)
/** While one waits for a timer, another works. */
const COPIES = CHOICE.of === 'all' ? 3 : Math.min(CHOICE.of, 2)

/** G5, G6, G15: whatever is interrupted at whichever command that changes something, nothing is lost. */
describe('a deployment that is interrupted', () => {
  let labs: RunningLab[] = []
  beforeAll(async () => {
    const drawing = smallest(await readFile('samples/nat.lvs.yaml', 'utf8'))
    const copies = Array.from({ length: COPIES }, (_, index) => copyOf(drawing, index))
    labs = await startLabs(`test-crash-points-${CHOICE.part?.[0] ?? 1}`, copies, { restarts: true })
  })
  afterAll(async () => {
    await labs[0]?.down()
  })

  it(
    'is as before or as told on every host, and the next one arrives',
    async () => {
      const copies = labs.map((lab, index) => ({
        hosts: [`lb1-${index + 1}`, `rs1-${index + 1}`],
        target: {
          ...lab,
          // Services are not tried: that changes nothing, and is tried elsewhere.
          start: (command: 'apply' | 'remove', timer = 120) =>
            startCli(
              lab,
              ...[command, lab.file, '--timer', String(timer)],
              ...(command === 'remove' ? ['--drain', '0'] : ['--skip-verify']),
            ),
        },
      }))
      await enumerate(copies, CHOICE)
    },
    CHOICE.of === 'all' ? 24 * 3_600_000 : 600_000 + CHOICE.of * 300_000,
  )
})

/** One of each: every kind of step once. */
function smallest(text: string): string {
  return text
    .replace(/^  web6:[^]*/m, '')
    .replace(/^  (alice|rs2):\n.*\n.*\n.*\n/gm, '')
    .replace(/^ +rs2: .*\n/gm, '')
}

/** The same cluster once more, with hosts and networks of its own. */
function copyOf(text: string, copy: number): string {
  return named(text, `crash-${copy + 1}`).replace(/\b(lb1|rs1|front|back)\b/g, `$1-${copy + 1}`)
}
