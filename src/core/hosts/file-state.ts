import { withoutUnseen } from './unseen.js'

/**
 * The state of a file as one word that travels to a host and back: `base64:` with its bytes. An empty file is the same as
 * one that is not there.
 */
const PREFIX = 'base64:'
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function fileState(text: string): string {
  const bytes = utf8(text)
  let out = PREFIX
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second, third] = [bytes[at], bytes[at + 1], bytes[at + 2]]
    const group = (first << 16) | ((second ?? 0) << 8) | (third ?? 0)
    out += digit(group >> 18) + digit(group >> 12)
    out += second === undefined ? '=' : digit(group >> 6)
    out += third === undefined ? '=' : digit(group)
  }
  return out
}

/** What the file says; undefined where the state is none of a file that is there, or its bytes are no text. */
export function fileText(state: string): string | undefined {
  if (!state.startsWith(PREFIX)) return undefined
  const digits = state.slice(PREFIX.length).replace(/=+$/, '')
  let escaped = ''
  let held = 0
  let bits = 0
  for (const each of digits) {
    const value = DIGITS.indexOf(each)
    if (value < 0) return undefined
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    escaped += `%${((held >> bits) & 0xff).toString(16).padStart(2, '0')}`
  }
  try {
    return decodeURIComponent(escaped)
  } catch {
    return undefined
  }
}

/** For people: the same with what is secret masked, and a sign for what cannot be seen; a count of bytes where it is no text. */
export function shownFile(state: string): string {
  const text = fileText(state)
  // What is no state of a file that is there has nothing to show.
  if (text === undefined) return state.startsWith(PREFIX) ? '(bytes that are no text)\n' : ''
  return withoutUnseen(text, '\ufffd').replace(/^(\s*auth_pass\s+).*$/gm, '$1********')
}

function digit(value: number): string {
  return DIGITS.charAt(value & 63)
}

function utf8(text: string): number[] {
  return [...encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|(.)/g)].map(([, hex, plain = '']) =>
    hex === undefined ? plain.charCodeAt(0) : Number.parseInt(hex, 16),
  )
}
