import { say } from '../../speech/say.js'
import { pathOf } from '../../topology/path.js'
import { balancesTwice } from '../../hosts/service-needs.js'
import { BACKUP_ONLY } from '../../hosts/sysctl.js'
import { pairedDirectors, pairs } from '../pairs.js'
import { liftPins, pinsOf } from '../pins.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const backupOnly: Rule = {
  code: 'HA-BACKUPONLY',
  severity: 'warning',
  title: 'backup_only without a sync daemon that follows VRRP',
  why: 'As drawn it does nothing: the backup balances what reaches it all the same. And where someone starts both sync daemons by hand, the host stops balancing altogether, the active one too.',
  kernel:
    'sysctl_backup_only (include/net/ip_vs.h) is asked only together with the state of the backup’s sync daemon; with the ' +
    'master’s daemon alone, or with none, it is inert.',
  mend: 'Let the sync daemon follow VRRP with vrrp.sync, or take the setting out.',
  source: 'include/net/ip_vs.h (Linux 6.1); keepalived.conf(5), lvs_sync_daemon',
  explains: [],
  ofPairs: true,
  check: (cluster, report) => {
    const { vrrp } = cluster.topology
    const paired = pairedDirectors(cluster)
    // Where a loop comes of it, HA-LOOP says what is missing.
    const looping = new Set(
      pairs(cluster).flatMap(({ service, active, backup }) =>
        balancesTwice(service) ? [active, backup] : [],
      ),
    )
    for (const host of cluster.hosts.values()) {
      const pins = pinsOf(host, [BACKUP_ONLY])
      const [pin] = pins
      if (pin === undefined || pin.value === 0 || looping.has(host)) continue
      const inPair = vrrp !== undefined && paired.has(host)
      if (inPair && vrrp.sync) continue
      report(
        valueAt(pin.path),
        say`${host.name} is to balance nothing while it is the backup, but that takes a sync daemon, and ${inPair ? say`vrrp.sync is not set` : say`${host.name} is no director of a pair`}`,
        [
          ...(inPair
            ? [
                {
                  title: say`Keep connections in step (vrrp.sync)`,
                  edits: [{ kind: 'set', path: pathOf('vrrp', 'sync'), value: true } as const],
                },
              ]
            : []),
          ...liftPins(pins),
        ],
      )
    }
  },
}
