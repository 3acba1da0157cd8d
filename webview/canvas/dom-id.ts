/** The id of a node in the page, for aria-activedescendant. */
export function domId(id: string): string {
  return `node ${id}`.replace(/\s+/g, '_')
}
