import type { Hop, Leg, Walk } from '../../core/packet/walk.js'
import { concerns, isRedirect } from './observed-frames.js'
import type { KernelResult, RequestResult } from './results.js'
import { walkedFrames } from './walked-frames.js'

/**
 * Who is redirected asks who is at the end of the shorter way, and takes it with the next redirect that comes (route.c
 * `__ip_do_redirect`). Redirects come 20 ms apart at least (`ip_rt_send_redirect`), and what is sent again brings the next one,
 * so it is chance whether a connection ends before that: in the lab 20 kB of a real server whose replies the director redirects
 * do, and 100 kB do not. What is asked for here is that the frames show it: of a reply, that the director is skipped; of a
 * request, that it goes another way than the walk's, which is of the first packet.
 */
export function isLedAstray(
  walk: Walk,
  leg: Leg,
  { frames, request }: Pick<KernelResult, 'frames'> & { readonly request: RequestResult },
): boolean {
  const first = walkedFrames(walk).find((frame) => frame.leg === leg)
  if (first === undefined || !walk.hops.some((hop) => hop.leg === leg && isTold(hop))) return false
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
          concerns(frame.packet, request.clientPort) &&
          frame.packet.ip.src === ip.src &&
          frame.packet.ip.dst === ip.dst &&
          frame.packet.eth?.dst !== eth?.dst,
      )
  )
}

function isTold({ steps }: Hop): boolean {
  return steps.some(({ type }) => type === 'icmp')
}
