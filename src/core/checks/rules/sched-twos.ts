import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { needsTwos } from '../table-wording.js'

export const schedulerTwos: Rule = {
  code: 'SCHED-TWOS',
  severity: 'information',
  title: 'A scheduler that many kernels are built without',
  why: 'Where the kernel lacks it, the service is refused with "Scheduler or persistence engine not found". A plan finds that out before anything is changed.',
  kernel:
    'twos is a module of its own (CONFIG_IP_VS_TWOS), and distributions need not build it: Debian’s kernels say ' +
    '"# CONFIG_IP_VS_TWOS is not set".',
  mend: 'See whether "modprobe ip_vs_twos" works on the director; wlc shares by load too and is in every kernel.',
  source: 'net/netfilter/ipvs/Kconfig; /boot/config of Debian 12 (Linux 6.1)',
  explains: [],
  check: ({ services }, report) => {
    for (const { name, path, drawn } of services) {
      if (drawn.scheduler !== 'twos') continue
      const at = below(path, 'scheduler')
      const where = drawn.directors.length === 0 ? say`its director` : drawn.directors.join(say` and `)
      report(valueAt(at), needsTwos(name, where), [
        { title: say`Change the scheduler to wlc`, edits: [{ kind: 'set', path: at, value: 'wlc' }] },
      ])
    }
  },
}
