import type { KeyboardEvent } from 'react'

/** What Ctrl or Cmd does with it is done in the field. */
const EDITING: ReadonlySet<string> = new Set([
  ...['a', 'c', 'v', 'x', 'z', 'y', 'Backspace', 'Delete', 'Insert', 'Home', 'End'],
  ...['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Control', 'Meta', 'Shift', 'Alt'],
])

/** A key that takes back or repeats what was typed in a field of the browser's own, and is nothing to VS Code's undo. */
export function isUndoOrRedo({ ctrlKey, metaKey, key }: KeyboardEvent): boolean {
  return (ctrlKey || metaKey) && ['z', 'y'].includes(key.toLowerCase())
}

/** A key that is a command to VS Code, such as to save or to close, and is about what was typed in the field too. */
export function isForVsCode({ ctrlKey, metaKey, altKey, key, nativeEvent }: KeyboardEvent): boolean {
  if (nativeEvent.isComposing) return false
  const name = key.length === 1 ? key.toLowerCase() : key
  // Ctrl with Alt is how some keyboards type signs; on macOS Ctrl with a letter goes about in the field (Ctrl+E: to its end).
  const chord = metaKey || (ctrlKey && !altKey && (name === 'Tab' || !isMac()))
  return (chord && !EDITING.has(name)) || /^F\d+$/.test(key)
}

function isMac(): boolean {
  return navigator.userAgent.includes('Mac OS')
}
