import { useEffect, useMemo, useRef, useState } from 'react'
import type { ModeComparison } from '../src/core/compare/modes.js'
import type { Subject } from '../src/core/diagram/scene.js'
import type { Inspection } from '../src/core/language/inspection.js'
import type { CanvasAction, HostOutcomeMark, ToDesigner } from '../src/protocol/designer.js'
import type { History } from './controls/controls.js'
import type { Host } from './host.js'
import { createRequests } from './requests.js'
import type { Requests } from './requests.js'

export interface Notice {
  readonly text: string
  readonly tone: 'info' | 'error'
  /** So that the same words said again are heard again. */
  readonly number: number
}

/** The document as the extension tells of it. The designer keeps nothing of it but the last that was told. */
export interface DocumentState {
  readonly model: Extract<ToDesigner, { readonly kind: 'model' }> | undefined
  /** Why there is nothing newer than the model, if there is anything. */
  readonly unread: string | undefined
  /** Asks for it once more. */
  readonly drawAgain: () => void
  readonly inspection: Inspection | undefined
  readonly comparison: ModeComparison | undefined
  readonly outcomes: ReadonlyMap<string, HostOutcomeMark>
  readonly requests: Requests
  readonly history: History
  /** Edits that are not in the text yet. */
  readonly pending: number
  readonly notice: Notice | undefined
  readonly say: (text: string, tone?: Notice['tone']) => void
}

interface Listener {
  readonly onSelect: (subject: Subject) => void
  readonly onAction: (action: CanvasAction) => void
}

export function useDocument(host: Host, listener: Listener): DocumentState {
  const [model, setModel] = useState<DocumentState['model']>()
  const [unread, setUnread] = useState<string>()
  const [inspection, setInspection] = useState<Inspection>()
  const [comparison, setComparison] = useState<ModeComparison>()
  const [outcomes, setOutcomes] = useState<DocumentState['outcomes']>(new Map())
  const [pending, setPending] = useState(0)
  const [notice, setNotice] = useState<Notice>()
  const requests = useMemo(() => createRequests(host.send, setPending), [host])
  const latest = useRef(listener)
  latest.current = listener

  useEffect(() => {
    const stop = host.listen((message) => {
      requests.receive(message)
      switch (message.kind) {
        case 'unread':
          setUnread(message.reason)
          return
        case 'model':
          setUnread(undefined)
          setModel((before) => {
            // What became of hosts was said of another drawing.
            if (before !== undefined && before.version !== message.version) setOutcomes(new Map())
            return message
          })
          return
        case 'inspection':
          setInspection(message.inspection)
          return
        case 'modes':
          setComparison(message.comparison)
          return
        case 'select':
          latest.current.onSelect(message.subject)
          return
        case 'action':
          latest.current.onAction(message.action)
          return
        case 'outcomes':
          setOutcomes(new Map(message.hosts.map((mark) => [mark.host, mark])))
          return
        // Who asks for these listens for them.
        case 'answer':
        case 'picture':
        case 'reveal':
        case 'walk':
        case 'walk-choices':
        case 'walked':
      }
    })
    host.send({ kind: 'ready' })
    return stop
  }, [host, requests])

  const history = useMemo<History>(
    () => ({
      undo: () => {
        host.send({ kind: 'undo' })
      },
      redo: () => {
        host.send({ kind: 'redo' })
      },
    }),
    [host],
  )
  const say: DocumentState['say'] = (text, tone = 'info') => {
    setNotice((before) => ({ text, tone, number: (before?.number ?? 0) + 1 }))
  }
  const drawAgain = () => {
    setUnread(undefined)
    host.send({ kind: 'draw' })
  }
  return {
    model,
    unread,
    drawAgain,
    inspection,
    comparison,
    outcomes,
    requests,
    history,
    pending,
    notice,
    say,
  }
}
