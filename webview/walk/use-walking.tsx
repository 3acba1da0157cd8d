import { useMemo } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import type { Picture } from '../../src/core/diagram/picture.js'
import type { Scene } from '../../src/core/diagram/scene.js'
import type { CanvasProps } from '../canvas/canvas.js'
import type { GhostNode } from '../canvas/elements.js'
import { focusOn } from '../focus.js'
import type { Host, ViewState } from '../host.js'
import { ghostNodes } from './ghost-card.js'
import { WALK_KEYS, walkKey } from './keys.js'
import { usePlayer } from './use-player.js'
import { useWalk } from './use-walk.js'
import { WalkLayer } from './walk-layer.js'
import { WalkPanel } from './walk-panel.js'
import { placeWalk } from './way.js'

/** The packet walk as parts of the designer; undefined and empty while none is open. */
export interface Walking {
  readonly start: (service: string) => void
  /** In the place of the properties, and below the drawing. */
  readonly panel: ReactNode
  /** On the canvas. */
  readonly layer: ReactNode
  /** Hosts of the walk that are not in the drawing. */
  readonly ghosts: readonly GhostNode[]
  readonly keys: CanvasProps['keys']
}

export function useWalking({
  host,
  scene,
  picture,
  unreadable,
  kept,
  keep,
}: {
  readonly host: Host
  readonly scene: Scene
  readonly picture: Picture
  readonly unreadable: boolean
  /** What was open when the page was there last. */
  readonly kept: ViewState['walk']
  readonly keep: (change: ViewState) => void
}): Walking {
  const walk = useWalk(host, kept, keep)
  const { wish, shown, run, start } = walk
  const walked = shown?.walk
  // Whoever breaks something wants to see what happens.
  const player = usePlayer(walked?.hops.length ?? 0, run, (wish?.broken.length ?? 0) > 0)
  const placed = useMemo(
    () => (walked === undefined ? undefined : placeWalk(scene, picture, walked.hops)),
    [scene, picture, walked],
  )
  const ghosts = useMemo(() => ghostNodes(placed?.ghosts ?? []), [placed])
  if (wish === undefined) return { start, panel: undefined, layer: undefined, ghosts: [], keys: undefined }

  const close = () => {
    walk.close()
    // Keys go on with the drawing, not with a panel that is gone.
    focusOn('canvas')
  }
  const onKey = (event: KeyboardEvent) => walkKey(event, player, walked?.hops.length ?? 0, close)
  return {
    start,
    ghosts,
    keys: { label: WALK_KEYS, onKey },
    layer: walked !== undefined && placed !== undefined && (
      <WalkLayer placed={placed} walk={walked} player={player} run={run} />
    ),
    panel: (
      <WalkPanel
        scene={scene}
        walk={walk}
        player={player}
        unreadable={unreadable}
        onShow={(path) => {
          host.send({ kind: 'show', path })
        }}
        onClose={close}
        onKey={onKey}
      />
    ),
  }
}
