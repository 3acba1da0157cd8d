const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}|^[\u{20000}-\u{3fffd}]/u
const NONE = /^[\p{Mark}\p{Format}]/u

/** Most texts, each letter of which takes one column. */
const PLAIN = /^[ -~]*$/

/** The columns a text takes on a terminal (UAX 11): letters of East Asia take two, marks over others none. */
export function columnsOf(text: string): number {
  if (PLAIN.test(text)) return text.length
  let columns = 0
  for (const char of text) columns += widthOf(char)
  return columns
}

function widthOf(char: string): number {
  return NONE.test(char) ? 0 : WIDE.test(char) ? 2 : 1
}

/** As much of the beginning of a text as takes no more than so many columns, marks over the last letter included. */
export function firstColumns(text: string, columns: number): string {
  let taken = 0
  let end = 0
  for (const char of text) {
    taken += widthOf(char)
    if (taken > columns) break
    end += char.length
  }
  return text.slice(0, end)
}

/** As much of the end, beginning with a letter and not with a mark over one that is cut off. */
export function lastColumns(text: string, columns: number): string {
  const left = columnsOf(text) - columns
  if (left <= 0) return text
  let passed = 0
  let start = 0
  for (const char of text) {
    if (passed >= left && widthOf(char) > 0) break
    passed += widthOf(char)
    start += char.length
  }
  return text.slice(start)
}
