import type { Position } from '../topology/types.js'
import { layOutGroup } from './blocks.js'
import type { Group } from './blocks.js'
import { columnsOf } from './columns.js'
import type { Scene } from './scene.js'
import { NETWORK_WIDTH } from './sizes.js'

/** Where groups and networks stand: their top left corners. A network's `y` counts only while nothing hangs on it. */
export interface Arrangement {
  readonly groups: ReadonlyMap<string, Position>
  readonly networks: ReadonlyMap<string, Position>
}

/** Between the groups of a column. */
export const GROUP_GAP = 48
/** Between two columns of hosts: room for one network and its label. */
export const COLUMN_GAP = 200

/** The arrangement in columns, from clients to real servers: takes no time, and is what is drawn first. */
export function arrangeInTiers(scene: Scene, groups: readonly Group[]): Arrangement {
  const { ofGroup, ofNetwork } = columnsOf(scene, groups)
  const columns: { group: Group; width: number; height: number }[][] = []
  for (const group of groups) {
    const at = (ofGroup.get(group) ?? 0) / 2
    while (columns.length <= at) columns.push([])
    columns[at]?.push({ group, ...layOutGroup(group).size })
  }
  const lanes: string[][] = []
  for (const [network, column] of ofNetwork) {
    const at = (column - 1) / 2
    while (lanes.length <= at) lanes.push([])
    lanes[at]?.push(network)
  }

  const result = { groups: new Map<string, Position>(), networks: new Map<string, Position>() }
  let x = 0
  for (let at = 0; at < Math.max(columns.length, lanes.length); at++) {
    // A director stands above the real servers it shares a column with.
    const members = [...(columns[at] ?? [])].sort((a, b) => roleOrder(a.group) - roleOrder(b.group))
    const width = Math.max(0, ...members.map((member) => member.width))
    const height = members.reduce((sum, member) => sum + member.height + GROUP_GAP, -GROUP_GAP)
    let y = -height / 2
    for (const member of members) {
      result.groups.set(member.group.id, { x: x + (width - member.width) / 2, y })
      y += member.height + GROUP_GAP
    }
    x += width
    for (const network of lanes[at] ?? []) {
      result.networks.set(network, { x: x + (COLUMN_GAP - NETWORK_WIDTH) / 2, y: 0 })
    }
    x += COLUMN_GAP
  }
  return result
}

function roleOrder({ role }: Group): number {
  return role === undefined ? 4 : ['client', 'router', 'director', 'real-server'].indexOf(role)
}
