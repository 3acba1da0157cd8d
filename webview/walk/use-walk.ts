import { useEffect, useRef, useState } from 'react'
import type { ToDesigner } from '../../src/protocol/designer.js'
import type { ExplainedWalk, WalkChoices, WalkWish, Walked } from '../../src/protocol/walks.js'
import type { Host, ViewState } from '../host.js'

/** The packet walk as the extension tells of it: what was wished for, and the newest answer to that. */
export interface WalkState {
  /** Undefined: no walk is open. */
  readonly wish: WalkWish | undefined
  readonly choices: WalkChoices | undefined
  /** Of an earlier wish until the new one is answered; undefined before the first answer. */
  readonly walked: Walked | undefined
  /** The service is not there any longer. */
  readonly gone: boolean
  /** The one that is shown, among those that are possible. */
  readonly shown: ExplainedWalk | undefined
  /** Another one whenever the walk is to be seen from its beginning. */
  readonly run: number
  readonly start: (service: string) => void
  readonly change: (change: Partial<WalkWish>) => void
  /** Which of the walks the kernel leaves to chance, by `wayKey`. */
  readonly choose: (way: string) => void
  readonly close: () => void
}

/** What tells apart the walks of one choice: who answered ARP, and where it went then. */
export function wayKey({ walk }: ExplainedWalk): string {
  return JSON.stringify([walk.arpWinner ?? null, walk.realServer ?? null])
}

/** `keep`: what is seen again when the page comes back; `kept` is what was kept last. */
export function useWalk(host: Host, kept: ViewState['walk'], keep: (change: ViewState) => void): WalkState {
  const [wish, setWish] = useState<WalkWish>()
  const [choices, setChoices] = useState<WalkChoices>()
  const [answer, setAnswer] = useState<{ readonly walked: Walked | undefined }>()
  const [way, setWay] = useState<string>()
  const [run, setRun] = useState(0)
  const request = useRef(0)
  const version = useRef(0)

  const ask = (next: WalkWish | undefined) => {
    request.current += 1
    setWish(next)
    keep({ walk: next })
    host.send({ kind: 'walk', request: request.current, wish: next })
  }
  const fresh = (next: WalkWish) => {
    setRun((before) => before + 1)
    ask(next)
  }
  const start = (service: string) => {
    setWay(undefined)
    setAnswer(undefined)
    fresh({ service, client: undefined, realServer: undefined, broken: [] })
  }
  const latest = useRef({ start, fresh })
  latest.current = { start, fresh }

  useEffect(() => {
    const stop = host.listen((message: ToDesigner) => {
      if (message.kind === 'walk') latest.current.start(message.service)
      if (message.kind === 'walk-choices' && message.request === request.current) setChoices(message.choices)
      // What was asked before, or is said of an older text, is not wanted any more.
      if (message.kind !== 'walked' || message.request !== request.current) return
      if (message.version < version.current) return
      version.current = message.version
      setAnswer({ walked: message.walked })
    })
    if (kept !== undefined) latest.current.fresh(kept)
    return stop
    // Only what was kept when the page came.
  }, [host])

  const walks = answer?.walked?.walks ?? []
  return {
    wish,
    choices: choices?.service === wish?.service ? choices : undefined,
    walked: answer?.walked,
    gone: answer !== undefined && answer.walked === undefined,
    shown: walks.find((each) => wayKey(each) === way) ?? walks[0],
    run,
    start,
    change: (change) => {
      if (wish !== undefined) fresh({ ...wish, ...change })
    },
    choose: (next) => {
      setWay(next)
      setRun((before) => before + 1)
    },
    close: () => {
      setAnswer(undefined)
      ask(undefined)
    },
  }
}
