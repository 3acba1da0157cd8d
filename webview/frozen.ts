import { say } from '../src/core/speech/say.js'
import type { Access } from '../src/protocol/designer.js'

const TEXT = {
  reading: say`The topology is still being read.`,
  unreadable: say`The text cannot be read: mend the text first.`,
  locked: say`The canvas is locked: unlock it to change the drawing here.`,
}

/** Why nothing can be changed on the canvas; undefined where it can. */
export function frozenBecause(
  access: Access | undefined,
  unreadable: number,
  locked: boolean,
): string | undefined {
  if (access === undefined) return TEXT.reading
  if (!access.editable) return access.reason
  if (unreadable > 0) return TEXT.unreadable
  return locked ? TEXT.locked : undefined
}
