import { createContext, useContext } from 'react'

/** What a node may ask of the canvas it is on. */
export interface CanvasActions {
  readonly setFarmOpen: (id: string, open: boolean) => void
  /** A network is drawn so long while a hand has it by its end. */
  readonly resize: (network: string, length: number) => void
  readonly endResize: (network: string, length: number) => void
  /** It was taken from the hand: nothing comes of it. */
  readonly loseResize: () => void
}

export const CanvasActionsContext = createContext<CanvasActions | undefined>(undefined)

export function useCanvasActions(): CanvasActions {
  const actions = useContext(CanvasActionsContext)
  if (actions === undefined) throw new Error('a node is drawn outside of a canvas')
  return actions
}
