/**
 * Every command, setting and context key of the extension, in one place. catalogue.test.ts holds it against
 * package.json: what is in one and not in the other fails.
 */
export const COMMANDS = {
  newTopology: 'lvsDesigner.newTopology',
  import: 'lvsDesigner.import',
  importHosts: 'lvsDesigner.importHosts',
  openDesigner: 'lvsDesigner.openDesigner',
  openText: 'lvsDesigner.openText',
  openTextBeside: 'lvsDesigner.openTextBeside',
  check: 'lvsDesigner.check',
  trace: 'lvsDesigner.trace',
  compareModes: 'lvsDesigner.compareModes',
  generate: 'lvsDesigner.generate',
  exportDrawing: 'lvsDesigner.exportDrawing',
  plan: 'lvsDesigner.plan',
  deploy: 'lvsDesigner.deploy',
  verify: 'lvsDesigner.verify',
  remove: 'lvsDesigner.remove',
  rollBack: 'lvsDesigner.rollBack',
  showDrift: 'lvsDesigner.showDrift',
  drain: 'lvsDesigner.drain',
  undrain: 'lvsDesigner.undrain',
  openTerminal: 'lvsDesigner.openTerminal',
  forgetSecrets: 'lvsDesigner.forgetSecrets',
  startLab: 'lvsDesigner.startLab',
  stopLab: 'lvsDesigner.stopLab',
  rehearse: 'lvsDesigner.rehearse',
  showLog: 'lvsDesigner.showLog',
  shortcuts: 'lvsDesigner.shortcuts',
  getStarted: 'lvsDesigner.getStarted',
  arrange: 'lvsDesigner.arrange',
  fit: 'lvsDesigner.fit',
  nextFinding: 'lvsDesigner.nextFinding',
  previousFinding: 'lvsDesigner.previousFinding',
  delete: 'lvsDesigner.delete',
  selectAll: 'lvsDesigner.selectAll',
  zoomIn: 'lvsDesigner.zoomIn',
  zoomOut: 'lvsDesigner.zoomOut',
  zoomTo100: 'lvsDesigner.zoomTo100',
  zoomToSelection: 'lvsDesigner.zoomToSelection',
  minimap: 'lvsDesigner.minimap',
  lock: 'lvsDesigner.lock',
  find: 'lvsDesigner.find',
  walkSelected: 'lvsDesigner.walkSelected',
  copy: 'lvsDesigner.copy',
  cut: 'lvsDesigner.cut',
  paste: 'lvsDesigner.paste',
  duplicate: 'lvsDesigner.duplicate',
  rename: 'lvsDesigner.rename',
  connect: 'lvsDesigner.connect',
  collapse: 'lvsDesigner.collapse',
  addClient: 'lvsDesigner.addClient',
  addRouter: 'lvsDesigner.addRouter',
  addDirector: 'lvsDesigner.addDirector',
  addRealServer: 'lvsDesigner.addRealServer',
  addNetwork: 'lvsDesigner.addNetwork',
  addService: 'lvsDesigner.addService',
  addRealServers: 'lvsDesigner.addRealServers',
  alignLeft: 'lvsDesigner.alignLeft',
  alignCenter: 'lvsDesigner.alignCenter',
  alignRight: 'lvsDesigner.alignRight',
  alignTop: 'lvsDesigner.alignTop',
  alignMiddle: 'lvsDesigner.alignMiddle',
  alignBottom: 'lvsDesigner.alignBottom',
  distributeHorizontally: 'lvsDesigner.distributeHorizontally',
  distributeVertically: 'lvsDesigner.distributeVertically',
  moveLeft: 'lvsDesigner.moveLeft',
  moveRight: 'lvsDesigner.moveRight',
  moveUp: 'lvsDesigner.moveUp',
  moveDown: 'lvsDesigner.moveDown',
  longer: 'lvsDesigner.longerNetwork',
  shorter: 'lvsDesigner.shorterNetwork',
} as const

/** Those that log in to hosts or start programs, which an extension host in a browser cannot. */
export const REMOTE = [
  'plan',
  'deploy',
  'verify',
  'remove',
  'rollBack',
  'showDrift',
  'drain',
  'undrain',
  'importHosts',
  'openTerminal',
  'forgetSecrets',
  'startLab',
  'stopLab',
  'rehearse',
] as const satisfies readonly (keyof typeof COMMANDS)[]

/** Behind links of ours and nowhere else: it takes an argument, so it is no command for people. */
export const SHOW_RULE = 'lvsDesigner.showRule'

/** Behind entries of the tree of clusters, likewise. */
export const REVEAL = 'lvsDesigner.reveal'

export const SETTINGS = {
  /** An ssh_config file; empty: the user's own. */
  sshConfig: 'lvsDesigner.sshConfig',
  drainSeconds: 'lvsDesigner.drainSeconds',
} as const

/** The custom editor, also as `activeCustomEditorId` in when-clauses. */
export const VIEW_TYPE = 'lvsDesigner.topology'
/** The tree of clusters. */
export const CLUSTERS_VIEW = 'lvsDesigner.clusters'
/** The first steps. */
export const WALKTHROUGH = 'start'
export const LANGUAGE = 'lvs-topology'
/** What a topology can be imported from, by the kinds of core/formats. */
export const OTHER_LANGUAGES = {
  keepalived: 'keepalived',
  ipvsadm: 'ipvsadm-rules',
  ldirectord: 'ldirectord',
} as const
