const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}|^[\u{20000}-\u{3fffd}]/u
const NONE = /^[\p{Mark}\p{Format}]/u

/** The columns a text takes on a terminal (UAX 11): letters of East Asia take two, marks over others none. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const char of text) columns += NONE.test(char) ? 0 : WIDE.test(char) ? 2 : 1
  return columns
}
