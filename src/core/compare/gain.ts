import { deriveCluster } from '../hosts/cluster.js'
import type { Mode, Topology } from '../topology/types.js'
import type { Assumptions } from './assumptions.js'
import { timesNat } from './bounds.js'
import { inMode } from './in-mode.js'
import { modeTraffic } from './mode-traffic.js'
import type { Bound, ModeTraffic } from './traffic.js'

/** How many times as many requests as with NAT the director bears, if nothing else bounds them. */
export interface DirectorGain {
  readonly replyBytes: number
  readonly tun: number | undefined
  readonly dr: number | undefined
}

/** Of which the literature says "up to ten times": it is the size of the replies that decides. */
const REPLY_SIZES: readonly number[] = [100, 1_000, 5_000, 15_000, 100_000, 1_000_000, 10_000_000]

export function directorGains(
  topology: Topology,
  service: string,
  assumptions: Assumptions,
): readonly DirectorGain[] {
  const clusters = { nat: clusterIn('nat'), tun: clusterIn('tun'), dr: clusterIn('dr') }
  const sizes = [...new Set([...REPLY_SIZES, assumptions.replyBytes])].sort((a, b) => a - b)
  return sizes.map((replyBytes) => {
    const bound = (mode: Mode) =>
      directorsBound(modeTraffic(clusters[mode], service, mode, { ...assumptions, replyBytes }))
    const nat = bound('nat')
    return { replyBytes, tun: timesNat(nat, bound('tun')), dr: timesNat(nat, bound('dr')) }
  })

  function clusterIn(mode: Mode) {
    return deriveCluster(inMode(topology, service, mode))
  }
}

function directorsBound(traffic: ModeTraffic): Bound | undefined {
  return traffic.kind === 'counted' ? traffic.director.bound : undefined
}
