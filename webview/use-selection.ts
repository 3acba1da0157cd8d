import { useCallback, useState } from 'react'
import type { Scene, Subject } from '../src/core/diagram/scene.js'
import { subjectOf } from '../src/core/diagram/node-ids.js'

export interface Selection {
  readonly selection: readonly Subject[]
  /** The node of a farm that is selected, which is nothing of the file. */
  readonly farm: string | undefined
  /** It is where the caret of the text is, so the text need not be told. */
  readonly byText: boolean
  readonly select: (subjects: readonly Subject[]) => void
  readonly selectNodes: (ids: readonly string[]) => void
  readonly selectByText: (subject: Subject) => void
}

export function useSelection(): Selection {
  const [selected, setSelected] = useState<Pick<Selection, 'selection' | 'farm' | 'byText'>>({
    selection: [],
    farm: undefined,
    byText: false,
  })
  const select = useCallback((selection: readonly Subject[]) => {
    setSelected({ selection, farm: undefined, byText: false })
  }, [])
  return {
    ...selected,
    select,
    selectNodes: (ids) => {
      const selection = ids.flatMap((id) => subjectOf(id) ?? [])
      const farm = selection.length === 0 ? ids.find((id) => id.startsWith('farm:')) : undefined
      setSelected({ selection, farm, byText: false })
    },
    selectByText: (subject) => {
      setSelected({ selection: [subject], farm: undefined, byText: true })
    },
  }
}

/** Whether it is on the drawing: what is gone is not selected any longer. */
export function exists({ hosts, networks, services }: Scene, { what, name }: Subject): boolean {
  const among = { host: hosts, network: networks, service: services }[what]
  return among.some((each) => each.name === name)
}
