/** What takes over the reading of a terminal or turns the order of letters round, and half characters. */
const UNSEEN = /[\p{Cc}\p{Surrogate}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu

/**
 * A text as it can be shown on one line: what a file holds must not move the cursor of whoever reads about it, colour
 * their terminal, or read otherwise than it is. Tabs are spaces, so that what stands below one another stays so.
 */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (char) => {
    const code = char.codePointAt(0) ?? 0
    if (char === '\t') return '    '
    // The pictures of control characters: U+240A for a line feed.
    if (code < 0x20) return String.fromCodePoint(0x2400 + code)
    if (code === 0x7f) return '\u2421'
    return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
  })
}
