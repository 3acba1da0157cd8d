import {
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  workspace,
} from 'vscode'
import { said, toSay } from '../../core/speech/say.js'
import { SEVERITY_WORDS } from '../../core/topology/problem.js'
import { COMMANDS, REVEAL } from '../catalogue.js'
import { decoratedUri } from './decorations.js'
import type { Part, PartIcon } from './parts.js'
import { inWords, worstOf } from './severities.js'

/** An entry of the tree. Its `uri` and `subject` are what commands in its menu are about. */
export type ClusterNode =
  | { readonly kind: 'file'; readonly uri: Uri }
  | { readonly kind: 'group'; readonly uri: Uri; readonly title: string; readonly parts: readonly Part[] }
  | ({ readonly kind: 'part'; readonly uri: Uri; readonly within: string; readonly part: Part } & Pick<
      Part,
      'subject'
    >)
  /** Why there is nothing to show. */
  | { readonly kind: 'note'; readonly uri: Uri; readonly text: string }

const ICONS: Readonly<Record<PartIcon, string>> = {
  service: 'broadcast',
  network: 'git-commit',
  client: 'device-desktop',
  router: 'arrow-swap',
  director: 'type-hierarchy',
  'real-server': 'server',
  host: 'question',
}

const WORDS: Readonly<Record<PartIcon, string>> = {
  service: toSay`Service`,
  network: toSay`Network`,
  client: toSay`Client`,
  router: toSay`Router`,
  director: toSay`Director`,
  'real-server': toSay`Real server`,
  host: toSay`Host`,
}

const ICON_COLOUR = {
  error: 'list.errorForeground',
  warning: 'list.warningForeground',
  information: undefined,
  hint: undefined,
} as const

export function treeItemOf(node: ClusterNode): TreeItem {
  const { Collapsed, Expanded, None } = TreeItemCollapsibleState
  const key = node.uri.toString()
  switch (node.kind) {
    case 'file': {
      // With the address of the file VS Code shows its problems and what version control says of it.
      const item = new TreeItem(node.uri, Collapsed)
      item.id = key
      item.iconPath = ThemeIcon.File
      item.contextValue = 'cluster'
      item.command = { command: COMMANDS.openDesigner, title: 'Open Designer', arguments: [node.uri] }
      item.description = folderOf(node.uri)
      return item
    }
    case 'group': {
      const item = new TreeItem(said(node.title), node.title === 'Services' ? Expanded : Collapsed)
      item.id = `${key} ${node.title}`
      item.description = String(node.parts.length)
      item.contextValue = 'group'
      return item
    }
    case 'note': {
      const item = new TreeItem(node.text, None)
      item.contextValue = 'note'
      return item
    }
    case 'part':
      return partItem(node)
  }
}

function partItem({ uri, within, part }: Extract<ClusterNode, { readonly kind: 'part' }>): TreeItem {
  const { subject, icon, details, findings, parts } = part
  const { Collapsed, None } = TreeItemCollapsibleState
  const item = new TreeItem(subject.name, parts.length > 0 ? Collapsed : None)
  item.id = `${uri.toString()} ${within} ${subject.what} ${subject.name}`
  item.description = details.join(' · ')
  item.contextValue = subject.what
  item.command = { command: REVEAL, title: 'Show', arguments: [uri, subject] }
  const worst = worstOf(findings)
  const colour = worst && ICON_COLOUR[worst]
  item.iconPath = new ThemeIcon(ICONS[icon], colour === undefined ? undefined : new ThemeColor(colour))
  const decorated = decoratedUri(part)
  if (decorated !== undefined) item.resourceUri = decorated
  const spoken = [
    `${said(WORDS[icon])} ${subject.name}`,
    ...details,
    ...(findings.length > 0 ? [inWords(findings)] : []),
  ]
  item.accessibilityInformation = { label: spoken.join(', ') }
  item.tooltip = tooltipOf(part)
  return item
}

function tooltipOf({ icon, subject, details, findings }: Part): MarkdownString {
  const text = new MarkdownString()
  // Names and messages have words of the file in them, which must not become markup.
  text.appendText([`${said(WORDS[icon])} ${subject.name}`, ...details].join(', '))
  for (const { code, severity, message } of findings.slice(0, 8)) {
    text.appendMarkdown('\n\n')
    text.appendText(`${said(SEVERITY_WORDS[severity])} ${code}: ${message}`)
  }
  return text
}

function folderOf(uri: Uri): string {
  const path = workspace.asRelativePath(Uri.joinPath(uri, '..'))
  return workspace.getWorkspaceFolder(uri) === undefined || path.startsWith('/') ? '' : path
}
