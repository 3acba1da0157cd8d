import { say } from '../../speech/say.js'
import type { HostModel } from '../../hosts/cluster.js'
import { sysctlEntry, sysctlRefusal } from '../../hosts/sysctl-catalogue.js'
import { exposures } from '../arp.js'
import { oncePerCluster } from '../once.js'
import { liftPins, pinsOf } from '../pins.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'

export const sysctlValue: Rule = {
  code: 'SYSCTL-VALUE',
  severity: 'warning',
  title: 'A value that means nothing',
  why: 'The kernel takes it and does not do what it looks like; often it does what it would do with 0.',
  kernel:
    'Many settings are plain integers to proc_dointvec; what they mean is decided where they are read, as arp_ignore in arp_ignore() ' +
    'and arp_announce in arp_solicit() (arp.c), where what has no case falls to the default.',
  mend: 'Choose a value that has a meaning, or lift the pin.',
  source: 'net/ipv4/arp.c, net/ipv4/fib_frontend.c (Linux 6.1); Documentation/networking/ip-sysctl.rst',
  explains: [],
  check: (cluster, report) => {
    for (const host of cluster.hosts.values()) {
      for (const [key, value] of host.drawn.sysctls) {
        const values = sysctlEntry(key)?.values
        if (values?.kind !== 'words' || sysctlRefusal(key, value) !== undefined) continue
        if (Object.hasOwn(values.meanings, value.trim())) continue
        if (key.endsWith('.arp_ignore') && exposedHosts(cluster).has(host)) continue
        for (const pin of pinsOf(host, [key])) {
          report(
            valueAt(pin.path),
            say`${key} of ${host.name} is ${value}, which means nothing; there are ${listed(Object.keys(values.meanings))}`,
            liftPins([pin]),
          )
        }
      }
    }
  },
}

/** Of real servers that could answer for the VIP, DR-ARP and its like say what comes of it. */
const exposedHosts = oncePerCluster(
  (cluster): ReadonlySet<HostModel> => new Set(exposures(cluster).map(({ host }) => host)),
)
