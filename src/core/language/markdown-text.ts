/** Characters of a text a hover shows; what is longer is nobody's name or address. */
const MOST = 2000

/**
 * Any text as Markdown that shows it as it is, on one line: no link, image, code or entity of a file becomes one.
 * CommonMark lets every ASCII punctuation mark be escaped, which also keeps bare addresses from becoming links.
 */
export function literal(text: string): string {
  return (text.length > MOST ? `${text.slice(0, MOST)}…` : text)
    .replace(/\s+/g, ' ')
    .replace(/[!-/:-@[-`{-~]/g, '\\$&')
}
