import { say } from '../../src/core/speech/say.js'
import type { CanvasAction } from '../../src/protocol/designer.js'
import { Button } from '../controls/controls.js'
import type { PanelProps } from './panel.js'

/** What can be done with whatever is selected. */
export function SelectionActions({
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
