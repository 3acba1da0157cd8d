import type { TextDocument } from 'vscode'
import type { ToDesigner } from '../../protocol/designer.js'
import { askReader } from '../topology-reader.js'
import { accessTo } from './access.js'

/** The document as the designer draws it; undefined when it was changed before that was known. */
export async function modelOf(
  document: TextDocument,
): Promise<Extract<ToDesigner, { readonly kind: 'model' }> | undefined> {
  const drawn = await askReader(document, 'model', {})
  if (drawn === undefined) return undefined
  return { kind: 'model', version: drawn.version, ...drawn.answer, access: await accessTo(document) }
}
