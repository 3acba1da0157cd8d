import { Range, Uri, WorkspaceEdit, commands, window, workspace } from 'vscode'
import type { QuickPickItem } from 'vscode'
import { said, say, toSay } from '../../core/speech/say.js'
import { VIEW_TYPE } from '../catalogue.js'
import { sayError } from './messages.js'

interface Start extends QuickPickItem {
  /** What the new file is called, before `.lvs.yaml`. */
  readonly file: string
  readonly description: string
  /** The sample it starts from; undefined: empty. */
  readonly sample: string | undefined
}

const STARTS: readonly Start[] = [
  {
    label: 'NAT',
    description: toSay`replies come back through the director; ports may differ`,
    file: 'shop-nat',
    sample: 'nat',
  },
  {
    label: 'TUN',
    description: toSay`real servers anywhere, reached through an IP tunnel; replies go straight to the client`,
    file: 'shop-tun',
    sample: 'tun',
  },
  {
    label: 'DR',
    description: toSay`director and real servers on one segment; replies go straight to the client`,
    file: 'shop-dr',
    sample: 'dr',
  },
  {
    label: toSay`Active/Backup Pair`,
    description: toSay`two directors that agree by VRRP who works, with direct routing`,
    file: 'shop-pair',
    sample: 'pair',
  },
  { label: toSay`Empty`, description: toSay`draw it yourself`, file: 'cluster', sample: undefined },
]

const EMPTY = 'lvs: 1\nname: cluster\nnetworks: {}\nhosts: {}\nservices: {}\n'

/**
 * Opens a new topology in the designer, not saved yet. `start` is the label of one of the choices, for callers that
 * have asked already. Returns where it will be saved.
 */
export async function newTopology(extension: Uri, start?: string): Promise<Uri | undefined> {
  const chosen =
    STARTS.find(({ label }) => label === start) ??
    (await window.showQuickPick(inWords(STARTS), {
      title: say`New Topology`,
      placeHolder: say`What to start from`,
    }))
  if (chosen === undefined) return undefined
  const text = await textOf(extension, chosen)
  if (text === undefined) return undefined
  const uri = await freeName(chosen.file)
  try {
    const document = await workspace.openTextDocument(uri)
    const edit = new WorkspaceEdit()
    edit.replace(uri, new Range(0, 0, document.lineCount, 0), text)
    await workspace.applyEdit(edit)
    await commands.executeCommand('vscode.openWith', uri, VIEW_TYPE)
    return uri
  } catch (error) {
    sayError(
      say`A new topology could not be opened: ${error instanceof Error ? error.message : String(error)}`,
    )
    return undefined
  }
}

/** As they are offered; a caller that has asked already knows them by their English labels. */
function inWords(starts: readonly Start[]): Start[] {
  return starts.map((start) => ({ ...start, label: said(start.label), description: said(start.description) }))
}

async function textOf(extension: Uri, { sample, label }: Start): Promise<string | undefined> {
  if (sample === undefined) return EMPTY
  const file = Uri.joinPath(extension, 'samples', `${sample}.lvs.yaml`)
  try {
    return new TextDecoder().decode(await workspace.fs.readFile(file))
  } catch (error) {
    sayError(
      say`The ${label} sample could not be read; is the extension installed completely? ${error instanceof Error ? error.message : String(error)}`,
    )
    return undefined
  }
}

/** A name nothing has yet, on disk or unsaved, in the first folder of the workspace if there is one. */
export async function freeName(base: string): Promise<Uri> {
  const folder = workspace.workspaceFolders?.[0]?.uri
  for (let number = 1; ; number += 1) {
    const name = `${base}${number === 1 ? '' : `-${number}`}.lvs.yaml`
    const saved = folder === undefined ? undefined : Uri.joinPath(folder, name)
    const uri = saved === undefined ? Uri.from({ scheme: 'untitled', path: name }) : untitledAt(saved)
    const open = workspace.textDocuments.some((document) => document.uri.toString() === uri.toString())
    if (!open && (saved === undefined || !(await exists(saved)))) return uri
  }
}

function untitledAt(saved: Uri): Uri {
  return saved.with({ scheme: 'untitled' })
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri)
    return true
  } catch {
    return false
  }
}
