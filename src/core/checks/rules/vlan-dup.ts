import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import { keyAt, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { vlansOnInterfaces } from '../vlans.js'

export const vlanDuplicate: Rule = {
  code: 'VLAN-DUP',
  severity: 'error',
  title: 'The same VLAN twice on one interface',
  why: 'The second is refused ("File exists"), and what hangs on it is not there: its addresses, its network.',
  kernel: 'An interface carries a VLAN once (vlan_check_real_dev, net/8021q/vlan.c, answers EEXIST).',
  mend: 'Join the two, or give one of them its own VLAN.',
  source: 'net/8021q/vlan.c (Linux 6.1)',
  explains: [],
  mayExplain: ['NO_ROUTE'],
  check: (cluster, report) => {
    const first = new Map<string, string>()
    for (const { host, name, drawn, parent, id } of vlansOnInterfaces(cluster)) {
      const key = `${host} ${parent} ${id}`
      const other = first.get(key)
      if (other === undefined) {
        first.set(key, name)
        continue
      }
      const path = pathOf('hosts', host, 'interfaces', name)
      report(
        drawn.vlan === undefined ? keyAt(path) : valueAt(below(path, 'vlan')),
        say`${name} of ${host} is VLAN ${id} of ${parent}, and so is ${other}`,
      )
    }
  },
}
