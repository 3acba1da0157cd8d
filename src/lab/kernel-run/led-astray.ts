import type { Walk } from '../../core/packet/walk.js'
import { isRedirect } from './observed-frames.js'
import type { SwitchedFrame } from './results.js'
import { walkedFrames } from './walked-frames.js'

/**
 * A real server whose replies the director redirects asks who is at the end of the shorter way, and takes it with the
 * next redirect it gets (route.c `__ip_do_redirect`): from then on its replies skip the director. Redirects come 20 ms
 * apart at least (`ip_rt_send_redirect`), so it is chance whether a connection ends before that: in the lab 20 kB do, and
 * 100 kB do not. What is asked for here is that the frames show it.
 */
export function isLedAstray(walk: Walk, frames: readonly SwitchedFrame[]): boolean {
  const replies = walkedFrames(walk).filter(({ leg }) => leg === 'reply')
  const [first] = replies
  if (first === undefined || !replies.some(({ steps }) => steps.some(({ type }) => type === 'icmp')))
    return false
  const { eth, ip } = first.packetOut
  const told = frames.findIndex(
    ({ frame }) => frame.kind === 'ip' && isRedirect(frame.packet) && frame.packet.eth?.dst === eth?.src,
  )
  return (
    told >= 0 &&
    frames
      .slice(told)
      .some(
        ({ from, frame }) =>
          frame.kind === 'ip' &&
          from.host === first.host &&
          frame.packet.ip.src === ip.src &&
          frame.packet.ip.dst === ip.dst &&
          frame.packet.eth?.dst !== eth?.dst,
      )
  )
}
