/**
 * Names that reach shells, file names and kernel tables. What does not match is refused where it is read, and again
 * on the hosts.
 */

/** RFC 1123 label-like, also the folder of a host in generated output. */
export const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/
/** IFNAMSIZ is 16 with its NUL; a leading dash would read as an option. */
export const INTERFACE_NAME = /^[A-Za-z0-9_.@][A-Za-z0-9_.@-]{0,14}$/
/** As `uname -r` prints it, or its first numbers: 6.1, 5.10.0-28-amd64. */
export const KERNEL_RELEASE = /^\d{1,3}\.\d{1,3}(\.\d{1,5})?([-+.~][A-Za-z0-9_.+~-]{0,64})?$/
/** Networks and services: what people write, within what is safe everywhere. */
export const PLAIN_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,62}$/u
/** The name of a cluster is a folder on its hosts. */
export const CLUSTER_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/
/** A sysctl in dotted form; a slash stands for a dot inside a name, as in `net.ipv4.conf.eth0/100.rp_filter`. */
export const SYSCTL_KEY = /^[a-z0-9_]+(\.[A-Za-z0-9_@/-]+)+$/
/** A sysctl's value: numbers, words, lists of them. */
export const SYSCTL_VALUE = /^[A-Za-z0-9_.,:\t -]{1,200}$/
export const MAC_ADDRESS = /^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/
/** A name in ssh_config, or a host name or address: never an option of a command. */
export const SSH_NAME = /^[A-Za-z0-9_[][A-Za-z0-9_.:%[\]-]{0,254}$/
/** A program by its full path, with arguments that no file and no shell minds. */
export const SCRIPT_COMMAND = /^\/[A-Za-z0-9_./:,=+-]{1,255}( [A-Za-z0-9_./:,=+-]{1,255}){0,20}$/
export const SCRIPT_USER_NAME = /^[a-z_][a-z0-9_-]{0,30}$/
export const USER_NAME = /^[A-Za-z_][A-Za-z0-9_.@$-]{0,63}$/

/** The names among `known` a person may have meant by `given`, best first. */
export function similarNames(given: string, known: Iterable<string>): string[] {
  const wanted = given.toLowerCase()
  const limit = Math.max(1, Math.floor(wanted.length / 3))
  return [...known]
    .map((name) => ({ name, distance: editDistance(wanted, name.toLowerCase(), limit) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .map(({ name }) => name)
}

/** Damerau-Levenshtein distance (adjacent swaps count once); anything above `limit` may be reported as more. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1)
      }
      row.push(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
