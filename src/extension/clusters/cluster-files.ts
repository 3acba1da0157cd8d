import { Disposable, EventEmitter, workspace } from 'vscode'
import type { Event, TextDocument, Uri } from 'vscode'
import { TOPOLOGIES_GLOB, findTopologies } from './find-topologies.js'
import { isPast, isTopology } from '../topology-documents.js'

/** The topologies there are, in the folders that are open and in editors. */
export interface ClusterFiles {
  readonly list: () => Promise<readonly Uri[]>
  /** With the file whose content is another now; without one where files came or went. */
  readonly onDidChange: Event<Uri | undefined>
  readonly dispose: () => void
}

/** Milliseconds without a key before a changed text is read for the tree. */
const PAUSE_MS = 400

/** Watches nothing before it is first asked. */
export function clusterFiles(): ClusterFiles {
  const changed = new EventEmitter<Uri | undefined>()
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  const subscriptions: { readonly dispose: () => unknown }[] = [changed]
  let watching = false
  const isShown = (document: TextDocument): boolean => isTopology(document) && !isPast(document)
  const soon = (uri: Uri): void => {
    const key = uri.toString()
    clearTimeout(timers.get(key))
    const timer = setTimeout(() => {
      timers.delete(key)
      changed.fire(uri)
    }, PAUSE_MS)
    timers.set(key, timer)
  }
  const watch = (): void => {
    watching = true
    const watcher = workspace.createFileSystemWatcher(TOPOLOGIES_GLOB)
    const all = (): void => {
      changed.fire(undefined)
    }
    subscriptions.push(
      watcher,
      watcher.onDidCreate(all),
      watcher.onDidDelete(all),
      watcher.onDidChange(soon),
      workspace.onDidChangeWorkspaceFolders(all),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && isShown(document)) soon(document.uri)
      }),
      workspace.onDidOpenTextDocument((document) => {
        if (isShown(document)) all()
      }),
      workspace.onDidCloseTextDocument((document) => {
        if (isShown(document)) all()
      }),
    )
  }
  return {
    onDidChange: changed.event,
    list: async () => {
      if (!watching) watch()
      const found = await findTopologies()
      const open = workspace.textDocuments.filter(isShown).map(({ uri }) => uri)
      const all = new Map([...found, ...open].map((uri) => [uri.toString(), uri]))
      return [...all.values()].sort((one, other) => one.path.localeCompare(other.path))
    },
    dispose: () => {
      for (const timer of timers.values()) clearTimeout(timer)
      Disposable.from(...subscriptions).dispose()
    },
  }
}
