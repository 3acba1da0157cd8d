import { QuickPickItemKind, ThemeIcon, commands, window } from 'vscode'
import type { ExtensionContext, QuickInputButton, QuickPickItem } from 'vscode'
import { say } from '../../core/speech/say.js'
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
const ofTheCanvas = (): readonly Shortcut[] => [
  { label: say`Go from one to the next along the links`, description: say`Arrow keys` },
  { label: say`Select more on the way`, description: say`Shift+Arrow keys` },
  { label: say`Open a group of real servers`, description: 'Enter' },
  { label: say`Select Nothing`, description: 'Escape' },
  { label: say`Delete Selection`, description: 'Delete', command: COMMANDS.delete },
  { label: say`Select All on the Canvas`, description: 'Ctrl+A', command: COMMANDS.selectAll },
  { label: say`Cut, copy and paste, also into and from a text`, description: 'Ctrl+X, Ctrl+C, Ctrl+V' },
  { label: say`Undo and redo, also in the fields of the property panel`, description: 'Ctrl+Z, Ctrl+Y' },
]
const ofTheWalk = (): readonly Shortcut[] => [
  { label: say`One hop on or back`, description: say`Right, Left` },
  { label: say`Play or pause`, description: say`Space` },
  { label: say`First or last hop`, description: 'Home, End' },
  { label: say`Close the walk`, description: 'Escape' },
]

const changeButton = (): QuickInputButton => ({
  iconPath: new ThemeIcon('gear'),
  tooltip: say`See and change your own`,
})

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
  pick.title = `LVS: ${say`Keyboard Shortcuts`}`
  pick.placeholder = say`Type what you look for; Enter does it`
  pick.matchOnDescription = true
  pick.buttons = [changeButton()]
  pick.items = [
    separator(say`On the canvas`),
    ...contributed,
    separator(say`On the canvas, fixed`),
    ...ofTheCanvas().map((each) => ({ ...each, description: shownKeys(each.description ?? '', mac) })),
    separator(say`In an open packet walk`),
    ...ofTheWalk(),
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
