import { walkedFrames } from '../../src/lab/kernel-run/walked-frames.js'
import type { Outcome } from './differential.js'
import { textOf } from './drawing.js'
import { frameText, packetKey } from '../../src/lab/kernel-run/observed-frames.js'

const MOST_FRAMES = 40

/** A case in which walk and kernel differ, with all that is needed to see which of them is wrong. */
export function disagreementText({ which, walks, result, agreement }: Outcome): string {
  const { name, drawing, patches, client, service } = which
  const { differences } = agreement
  const frames = result.frames.flatMap((frame) => frameText(frame) ?? [])
  const asked = [
    which.active === undefined ? '' : `, ${which.active} active`,
    result.requests.length < 2 ? '' : `, ${result.requests.length} times`,
  ]
  return [
    `==== ${name}: walk and kernel differ (${client} asks ${service}${asked.join('')})`,
    textOf(drawing).trimEnd(),
    ...patches.map((patch) => `patch ${JSON.stringify(patch)}`),
    ...walks.flatMap((walk, index) => [
      `-- walk ${index + 1}: ${walk.verdict}, served ${String(walk.served)}, seen ${String(walk.seen)}, real server ${String(walk.realServer)}: ${walk.reason}`,
      ...walkedFrames(walk).map(
        ({ host, out, network, packetOut }) =>
          `   ${host} ${out ?? ''} ${network} ${packetKey(packetOut, -1)}`,
      ),
      ...(differences[index] ?? []).map((difference) => `   ≠ ${difference}`),
    ]),
    ...(walks.length === 0 ? differences.flat() : []),
    ...result.requests.map((request) => `-- kernel: ${JSON.stringify(request)}`),
    ...result.problems.map((problem) => `   refused: ${problem}`),
    ...frames.slice(0, MOST_FRAMES).map((text) => `   ${text}`),
    ...(frames.length > MOST_FRAMES ? [`   … ${frames.length - MOST_FRAMES} more`] : []),
  ].join('\n')
}

/** `agreement: 178 of 180 clusters (98.9 %); SERVED 60, NO_SERVICE 12 …`: how often, and what was to be seen at all. */
export function rateText(outcomes: readonly Outcome[]): string {
  const agreeing = outcomes.filter(({ agreement }) => agreement.agrees)
  const verdicts = new Map<string, number>()
  for (const { agreement } of agreeing) {
    const verdict = agreement.walk?.verdict
    if (verdict !== undefined) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
  }
  const list = [...verdicts].sort(([, a], [, b]) => b - a).map(([verdict, count]) => `${verdict} ${count}`)
  const rate = outcomes.length === 0 ? 0 : (agreeing.length / outcomes.length) * 100
  return `agreement of walk and kernel: ${agreeing.length} of ${outcomes.length} clusters (${rate.toFixed(1)} %); ${list.join(', ')}`
}
