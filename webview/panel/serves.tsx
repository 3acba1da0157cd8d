import { say } from '../../src/core/speech/say.js'
import { connect } from '../../src/core/diagram/gestures.js'
import { Checkbox } from '../controls/controls.js'
import type { PanelProps } from './panel.js'

/** Which services a real server serves, each with a tick. */
export function Serves({ scene, host, editable, onEdit }: PanelProps & { readonly host: string }) {
  if (scene.services.length === 0) return null
  return (
    <fieldset className="serves">
      <legend>{say`Serves`}</legend>
      {scene.services.slice(0, 50).map((service) => (
        <Checkbox
          key={service.name}
          label={`${service.name} (${service.target ?? say`no VIP`})`}
          checked={service.realServers.some((each) => each.host === host)}
          disabled={!editable}
          onChange={(checked) => {
            if (!checked) {
              void onEdit(
                [{ kind: 'remove-real-server', service: service.name, host }],
                say`${host} is no longer a real server of ${service.name}`,
              )
              return
            }
            const gesture = connect(
              scene,
              { what: 'service', name: service.name },
              { what: 'host', name: host },
            )
            if (gesture.ok) void onEdit(gesture.edits, gesture.said)
          }}
        />
      ))}
    </fieldset>
  )
}
