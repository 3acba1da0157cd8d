/**
 * What the extension uses of the core, as one bundle (dist/core.js) that is loaded with the first topology and not
 * when the extension starts. Types may be imported from the core directly.
 */
export { checkTopology } from '../core/checks/check.js'
export { compareModes } from '../core/compare/compare-modes.js'
export { sceneOf } from '../core/diagram/scene-of.js'
export { deriveCluster } from '../core/hosts/cluster.js'
export { fixAsText } from '../core/language/fix-text.js'
export { hoverAt } from '../core/language/hover.js'
export { inspect } from '../core/language/inspect.js'
export { ruleAnchor } from '../core/language/rule-anchor.js'
export { placeOf, subjectAt } from '../core/language/subject-at.js'
export { renderCluster } from '../core/render/cluster.js'
export { FOLDER_MARK } from '../core/render/folder-mark.js'
export { editTopology } from '../core/topology/edits.js'
export { parseTopology } from '../core/topology/parse.js'
export { textLines } from '../core/topology/position.js'
