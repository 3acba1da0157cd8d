import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { vlanOfName } from '../vlans.js'

export const vlanName: Rule = {
  code: 'VLAN-NAME',
  severity: 'warning',
  title: 'An interface named after another VLAN than its own',
  why: 'Whoever sets it up by its name puts it into the wrong VLAN: the host is on another segment than drawn and hears nobody.',
  kernel: undefined,
  mend: 'Write the VLAN the name says, or name the interface after its VLAN.',
  source: 'ip-link(8); interfaces(5), vlan-interfaces(5)',
  explains: [],
  check: ({ hosts }, report) => {
    for (const { name: host, drawn } of hosts.values()) {
      for (const [name, { vlan }] of drawn.interfaces) {
        if (vlan === undefined) continue
        const { id } = vlanOfName(name)
        if (id === undefined || id === vlan || id < 1 || id > 4094) continue
        const path = below(pathOf('hosts', host), 'interfaces', name, 'vlan')
        report(valueAt(path), say`${name} of ${host} is VLAN ${vlan} here, and its name says ${id}`, [
          { title: say`Change the VLAN to ${id}`, edits: [{ kind: 'set', path, value: id }] },
        ])
      }
    }
  },
}
