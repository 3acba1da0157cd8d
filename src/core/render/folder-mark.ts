/** Stands in a folder that was generated, and names its files, so that generating again replaces nothing else. */
export const FOLDER_MARK = '.lvs-designer'

const HEAD = 'Written by lvs-designer generate, which replaces these files and no others:'

/** What Finder and Explorer put into folders that somebody looks at; nobody misses it. */
const OF_FILE_MANAGERS = /^(.*\/)?(\.DS_Store|Thumbs\.db|desktop\.ini)$/i

/** @param paths of what is generated, from the folder */
export function folderMark(paths: readonly string[]): string {
  return `${[HEAD, ...paths].join('\n')}\n`
}

/**
 * Which of the files in a folder were not generated there.
 *
 * @param mark the text of its mark; undefined: it has none
 * @param found paths from the folder, `lb1/up.sh`
 */
export function foreignFiles(mark: string | undefined, found: readonly string[]): string[] {
  const [head, ...names] = (mark ?? '').split('\n')
  const generated = new Set(head === HEAD ? names : [])
  return found
    .filter((path) => path !== FOLDER_MARK && !generated.has(path) && !OF_FILE_MANAGERS.test(path))
    .sort()
}
