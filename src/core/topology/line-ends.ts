/**
 * The text with a line feed for every carriage return that stands alone, which ends a line in YAML (1.2, 5.4) and in
 * every editor, but not for the YAML library: it would take the next line for part of a comment. No offset changes.
 */
export function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r(?!\n)/g, '\n') : text
}

/** How lines end that are added: as the first does, but never so that a line feed below would become part of it. */
export function lineEndOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? (text.includes('\r') ? '\r' : '\n')
}
