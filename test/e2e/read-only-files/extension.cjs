// A file system that nobody can write to, as version control and archives have them, with one topology in it.
const { Disposable, EventEmitter, FileType, Uri, commands, workspace } = require('vscode')

const TEXT = Buffer.from(
  'lvs: 1\nname: kept\nnetworks: { n: { subnet: 10.0.0.0/24 } }\nhosts: { lb1: { role: director, interfaces: { eth0: { network: n, address: 10.0.0.1 } } } }\n',
)
const refuse = () => {
  throw new Error('nobody can write here')
}

exports.activate = ({ subscriptions }) => {
  subscriptions.push(
    workspace.registerFileSystemProvider(
      'kept',
      {
        onDidChangeFile: new EventEmitter().event,
        watch: () => new Disposable(() => undefined),
        stat: () => ({ type: FileType.File, ctime: 0, mtime: 0, size: TEXT.length }),
        readDirectory: () => [],
        readFile: () => TEXT,
        createDirectory: refuse,
        writeFile: refuse,
        delete: refuse,
        rename: refuse,
      },
      { isReadonly: true },
    ),
    commands.registerCommand('readOnlyFiles.open', () =>
      commands.executeCommand('vscode.openWith', Uri.parse('kept:/kept.lvs.yaml'), 'lvsDesigner.topology'),
    ),
  )
}
