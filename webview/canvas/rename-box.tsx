import { useReactFlow, useStore } from '@xyflow/react'
import { useEffect, useId, useRef, useState } from 'react'
import { say } from '../../src/core/speech/say.js'
import type { Box } from '../../src/core/diagram/picture.js'
import { renameProblem } from '../../src/core/diagram/rename.js'
import { isForVsCode, isUndoOrRedo } from '../field-keys.js'
import type { Scene, Subject } from '../../src/core/diagram/scene.js'

const TEXT = { label: (name: string) => say`New name of ${name}` }

/** A field in the place of a name, as large as text has to be whatever the zoom. Enter and leaving it rename. */
export function RenameBox({
  scene,
  subject,
  box,
  onType,
  onRename,
  onClose,
}: {
  readonly scene: Scene
  readonly subject: Subject
  readonly box: Box
  /** What it would be called as it is typed; undefined: as before, or not to be called so. */
  readonly onType: (to: string | undefined) => void
  readonly onRename: (to: string) => void
  readonly onClose: () => void
}) {
  const [typed, setTyped] = useState(subject.name)
  const { flowToScreenPosition } = useReactFlow()
  // Wherever the view goes meanwhile.
  useStore(({ transform }) => transform.join())
  const canvas = useStore(({ domNode }) => domNode)?.getBoundingClientRect()
  const problemId = useId()
  /** Closing it takes the focus away, which is no wish to rename. */
  const closed = useRef(false)
  const to = typed.trim()
  const problem = renameProblem(scene, subject, to)
  const at = flowToScreenPosition({ x: box.x + (subject.what === 'network' ? -64 : 38), y: box.y + 6 })
  const above = subject.what === 'network' ? 40 : 0
  const isOther = problem === undefined && to !== subject.name
  useEffect(() => {
    onType(isOther ? to : undefined)
  }, [isOther, to])
  const end = (how: () => void) => {
    if (closed.current) return
    closed.current = true
    how()
    onType(undefined)
  }
  const finish = () => {
    end(() => {
      if (isOther) onRename(to)
      else onClose()
    })
  }
  return (
    <div
      className="rename-box"
      style={{ left: at.x - (canvas?.left ?? 0), top: at.y - above - (canvas?.top ?? 0) }}
    >
      <input
        type="text"
        aria-label={TEXT.label(subject.name)}
        aria-invalid={problem !== undefined}
        aria-describedby={problemId}
        value={typed}
        spellCheck={false}
        autoComplete="off"
        autoFocus
        onFocus={({ target }) => {
          target.select()
        }}
        onChange={({ target }) => {
          setTyped(target.value)
        }}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key === 'Escape' || event.key === 'Enter' || isUndoOrRedo(event)) event.stopPropagation()
          if (event.key === 'Escape') end(onClose)
          else if (event.key === 'Enter' && problem === undefined) finish()
          else if (isForVsCode(event) && isOther) finish()
        }}
      />
      <span id={problemId} className="rename-problem" role="status">
        {problem}
      </span>
    </div>
  )
}
