import { useEffect, useRef, useState } from 'react'
import { arrangeInTiers } from '../../src/core/diagram/arrangement.js'
import type { Arrangement } from '../../src/core/diagram/arrangement.js'
import type { Group } from '../../src/core/diagram/blocks.js'
import { arrangementFrom, arrangementKey, elkGraphOf } from '../../src/core/diagram/elk-graph.js'
import type { Scene } from '../../src/core/diagram/scene.js'
import { layOut } from './layout-worker.js'

export interface Arranged {
  readonly arrangement: Arrangement
  /** Another one whenever all has come to its place: after a run of the layout worker, or without one. */
  readonly ended: string
  readonly arranging: boolean
}

interface Made {
  readonly key: string
  readonly arrangement: Arrangement
}

/**
 * Where everything stands that nobody moved: in tiers at once, then as the layout worker has it. Arranged again only
 * when something comes, goes or changes size; `again` does it on request.
 */
export function useArrangement(
  scene: Scene,
  groups: readonly Group[],
  workerUrl: string,
  again: number,
): Arranged {
  const key = arrangementKey(scene, groups)
  const run = `${again} ${key}`
  const [made, setMade] = useState<Made>()
  /** The last run that has ended, one way or the other. */
  const [ended, setEnded] = useState('')
  const tiers = useRef<Made>(undefined)
  if (tiers.current?.key !== key) tiers.current = { key, arrangement: arrangeInTiers(scene, groups) }
  // Where a person has put everything, there is nothing to arrange.
  const free = [...scene.hosts, ...scene.networks].some(({ at }) => at === undefined)

  useEffect(() => {
    if (!free) return undefined
    const controller = new AbortController()
    void layOut(elkGraphOf(scene, groups), workerUrl, controller.signal)
      .catch(() => undefined)
      .then((result) => {
        if (controller.signal.aborted) return
        const arrangement = result === undefined ? undefined : arrangementFrom(result, scene, groups)
        if (arrangement !== undefined) setMade({ key, arrangement })
        setEnded(run)
      })
    return () => {
      controller.abort()
    }
    // The run stands for everything of scene and groups that matters here.
  }, [run, free, workerUrl])

  return {
    arrangement:
      made?.key === key ? made.arrangement : meanwhile(made?.arrangement, tiers.current.arrangement),
    ended: free ? ended : run,
    arranging: free && ended !== run,
  }
}

/** Until the worker is done with a changed drawing, what was there before stays where it was. */
function meanwhile(before: Arrangement | undefined, tiers: Arrangement): Arrangement {
  if (before === undefined) return tiers
  return {
    groups: new Map([...tiers.groups].map(([id, at]) => [id, before.groups.get(id) ?? at])),
    networks: new Map([...tiers.networks].map(([name, at]) => [name, before.networks.get(name) ?? at])),
  }
}
