import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const pairSize: Rule = {
  code: 'PAIR-SIZE',
  severity: 'error',
  title: 'A list of directors that is no pair',
  why: 'A service has one director, or an active one and its backup. What else is listed would have no part in it.',
  kernel: undefined,
  mend: 'Name one director, or two different ones with the preferred first.',
  source: 'the topology format, version 1',
  explains: [],
  ofPairs: true,
  check: ({ services, topology: { vrrp } }, report) => {
    const lists = services.filter(({ drawn }) => drawn.directors.length > 1).length
    for (const { name, path, drawn } of services) {
      const { directors } = drawn
      const different = [...new Set(directors)]
      const [first] = different
      if (first === undefined || directors.length < 2) continue
      if (directors.length === 2 && different.length === 2) continue
      const at = below(path, 'director')
      const kept = different.slice(0, 2)
      report(
        valueAt(at),
        different.length < directors.length
          ? say`"${name}" names ${different.find((one) => directors.indexOf(one) !== directors.lastIndexOf(one)) ?? first} as its director more than once`
          : say`"${name}" has ${directors.length} directors (${directors.join(', ')}), and a pair is an active one and one backup`,
        [
          {
            title:
              kept.length === 1 ? say`Use ${first} alone` : say`Use ${kept.join(say` with `)} as its backup`,
            edits: [
              { kind: 'set', path: at, value: kept.length === 1 ? first : kept },
              ...(kept.length === 1 && vrrp !== undefined && lists === 1
                ? [{ kind: 'unset', path: pathOf('vrrp') } as const]
                : []),
            ],
          },
        ],
      )
    }
  },
}
