import { useCallback, useEffect, useState } from 'react'
import type { Scene, Subject } from '../src/core/diagram/scene.js'
import { subjectOf } from '../src/core/diagram/node-ids.js'
import type { ViewState } from './host.js'

export interface Selection {
  readonly selection: readonly Subject[]
  /** The node of a farm that is selected, which is nothing of the file. */
  readonly farm: string | undefined
  /** `text`: it is where the caret of the text is, so the text need not be told; `page`: it was so before the page went. */
  readonly by: 'person' | 'text' | 'page'
  readonly select: (subjects: readonly Subject[]) => void
  readonly selectNodes: (ids: readonly string[]) => void
  readonly selectByText: (subject: Subject) => void
}

export function useSelection(kept: ViewState, keep: (change: ViewState) => void): Selection {
  const [selected, setSelected] = useState<Pick<Selection, 'selection' | 'farm' | 'by'>>({
    selection: kept.selection ?? [],
    farm: kept.farm,
    by: 'page',
  })
  const { selection, farm } = selected
  useEffect(() => {
    keep({ selection, farm })
  }, [selection, farm])
  const select = useCallback((selection: readonly Subject[]) => {
    setSelected({ selection, farm: undefined, by: 'person' })
  }, [])
  return {
    ...selected,
    select,
    selectNodes: (ids) => {
      const selection = ids.flatMap((id) => subjectOf(id) ?? [])
      const farm = selection.length === 0 ? ids.find((id) => id.startsWith('farm:')) : undefined
      setSelected({ selection, farm, by: 'person' })
    },
    selectByText: (subject) => {
      setSelected({ selection: [subject], farm: undefined, by: 'text' })
    },
  }
}

/** Whether it is on the drawing: what is gone is not selected any longer. */
export function exists({ hosts, networks, services }: Scene, { what, name }: Subject): boolean {
  const among = { host: hosts, network: networks, service: services }[what]
  return among.some((each) => each.name === name)
}
