import { useEffect, useRef } from 'react'
import { say } from '../../src/core/speech/say.js'
import type { Hop, Walk } from '../../src/core/packet/walk.js'
import { ToneMark, shownTone } from './marks.js'
import type { Player } from './use-player.js'
import { STEP_WORDS, VERDICT_WORDS, wayOf } from './words.js'

/** Every hop with what the host decided, in order; the one that is shown has all its steps. One stop for the Tab key. */
export function HopList({ walk, player }: { readonly walk: Walk; readonly player: Player }) {
  const list = useRef<HTMLOListElement>(null)
  const { at } = player
  useEffect(() => {
    const item = list.current?.children[at]
    item?.scrollIntoView({ block: 'nearest' })
    // The focus goes along with the hop, when it is here at all.
    if (list.current?.contains(document.activeElement) === true) item?.querySelector('button')?.focus()
  }, [at, walk])
  return (
    <ol className="walk-hops" ref={list} aria-label={say`Hops`}>
      {walk.hops.map((hop, index) => (
        <HopItem
          key={index}
          hop={hop}
          number={index + 1}
          current={index === at}
          end={index === walk.hops.length - 1 ? walk : undefined}
          newLeg={hop.leg !== walk.hops[index - 1]?.leg}
          onChoose={() => {
            player.goTo(index)
          }}
        />
      ))}
    </ol>
  )
}

function HopItem({
  hop,
  number,
  current,
  end,
  newLeg,
  onChoose,
}: {
  readonly hop: Hop
  readonly number: number
  readonly current: boolean
  /** The walk that ends here. */
  readonly end: Walk | undefined
  readonly newLeg: boolean
  readonly onChoose: () => void
}) {
  const { leg, host, steps } = hop
  return (
    <li
      className={`walk-hop leg-${leg}${current ? ' current' : ''}`}
      aria-current={current ? 'step' : undefined}
    >
      {newLeg && <span className="walk-leg">{leg === 'request' ? say`The request` : say`The reply`}</span>}
      <button type="button" className="walk-hop-head" tabIndex={current ? 0 : -1} onClick={onChoose}>
        <span className="walk-number">{number}</span>
        <span className="walk-host">{host}</span>
        <span className="walk-way">{wayOf(hop)}</span>
        {!current && <span className="walk-brief">{brief(hop)}</span>}
      </button>
      {current && (
        <ol className="walk-steps" aria-label={say`What ${host} does`}>
          {steps.map(({ type, detail }, index) => (
            <li key={index} className={type === 'drop' ? 'walk-step walk-step-drop' : 'walk-step'}>
              <span className="walk-step-type">{STEP_WORDS[type]}</span> <span>{detail}</span>
            </li>
          ))}
          {steps.length === 0 && <li className="absent">{say`Nothing is decided here.`}</li>}
        </ol>
      )}
      {end !== undefined && (
        <p className={`walk-end walk-${shownTone(end)}`}>
          <ToneMark tone={shownTone(end)} size={14} /> {VERDICT_WORDS[end.verdict]}
        </p>
      )}
    </li>
  )
}

/** What a host does, in the words of its steps. */
function brief({ steps }: Hop): string {
  return [...new Set(steps.map(({ type }) => STEP_WORDS[type]))].join(' · ')
}
