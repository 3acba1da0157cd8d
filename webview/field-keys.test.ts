import type { KeyboardEvent } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import { isForVsCode } from './field-keys.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

const SYSTEMS = { mac: 'Macintosh; Intel Mac OS X 10_15_7', linux: 'X11; Linux x86_64' }
const MODIFIERS = { ctrlKey: false, metaKey: false, altKey: false, nativeEvent: { isComposing: false } }

function isTaken(system: keyof typeof SYSTEMS, event: object): boolean {
  vi.stubGlobal('navigator', { userAgent: `Mozilla/5.0 (${SYSTEMS[system]}) Code Chrome` })
  return isForVsCode({ ...MODIFIERS, ...event } as unknown as KeyboardEvent)
}

it.each(['e', 'k', 'd', 'f', 'b', 'n', 'p', 'h', 't'])('on macOS Ctrl+%s edits in the field', (key) => {
  expect(isTaken('mac', { ctrlKey: true, key })).toBe(false)
  expect(isTaken('linux', { ctrlKey: true, key })).toBe(true)
})

it.each([
  { metaKey: true, key: 's' },
  { metaKey: true, key: 'w' },
  { ctrlKey: true, key: 'Tab' },
  { key: 'F5' },
])('on macOS %o is a command to VS Code', (event) => {
  expect(isTaken('mac', event)).toBe(true)
})

it.each([
  { metaKey: true, key: 'c' },
  { ctrlKey: true, altKey: true, key: '@' },
  { ctrlKey: true, key: 's', nativeEvent: { isComposing: true } },
  { key: 'x' },
])('%o is nowhere one', (event) => {
  expect(isTaken('mac', event)).toBe(false)
  expect(isTaken('linux', event)).toBe(false)
})
