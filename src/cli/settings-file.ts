import { lstat, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { NO_SETTINGS, SETTINGS_FILE, parseCheckSettings } from '../core/checks/settings.js'
import type { CheckSettings } from '../core/checks/settings.js'
import { fileReason } from './file-reason.js'
import { UsageError } from './io.js'

/** Which settings hold: those found beside or above a file, those of one file for all, or none. */
export type SettingsChoice =
  { readonly kind: 'nearest' } | { readonly kind: 'file'; readonly file: string } | { readonly kind: 'none' }

/**
 * The settings that hold for a topology: of the nearest `.lvs-designer.yaml` in its folder or one above, up to the
 * root of the repository.
 *
 * @throws UsageError where the settings cannot be read or used
 */
export async function settingsFor(topology: string, choice: SettingsChoice): Promise<CheckSettings> {
  switch (choice.kind) {
    case 'none':
      return NO_SETTINGS
    case 'file':
      return readSettings(choice.file)
    case 'nearest': {
      const file = await nearest(dirname(resolve(topology)))
      return file === undefined ? NO_SETTINGS : readSettings(file)
    }
  }
}

async function nearest(start: string): Promise<string | undefined> {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, SETTINGS_FILE)
    if (await exists(file)) return file
    // What lies above a repository belongs to another one.
    if (dirname(folder) === folder || (await exists(join(folder, '.git')))) return undefined
  }
}

async function exists(path: string): Promise<boolean> {
  // A link that leads nowhere is there, and is told of when it is read.
  return lstat(path).then(
    () => true,
    () => false,
  )
}

async function readSettings(file: string): Promise<CheckSettings> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${fileReason(error)}`)
  }
  const { settings, problems } = parseCheckSettings(text)
  if (problems.length === 0) return settings
  const lines = problems.map(
    ({ message, range: { start } }) => `${file}:${start.line + 1}:${start.character + 1}: ${message}`,
  )
  throw new UsageError(
    `${lines.join('\n')}\nnothing was checked; mend the settings, or go without: --no-config`,
  )
}
