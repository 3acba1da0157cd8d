import { createContext, useContext } from 'react'

/** What a node may ask of the canvas it is on. */
export interface CanvasActions {
  readonly setFarmOpen: (id: string, open: boolean) => void
}

export const CanvasActionsContext = createContext<CanvasActions | undefined>(undefined)

export function useCanvasActions(): CanvasActions {
  const actions = useContext(CanvasActionsContext)
  if (actions === undefined) throw new Error('a node is drawn outside of a canvas')
  return actions
}
