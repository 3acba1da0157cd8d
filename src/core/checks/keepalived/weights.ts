import type { KeepalivedConfiguration, NamedBlock } from '../../formats/keepalived/configuration.js'
import { setting } from '../../formats/keepalived/settings.js'
import type { Directive } from '../../formats/keepalived/tree.js'
import { OWNER } from '../../formats/keepalived/vrrp-instance.js'
import type { VrrpInstance } from '../../formats/keepalived/vrrp-instance.js'
import { say } from '../../speech/say.js'
import { lacks } from '../../formats/keepalived/whole.js'
import { wordAt } from './report.js'
import type { KeepalivedReport } from './report.js'

/** The block that may say the weight, and the weight where nothing does. */
interface Tracking {
  readonly block: NamedBlock | undefined
  readonly weight: string
}

const TRACKING: ReadonlyMap<string, Tracking> = new Map([
  ['track_interface', { block: undefined, weight: '0' }],
  ['track_script', { block: 'vrrp_script', weight: '0' }],
  ['track_file', { block: 'track_file', weight: '1' }],
  ['track_bfd', { block: 'bfd_instance', weight: '0' }],
])
/** Of processes only groups are asked. */
const OF_GROUPS: ReadonlyMap<string, Tracking> = new Map([
  ...TRACKING,
  ['track_process', { block: 'vrrp_track_process', weight: '1' }],
])

/** Weights where the priority cannot change (vrrp.c `vrrp_complete_instance`, `vrrp_sync_set_group`). */
export function checkWeights(configuration: KeepalivedConfiguration, report: KeepalivedReport): void {
  const { instances, syncGroups } = configuration
  const grouped = new Map<string, string>()
  const named = new Map(instances.map((instance) => [instance.name, instance]))
  for (const { directive, name, members } of syncGroups) {
    const names = members.flatMap(({ words }) => words.map(({ text }) => text))
    if (lacks(directive, 'sync_group_tracking_weight')) for (const member of names) grouped.set(member, name)
    const owner = names.map((each) => named.get(each)).find((each) => each !== undefined && isOwner(each))
    if (owner === undefined) continue
    for (const line of weighted(directive, OF_GROUPS, configuration)) {
      report(
        'KA-WEIGHT',
        wordAt(line),
        say`${ownerOf(owner)}, whose priority never changes, is in this group; keepalived goes on without the weight of ${line.name}`,
      )
    }
  }
  for (const instance of instances) {
    const group = grouped.get(instance.name)
    const owner = isOwner(instance)
    if (!owner && group === undefined) continue
    for (const line of weighted(instance.directive, TRACKING, configuration)) {
      report(
        'KA-WEIGHT',
        wordAt(line),
        owner
          ? say`${ownerOf(instance)}: its priority never changes, and keepalived goes on without the weight of ${line.name}`
          : say`${instance.name} changes its state with the group ${group ?? ''}, which has no sync_group_tracking_weight; keepalived goes on without the weight of ${line.name}`,
      )
    }
  }
}

/** A MASTER without a priority is one too; where something was not looked at, it may have one. */
function isOwner({ directive, priority }: VrrpInstance): boolean {
  return priority === OWNER && (directive.whole || setting(directive, 'priority') !== undefined)
}

function ownerOf({ directive, name }: VrrpInstance): string {
  return setting(directive, 'priority') === undefined
    ? say`${name}, a MASTER without a priority, has 255 and is the owner of the address`
    : say`${name} has priority 255 and is the owner of the address`
}

/** The lines of what is tracked that would change a priority. */
function weighted(
  { children = [] }: Directive,
  tracking: ReadonlyMap<string, Tracking>,
  { named }: KeepalivedConfiguration,
): Directive[] {
  return children.flatMap((list) => {
    const kind = tracking.get(list.name)
    if (kind === undefined) return []
    return (list.children ?? []).filter((line) => {
      const [, option, value] = line.words
      if (option?.text === 'weight') return isWeight(value?.text)
      const block = kind.block === undefined ? undefined : named[kind.block].get(line.name)
      return block !== undefined && isWeight(setting(block, 'weight')?.words[1]?.text ?? kind.weight)
    })
  })
}

/** 0 is none; one that is no number is told of as such. */
function isWeight(text: string | undefined): boolean {
  return /^[+-]?\d+$/.test(text ?? '') && Number(text) !== 0
}
