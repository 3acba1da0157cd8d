export function row(cells: readonly string[]): string {
  return `| ${cells.map(plain).join(' | ')} |`
}

/** What comes from a drawing or a host is text, never markup: no link, no HTML, no new line. */
export function plain(text: string): string {
  return text
    .replaceAll(/[\r\n\t]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_{}[\]#|!~$]/g, (mark) => `\\${mark}`)
    .replaceAll(/:(?=\/\/)/g, '&#58;')
}
