import { said, say } from '../../src/core/speech/say.js'
import type { CanvasAction } from '../../src/protocol/designer.js'
import { ToolGlyph } from '../glyphs.js'
import { Toolbar } from '../toolbar.js'
import type { PanelProps } from './panel.js'
import { SelectionActions } from './selection-actions.js'

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

export function SelectedSeveral({ selection, editable, onAction }: PanelProps) {
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
      <Toolbar className="aligning" label={say`Align and distribute`}>
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
      </Toolbar>
      <SelectionActions
        editable={editable}
        onAction={onAction}
        what={say`${selection.length} thing${selection.length === 1 ? '' : 's'}`}
      />
    </>
  )
}
