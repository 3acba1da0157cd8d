import { say } from '../../speech/say.js'
import { balancesTwice } from '../../hosts/service-needs.js'
import { BACKUP_ONLY } from '../../hosts/sysctl.js'
import { below, pathOf } from '../../topology/path.js'
import { pairs } from '../pairs.js'
import type { Pair } from '../pairs.js'
import { pinsOf } from '../pins.js'
import { keyAt, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const backupLoop: Rule = {
  code: 'HA-LOOP',
  severity: 'error',
  title: 'Two directors that are each other’s real servers',
  why: 'Requests the active director hands to the backup are balanced there a second time and sent back: some go round until their hop limit, and clients see timeouts and doubled connections.',
  kernel:
    'keepalived fills the IPVS table on both directors, and the backup has the VIP as a real server does, so ip_vs_in_hook ' +
    '(ip_vs_core.c) schedules what it was sent. net.ipv4.vs.backup_only=1 stops that, but only while the backup’s sync ' +
    'daemon runs (sysctl_backup_only, include/net/ip_vs.h).',
  mend: 'Let the sync daemon follow VRRP (vrrp.sync) and lift pins of net.ipv4.vs.backup_only, which is derived; or use NAT for them.',
  source: 'include/net/ip_vs.h, net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['LOOP'],
  ofPairs: true,
  check: (cluster, report) => {
    const together = new Map<string, { readonly pair: Pair; readonly services: string[] }>()
    for (const pair of pairs(cluster)) {
      if (!balancesTwice(pair.service)) continue
      const key = `${pair.active.name} ${pair.backup.name}`
      const known = together.get(key) ?? { pair, services: [] }
      together.set(key, known)
      known.services.push(pair.service.name)
    }
    const { vrrp } = cluster.topology
    for (const { pair, services } of together.values()) {
      const { service, active, backup } = pair
      const pins = [active, backup].flatMap((host) =>
        Number(host.state.sysctls.get(BACKUP_ONLY) ?? 0) === 0 ? pinsOf(host, [BACKUP_ONLY]) : [],
      )
      const [pin] = pins
      // Without VRRP nothing tells a sync daemon who is the backup: PAIR-VRRP.
      const unsynced = vrrp !== undefined && !vrrp.sync
      if (pin === undefined && !unsynced) continue
      const what = say`${active.name} and ${backup.name} are the directors of ${quoted(services)} and also real servers, so each balances again what the other hands it`
      report(
        pin === undefined ? keyAt(below(service.path, 'real-servers', backup.name)) : valueAt(pin.path),
        pin === undefined
          ? say`${what}; ${BACKUP_ONLY}=1 is derived, but works only with a sync daemon that follows VRRP (vrrp.sync)`
          : say`${what}; ${BACKUP_ONLY} must be 1 on both${unsynced ? say`, with a sync daemon that follows VRRP (vrrp.sync)` : ''}`,
        [
          {
            title: say`Let the backup only take, never balance`,
            edits: [
              ...pins.map(({ path }) => ({ kind: 'unset', path }) as const),
              ...(unsynced ? [{ kind: 'set', path: pathOf('vrrp', 'sync'), value: true } as const] : []),
            ],
          },
        ],
      )
    }
  },
}
