import { say } from '../../src/core/speech/say.js'
import type { WalkSwitch } from '../../src/protocol/walks.js'
import { Button, Checkbox } from '../controls/controls.js'

/** What can be broken on purpose, by host. It is never written into the file. */
export function Switches({
  offered,
  onChange,
}: {
  readonly offered: readonly WalkSwitch[]
  readonly onChange: (broken: readonly string[]) => void
}) {
  const hosts = [...new Set(offered.map(({ host }) => host))]
  const on = offered.filter((each) => each.on).map(({ id }) => id)
  return (
    <div className="walk-switches">
      <p className="note">{say`Break something and see where the packet ends. The file stays as it is.`}</p>
      {hosts.length === 0 && (
        <p className="absent">{say`There is nothing to break yet: the service is not complete.`}</p>
      )}
      {hosts.map((host) => (
        <fieldset key={host}>
          <legend>{host}</legend>
          {offered
            .filter((each) => each.host === host)
            .map(({ id, title, lesson, on: checked }) => (
              <Switch
                key={id}
                title={title}
                lesson={lesson}
                checked={checked}
                onChange={(next) => {
                  onChange(next ? [...on, id] : on.filter((each) => each !== id))
                }}
              />
            ))}
        </fieldset>
      ))}
    </div>
  )
}

function Switch({
  title,
  lesson,
  checked,
  onChange,
}: {
  readonly title: string
  readonly lesson: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}) {
  return (
    <div className="walk-switch">
      <Checkbox label={title} checked={checked} disabled={false} onChange={onChange} />
      <p className="note">{lesson}</p>
    </div>
  )
}

/** Says that what is shown is not the drawing. */
export function WhatIf({
  offered,
  onReset,
}: {
  readonly offered: readonly WalkSwitch[]
  readonly onReset: () => void
}) {
  const on = offered.filter((each) => each.on)
  if (on.length === 0) return null
  return (
    <div className="walk-what-if" role="note" aria-label={say`What if`}>
      <div>
        <b>{say`What if.`}</b> {say`The file says otherwise and stays as it is.`}
        <ul>
          {on.map(({ id, host, title }) => (
            <li key={id}>
              <b>{host}</b>: {title}
            </li>
          ))}
        </ul>
      </div>
      <Button secondary onPress={onReset}>
        {say`Reset`}
      </Button>
    </div>
  )
}
