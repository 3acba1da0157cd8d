import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import { bondOf } from '../bonds.js'
import { USUAL_MTU } from '../links.js'
import { keyAt, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { vlansOnInterfaces } from '../vlans.js'

export const vlanParent: Rule = {
  code: 'VLAN-PARENT',
  severity: 'error',
  title: 'A VLAN on an interface that cannot carry it',
  why: 'The interface does not come up as drawn, or hears nothing: the kernel refuses it, or its frames go elsewhere.',
  kernel:
    'A VLAN’s MTU is at most that of the interface under it (vlan_dev_change_mtu, vlan_dev.c, answers ERANGE). The frames of a ' +
    'bond are spread over its members, so a VLAN of one member sees a part of them, and its own go out beside the bond (bond_main.c).',
  mend: 'Raise the MTU of the interface under it; or make it a VLAN of the bond.',
  source: 'net/8021q/vlan_dev.c, drivers/net/bonding/bond_main.c (Linux 6.1)',
  explains: [],
  mayExplain: ['NO_ROUTE', 'NEIGHBOUR_UNREACHABLE', 'MTU_BLACKHOLE'],
  check: (cluster, report) => {
    const { topology } = cluster
    for (const { host, name, parent, id, drawn } of vlansOnInterfaces(cluster)) {
      const path = pathOf('hosts', host, 'interfaces', name)
      const bond = bondOf(cluster, host, parent)
      if (bond !== undefined) {
        report(
          keyAt(path),
          say`${name} of ${host} is VLAN ${id} of ${parent}, which is a part of ${bond}; it must be one of ${bond}`,
        )
        continue
      }
      const carrier = topology.hosts.get(host)?.interfaces.get(parent)
      if (carrier === undefined) continue
      const sizeOf = ({ network, mtu }: typeof carrier) =>
        mtu ?? (network === undefined ? undefined : topology.networks.get(network)?.mtu)
      const size = sizeOf(drawn)
      const most = sizeOf(carrier) ?? USUAL_MTU
      if (size === undefined || size <= most) continue
      report(
        drawn.mtu === undefined ? keyAt(path) : valueAt(below(path, 'mtu')),
        say`${name} of ${host} is to send ${size} bytes, and ${parent}, which carries it, sends ${most}`,
      )
    }
  },
}
