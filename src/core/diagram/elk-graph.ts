import type { Position } from '../topology/types.js'
import { COLUMN_GAP, GROUP_GAP } from './arrangement.js'
import type { Arrangement } from './arrangement.js'
import { layOutGroup } from './blocks.js'
import type { Group } from './blocks.js'
import { columnsOf } from './columns.js'
import type { Scene } from './scene.js'
import { NETWORK_LABEL, NETWORK_MIN_HEIGHT, NETWORK_WIDTH } from './sizes.js'

/** As much of ELK's JSON graph as is used here (elkjs, "ELK JSON"). */
export interface ElkGraph {
  readonly id: string
  readonly x?: number
  readonly y?: number
  readonly width?: number
  readonly height?: number
  readonly layoutOptions?: Readonly<Record<string, string>>
  readonly children?: readonly ElkGraph[]
  readonly edges?: readonly {
    readonly id: string
    readonly sources: readonly string[]
    readonly targets: readonly string[]
  }[]
}

/*
 * The flat graph of a large farm takes ELK half a minute and comes out a screen wide and a mile high. So groups are
 * compounds: ELK orders the groups and networks from left to right without crossings, and the hosts of a group are
 * packed inside, in the order of the file. Never `force`, `stress` or `radial`: those have no left and right.
 */
const ROOT = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.spacing.nodeNode': String(GROUP_GAP),
  'elk.layered.spacing.nodeNodeBetweenLayers': String((COLUMN_GAP - NETWORK_WIDTH) / 2),
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  // The columns are those of the first picture, so that nothing changes sides when this one replaces it.
  'elk.partitioning.activate': 'true',
} as const

/** The graph ELK is asked to lay out. Groups and networks are its nodes, by position in their lists. */
export function elkGraphOf(scene: Scene, groups: readonly Group[]): ElkGraph {
  const { ofGroup, ofNetwork } = columnsOf(scene, groups)
  const networkIndex = new Map(scene.networks.map(({ name }, index) => [name, index]))
  const heights = new Map<string, number>()
  const groupNodes = groups.map((group, index): ElkGraph => {
    const { size, at } = layOutGroup(group)
    for (const network of group.networks)
      heights.set(network, Math.max(heights.get(network) ?? 0, size.height))
    return {
      id: `g${index}`,
      width: size.width,
      height: size.height,
      layoutOptions: {
        'elk.partitioning.partition': String(ofGroup.get(group) ?? 0),
        'elk.algorithm': 'fixed',
      },
      children: at.map(({ x, y }, block) => ({
        id: `g${index}b${block}`,
        x,
        y,
        width: group.blocks[block]?.size.width ?? 0,
        height: group.blocks[block]?.size.height ?? 0,
      })),
    }
  })
  const networkNodes = scene.networks.map(({ name, length }, index): ElkGraph => ({
    id: `n${index}`,
    width: NETWORK_WIDTH,
    // A bar is drawn as long as what hangs on it; that much room keeps two bars of a column apart.
    height: Math.max(NETWORK_MIN_HEIGHT, heights.get(name) ?? 0, length ?? 0) + NETWORK_LABEL.height,
    layoutOptions: { 'elk.partitioning.partition': String(ofNetwork.get(name) ?? 1) },
  }))
  const edges = groups.flatMap((group, index) =>
    group.networks.map((network) => {
      const [here, there] = [`g${index}`, `n${networkIndex.get(network) ?? 0}`]
      const forwards = (ofGroup.get(group) ?? 0) < (ofNetwork.get(network) ?? 1)
      return {
        id: `${here} ${there}`,
        sources: [forwards ? here : there],
        targets: [forwards ? there : here],
      }
    }),
  )
  return { id: 'root', layoutOptions: ROOT, children: [...groupNodes, ...networkNodes], edges }
}

/** What ELK made of the graph of these groups; undefined if it is not of them. */
export function arrangementFrom(
  result: ElkGraph,
  scene: Scene,
  groups: readonly Group[],
): Arrangement | undefined {
  const placed = new Map<string, Position>()
  for (const { id, x, y } of result.children ?? []) {
    if (x === undefined || y === undefined) return undefined
    placed.set(id, { x, y })
  }
  if (placed.size !== groups.length + scene.networks.length) return undefined
  return {
    groups: new Map(groups.map(({ id }, index) => [id, placed.get(`g${index}`) ?? { x: 0, y: 0 }])),
    networks: new Map(
      scene.networks.map(({ name }, index) => [name, placed.get(`n${index}`) ?? { x: 0, y: 0 }]),
    ),
  }
}

/** Equal for two scenes that are arranged alike: what stands where does not depend on names of services and the like. */
export function arrangementKey(scene: Scene, groups: readonly Group[]): string {
  return JSON.stringify([
    scene.networks.map(({ name }) => name),
    groups.map(({ id, farm, blocks }) => [
      id,
      farm,
      blocks.map(({ size, host }) => [host?.name, size.height]),
    ]),
  ])
}
