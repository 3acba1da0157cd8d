import { said, say } from '../../src/core/speech/say.js'
import { spoken } from '../../src/core/diagram/gestures.js'
import type { Subject } from '../../src/core/diagram/scene.js'
import { pathOf } from '../../src/core/topology/path.js'
import { Button } from '../controls/controls.js'
import { Glyph, ToolGlyph } from '../glyphs.js'
import { Findings } from './findings.js'
import type { NumberedFinding } from './findings.js'
import { ModePicker } from './mode-picker.js'
import { NameField } from './name-field.js'
import type { PanelProps } from './panel.js'
import { Properties } from './properties.js'
import { SelectionActions } from './selection-actions.js'
import { Serves } from './serves.js'

export function SelectedOne(props: PanelProps & { readonly subject: Subject }) {
  const { scene, subject, inspection, comparison, editable, history } = props
  const { onEdit, onTyping, onFix, onShow, onAction, onSelect, onWalk } = props
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
        <NameField
          scene={scene}
          subject={subject}
          kind={kind}
          editable={editable}
          history={history}
          onEdit={onEdit}
          onTyping={onTyping}
        />
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
            void onEdit(
              [{ kind: 'set', path: pathOf('services', subject.name, 'mode'), value: mode }],
              say`${subject.name} is now forwarded by ${mode.toUpperCase()}`,
            )
          }}
        />
      )}
      {host?.role === 'real-server' && <Serves {...props} host={host.name} />}
      {inspection?.subject !== undefined && same(inspection.subject, subject) && (
        <Properties
          inspection={inspection}
          findings={findings.map(({ finding }) => finding)}
          editable={editable}
          history={history}
          onEdit={onEdit}
          onTyping={onTyping}
        />
      )}
      <SelectionActions editable={editable} onAction={onAction} what={subject.name} />
    </>
  )
}

function same(a: Subject, b: Subject): boolean {
  return a.what === b.what && a.name === b.name
}
