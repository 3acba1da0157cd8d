import { say } from '../../speech/say.js'
import { sysctlEntry } from '../../hosts/sysctl-catalogue.js'
import { atHost, seen } from '../found.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'

export const sysctlModule: Rule = {
  code: 'SYSCTL-MODULE',
  severity: 'error',
  title: 'A setting that is not there, because its module is not loaded',
  why: 'What sysctl.d says of it at boot fails ("No such file or directory"), and when the module comes later, the setting is at its default.',
  kernel:
    'net.ipv4.vs.* is made when ip_vs is loaded (ip_vs_ctl.c, ip_vs_control_net_init_sysctl), those of connection ' +
    'tracking with nf_conntrack; before there is nothing to write to.',
  mend: 'Load the module at boot, before the settings: a file in /etc/modules-load.d. "lvs-designer apply" loads it first.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c (Linux 6.1); sysctl.d(5), modules-load.d(5)',
  needs: 'observed',
  explains: [],
  check: (cluster, report) => {
    for (const host of seen(cluster)) {
      const wanted = new Set([
        ...host.needs.flatMap(({ need }) => (need.kind === 'sysctl' ? [need.key] : [])),
        ...host.drawn.sysctls.keys(),
      ])
      const byModule = new Map<string, string[]>()
      for (const key of wanted) {
        const module = sysctlEntry(key)?.module
        if (module === undefined || host.state.sysctls.has(key) || host.state.modules.has(module)) continue
        byModule.set(module, [...(byModule.get(module) ?? []), key])
      }
      for (const [module, keys] of byModule) {
        report(atHost(host), say`${host.name} has no ${listed(keys)}: ${module} is not loaded there`)
      }
    }
  },
}
