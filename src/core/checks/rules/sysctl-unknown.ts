import { say } from '../../speech/say.js'
import type { HostModel } from '../../hosts/cluster.js'
import { isOlderThan } from '../../hosts/kernel-release.js'
import { SYSCTL_ENTRIES, sysctlEntry } from '../../hosts/sysctl-catalogue.js'
import { below, pathOf } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import { liftPins, pinsOf } from '../pins.js'
import { keyAt } from '../places.js'
import { didYouMean, guesser } from '../references.js'
import type { Rule } from '../rule.js'

const IPVS = 'net.ipv4.vs.'
const KNOWN = SYSCTL_ENTRIES.map(({ pattern }) => pattern).filter((pattern) => pattern.startsWith(IPVS))

export const sysctlUnknown: Rule = {
  code: 'SYSCTL-UNKNOWN',
  severity: 'warning',
  title: 'A setting of IPVS that the kernel does not have',
  why: 'It has no effect: "sysctl" says "No such file or directory", and what was meant stays as it is.',
  kernel:
    'The settings of IPVS are those of vs_vars (ip_vs_ctl.c); est_cpulist and est_nice came with Linux 6.2.',
  mend: 'Correct the spelling, or lift the pin.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c (Linux 6.1); Documentation/networking/ipvs-sysctl.rst',
  explains: [],
  check: ({ hosts }, report) => {
    const guess = guesser()
    for (const host of hosts.values()) {
      for (const key of host.drawn.sysctls.keys()) {
        if (!key.startsWith(IPVS)) continue
        const at = keyAt(below(pathOf('hosts', host.name), 'sysctls', key))
        const entry = sysctlEntry(key)
        const lift = liftPins(pinsOf(host, [key]))
        if (entry === undefined) {
          const meant = guess(key, () => KNOWN.filter((known) => !host.drawn.sysctls.has(known)))
          report(at, say`the kernel of ${host.name} has no ${key}${didYouMean(meant)}`, [
            ...meant.map((to): Fix => ({
              title: say`Change to ${to}`,
              edits: [{ kind: 'rename-key', path: at.path, to }],
            })),
            ...lift,
          ])
        } else if (isTooOld(host, entry.since)) {
          report(
            at,
            say`${key} came with Linux ${entry.since ?? ''}, and ${host.name} runs ${host.drawn.kernel ?? ''}`,
            lift,
          )
        }
      }
    }
  },
}

function isTooOld({ drawn: { kernel } }: HostModel, since: string | undefined): boolean {
  return kernel !== undefined && since !== undefined && isOlderThan(kernel, since)
}
