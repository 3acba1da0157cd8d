import { useEffect, useMemo, useRef } from 'react'
import { say } from '../../src/core/speech/say.js'
import { walkText } from '../../src/core/packet/walk-text.js'
import type { WalkLine } from '../../src/core/packet/walk-text.js'
import type { ExplainedWalk } from '../../src/protocol/walks.js'

/** The walk as `lvs-designer trace` prints it, with the lines of the hop that is shown marked. */
export function TextLog({ explained, at }: { readonly explained: ExplainedWalk; readonly at: number }) {
  const { walk, causes } = explained
  const parts = useMemo(() => byHop(walkText(walk, { causes })), [walk, causes])
  const current = useRef<HTMLDivElement>(null)
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest' })
  }, [at])
  return (
    <div className="walk-text" tabIndex={0} role="region" aria-label={say`The walk as text`}>
      {parts.map((lines, part) => {
        const shown = part === at + 1
        return (
          <div key={part} ref={shown ? current : undefined} className={shown ? 'current' : undefined}>
            {lines.map((line, index) => (
              <pre key={index}>
                {line.length === 0 ? ' ' : null}
                {line.map(({ text, tone }, span) => (
                  <span key={span} className={tone === undefined ? undefined : `text-${tone}`}>
                    {text}
                  </span>
                ))}
              </pre>
            ))}
          </div>
        )
      })}
    </div>
  )
}

/** What stands before the first hop, then the lines of each: a hop begins with its number. */
function byHop(lines: readonly WalkLine[]): readonly (readonly WalkLine[])[] {
  const parts: WalkLine[][] = [[]]
  for (const line of lines) {
    if (/^ *\d+ {2}$/.test(line[0]?.text ?? '')) parts.push([])
    parts.at(-1)?.push(line)
  }
  return parts
}
