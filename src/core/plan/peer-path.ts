import { say } from '../speech/say.js'
import type { HostModel } from '../hosts/cluster.js'
import type { ObservedHost } from '../hosts/observe.js'
import { lookupRoute } from '../hosts/routing.js'
import type { RouteState } from '../hosts/state.js'
import { familyOf, parseAddress } from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'
import { ABSENT, ownMetric } from './setting.js'
import type { DraftStep } from './step.js'

/**
 * A plan must not cut whoever is connected off (G10): neither by the address they came to, nor by the way back to them, whether
 * it is set or taken away. The connection would hang, and the host with it.
 */
export function refuseCutPath(
  { name }: HostModel,
  live: ObservedHost,
  step: DraftStep,
  refuse: (reason: string, remedy: string) => void,
): void {
  if (step.before === ABSENT && step.record === 'release') return
  if (step.kind === 'address') refuseLostAddress(name, live, step, refuse)
  if (step.kind !== 'route') return
  const family = step.key === '6' ? 6 : 4
  const peer = live.sshPeer === undefined ? undefined : parseAddress(live.sshPeer)
  if (peer === undefined || familyOf(peer) !== family) return
  const kept = live.state.routes.filter(
    ({ to, metric }) =>
      // What is set takes the place of all others; where it is taken away, those come into their own again.
      to !== 'default' || (step.record === 'release' && metric !== ownMetric(family)),
  )
  const back = step.record === 'release' ? defaultRoute(family, step.after) : []
  if (lookupRoute({ ...live.state, routes: [...kept, ...back] }, peer).kind !== 'none') return
  refuse(
    step.record === 'release'
      ? say`you are connected from ${peer}, which ${name} reaches only by the default route that the plan takes away`
      : say`you are connected from ${peer}, which ${name} reaches by its default route, and the plan changes that route`,
    say`give ${name} a route to ${peer} of its own, or connect by an address on one of its networks`,
  )
}

function refuseLostAddress(
  name: string,
  { sshAddress }: ObservedHost,
  { key, after }: DraftStep,
  refuse: (reason: string, remedy: string) => void,
): void {
  const [device = '', cidr = ''] = key.split(' ')
  const arrived = sshAddress === undefined ? undefined : parseAddress(sshAddress)
  if (after !== ABSENT || arrived === undefined || addressOf(cidr) !== arrived) return
  refuse(
    say`you are connected to ${arrived}, which the plan takes off ${device}`,
    say`connect by another address of ${name} (ssh: { address: … } under it in the drawing)`,
  )
}

function addressOf(cidr: string): IpAddress | undefined {
  return parseAddress(cidr.split('/')[0] ?? '')
}

/** Of the words of `ip route`, as far as they decide about a way. */
function defaultRoute(family: Family, words: string): RouteState[] {
  const after = (word: string) => new RegExp(` ${word} (\\S+)`).exec(words)?.[1]
  const via = after('via')
  if (words === ABSENT) return []
  return [
    {
      to: 'default',
      family,
      via: via === undefined ? undefined : parseAddress(via),
      interface: after('dev'),
      metric: ownMetric(family),
      ...(words.includes(' onlink') ? { onlink: true } : {}),
    },
  ]
}
