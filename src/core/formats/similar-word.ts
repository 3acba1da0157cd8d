/** The keyword a misspelt one most likely means; undefined where none is near. */
export function similar(word: string, keywords: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = word.length <= 4 ? 1 : word.length <= 10 ? 2 : 3
  if (word.length > 60) return undefined
  const lower = word.toLowerCase()
  for (const keyword of keywords) {
    if (keyword.toLowerCase() === lower) return keyword
    if (Math.abs(keyword.length - word.length) > least) continue
    const far = distance(lower, keyword.toLowerCase(), least)
    if (far <= least) {
      if (best !== undefined && far === least) continue
      best = keyword
      least = far
    }
  }
  return best
}

/** Letters to change, put in, take out or exchange with their neighbour; more than `most` is `most` + 1. */
function distance(a: string, b: string, most: number): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a.charAt(i - 1) === b.charAt(j - 1)
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1)) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      }
      next.push(cost)
    }
    if (Math.min(...next) > most) return most + 1
    before = row
    row = next
  }
  return row[b.length] ?? most + 1
}
