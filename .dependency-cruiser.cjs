// The rooms of the house and what each may import: only rooms above it in this list (ARCHITECTURE.md, invariant 1).
const CORE = [
  'speech',
  'topology',
  'formats',
  'hosts',
  'packet',
  'checks',
  'plan',
  'render',
  'import',
  'compare',
  'diagram',
  'language',
].map((room) => `core/${room}`)
const ROOMS = [...CORE, 'protocol', 'reader', 'remote', 'lab', 'engine', 'cli', 'extension']

const anyOf = (rooms) => `^src/(${rooms.join('|')})/`
const notTests = { pathNot: '\\.test\\.tsx?$|test-kit' }

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...ROOMS.slice(0, -1).map((room, index) => ({
      name: `${room.replace('/', '-')}-looks-down`,
      comment: `src/${room} imports a room below it: ${ROOMS.slice(index + 1).join(', ')} are out of its sight.`,
      severity: 'error',
      from: { path: anyOf([room]), ...notTests },
      to: { path: anyOf(ROOMS.slice(index + 1)) },
    })),
    {
      name: 'unknown-room',
      comment: 'A folder below src that is no room of ARCHITECTURE.md: give it its place in the list first.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: anyOf(ROOMS) },
      to: {},
    },
    {
      name: 'webview-sees-core-and-protocol',
      comment:
        'The designer runs in a page: it knows the core and the messages, and nothing of Node or VS Code.',
      severity: 'error',
      from: { path: '^webview/', ...notTests },
      to: { path: '^src/', pathNot: '^src/(core|protocol)/' },
    },
    {
      name: 'nobody-sees-the-webview',
      comment: 'The designer is a bundle of its own; what it shares with the extension is the protocol.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^webview/' },
    },
    {
      name: 'hosts-from-the-engine-only',
      comment:
        'Remote work runs in a process of its own: the extension sees no more of it than its messages.',
      severity: 'error',
      from: { path: '^src/extension/', ...notTests },
      to: { path: '^src/(reader|remote|lab|engine|cli)/' },
    },
    {
      name: 'vscode-in-the-extension-only',
      comment: 'Everything else runs without an editor.',
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: '^src/extension/' },
      to: { path: '^vscode$|node_modules/@types/vscode/' },
    },
    {
      name: 'toolkit-in-one-module',
      comment: 'The webview toolkit is deprecated upstream: one module that a successor can replace.',
      severity: 'error',
      from: { pathNot: '^webview/controls/' },
      to: { path: 'node_modules/@vscode/webview-ui-toolkit/' },
    },
    {
      name: 'core-is-pure',
      comment:
        'core runs in the extension, the webview, the command line and a browser: no node:*, no vscode, no ssh2.',
      severity: 'error',
      from: { path: '^src/core/', ...notTests },
      to: { path: '^(node:|vscode$|ssh2)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'core-is-pure-of-node',
      comment: 'core imports no module of Node, under whatever name.',
      severity: 'error',
      from: { path: '^src/core/', ...notTests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-packages',
      comment: 'core stands on two packages. Another one is a decision for ARCHITECTURE.md.',
      severity: 'error',
      from: { path: '^src/core/', ...notTests },
      to: { path: 'node_modules/', pathNot: 'node_modules/(yaml|ipaddr\\.js)/' },
    },
    {
      name: 'ssh2-in-one-module',
      comment: 'ssh2 fails open in seven ways; one module knows them.',
      severity: 'error',
      from: { pathNot: '^(src/remote/ssh/ssh2|test/sshd/asking-host)\\.ts$' },
      to: { path: 'node_modules/(@types/)?ssh2/' },
    },
    {
      name: 'sockets-in-remote',
      comment: 'Only remote opens sockets; the lab looks at its own machine on loopback, in one module.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(remote/|lab/loopback\\.ts$)' },
      to: { path: '^(node:)?(net|tls|dgram|http|https|http2)$' },
    },
    {
      name: 'no-circles',
      comment: 'The data flows one way.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'declared-packages',
      comment: 'What runs is declared under dependencies.',
      severity: 'error',
      from: { path: '^(src|webview)/', ...notTests },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
        // VS Code brings the module itself; the package has its types.
        pathNot: '^vscode$|node_modules/@types/vscode/',
      },
    },
    {
      name: 'no-orphans',
      comment: 'A module nobody imports and that is no entry point is dead.',
      severity: 'error',
      from: { orphan: true, pathNot: '(\\.d\\.ts|\\.test\\.tsx?)$|^src/extension/extension\\.ts$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
}
