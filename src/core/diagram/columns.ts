import type { Group } from './blocks.js'
import type { Scene } from './scene.js'

/**
 * Which column everything belongs in, from where requests come from to where they go: clients in 0, the networks
 * they are on in 1, what is on those in 2 and so on. Hosts stand in even columns, networks in odd ones.
 */
export interface Columns {
  readonly ofGroup: ReadonlyMap<Group, number>
  readonly ofNetwork: ReadonlyMap<string, number>
}

const ROLE_ORDER = ['client', 'router', 'director', 'real-server'] as const

export function columnsOf(scene: Scene, groups: readonly Group[]): Columns {
  const ofGroup = new Map<Group, number>()
  const ofNetwork = new Map<string, number>()
  const groupsOn = new Map<string, Group[]>()
  for (const group of groups) {
    for (const network of group.networks) groupsOn.set(network, [...(groupsOn.get(network) ?? []), group])
  }

  /** Everything that can be reached from what stands in `start`, each a column further than what it was reached from. */
  const spread = (start: readonly Group[], column: number) => {
    let reached = start.filter((group) => !ofGroup.has(group))
    for (let at = column; reached.length > 0; at += 2) {
      for (const group of reached) ofGroup.set(group, at)
      const networks = new Set(
        reached.flatMap(({ networks: on }) => on.filter((name) => !ofNetwork.has(name))),
      )
      for (const name of networks) ofNetwork.set(name, at + 1)
      reached = [
        ...new Set(
          [...networks].flatMap((name) => groupsOn.get(name) ?? []).filter((group) => !ofGroup.has(group)),
        ),
      ]
    }
  }

  /** Networks that requests come in by, where nothing is drawn that sends them: those of one host, none of the others. */
  const incoming = (outermost: Group): readonly string[] => {
    const free = outermost.networks.filter((name) => !ofNetwork.has(name))
    const own = free.filter((name) => groupsOn.get(name)?.length === 1)
    return own.length < free.length ? own : []
  }

  // From clients; what they do not reach from its own outermost hosts, in the order of the roles.
  for (const role of ROLE_ORDER) {
    for (;;) {
      const connected = groups.filter(
        (group) => group.role === role && !ofGroup.has(group) && group.networks.length > 0,
      )
      const [outermost] = connected
      if (outermost === undefined) break
      if (role === 'client') spread(connected, 0)
      else {
        // Without clients the outermost hosts stand to the right of the network that requests come in by.
        for (const name of incoming(outermost)) ofNetwork.set(name, 1)
        spread([outermost], 2)
      }
    }
  }
  directorsBeforeRealServers(groups, ofGroup, ofNetwork)
  const last = Math.max(2, ...ofGroup.values())
  for (const group of groups) {
    if (!ofGroup.has(group))
      ofGroup.set(group, group.role === 'client' ? 0 : group.role === 'real-server' ? last : 2)
  }
  for (const { name } of scene.networks) if (!ofNetwork.has(name)) ofNetwork.set(name, 1)
  return { ofGroup, ofNetwork }
}

/** A director with one leg stands before the segment it shares with its real servers, since requests pass it first. */
function directorsBeforeRealServers(
  groups: readonly Group[],
  ofGroup: Map<Group, number>,
  ofNetwork: ReadonlyMap<string, number>,
): void {
  for (const group of groups) {
    const column = ofGroup.get(group)
    if (group.role !== 'director' || column === undefined) continue
    const shared = group.networks.filter((name) => ofNetwork.get(name) === column - 1)
    const withRealServers = groups.some(
      (other) =>
        other.role === 'real-server' &&
        ofGroup.get(other) === column &&
        other.networks.some((name) => shared.includes(name)),
    )
    const before = column - 2
    const amongClients = groups.some((other) => other.role === 'client' && ofGroup.get(other) === before)
    if (withRealServers && before >= 0 && !amongClients && group.networks.length === shared.length) {
      ofGroup.set(group, before)
    }
  }
}
