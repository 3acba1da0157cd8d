import { say } from '../../speech/say.js'
import { sysctlRefusal } from '../../hosts/sysctl-catalogue.js'
import { liftPins, pinsOf } from '../pins.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const sysctlRange: Rule = {
  code: 'SYSCTL-RANGE',
  severity: 'error',
  title: 'A value the kernel refuses',
  why: 'No host can have it: "sysctl" says "Invalid argument", and the setting stays what it was.',
  kernel:
    'Settings with bounds are written through handlers that answer EINVAL: proc_do_defense_mode for drop_entry, drop_packet and ' +
    'secure_tcp, proc_do_sync_threshold, proc_do_sync_ports (ip_vs_ctl.c), proc_dointvec for whole numbers.',
  mend: 'Write a value of the form the message names, or lift the pin.',
  source:
    'net/netfilter/ipvs/ip_vs_ctl.c, kernel/sysctl.c (Linux 6.1); Documentation/networking/ipvs-sysctl.rst',
  explains: [],
  check: ({ hosts }, report) => {
    for (const host of hosts.values()) {
      for (const [key, value] of host.drawn.sysctls) {
        const expected = sysctlRefusal(key, value)
        if (expected === undefined) continue
        for (const pin of pinsOf(host, [key])) {
          report(
            valueAt(pin.path),
            say`${key} of ${host.name} is ${value}, but it must be ${expected}`,
            liftPins([pin]),
          )
        }
      }
    }
  },
}
