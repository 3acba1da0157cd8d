import type { KeyboardEvent } from 'react'
import { say } from '../../src/core/speech/say.js'
import type { Player } from './use-player.js'

/** The keys, as a person is told. */
export const WALK_KEYS = say`Left and right arrow step, Space plays, Home and End go to the first and last hop, Escape closes.`

/**
 * The keys of an open walk, wherever the focus is on the canvas or beside it: arrows step, Space plays and pauses, Home
 * and End go to the first and last hop, Escape closes. What a control needs for itself it keeps. Whether it was one.
 */
export function walkKey(event: KeyboardEvent, player: Player, hops: number, close: () => void): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  const { target } = event
  const within = (selector: string) => target instanceof Element && target.closest(selector) !== null
  const action = actionOf(event.key)
  if (action === undefined) return false
  if (action !== 'close' && within('select, input, textarea, vscode-text-field')) return false
  if (action === 'play' && within('button, summary, vscode-button, vscode-checkbox')) return false
  event.preventDefault()
  event.stopPropagation()
  switch (action) {
    case 'step':
      player.step(1)
      return true
    case 'back':
      player.step(-1)
      return true
    case 'play':
      player.toggle()
      return true
    case 'first':
      player.goTo(0)
      return true
    case 'last':
      player.goTo(hops - 1)
      return true
    case 'close':
      close()
      return true
  }
}

function actionOf(key: string): 'step' | 'back' | 'play' | 'first' | 'last' | 'close' | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return 'step'
    case 'ArrowLeft':
    case 'ArrowUp':
      return 'back'
    case ' ':
      return 'play'
    case 'Home':
      return 'first'
    case 'End':
      return 'last'
    case 'Escape':
      return 'close'
    default:
      return undefined
  }
}
