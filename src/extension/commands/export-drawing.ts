import { ProgressLocation, Uri, commands, window, workspace } from 'vscode'
import type { QuickPickItem, TextDocument } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { PictureFormat } from '../../protocol/pictures.js'
import { activeTopology } from '../active-topology.js'
import type { Canvases } from '../designer/editor.js'
import { askUntilAnswered } from '../topology-reader.js'
import { isThere, shownPath, writeWhole } from '../whole-files.js'
import type { NewFile } from '../whole-files.js'
import { fileName, SHOW_PROBLEMS } from './findings-said.js'
import { sayError, sayInformation } from './messages.js'
import type { Choice } from './messages.js'
import { onThisDesktop } from './this-desktop.js'

interface ExportKind extends QuickPickItem {
  readonly extension: 'svg' | 'png' | 'md'
  readonly picture: PictureFormat
}

const kinds = (): readonly ExportKind[] => [
  {
    label: 'SVG',
    description: say`light or dark as its reader prefers`,
    extension: 'svg',
    picture: { kind: 'svg', theme: 'auto' },
  },
  { label: say`SVG, light`, extension: 'svg', picture: { kind: 'svg', theme: 'light' } },
  { label: say`SVG, dark`, extension: 'svg', picture: { kind: 'svg', theme: 'dark' } },
  { label: say`PNG, light`, extension: 'png', picture: { kind: 'png', theme: 'light', scale: 1 } },
  {
    label: say`PNG, light, twice the size`,
    description: say`for print and fine screens`,
    extension: 'png',
    picture: { kind: 'png', theme: 'light', scale: 2 },
  },
  { label: say`PNG, dark`, extension: 'png', picture: { kind: 'png', theme: 'dark', scale: 1 } },
  {
    label: say`PNG, dark, twice the size`,
    description: say`for fine screens`,
    extension: 'png',
    picture: { kind: 'png', theme: 'dark', scale: 2 },
  },
  {
    label: 'Markdown',
    description: say`a page with the drawing, the services, the address plan and what the rules say`,
    extension: 'md',
    picture: { kind: 'svg', theme: 'auto' },
  },
]

const FILTERS = { svg: 'SVG', png: 'PNG', md: 'Markdown' } as const

/** Writes the drawing, as it stands on the canvas, into a file the person names. Returns what was written. */
export async function exportDrawing(canvases: Canvases, uri?: Uri): Promise<readonly Uri[] | undefined> {
  const document = await activeTopology(uri)
  if (document === undefined) return undefined
  const name = fileName(document)
  const unreadable = await askUntilAnswered(document, 'unreadable', {})
  if (unreadable !== undefined) {
    sayError(
      say`${name} cannot be read as a whole: see line ${unreadable.start.line + 1}. Nothing was exported; mend it first.`,
      [],
      [SHOW_PROBLEMS],
    )
    return undefined
  }
  const kind = await window.showQuickPick(kinds(), {
    title: say`Export Drawing: ${name}`,
    placeHolder: say`What to make of it`,
  })
  if (kind === undefined) return undefined
  const file = await window.showSaveDialog({
    title: say`Export Drawing: ${name}`,
    saveLabel: say`Export`,
    filters: { [FILTERS[kind.extension]]: [kind.extension] },
    ...placeFor(document, kind.extension),
  })
  if (file === undefined) return undefined
  const picture = kind.extension === 'md' ? withExtension(file, 'svg') : file
  if (picture !== file && (await isThere(picture)) && !(await mayReplace(picture))) return undefined

  const { version } = document
  const made = await window.withProgress(
    { location: ProgressLocation.Window, title: say`Drawing ${name}` },
    () => canvases.picture(document.uri, kind.picture),
  )
  if (!made.ok) {
    sayError(say`${name} was not exported: ${made.reason}`)
    return undefined
  }
  const files: NewFile[] = [{ uri: picture, content: bytesOf(kind.picture, made.content) }]
  if (picture !== file) {
    const page = await askUntilAnswered(document, 'page', { drawing: baseName(picture) })
    files.push({ uri: file, content: new TextEncoder().encode(page) })
  }
  if (document.version !== version) {
    sayError(say`${name} was changed meanwhile. Nothing was written; export it again.`)
    return undefined
  }
  const written = await writeWhole(files)
  if (!written.ok) {
    sayError(say`${name} was not exported: ${written.reason}`)
    return undefined
  }
  sayInformation(
    say`${name}: the drawing is in ${shownPath(file)}`,
    files.length > 1 ? files.map(({ uri: each }) => shownPath(each)) : [],
    [open(file, kind), ...revealing(file)],
  )
  return files.map(({ uri: each }) => each)
}

/** Beside the topology, under its name; of one that is not saved yet, in the folder of the workspace. */
function placeFor({ uri, isUntitled }: TextDocument, extension: string): { readonly defaultUri?: Uri } {
  const name = `${baseName(uri).replace(/\.lvs\.ya?ml$/, '')}.${extension}`
  if (!isUntitled) return { defaultUri: Uri.joinPath(uri, '..', name) }
  const folder = workspace.workspaceFolders?.[0]?.uri
  return folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name) }
}

/** The dialog has asked about the page alone. */
async function mayReplace(picture: Uri): Promise<boolean> {
  const replace = say`Replace`
  return (
    (await window.showWarningMessage(
      say`The page needs its drawing beside it, and ${baseName(picture)} is there already. Replace it?`,
      { modal: true },
      replace,
    )) === replace
  )
}

function bytesOf({ kind }: PictureFormat, content: string): Uint8Array {
  if (kind === 'svg') return new TextEncoder().encode(content)
  return Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
}

function open(file: Uri, { extension }: ExportKind): Choice {
  const command = extension === 'md' ? 'markdown.showPreview' : 'vscode.open'
  return { title: say`Open`, take: () => void commands.executeCommand(command, file) }
}

function revealing(file: Uri): readonly Choice[] {
  const command =
    workspace.getWorkspaceFolder(file) !== undefined
      ? 'revealInExplorer'
      : onThisDesktop(file)
        ? 'revealFileInOS'
        : undefined
  if (command === undefined) return []
  return [{ title: say`Reveal`, take: () => void commands.executeCommand(command, file) }]
}

function withExtension(file: Uri, extension: string): Uri {
  const name = baseName(file)
  const dot = name.lastIndexOf('.')
  return Uri.joinPath(file, '..', `${dot > 0 ? name.slice(0, dot) : name}.${extension}`)
}

function baseName({ path }: Uri): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
