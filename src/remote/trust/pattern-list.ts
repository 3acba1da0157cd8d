/**
 * Patterns as ssh_config(5) "PATTERNS" and sshd(8) "SSH_KNOWN_HOSTS FILE FORMAT" define them: `*` is any run of
 * characters, `?` exactly one, `!` in front negates. Written without regular expressions, so that a pattern from a file
 * cannot make matching exponential: this is the usual backtrack-to-the-last-star walk.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let inPattern = 0
  let inText = 0
  let afterStar = -1
  let resume = 0
  while (inText < text.length) {
    const wanted = pattern[inPattern]
    if (wanted === '*') {
      afterStar = ++inPattern
      resume = inText
    } else if (wanted === '?' || wanted === text[inText]) {
      inPattern++
      inText++
    } else if (afterStar >= 0) {
      inPattern = afterStar
      inText = ++resume
    } else {
      return false
    }
  }
  while (pattern[inPattern] === '*') inPattern++
  return inPattern === pattern.length
}

/**
 * Whether a list of patterns names `text`: at least one pattern matches and no negated one does, wherever it stands
 * (ssh_config(5): "a negated entry … the Host entry is ignored, regardless of whether any other patterns match").
 */
export function matchesPatternList(patterns: readonly string[], text: string): boolean {
  let named = false
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) {
      if (matchesPattern(pattern.slice(1), text)) return false
    } else if (matchesPattern(pattern, text)) {
      named = true
    }
  }
  return named
}
