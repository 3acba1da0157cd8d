import { QuickPickItemKind, ThemeIcon, commands, window } from 'vscode'
import type { ExtensionContext, QuickInputButton, QuickPickItem } from 'vscode'
import { COMMANDS } from '../catalogue.js'
import { isMac, shownKeys } from './shown-keys.js'

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[]
    readonly keybindings: readonly { readonly command: string; readonly key: string; readonly mac?: string }[]
  }
}

interface Shortcut extends QuickPickItem {
  readonly command?: string
}

/** What the canvas and the walk listen to themselves, since a diagram is read with the arrow keys. */
const OF_THE_CANVAS: readonly Shortcut[] = [
  { label: 'Go from one to the next along the links', description: 'Arrow keys' },
  { label: 'Select more on the way', description: 'Shift+Arrow keys' },
  { label: 'Open a group of real servers', description: 'Enter' },
  { label: 'Select Nothing', description: 'Escape' },
  { label: 'Delete Selection', description: 'Delete', command: COMMANDS.delete },
  { label: 'Select All on the Canvas', description: 'Ctrl+A', command: COMMANDS.selectAll },
  { label: 'Cut, copy and paste, also into and from a text', description: 'Ctrl+X, Ctrl+C, Ctrl+V' },
  { label: 'Undo and redo, also in the fields of the property panel', description: 'Ctrl+Z, Ctrl+Y' },
]
const OF_THE_WALK: readonly Shortcut[] = [
  { label: 'One hop on or back', description: 'Right, Left' },
  { label: 'Play or pause', description: 'Space' },
  { label: 'First or last hop', description: 'Home, End' },
  { label: 'Close the walk', description: 'Escape' },
]

const CHANGE: QuickInputButton = { iconPath: new ThemeIcon('gear'), tooltip: 'See and change your own' }

/** The keys, as they are contributed; what is chosen is done, as far as it is a command. */
export function showShortcuts({ extension }: ExtensionContext): void {
  const { contributes } = extension.packageJSON as Manifest
  const titles = new Map(contributes.commands.map(({ command, title }) => [command, title]))
  const mac = isMac()
  const contributed = contributes.keybindings.map(({ command, key, mac: onMac }) => ({
    label: titles.get(command) ?? command,
    description: shownKeys(mac ? (onMac ?? key) : key, mac),
    command,
  }))
  const pick = window.createQuickPick<Shortcut>()
  pick.title = 'LVS: Keyboard Shortcuts'
  pick.placeholder = 'Type what you look for; Enter does it'
  pick.matchOnDescription = true
  pick.buttons = [CHANGE]
  pick.items = [
    separator('On the canvas'),
    ...contributed,
    separator('On the canvas, fixed'),
    ...OF_THE_CANVAS.map((each) => ({ ...each, description: shownKeys(each.description ?? '', mac) })),
    separator('In an open packet walk'),
    ...OF_THE_WALK,
  ]
  pick.onDidTriggerButton(() => {
    pick.hide()
    void commands.executeCommand('workbench.action.openGlobalKeybindings', `@ext:${extension.id}`)
  })
  pick.onDidAccept(() => {
    const [chosen] = pick.selectedItems
    pick.hide()
    if (chosen?.command !== undefined) void commands.executeCommand(chosen.command)
  })
  pick.onDidHide(() => {
    pick.dispose()
  })
  pick.show()
}

function separator(label: string): Shortcut {
  return { label, kind: QuickPickItemKind.Separator }
}
