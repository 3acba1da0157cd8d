import { Uri, commands, window, workspace } from 'vscode'
import type { QuickPickItem, TextDocument } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { Target } from '../../core/render/target.js'
import { activeTopology } from '../active-topology.js'
import type { Surroundings } from '../surroundings.js'
import { askUntilAnswered } from '../topology-reader.js'
import { writeGenerated } from './generated-folder.js'
import { sayError, sayInformation } from './messages.js'
import { fileName, findingLines, SHOW_PROBLEMS } from './findings-said.js'
import { onThisDesktop } from './this-desktop.js'

/** Writes what each host gets into a folder the person picks. Returns the folder, for whoever called it. */
export async function generate({ makeExecutable }: Surroundings, uri?: Uri): Promise<Uri | undefined> {
  const document = await activeTopology(uri)
  if (document === undefined) return undefined
  const name = fileName(document)
  const picked = await window.showQuickPick(kinds(), {
    title: say`Generate Files`,
    placeHolder: say`For whom or what`,
  })
  if (picked === undefined) return undefined
  const generated = await askUntilAnswered(document, 'files', { target: picked.target })
  const { version } = document
  if (!generated.ok) {
    sayError(
      say`${name} ${generated.what}. Nothing was written.`,
      findingLines(document, generated.findings),
      [SHOW_PROBLEMS],
    )
    return undefined
  }
  const folder = await pickFolder(document)
  if (folder === undefined) return undefined
  if (document.version !== version) {
    sayError(say`${name} was changed meanwhile. Nothing was written; generate again.`)
    return undefined
  }
  const { files } = generated
  const written = await writeGenerated(folder, files, makeExecutable)
  if (!written.ok) {
    sayError(written.reason)
    return undefined
  }
  const count = say`${files.length} file${files.length === 1 ? '' : 's'}`
  sayInformation(
    say`${name}: ${count} in ${folder.fsPath}`,
    files.map(({ path }) => path),
    [
      {
        title: say`Open README`,
        take: () => void commands.executeCommand('vscode.open', Uri.joinPath(folder, README)),
      },
      ...(onThisDesktop(folder)
        ? [{ title: say`Show Folder`, take: () => void commands.executeCommand('revealFileInOS', folder) }]
        : []),
    ],
  )
  return folder
}

interface Kind extends QuickPickItem {
  readonly target: Target
}

const kinds = (): readonly Kind[] => [
  { label: 'ipvsadm', detail: say`A folder a host: scripts, sysctls, ipvsadm rules`, target: 'ipvsadm' },
  {
    label: 'keepalived',
    detail: say`A folder a host: keepalived.conf on directors, scripts and sysctls`,
    target: 'keepalived',
  },
  {
    label: 'Ansible',
    detail: say`Inventory, playbook and role, for fleets that Ansible drives`,
    target: 'ansible',
  },
]

/** The first file to read, which renderCluster writes for every cluster. */
const README = 'README.txt'

async function pickFolder({ uri }: TextDocument): Promise<Uri | undefined> {
  const near = uri.scheme === 'untitled' ? workspace.workspaceFolders?.[0]?.uri : Uri.joinPath(uri, '..')
  const [folder] =
    (await window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      title: say`A new or empty folder for the generated files`,
      openLabel: say`Generate Here`,
      ...(near === undefined ? {} : { defaultUri: near }),
    })) ?? []
  return folder
}
