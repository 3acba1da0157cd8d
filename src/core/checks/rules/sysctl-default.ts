import { say } from '../../speech/say.js'
import { sysctlEntry } from '../../hosts/sysctl-catalogue.js'
import { liftPins, pinsOf } from '../pins.js'
import { keyAt } from '../places.js'
import type { Rule } from '../rule.js'

const DEFAULT = /^(net\.ipv[46]\.conf\.)default(\.[a-z0-9_]+)$/

export const sysctlDefault: Rule = {
  code: 'SYSCTL-DEFAULT',
  severity: 'warning',
  title: 'A setting for interfaces to come, not for those that are there',
  why: 'It looks set and is not: the interfaces of the host keep what they had, and a real server goes on answering for the VIP, say.',
  kernel:
    'conf.default is copied into an interface when that is made (inetdev_init, devinet.c; addrconf.c for IPv6) and is never read ' +
    'after. What counts is conf.all and the interface’s own value.',
  mend: 'Set it for all or for the interface, or lift the pin.',
  source: 'net/ipv4/devinet.c (Linux 6.1)',
  explains: [],
  check: ({ hosts }, report) => {
    for (const host of hosts.values()) {
      for (const key of host.drawn.sysctls.keys()) {
        const match = DEFAULT.exec(key)
        if (match === null || sysctlEntry(key) === undefined) continue
        const [, before = '', after = ''] = match
        const all = `${before}all${after}`
        // Beside that for all it is the habit of those who mean every interface, now and later.
        if (host.drawn.sysctls.has(all)) continue
        for (const pin of pinsOf(host, [key])) {
          report(
            keyAt(pin.path),
            say`${key} of ${host.name} does not reach the interfaces it has; ${all}, or that of one interface, would`,
            liftPins([pin]),
          )
        }
      }
    }
  },
}
