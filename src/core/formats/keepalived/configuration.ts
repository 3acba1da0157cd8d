import { groupEntries } from './group-entries.js'
import type { GroupEntry } from './group-entries.js'
import type { Directive, KeepalivedTree } from './tree.js'
import { virtualAddress } from './virtual-address.js'
import type { VirtualAddress } from './virtual-address.js'
import { virtualServer } from './virtual-server.js'
import type { KeepalivedService } from './virtual-server.js'
import { vrrpInstance } from './vrrp-instance.js'
import type { VrrpInstance } from './vrrp-instance.js'

/** What a configuration says, as keepalived takes it: defaults filled in, values it leaves out left out. */
export interface KeepalivedConfiguration {
  readonly tree: KeepalivedTree
  /** Of every global_defs, by keyword. */
  readonly globals: ReadonlyMap<string, Directive>
  readonly virtualServers: readonly KeepalivedService[]
  readonly groups: ReadonlyMap<string, KeepalivedGroup>
  readonly instances: readonly VrrpInstance[]
  readonly syncGroups: readonly SyncGroup[]
  readonly staticAddresses: readonly VirtualAddress[]
  /** Blocks that others name: vrrp_script, track_file, vrrp_track_process, bfd_instance. */
  readonly named: Readonly<Record<NamedBlock, ReadonlyMap<string, Directive>>>
}

export type NamedBlock = 'vrrp_script' | 'track_file' | 'vrrp_track_process' | 'bfd_instance'

export interface KeepalivedGroup {
  readonly directive: Directive
  readonly name: string
  readonly entries: readonly GroupEntry[]
}

export interface SyncGroup {
  readonly directive: Directive
  readonly name: string
  readonly members: readonly Directive[]
}

export function keepalivedConfiguration(tree: KeepalivedTree): KeepalivedConfiguration {
  const globals = new Map<string, Directive>()
  const virtualServers: KeepalivedService[] = []
  const groups = new Map<string, KeepalivedGroup>()
  const instances: Directive[] = []
  const syncGroups: SyncGroup[] = []
  const staticAddresses: VirtualAddress[] = []
  const named = {
    vrrp_script: new Map<string, Directive>(),
    track_file: new Map<string, Directive>(),
    vrrp_track_process: new Map<string, Directive>(),
    bfd_instance: new Map<string, Directive>(),
  }
  for (const directive of tree.directives) {
    const name = directive.words[1]?.text ?? ''
    switch (directive.name) {
      case 'global_defs':
        for (const setting of directive.children ?? []) globals.set(setting.name, setting)
        break
      case 'virtual_server':
        virtualServers.push(virtualServer(directive))
        break
      case 'virtual_server_group':
        groups.set(name, { directive, name, entries: groupEntries(directive) })
        break
      case 'vrrp_instance':
        instances.push(directive)
        break
      case 'vrrp_sync_group':
        syncGroups.push({
          directive,
          name,
          members: (directive.children ?? []).flatMap((child) =>
            child.name === 'group' ? (child.children ?? []) : [],
          ),
        })
        break
      case 'static_ipaddress':
        staticAddresses.push(...(directive.children ?? []).map(virtualAddress))
        break
      case 'vrrp_track_file':
        named.track_file.set(name, directive)
        break
      case 'vrrp_script':
      case 'track_file':
      case 'vrrp_track_process':
      case 'bfd_instance':
        named[directive.name].set(name, directive)
        break
    }
  }
  return {
    tree,
    globals,
    virtualServers,
    groups,
    instances: instances.map((directive) => vrrpInstance(directive, globals)),
    syncGroups,
    staticAddresses,
    named,
  }
}
