import { readFile } from 'node:fs/promises'
import { describe, it } from 'vitest'
import { choiceFrom, enumerate, targetOf } from './enumeration.js'
import { named, startLabs } from './lab-kit.js'

const MODES = ['nat', 'dr', 'tun'] as const

const CHOICE = choiceFrom(process.env, 3)
/** Of each mode, on a machine of its own; while one waits for a timer, others work. */
const COPIES = CHOICE.of === 'all' ? 2 : 1

/**
 * G5, G6, G15: whatever is interrupted at whichever command that changes something on a director, nothing is lost on it nor
 * on its real server. Real servers themselves are interrupted in test/systemd, where they are not emulated.
 */
describe('a deployment that is interrupted', () => {
  it.concurrent.each(MODES)(
    'is as before or as told on a director by %s and its real server, and the next one arrives',
    async (mode) => {
      const text = smallest(await readFile(`samples/${mode}.lvs.yaml`, 'utf8'))
      const labs = await startLabs(
        `test-crash-points-${mode}-${CHOICE.part?.[0] ?? 1}`,
        Array.from({ length: COPIES }, (_, copy) => copyOf(text, copy + 1)),
        { restarts: true },
      )
      try {
        const copies = labs.map((lab) => {
          const hosts = [...lab.cluster.hosts.keys()]
          return { target: targetOf(lab), hosts, interrupted: hosts.slice(0, 1) }
        })
        // Of each mode other ones, where not all are tried.
        const seed = CHOICE.seed + MODES.indexOf(mode)
        await enumerate(`a director by ${mode}`, copies, { ...CHOICE, seed })
      } finally {
        await labs[0]?.down()
      }
    },
    CHOICE.of === 'all' ? 24 * 3_600_000 : 600_000 + CHOICE.of * 300_000,
  )
})

/** One of each: every kind of step once. Of whoever asks, and of routers, there is no need. */
function smallest(text: string): string {
  return text
    .replace(/^ {2}web6:[^]*/m, '')
    .replace(/^ {2}(alice|rs2|core|edge):\n(?: {4}.*\n)+/gm, '')
    .replace(/^ +rs2: .*\n/gm, '')
}

/** The same cluster once more, with hosts and networks of its own. */
function copyOf(text: string, copy: number): string {
  return named(text, `crash-${copy}`).replace(
    /\b(lb1|rs1|front|back|outside|farm|east|west)\b/g,
    `$1-${copy}`,
  )
}
