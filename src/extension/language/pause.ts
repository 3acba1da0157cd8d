import type { CancellationToken, TextDocument } from 'vscode'

/** What follows from a text of so many lines takes the editor's thread longer than a key may. */
const MANY_LINES = 1_000
/** Who has typed nothing for so long looks up. */
const PAUSE_MS = 1_000

/** The version of each text that was last asked about in a pause. */
const asked = new WeakMap<TextDocument, number>()

/**
 * Of a large text what is about all of it is worked out when the typing pauses, and at once where nothing has been typed.
 * VS Code cancels at the next key, and asks again: false then.
 */
export async function typingPauses(document: TextDocument, token: CancellationToken): Promise<boolean> {
  const known = asked.get(document) ?? document.version
  if (document.lineCount > MANY_LINES && known !== document.version) await pause(token)
  if (token.isCancellationRequested) return false
  asked.set(document, document.version)
  return true
}

function pause(token: CancellationToken): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      listening.dispose()
      resolve()
    }
    const timer = setTimeout(end, PAUSE_MS)
    const listening = token.onCancellationRequested(end)
  })
}
