/** Whether a kernel's release, as `uname -r` prints it, is before another: by number, so that 4.9 is before 4.18. */
export function isOlderThan(release: string, than: string): boolean {
  const own = numbersOf(release)
  for (const [index, wanted] of numbersOf(than).entries()) {
    const number = own[index] ?? 0
    if (number !== wanted) return number < wanted
  }
  return false
}

/** What follows the numbers is the distribution's: 5.10.0-28-amd64. */
function numbersOf(release: string): number[] {
  return (/^\d+(\.\d+)*/.exec(release)?.[0] ?? '').split('.').map(Number)
}
