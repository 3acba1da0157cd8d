// The rooms of the house and what each may import: only rooms above it in this list (ARCHITECTURE.md, invariant 1).
const CORE = ['topology', 'formats', 'hosts', 'packet', 'checks', 'plan', 'render'].map(
  (room) => `core/${room}`,
)
const ROOMS = [...CORE, 'remote', 'lab', 'cli']

const anyOf = (rooms) => `^src/(${rooms.join('|')})/`
const notTests = { pathNot: '\\.test\\.ts$|test-kit' }

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
      from: { pathNot: '^src/remote/ssh/ssh2\\.ts$' },
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
      from: { path: '^src/', ...notTests },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-orphans',
      comment: 'A module nobody imports and that is no entry point is dead.',
      severity: 'error',
      from: { orphan: true, pathNot: '(\\.d\\.ts|\\.test\\.ts)$' },
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
