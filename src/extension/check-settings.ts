import { EventEmitter, Uri, workspace } from 'vscode'
import type { ExtensionContext, TextDocument } from 'vscode'

/** As the command line has it (core/checks/settings.ts), where the same file is looked for. */
const FILE = '.lvs-designer.yaml'

const changed = new EventEmitter<void>()
/** Findings may be judged otherwise from now on. */
export const onDidChangeCheckSettings = changed.event

export function isCheckSettings({ uri }: TextDocument): boolean {
  return uri.path.endsWith(`/${FILE}`)
}

/** A file with settings as it is on disk: what is typed into it holds once it is saved. */
export interface SettingsFile {
  readonly uri: Uri
  readonly text: string
}

/** By the folder of a document. */
const known = new Map<string, Promise<SettingsFile | undefined>>()

/**
 * The settings that hold for a document: the nearest file with settings in its folder or one above, up to the root of
 * the repository. Undefined where there is none.
 */
export function checkSettings({
  uri,
  isUntitled,
}: Pick<TextDocument, 'uri' | 'isUntitled'>): Promise<SettingsFile | undefined> {
  if (isUntitled) return Promise.resolve(undefined)
  const folder = Uri.joinPath(uri, '..')
  const key = folder.toString()
  const found = known.get(key) ?? nearest(folder)
  known.set(key, found)
  return found
}

export function registerCheckSettings({ subscriptions }: ExtensionContext): void {
  const watcher = workspace.createFileSystemWatcher(`**/${FILE}`)
  const forget = (): void => {
    known.clear()
    changed.fire()
  }
  subscriptions.push(
    changed,
    watcher,
    watcher.onDidChange(forget),
    watcher.onDidCreate(forget),
    watcher.onDidDelete(forget),
    // A file outside of the folders that are open, or on a disk nobody watches.
    workspace.onDidSaveTextDocument((document) => {
      if (isCheckSettings(document)) forget()
    }),
  )
}

async function nearest(start: Uri): Promise<SettingsFile | undefined> {
  for (let folder = start; ; folder = Uri.joinPath(folder, '..')) {
    const uri = Uri.joinPath(folder, FILE)
    try {
      return { uri, text: new TextDecoder().decode(await workspace.fs.readFile(uri)) }
    } catch {
      // None here.
    }
    if (folder.path === '/' || folder.path === '' || (await exists(Uri.joinPath(folder, '.git'))))
      return undefined
  }
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri)
    return true
  } catch {
    return false
  }
}
