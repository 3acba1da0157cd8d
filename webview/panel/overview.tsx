import { say } from '../../src/core/speech/say.js'
import { Button } from '../controls/controls.js'
import { Glyph } from '../glyphs.js'
import { Findings } from './findings.js'
import type { PanelProps } from './panel.js'
import { Properties } from './properties.js'

/** The cluster as a whole: what serves, what is to be mended, what comes next, and what is set for all of it. */
export function Overview(props: PanelProps) {
  const { scene, inspection, editable, history, onEdit, onTyping, onFix, onShow, onSelect, onWalk, onRun } =
    props
  const [firstService] = scene.services
  const { hosts, networks, services } = scene
  const findings = scene.findings.map((finding, index) => ({ finding, index }))
  return (
    <>
      <h1 className="panel-title">{scene.name ?? say`Topology without a name`}</h1>
      <p className="panel-counts">
        {hostsCounted(hosts.length)} · {networksCounted(networks.length)} · {servicesCounted(services.length)}
      </p>
      {services.length > 0 && (
        <ul className="panel-services" aria-label={say`Services`}>
          {services.slice(0, 50).map(({ name, mode, target, realServers }) => (
            <li key={name}>
              <button
                type="button"
                className={`service-row mode-${mode ?? 'unknown'}`}
                onClick={() => {
                  onSelect([{ what: 'service', name }])
                }}
              >
                <Glyph of="service" size={18} />
                <span className="service-lines">
                  <span>
                    <b>{name}</b>
                    <span className="mode-tag">{mode?.toUpperCase() ?? say`no mode`}</span>
                  </span>
                  <span className="service-target">{target ?? say`no VIP`}</span>
                  <span className="note">{say`${realServers.length} real ${realServers.length === 1 ? 'server' : 'servers'}`}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {findings.length === 0 ? (
        // Of nothing drawn it would be said as well.
        services.length > 0 && (
          <p className="all-well">{say`Nothing to mend: this drawing can work as it is.`}</p>
        )
      ) : (
        <>
          <h2>{say`${findings.length} finding${findings.length === 1 ? '' : 's'}`}</h2>
          <Findings findings={findings} editable={editable} onFix={onFix} onShow={onShow} />
        </>
      )}
      <div className="panel-actions">
        <Button
          onPress={() => {
            onRun('deploy')
          }}
        >
          {say`Deploy…`}
        </Button>
        {firstService !== undefined && (
          <Button
            secondary
            onPress={() => {
              onWalk(firstService.name)
            }}
          >
            {say`Trace`}
          </Button>
        )}
        <Button
          secondary
          onPress={() => {
            onRun('plan')
          }}
        >
          {say`Plan`}
        </Button>
        <Button
          secondary
          onPress={() => {
            onRun('verify')
          }}
        >
          {say`Verify`}
        </Button>
        <Button
          secondary
          onPress={() => {
            onRun('start-lab')
          }}
        >
          {say`Start Lab`}
        </Button>
      </div>
      {inspection !== undefined && inspection.subject === undefined && (
        <>
          <h2>{say`Settings of the cluster`}</h2>
          <Properties
            inspection={inspection}
            findings={scene.findings}
            editable={editable}
            history={history}
            onEdit={onEdit}
            onTyping={onTyping}
          />
        </>
      )}
    </>
  )
}

function hostsCounted(count: number): string {
  return say`${count} host${count === 1 ? '' : 's'}`
}

function networksCounted(count: number): string {
  return say`${count} network${count === 1 ? '' : 's'}`
}

function servicesCounted(count: number): string {
  return say`${count} service${count === 1 ? '' : 's'}`
}
