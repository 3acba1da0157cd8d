import { say } from '../../src/core/speech/say.js'
import type { CanvasAction } from '../../src/protocol/designer.js'
import { ToolGlyph } from '../glyphs.js'
import type { ToolShape } from '../glyphs.js'
import { Toolbar } from '../toolbar.js'

const TEXT = {
  view: say`View`,
  zoomIn: say`Zoom in`,
  zoomOut: say`Zoom out`,
  fit: say`Zoom to fit`,
  find: say`Find on the canvas`,
  arrange: say`Arrange`,
  arranging: say`Arranging…`,
  minimap: say`Minimap`,
  lock: say`Lock the canvas`,
}

/** What is at hand in a corner of the canvas. */
export function Tools({
  arranging,
  minimap,
  locked,
  onAction,
}: {
  readonly arranging: boolean
  readonly minimap: boolean
  readonly locked: boolean
  readonly onAction: (action: CanvasAction) => void
}) {
  return (
    <Toolbar className="tools" label={TEXT.view}>
      <Tool label={TEXT.zoomIn} of="zoom-in" action="zoom-in" onAction={onAction} />
      <Tool label={TEXT.zoomOut} of="zoom-out" action="zoom-out" onAction={onAction} />
      <Tool label={TEXT.fit} of="fit" action="fit" onAction={onAction} />
      <Tool label={TEXT.find} of="find" action="find" onAction={onAction} />
      <Tool
        label={arranging ? TEXT.arranging : TEXT.arrange}
        of="arrange"
        action="arrange"
        onAction={onAction}
      />
      <Tool label={TEXT.minimap} of="minimap" action="minimap" pressed={minimap} onAction={onAction} />
      <Tool label={TEXT.lock} of="lock" action="lock" pressed={locked} onAction={onAction} />
    </Toolbar>
  )
}

function Tool({
  label,
  of,
  action,
  pressed,
  onAction,
}: {
  readonly label: string
  readonly of: ToolShape
  readonly action: CanvasAction
  /** Of what is on or off. */
  readonly pressed?: boolean
  readonly onAction: (action: CanvasAction) => void
}) {
  return (
    <button
      type="button"
      className="tool"
      title={label}
      aria-label={label}
      aria-pressed={pressed}
      onClick={() => {
        onAction(action)
      }}
    >
      <ToolGlyph of={of} />
    </button>
  )
}
