import { expect, it } from 'vitest'
import { shownKeys } from './shown-keys.js'

it.each([
  ['alt+shift+a', 'Alt+Shift+A', '⌥+Shift+A'],
  ['f8', 'F8', 'F8'],
  ['alt+shift+=', 'Alt+Shift+=', '⌥+Shift+='],
  ['alt+shift+left', 'Alt+Shift+Left', '⌥+Shift+Left'],
  ['Ctrl+X, Ctrl+C', 'Ctrl+X, Ctrl+C', '⌘+X, ⌘+C'],
])('%s is read as %s, on a Mac as %s', (keys, here, onMac) => {
  expect(shownKeys(keys, false)).toBe(here)
  expect(shownKeys(keys, true)).toBe(onMac)
})
