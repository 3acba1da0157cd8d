import { said, say } from '../../src/core/speech/say.js'
import type { ModeComparison } from '../../src/core/compare/modes.js'
import { connect, spoken } from '../../src/core/diagram/gestures.js'
import type { Scene, SceneFinding, Subject } from '../../src/core/diagram/scene.js'
import type { Inspection } from '../../src/core/language/inspection.js'
import type { TopologyEdit } from '../../src/core/topology/edit.js'
import { pathOf } from '../../src/core/topology/path.js'
import type { CanvasAction, CanvasCommand } from '../../src/protocol/designer.js'
import { Button, Checkbox, TextField } from '../controls/controls.js'
import type { History } from '../controls/controls.js'
import { Glyph, ToolGlyph } from '../glyphs.js'
import { Findings } from './findings.js'
import type { NumberedFinding } from './findings.js'
import { ModePicker } from './mode-picker.js'
import { Properties } from './properties.js'

export interface PanelProps {
  readonly scene: Scene
  readonly selection: readonly Subject[]
  readonly inspection: Inspection | undefined
  readonly comparison: ModeComparison | undefined
  readonly editable: boolean
  readonly history: History
  readonly onEdit: (edits: readonly TopologyEdit[], said?: string) => void
  readonly onFix: (finding: number, fix: number) => void
  readonly onShow: (finding: SceneFinding) => void
  readonly onSelect: (subjects: readonly Subject[]) => void
  readonly onAction: (action: CanvasAction) => void
  /** Opens the packet walk of a service. */
  readonly onWalk: (service: string) => void
  readonly onRun: (command: CanvasCommand) => void
}

/** What there is to say and to change about the selection; without one, about the whole drawing. */
export function Panel(props: PanelProps) {
  const { selection } = props
  const [subject, ...others] = selection
  return (
    <aside className="panel" aria-label={say`Properties`}>
      {subject === undefined ? (
        <Overview {...props} />
      ) : others.length > 0 ? (
        <Several {...props} />
      ) : (
        <One key={`${subject.what} ${subject.name}`} {...props} subject={subject} />
      )}
    </aside>
  )
}

function Overview({ scene, editable, onFix, onShow, onSelect, onWalk, onRun }: PanelProps) {
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
    </>
  )
}

const ALIGN_TITLES = {
  'align-left': say`Align left`,
  'align-center': say`Align centers`,
  'align-right': say`Align right`,
  'align-top': say`Align top`,
  'align-middle': say`Align middles`,
  'align-bottom': say`Align bottom`,
  'distribute-horizontally': say`Distribute horizontally`,
  'distribute-vertically': say`Distribute vertically`,
}

const ALIGNING = [
  'align-left',
  'align-center',
  'align-right',
  'align-top',
  'align-middle',
  'align-bottom',
  'distribute-horizontally',
  'distribute-vertically',
] as const satisfies readonly CanvasAction[]

function Several({ selection, editable, onAction }: PanelProps) {
  return (
    <>
      <h1 className="panel-title">{say`${selection.length} selected`}</h1>
      <ul className="selected-names">
        {selection.slice(0, 30).map(({ what, name }) => (
          <li key={`${what} ${name}`}>
            {said(what)} <b>{name}</b>
          </li>
        ))}
        {selection.length > 30 && <li className="more">{say`and ${selection.length - 30} more`}</li>}
      </ul>
      <div className="aligning" role="group" aria-label={say`Align and distribute`}>
        {ALIGNING.map((action) => (
          <button
            key={action}
            type="button"
            className="tool"
            disabled={!editable}
            title={ALIGN_TITLES[action]}
            aria-label={ALIGN_TITLES[action]}
            onClick={() => {
              onAction(action)
            }}
          >
            <ToolGlyph of={action} />
          </button>
        ))}
      </div>
      <Actions
        editable={editable}
        onAction={onAction}
        what={say`${selection.length} thing${selection.length === 1 ? '' : 's'}`}
      />
    </>
  )
}

