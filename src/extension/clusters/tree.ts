import { EventEmitter, commands, window } from 'vscode'
import type { ExtensionContext, TreeDataProvider, Uri } from 'vscode'
import { said, say, toSay } from '../../core/speech/say.js'
import type { Subject } from '../../core/diagram/scene.js'
import { CLUSTERS_VIEW, REVEAL } from '../catalogue.js'
import type { Canvases } from '../designer/editor.js'
import type { HostOutcomes } from '../host-outcomes.js'
import type { HostOutcomeMark } from '../../protocol/designer.js'
import { selectInText } from '../designer/text-selection.js'
import { log } from '../log.js'
import { askAboutFile } from '../topology-reader.js'
import { clusterFiles } from './cluster-files.js'
import { registerDecorations } from './decorations.js'
import { partsOf } from './parts.js'
import type { Part } from './parts.js'
import { treeItemOf } from './tree-item.js'
import type { ClusterNode } from './tree-item.js'

/**
 * The tree of clusters: what is in the topologies of the workspace, open or not. A file is read when its entry is opened
 * and again when it has changed, and not at all while nobody looks.
 */
export function registerClusters(
  { subscriptions }: ExtensionContext,
  canvases: Canvases,
  outcomes: HostOutcomes,
): void {
  const files = clusterFiles()
  const changed = new EventEmitter<ClusterNode | undefined>()
  /** VS Code knows entries by what it was given: the same file is the same entry. */
  const nodes = new Map<string, ClusterNode>()
  const nodeOf = (uri: Uri): ClusterNode => {
    const known = nodes.get(uri.toString()) ?? ({ kind: 'file', uri } as const)
    nodes.set(uri.toString(), known)
    return known
  }
  const provider: TreeDataProvider<ClusterNode> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: treeItemOf,
    getChildren: async (node) => {
      if (node === undefined) {
        const uris = await files.list()
        const there = new Set(uris.map(String))
        for (const key of nodes.keys()) if (!there.has(key)) nodes.delete(key)
        return uris.map(nodeOf)
      }
      switch (node.kind) {
        case 'file':
          return inFile(node.uri, outcomes.of(node.uri))
        case 'group':
          return node.parts.map((part) => partNode(node.uri, node.title, part))
        case 'part':
          return node.part.parts.map((part) => partNode(node.uri, node.part.subject.name, part))
        case 'note':
          return []
      }
    },
  }
  subscriptions.push(
    files,
    changed,
    files.onDidChange((uri) => {
      const known = uri && nodes.get(uri.toString())
      if (uri === undefined || known !== undefined) changed.fire(known)
    }),
    outcomes.onDidChange((uri) => {
      const known = nodes.get(uri.toString())
      if (known !== undefined) changed.fire(known)
    }),
    registerDecorations(),
    window.createTreeView(CLUSTERS_VIEW, { treeDataProvider: provider, showCollapseAll: true }),
    commands.registerCommand(REVEAL, (uri: Uri, subject: Subject) => show(canvases, uri, subject)),
  )
}

/** On the canvas, and in a text that is in sight; where the text alone is, it stays alone. */
async function show(canvases: Canvases, uri: Uri, subject: Subject): Promise<void> {
  const text = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString())
  if (text !== undefined && !canvases.isInSight(uri)) await selectInText(text.document, subject)
  else await canvases.reveal(uri, subject)
}

async function inFile(uri: Uri, outcomes: readonly HostOutcomeMark[]): Promise<ClusterNode[]> {
  try {
    const { scene, unreadable } = await askAboutFile(uri, 'model', {})
    const { services, hosts, networks } = partsOf(scene, outcomes)
    const groups = [
      { title: toSay`Services`, parts: services },
      { title: toSay`Hosts`, parts: hosts },
      { title: toSay`Networks`, parts: networks },
    ].filter(({ parts }) => parts.length > 0)
    const note = unreadable > 0 ? CANNOT_BE_READ : groups.length === 0 ? EMPTY : undefined
    return [
      ...(note === undefined ? [] : [{ kind: 'note', uri, text: said(note) } as const]),
      ...groups.map((group) => ({ kind: 'group', uri, ...group }) as const),
    ]
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log().warn(`${uri.toString(true)} could not be read for the tree of clusters: ${reason}`)
    return [{ kind: 'note', uri, text: say`It could not be read: ${reason}` }]
  }
}

const CANNOT_BE_READ = toSay`The text cannot be read as a whole: see the Problems panel`
const EMPTY = toSay`Nothing is drawn yet`

function partNode(uri: Uri, within: string, part: Part): ClusterNode {
  return { kind: 'part', uri, within, part, subject: part.subject }
}
