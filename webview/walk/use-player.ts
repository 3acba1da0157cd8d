import { useEffect, useState } from 'react'
import { motion } from '../canvas/motion.js'

/** How fast a walk is played, as a factor. */
export const SPEEDS = [0.5, 1, 2, 4] as const
export type Speed = (typeof SPEEDS)[number]

/** Milliseconds at speed 1: from host to host, and at a host, where there is something to read. */
const TRAVEL_MS = 900
const STAY_MS = 1500

export interface Player {
  /** The hop that is shown, from 0; the packet is at its host, or on its way there. */
  readonly at: number
  readonly playing: boolean
  readonly speed: Speed
  /** Milliseconds the packet takes to get to this hop from the one before; 0: it is simply there. */
  readonly travelMs: number
  readonly goTo: (hop: number) => void
  readonly step: (by: 1 | -1) => void
  readonly toggle: () => void
  readonly setSpeed: (speed: Speed) => void
}

/** Plays so many hops, one after the other. `run`: another one begins anew, and plays when `plays`. */
export function usePlayer(count: number, run: number, plays: boolean): Player {
  const [state, setState] = useState({ run, at: 0, playing: false, travels: false })
  const [speed, setSpeed] = useState<Speed>(1)
  const current = state.run === run ? state : { run, at: 0, playing: plays, travels: false }
  // The text may have changed meanwhile, and the walk be shorter.
  const at = Math.min(current.at, Math.max(0, count - 1))
  const last = count - 1
  const playing = current.playing && at < last
  const travelMs = current.travels && motion() > 0 ? TRAVEL_MS / speed : 0

  useEffect(() => {
    if (!playing) return undefined
    const timer = setTimeout(
      () => {
        setState({ run, at: at + 1, playing: true, travels: true })
      },
      travelMs + STAY_MS / speed,
    )
    return () => {
      clearTimeout(timer)
    }
  }, [playing, at, run, speed, travelMs])

  return {
    at,
    playing,
    speed,
    travelMs,
    goTo: (hop) => {
      setState({ run, at: Math.max(0, Math.min(hop, last)), playing: false, travels: false })
    },
    step: (by) => {
      const next = Math.max(0, Math.min(at + by, last))
      setState({ run, at: next, playing: false, travels: by === 1 && next !== at })
    },
    toggle: () => {
      // At the end, once more from the beginning.
      if (at >= last) setState({ run, at: 0, playing: true, travels: false })
      else if (playing) setState({ run, at, playing: false, travels: false })
      else setState({ run, at: at + 1, playing: true, travels: true })
    },
    setSpeed,
  }
}