function One(props: PanelProps & { readonly subject: Subject }) {
  const { scene, subject, inspection, comparison, editable, history } = props
  const { onEdit, onFix, onShow, onAction, onSelect, onWalk } = props
  const findings: NumberedFinding[] = scene.findings.flatMap((finding, index) =>
    finding.subjects.some((each) => same(each, subject)) ? [{ finding, index }] : [],
  )
  const host = subject.what === 'host' ? scene.hosts.find(({ name }) => name === subject.name) : undefined
  const kind = host === undefined ? said(subject.what) : spoken(host.role)
  const glyph = subject.what === 'host' ? (host?.role ?? 'real-server') : subject.what
  return (
    <>
      <h1 className="visually-hidden">{`${kind} ${subject.name}`}</h1>
      <header className="panel-head">
        <Glyph of={glyph} size={28} />
        <div className="panel-rename">
          <TextField
            label={say`Name of the ${kind}`}
            value={subject.name}
            placeholder=""
            suggestions={[]}
            disabled={!editable}
            describedBy={undefined}
            invalid={false}
            history={history}
            onCommit={(to) => {
              onEdit(
                [{ kind: 'rename', what: subject.what, from: subject.name, to: to.trim() }],
                say`Renamed ${subject.name} to ${to.trim()}`,
              )
            }}
          />
        </div>
        <button
          type="button"
          className="tool"
          aria-label={say`Close the properties`}
          title={say`Back to the whole drawing`}
          onClick={() => {
            onSelect([])
          }}
        >
          <ToolGlyph of="close" />
        </button>
      </header>
      {subject.what === 'service' && (
        <div className="panel-trace">
          <Button
            onPress={() => {
              onWalk(subject.name)
            }}
          >
            {say`Trace`}
          </Button>
          <span className="note">{say`a request and its reply, hop by hop`}</span>
        </div>
      )}
      <Findings findings={findings} editable={editable} onFix={onFix} onShow={onShow} />
      {subject.what === 'service' && comparison?.service === subject.name && (
        <ModePicker
          comparison={comparison}
          editable={editable}
          onChoose={(mode) => {
            onEdit(
              [{ kind: 'set', path: pathOf('services', subject.name, 'mode'), value: mode }],
              say`${subject.name} is now forwarded by ${mode.toUpperCase()}`,
            )
          }}
        />
      )}
      {host?.role === 'real-server' && <Serves {...props} host={host.name} />}
      {inspection !== undefined && same(inspection.subject, subject) && (
        <Properties
          inspection={inspection}
          findings={findings.map(({ finding }) => finding)}
          editable={editable}
          history={history}
          onEdit={onEdit}
        />
      )}
      <Actions editable={editable} onAction={onAction} what={subject.name} />
    </>
  )
}

/** What can be done with whatever is selected. */
function Actions({
  what,
  editable,
  onAction,
}: Pick<PanelProps, 'editable' | 'onAction'> & { readonly what: string }) {
  const press = (action: CanvasAction) => () => {
    onAction(action)
  }
  return (
    <div className="panel-actions">
      <Button secondary onPress={press('copy')}>
        {say`Copy`}
      </Button>
      <Button secondary disabled={!editable} onPress={press('duplicate')}>
        {say`Duplicate`}
      </Button>
      <Button secondary disabled={!editable} onPress={press('delete')}>
        {say`Delete`} {what}
      </Button>
    </div>
  )
}

/** Which services a real server serves, each with a tick. */
function Serves({ scene, host, editable, onEdit }: PanelProps & { readonly host: string }) {
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
              onEdit(
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
            if (gesture.ok) onEdit(gesture.edits, gesture.said)
          }}
        />
      ))}
    </fieldset>
  )
}

export function same(a: Subject, b: Subject): boolean {
  return a.what === b.what && a.name === b.name
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
