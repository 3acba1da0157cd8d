import { say } from '../src/core/speech/say.js'
import type { CanvasCommand } from '../src/protocol/designer.js'
import { Button } from './controls/controls.js'

const TEXT = {
  empty: say`An empty drawing`,
  begin: say`Drag a network, a director and real servers from the left onto the canvas, then a service onto the director. What can be derived need not be drawn.`,
  sample: say`Begin with a Sample…`,
  steps: say`First Steps`,
}

/** What is on the canvas while nothing is drawn: how to begin, here or with something that is drawn already. */
export function Empty({ onRun }: { readonly onRun: (command: CanvasCommand) => void }) {
  return (
    <div className="empty">
      <h1>{TEXT.empty}</h1>
      <p>{TEXT.begin}</p>
      <p className="empty-actions">
        <Button
          onPress={() => {
            onRun('new-topology')
          }}
        >
          {TEXT.sample}
        </Button>
        <Button
          secondary
          onPress={() => {
            onRun('get-started')
          }}
        >
          {TEXT.steps}
        </Button>
      </p>
    </div>
  )
}
