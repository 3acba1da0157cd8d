import { EventEmitter, workspace } from 'vscode'
import type { Event, Uri } from 'vscode'
import type { HostOutcomeMark } from '../protocol/designer.js'

/** What became of the hosts of each topology when they were last reached; of a text that has changed since, nothing. */
export interface HostOutcomes {
  readonly set: (uri: Uri, hosts: readonly HostOutcomeMark[]) => void
  readonly of: (uri: Uri) => readonly HostOutcomeMark[]
  readonly onDidChange: Event<Uri>
  readonly dispose: () => void
}

export function hostOutcomes(): HostOutcomes {
  const changed = new EventEmitter<Uri>()
  const known = new Map<string, readonly HostOutcomeMark[]>()
  const past = workspace.onDidChangeTextDocument(({ document: { uri }, contentChanges }) => {
    if (contentChanges.length > 0 && known.delete(uri.toString())) changed.fire(uri)
  })
  return {
    set: (uri, hosts) => {
      known.set(uri.toString(), hosts)
      changed.fire(uri)
    },
    of: (uri) => known.get(uri.toString()) ?? [],
    onDidChange: changed.event,
    dispose: () => {
      past.dispose()
      changed.dispose()
    },
  }
}
