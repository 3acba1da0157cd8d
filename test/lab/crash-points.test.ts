import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { choiceFrom, enumerate, targetOf } from './enumeration.js'
import { named, startLabs } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

const MODES = ['nat', 'dr', 'tun'] as const
type Mode = (typeof MODES)[number]

const CHOICE = choiceFrom(process.env, 3)
/** Of each mode; while one waits for a timer, others work. */
const COPIES = CHOICE.of === 'all' ? 2 : 1

/**
 * G5, G6, G15: whatever is interrupted at whichever command that changes something on a director, nothing is lost on it nor
 * on its real server. Real servers themselves are interrupted in test/systemd, where they are not emulated.
 */
describe('a deployment that is interrupted', () => {
  const labs = new Map<Mode, RunningLab[]>()
  beforeAll(async () => {
    const texts = await Promise.all(
      MODES.flatMap((mode, kind) =>
        Array.from({ length: COPIES }, async (_, copy) =>
          copyOf(smallest(await readFile(`samples/${mode}.lvs.yaml`, 'utf8')), COPIES * kind + copy + 1),
        ),
      ),
    )
    const all = await startLabs(`test-crash-points-${CHOICE.part?.[0] ?? 1}`, texts, { restarts: true })
    for (const [kind, mode] of MODES.entries()) labs.set(mode, all.slice(COPIES * kind, COPIES * (kind + 1)))
  })
  afterAll(async () => {
    await labs.get('nat')?.[0]?.down()
  })

  it.concurrent.each(MODES)(
    'is as before or as told on a director by %s and its real server, and the next one arrives',
    async (mode) => {
      const copies = (labs.get(mode) ?? []).map((lab) => ({
        hosts: [...lab.cluster.hosts.keys()],
        target: targetOf(lab),
      }))
      // Of each mode other ones, where not all are tried.
      const seed = CHOICE.seed + MODES.indexOf(mode)
      await enumerate(`a director by ${mode}`, copies, { ...CHOICE, seed, hosts: [0] })
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
