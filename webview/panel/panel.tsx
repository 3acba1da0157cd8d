import { say } from '../../src/core/speech/say.js'
import type { ModeComparison } from '../../src/core/compare/modes.js'
import type { Scene, SceneFinding, Subject } from '../../src/core/diagram/scene.js'
import type { Inspection } from '../../src/core/language/inspection.js'
import type { TopologyEdit } from '../../src/core/topology/edit.js'
import type { CanvasAction, CanvasCommand } from '../../src/protocol/designer.js'
import { focusOn } from '../focus.js'
import type { History } from '../controls/controls.js'
import { Overview } from './overview.js'
import { SelectedOne } from './selected-one.js'
import { SelectedSeveral } from './selected-several.js'

export interface PanelProps {
  readonly scene: Scene
  readonly selection: readonly Subject[]
  readonly inspection: Inspection | undefined
  readonly comparison: ModeComparison | undefined
  readonly editable: boolean
  readonly history: History
  /** Whether the text has taken them. */
  readonly onEdit: (edits: readonly TopologyEdit[], said?: string) => Promise<boolean>
  /** What is typed would change this, and is not finished. */
  readonly onTyping: (edits: readonly TopologyEdit[]) => void
  readonly onFix: (finding: number, fix: number) => void
  readonly onShow: (finding: SceneFinding) => void
  readonly onSelect: (subjects: readonly Subject[]) => void
  readonly onAction: (action: CanvasAction) => void
  /** Opens the packet walk of a service. */
  readonly onWalk: (service: string) => void
  readonly onRun: (command: CanvasCommand) => void
}

/**
 * What there is to say and to change about the selection; without one, about the whole drawing. By keyboard, Enter on
 * the canvas comes here, and Escape goes back.
 */
export function Panel(props: PanelProps) {
  const { selection } = props
  const [subject, ...others] = selection
  return (
    <aside
      className="panel"
      aria-label={say`Properties`}
      tabIndex={-1}
      onKeyDown={(event) => {
        // A list that is open closes by it, and keeps the focus.
        if (event.key === 'Escape' && !event.defaultPrevented) focusOn('canvas')
      }}
    >
      {subject === undefined ? (
        <Overview {...props} />
      ) : others.length > 0 ? (
        <SelectedSeveral {...props} />
      ) : (
        <SelectedOne key={`${subject.what} ${subject.name}`} {...props} subject={subject} />
      )}
    </aside>
  )
}
