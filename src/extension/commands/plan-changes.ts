import { commands, Uri, workspace } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { NamedPlan, PlannedHost } from '../../protocol/engine.js'

const SCHEME = 'lvs-plan'
/** Plans whose texts are kept for editors that show them. */
const MOST_KEPT = 8

/** Shows plans as native differences, host by host. */
export interface PlanChanges {
  readonly show: (title: string, plan: NamedPlan) => Promise<void>
}

export function registerPlanChanges({ subscriptions }: ExtensionContext): PlanChanges {
  const kept = new Map<string, ReadonlyMap<string, PlannedHost>>()
  subscriptions.push(
    workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: ({ path, query }) => {
        const [hash = '', side] = query.split('/')
        const host = kept.get(hash)?.get(path.slice(1))
        if (host === undefined)
          return `${say`This plan is not kept any longer. Make a new one with "LVS: Plan".`}\n`
        return side === 'before' ? host.before : host.after
      },
    }),
  )
  return {
    show: async (title, { hash, hosts }) => {
      kept.delete(hash)
      kept.set(hash, new Map(hosts.map((host) => [host.host, host])))
      for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest)
      // The same path on both sides: it is what an editor shows as the name of the entry.
      const uri = (host: string, side: 'before' | 'after') =>
        Uri.from({ scheme: SCHEME, path: `/${host}`, query: `${hash}/${side}` })
      const changed = hosts.filter(({ steps }) => steps.length > 0).map(({ host }) => host)
      const [first, ...others] = changed
      if (first === undefined) return
      if (others.length === 0) {
        await commands.executeCommand(
          'vscode.diff',
          uri(first, 'before'),
          uri(first, 'after'),
          `${title}: ${first}`,
        )
        return
      }
      await commands.executeCommand(
        'vscode.changes',
        title,
        changed.map((host) => [uri(host, 'after'), uri(host, 'before'), uri(host, 'after')]),
      )
    },
  }
}
