import type { TextDocument } from 'vscode'
import type { Scene } from '../../core/diagram/scene.js'
import type { ToDesigner } from '../../protocol/designer.js'
import { loadCore } from '../core.js'
import { readTopology } from '../topology-documents.js'
import type { ReadTopology } from '../topology-documents.js'
import { accessTo } from './access.js'

/** The last scene of a document whose text could be read; shown while it cannot. */
const lastGood = new WeakMap<TextDocument, Scene>()

/** The document as the designer draws it. */
export async function modelOf(
  document: TextDocument,
): Promise<Extract<ToDesigner, { readonly kind: 'model' }>> {
  const read = await readTopology(document)
  const { sceneOf } = await loadCore()
  const unreadable = unreadableProblems(read).length
  const fresh = sceneOf(read.cluster, read.findings)
  if (unreadable === 0) lastGood.set(document, fresh)
  const scene = unreadable === 0 ? fresh : { ...(lastGood.get(document) ?? fresh), findings: fresh.findings }
  return { kind: 'model', version: read.version, scene, unreadable, access: await accessTo(document) }
}

/** What keeps the text from being read as a whole, and so from being changed by anything but a person. */
export function unreadableProblems({ parsed }: ReadTopology) {
  return parsed.problems.filter(
    ({ code, span }) => code === 'FILE-LIMIT' || (code === 'FILE-SYNTAX' && span !== undefined),
  )
}
