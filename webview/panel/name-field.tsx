import { useId, useState } from 'react'
import { say } from '../../src/core/speech/say.js'
import { renameProblem } from '../../src/core/diagram/rename.js'
import type { Subject } from '../../src/core/diagram/scene.js'
import type { TopologyEdit } from '../../src/core/topology/edit.js'
import { TextField } from '../controls/controls.js'
import type { PanelProps } from './panel.js'
import { FieldFinding } from './properties.js'

/** What the selection is called; another name is one here and wherever the file refers to it. */
export function NameField({
  scene,
  subject,
  kind,
  editable,
  history,
  onEdit,
  onTyping,
}: Pick<PanelProps, 'scene' | 'editable' | 'history' | 'onEdit' | 'onTyping'> & {
  readonly subject: Subject
  /** In words. */
  readonly kind: string
}) {
  const [problem, setProblem] = useState<string>()
  const noteId = useId()
  const renaming = (to: string): readonly TopologyEdit[] =>
    to === subject.name ? [] : [{ kind: 'rename', what: subject.what, from: subject.name, to }]
  return (
    <div className="panel-rename">
      <TextField
        label={say`Name of the ${kind}`}
        value={subject.name}
        placeholder=""
        suggestions={[]}
        disabled={!editable}
        describedBy={noteId}
        invalid={problem !== undefined}
        history={history}
        onCommit={(typed) => {
          const to = typed.trim()
          const wrong = renameProblem(scene, subject, to)
          setProblem(wrong)
          if (wrong !== undefined) return undefined
          return to === subject.name
            ? Promise.resolve()
            : onEdit(renaming(to), say`Renamed ${subject.name} to ${to}`)
        }}
        onType={(typed) => {
          if (typed === undefined) setProblem(undefined)
          const to = typed?.trim() ?? subject.name
          onTyping(renameProblem(scene, subject, to) === undefined ? renaming(to) : [])
        }}
      />
      <div id={noteId} className="property-notes">
        {problem !== undefined && <FieldFinding severity="error" message={problem} />}
      </div>
    </div>
  )
}
