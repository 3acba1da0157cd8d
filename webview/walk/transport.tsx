import { say } from '../../src/core/speech/say.js'
import type { Walk } from '../../src/core/packet/walk.js'
import { TransportGlyph } from './marks.js'
import { SPEEDS } from './use-player.js'
import type { Player } from './use-player.js'

/** Step, play and speed, below the drawing. */
export function Transport({ walk, player }: { readonly walk: Walk | undefined; readonly player: Player }) {
  const hops = walk?.hops ?? []
  const { at, playing, speed } = player
  const hop = hops[at]
  const [first, last] = [at === 0, at >= hops.length - 1]
  return (
    <div className="walk-bar" role="toolbar" aria-label={say`Playing the walk`}>
      <span className="walk-buttons">
        <Press
          of="first"
          label={say`First hop (Home)`}
          disabled={first}
          onPress={() => {
            player.goTo(0)
          }}
        />
        <Press
          of="back"
          label={say`Step back (Left arrow)`}
          disabled={first}
          onPress={() => {
            player.step(-1)
          }}
        />
        <Press
          of={playing ? 'pause' : 'play'}
          label={playing ? say`Pause (Space)` : say`Play (Space)`}
          disabled={hops.length < 2}
          onPress={player.toggle}
        />
        <Press
          of="step"
          label={say`Step (Right arrow)`}
          disabled={last}
          onPress={() => {
            player.step(1)
          }}
        />
        <Press
          of="last"
          label={say`Last hop (End)`}
          disabled={last}
          onPress={() => {
            player.goTo(hops.length - 1)
          }}
        />
      </span>
      <label className="walk-speed">
        {say`Speed`}{' '}
        <select
          className="walk-select"
          value={speed}
          onChange={(event) => {
            const chosen = Number(event.currentTarget.value)
            player.setSpeed(SPEEDS.find((each) => each === chosen) ?? 1)
          }}
        >
          {SPEEDS.map((each) => (
            <option key={each} value={each}>
              {each}×
            </option>
          ))}
        </select>
      </label>
      <span className="walk-progress">
        {hop === undefined ? (
          say`No hops`
        ) : (
          <>
            {say`Hop ${at + 1} of ${hops.length}`}: <b>{hop.host}</b>
          </>
        )}
      </span>
      <span className="walk-legend">
        <Line leg="request" /> {say`request`}
        <Line leg="reply" /> {say`reply`}
      </span>
    </div>
  )
}

function Line({ leg }: { readonly leg: 'request' | 'reply' }) {
  return (
    <svg className="walk-legend-line" width="30" height="10" aria-hidden="true">
      <path className={`walk-wire walk-wire-${leg}`} d={leg === 'request' ? 'M 2 5 H 28' : 'M 28 5 H 2'} />
    </svg>
  )
}

/** A press that leads to where there is nothing more keeps the focus: it is not disabled, it says so. */
function Press({
  of,
  label,
  disabled,
  onPress,
}: {
  readonly of: Parameters<typeof TransportGlyph>[0]['of']
  readonly label: string
  readonly disabled: boolean
  readonly onPress: () => void
}) {
  return (
    <button
      type="button"
      className="tool walk-tool"
      title={label}
      aria-label={label}
      aria-disabled={disabled}
      onClick={() => {
        if (!disabled) onPress()
      }}
    >
      <TransportGlyph of={of} />
    </button>
  )
}
