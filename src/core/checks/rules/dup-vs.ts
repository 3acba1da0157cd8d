import { below } from '../../topology/path.js'
import { withPort } from '../../topology/address.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const duplicateService: Rule = {
  code: 'DUP-VS',
  severity: 'error',
  title: 'Two services with the same protocol, VIP and port',
  why: 'Only one of them comes to be; with keepalived its real servers become a mixture of both, and the configuration test is silent.',
  kernel:
    'An IPVS service is known by protocol, address and port; a second one is refused with EEXIST, "Service already exists" (ip_vs_ctl.c).',
  mend: 'Give one of them another VIP, port or protocol, or join their real servers.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c (Linux 6.1)',
  explains: [],
  check: ({ services }, report) => {
    const first = new Map<string, string>()
    for (const { name, path, drawn } of services) {
      const { protocol, vip, port, mark } = drawn
      if (vip === undefined || port === undefined || mark !== undefined) continue
      const key = `${protocol} ${withPort(vip, port)}`
      const other = first.get(key)
      if (other === undefined) first.set(key, name)
      else report(valueAt(below(path, 'vip')), `"${name}" is for ${key}, and so is "${other}"`)
    }
  },
}
