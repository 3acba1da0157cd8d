import { useId } from 'react'
import { say } from '../../src/core/speech/say.js'
import type { Scene } from '../../src/core/diagram/scene.js'
import { toneOf } from '../../src/core/packet/walk-text.js'
import type { ExplainedWalk } from '../../src/protocol/walks.js'
import { wayKey } from './use-walk.js'
import type { WalkState } from './use-walk.js'

/** Whose request to which service is walked, to which real server, and who answers for the VIP where several may. */
export function Choices({ scene, walk }: { readonly scene: Scene; readonly walk: WalkState }) {
  const { wish, choices, walked, shown } = walk
  if (wish === undefined) return null
  const met = walked?.wish ?? wish
  const ways = walked?.walks ?? []
  return (
    <div className="walk-choices">
      <Select
        label={say`Service`}
        value={wish.service}
        options={scene.services.map(({ name }) => [name, name])}
        onChoose={(service) => {
          walk.change({ service, broken: [] })
        }}
      />
      <Select
        label={say`Client`}
        value={met.client}
        options={(choices?.clients ?? []).map((name) => [name, name])}
        onChoose={(client) => {
          walk.change({ client })
        }}
      />
      <Select
        label={say`Real server`}
        value={met.realServer}
        options={(choices?.realServers ?? []).map((name) => [name, name])}
        onChoose={(realServer) => {
          walk.change({ realServer })
        }}
      />
      {ways.length > 1 && (
        <Select
          label={say`Left to chance`}
          wide
          value={shown && wayKey(shown)}
          options={ways.map((way, index) => [wayKey(way), wayText(way, index)])}
          onChoose={walk.choose}
        />
      )}
    </div>
  )
}

const OUTCOMES = { good: say`served`, bad: say`not served`, unsure: say`undetermined` } as const

function wayText({ walk }: ExplainedWalk, index: number): string {
  const way =
    walk.arpWinner !== undefined
      ? say`${walk.arpWinner} answers ARP`
      : walk.realServer !== undefined
        ? say`${walk.realServer} is chosen`
        : say`way ${index + 1}`
  return `${way}: ${OUTCOMES[toneOf(walk)]}`
}

function Select({
  label,
  value,
  options,
  wide = false,
  onChoose,
}: {
  readonly label: string
  readonly value: string | undefined
  readonly options: readonly (readonly [value: string, text: string])[]
  readonly wide?: boolean
  readonly onChoose: (value: string) => void
}) {
  const id = useId()
  const known = options.some(([each]) => each === value)
  return (
    <div className={wide ? 'walk-choice wide' : 'walk-choice'}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="walk-select"
        value={value ?? ''}
        disabled={options.length === 0}
        onChange={(event) => {
          onChoose(event.currentTarget.value)
        }}
      >
        {!known && <option value={value ?? ''}>{value ?? '—'}</option>}
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}
