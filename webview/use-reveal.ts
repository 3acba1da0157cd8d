import { useEffect, useState } from 'react'
import type { Scene, Subject } from '../src/core/diagram/scene.js'
import type { Host } from './host.js'
import { exists } from './use-selection.js'

/** What somebody chose outside of the canvas, shown as soon as it is drawn. */
export function useReveal(host: Host, scene: Scene, reveal: (subject: Subject) => void): void {
  const [wanted, setWanted] = useState<Subject>()
  useEffect(
    () =>
      host.listen((message) => {
        if (message.kind === 'reveal') setWanted(message.subject)
      }),
    [host],
  )
  useEffect(() => {
    if (wanted === undefined || !exists(scene, wanted)) return
    setWanted(undefined)
    reveal(wanted)
  })
}
