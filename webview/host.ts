import type { Subject } from '../src/core/diagram/scene.js'
import type { FromDesigner, ToDesigner } from '../src/protocol/designer.js'
import { isSubject, isWalkWish, readToDesigner, wireFromDesigner } from '../src/protocol/designer-messages.js'
import type { WalkWish } from '../src/protocol/walks.js'

/** What VS Code gives a page; once a page. */
interface VsCodeApi {
  postMessage(message: unknown): void
  getState(): unknown
  setState(state: unknown): void
}
declare function acquireVsCodeApi(): VsCodeApi

/** What is kept of a canvas while its tab is in the background: how it was looked at, nothing of the document. */
export interface ViewState {
  readonly viewport?: { readonly x: number; readonly y: number; readonly zoom: number }
  /** Farms a person opened, and closed. */
  readonly opened?: readonly string[]
  readonly closed?: readonly string[]
  /** What was selected, and the node of a farm. */
  readonly selection?: readonly Subject[]
  readonly farm?: string | undefined
  /** Nothing is moved, connected or deleted on the canvas. */
  readonly locked?: boolean
  /** Shown or not whatever the size of the drawing. */
  readonly minimap?: boolean
  /** The packet walk that is open. */
  readonly walk?: WalkWish | undefined
}

/** The extension, as the designer sees it. */
export interface Host {
  readonly send: (message: FromDesigner) => void
  readonly listen: (listener: (message: ToDesigner) => void) => () => void
  readonly viewState: () => ViewState
  readonly keep: (state: ViewState) => void
}

export function connectHost(): Host {
  const api = acquireVsCodeApi()
  return {
    send: (message) => {
      api.postMessage(wireFromDesigner(message))
    },
    listen: (listener) => {
      const receive = (event: MessageEvent<unknown>) => {
        const message = readToDesigner(event.data)
        if (message !== undefined) listener(message)
      }
      window.addEventListener('message', receive)
      return () => {
        window.removeEventListener('message', receive)
      }
    },
    viewState: () => readViewState(api.getState()),
    keep: (state) => {
      api.setState(state)
    },
  }
}

/** Of an older version of the extension, maybe: what does not fit is left out. */
function readViewState(value: unknown): ViewState {
  if (typeof value !== 'object' || value === null) return {}
  const { viewport, opened, closed, selection, farm, locked, minimap, walk } = value as Readonly<
    Record<string, unknown>
  >
  const texts = (list: unknown) =>
    Array.isArray(list) ? list.filter((each): each is string => typeof each === 'string') : undefined
  const { x, y, zoom } = (typeof viewport === 'object' && viewport !== null ? viewport : {}) as Record<
    string,
    unknown
  >
  const usable = [x, y, zoom].every((each) => typeof each === 'number' && Number.isFinite(each))
  return {
    ...(usable ? { viewport: { x: Number(x), y: Number(y), zoom: Number(zoom) } } : {}),
    opened: texts(opened) ?? [],
    closed: texts(closed) ?? [],
    selection: Array.isArray(selection) ? selection.filter(isSubject) : [],
    ...(typeof farm === 'string' ? { farm } : {}),
    ...(typeof locked === 'boolean' ? { locked } : {}),
    ...(typeof minimap === 'boolean' ? { minimap } : {}),
    ...(isWalkWish(walk) ? { walk } : {}),
  }
}
