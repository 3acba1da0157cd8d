import { say } from '../../src/core/speech/say.js'
import type { ModeComparison, ModeVerdict } from '../../src/core/compare/modes.js'
import type { Mode } from '../../src/core/topology/types.js'
import { SeverityMark } from '../glyphs.js'
import { useRoving } from '../roving.js'
import { ModeFigures } from './mode-figures.js'

const TITLES: Readonly<Record<Mode, { readonly title: string; readonly way: string }>> = {
  nat: { title: 'NAT', way: say`addresses are rewritten; replies come back through the director` },
  tun: { title: 'TUN', way: say`requests travel in a tunnel; replies go straight to the client` },
  dr: { title: 'DR', way: say`only the MAC address is rewritten; replies go straight to the client` },
}

/** The three forwarding methods, each with what it needs and what of that this drawing lacks, before one is chosen. */
export function ModePicker({
  comparison,
  editable,
  onChoose,
}: {
  readonly comparison: ModeComparison
  readonly editable: boolean
  readonly onChoose: (mode: Mode) => void
}) {
  // Each choice is an edit, so the arrow keys only go there: Space and Enter choose.
  const chosen = comparison.modes.findIndex(({ current }) => current)
  const roving = useRoving('.mode-choice', Math.max(0, chosen))
  return (
    <>
      <div
        {...roving}
        className="mode-picker"
        role="radiogroup"
        aria-label={say`Forwarding method of ${comparison.service}`}
      >
        {comparison.modes.map((verdict) => (
          <ModeCard key={verdict.mode} verdict={verdict} editable={editable} onChoose={onChoose} />
        ))}
      </div>
      <ModeFigures modes={comparison.modes} />
    </>
  )
}

/** Beyond these, a lack is one of many of its kind. */
const SHOWN = 4

function ModeCard({
  verdict,
  editable,
  onChoose,
}: {
  readonly verdict: ModeVerdict
  readonly editable: boolean
  readonly onChoose: (mode: Mode) => void
}) {
  const { mode, current, needs, lacks, errors, unlisted, feasible } = verdict
  const { title, way } = TITLES[mode]
  const more = Math.max(0, lacks.length - SHOWN) + unlisted
  const state = feasible
    ? say`works on this drawing`
    : errors === 1
      ? say`1 thing is missing`
      : say`${errors} things are missing`
  return (
    <section className={`mode-card mode-${mode}${current ? ' current' : ''}`}>
      <button
        type="button"
        role="radio"
        aria-checked={current}
        className="mode-choice"
        disabled={!editable}
        onClick={() => {
          if (!current) onChoose(mode)
        }}
      >
        <span className="mode-radio" aria-hidden="true" />
        <span className="mode-title">{title}</span>
        <span className={feasible ? 'mode-state feasible' : 'mode-state'}>{state}</span>
        <span className="mode-way">{way}</span>
      </button>
      {lacks.length > 0 && (
        <ul className="lacks">
          {lacks.slice(0, SHOWN).map(({ code, severity, message }, index) => (
            <li key={index}>
              <SeverityMark severity={severity} size={13} />
              <span>
                <b>{code}</b> {message}
              </span>
            </li>
          ))}
          {more > 0 && <li className="more">{say`and ${more} more`}</li>}
        </ul>
      )}
      <details>
        <summary>{say`What ${title} needs`}</summary>
        <ul className="needs">
          {needs.map((need) => (
            <li key={need}>{need}</li>
          ))}
        </ul>
      </details>
    </section>
  )
}
