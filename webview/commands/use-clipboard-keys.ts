import { useEffect, useRef } from 'react'

type ClipboardAction = 'copy' | 'cut' | 'paste'

/**
 * Cut, copy and paste by whatever keys VS Code has for them: it turns them into the page's own events. On the canvas they
 * are about what is selected there; in a field, or where text is selected, they stay what they are.
 */
export function useClipboardKeys(actions: Readonly<Record<ClipboardAction, () => void>>): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    const onCanvas = () =>
      document.activeElement?.matches('.canvas') === true && (getSelection()?.toString() ?? '') === ''
    // Without this the browser has nothing to cut or copy on a canvas, and nowhere to paste.
    const enable = (event: Event) => {
      if (onCanvas()) event.preventDefault()
    }
    const act = (event: Event) => {
      if (!onCanvas()) return
      event.preventDefault()
      latest.current[event.type as ClipboardAction]()
    }
    const kinds = ['copy', 'cut', 'paste'] as const
    for (const kind of kinds) {
      document.addEventListener(`before${kind}`, enable)
      document.addEventListener(kind, act)
    }
    return () => {
      for (const kind of kinds) {
        document.removeEventListener(`before${kind}`, enable)
        document.removeEventListener(kind, act)
      }
    }
  }, [])
}
