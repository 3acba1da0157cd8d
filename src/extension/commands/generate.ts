import { Uri, commands, window, workspace } from 'vscode'
import type { TextDocument } from 'vscode'
import { activeTopology } from '../active-topology.js'
import type { Surroundings } from '../surroundings.js'
import { askReader, askUntilAnswered } from '../topology-reader.js'
import { writeGenerated } from './generated-folder.js'
import { sayError, sayInformation } from './messages.js'
import { fileName, findingLines, SHOW_PROBLEMS } from './findings-said.js'
import { onThisDesktop } from './this-desktop.js'

/** Writes what each host gets into a folder the person picks. Returns the folder, for whoever called it. */
export async function generate({ makeExecutable }: Surroundings, uri?: Uri): Promise<Uri | undefined> {
  const document = await activeTopology(uri)
  if (document === undefined) return undefined
  const name = fileName(document)
  const { hindrance } = await askUntilAnswered(document, 'report', {})
  if (hindrance !== undefined) {
    sayError(`${name} ${hindrance.what}. Nothing was written.`, findingLines(document, hindrance.findings), [
      SHOW_PROBLEMS,
    ])
    return undefined
  }
  const { version } = document
  const folder = await pickFolder(document)
  if (folder === undefined) return undefined
  const rendered = document.version === version ? await askReader(document, 'files', {}) : undefined
  if (rendered === undefined) {
    sayError(`${name} was changed meanwhile. Nothing was written; generate again.`)
    return undefined
  }
  const files = rendered.answer
  const written = await writeGenerated(folder, files, makeExecutable)
  if (!written.ok) {
    sayError(written.reason)
    return undefined
  }
  const count = files.length === 1 ? '1 file' : `${files.length} files`
  sayInformation(
    `${name}: ${count} in ${folder.fsPath}`,
    files.map(({ path }) => path),
    [
      {
        title: 'Open README',
        take: () => void commands.executeCommand('vscode.open', Uri.joinPath(folder, README)),
      },
      ...(onThisDesktop(folder)
        ? [{ title: 'Show Folder', take: () => void commands.executeCommand('revealFileInOS', folder) }]
        : []),
    ],
  )
  return folder
}

/** The first file to read, which renderCluster writes for every cluster. */
const README = 'README.txt'

async function pickFolder({ uri }: TextDocument): Promise<Uri | undefined> {
  const near = uri.scheme === 'untitled' ? workspace.workspaceFolders?.[0]?.uri : Uri.joinPath(uri, '..')
  const [folder] =
    (await window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      title: 'A new or empty folder for the generated files',
      openLabel: 'Generate Here',
      ...(near === undefined ? {} : { defaultUri: near }),
    })) ?? []
  return folder
}
