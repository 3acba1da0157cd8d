import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import { bondMembers } from '../bonds.js'
import type { Member } from '../bonds.js'
import { keyAt, takingOut, valueAt } from '../places.js'
import type { Fix } from '../../topology/problem.js'
import type { Cluster } from '../../hosts/cluster.js'
import type { Report, Rule } from '../rule.js'

export const bondMember: Rule = {
  code: 'BOND-MEMBER',
  severity: 'error',
  title: 'An interface that cannot be a part of this bond',
  why: 'The kernel refuses it, or the member’s own address answers nobody: what comes in by it belongs to the bond, and so does its MTU.',
  kernel:
    'A member has one master, and a bond is none of its own (bond_enslave, bond_main.c, answers EBUSY and EPERM); ' +
    'bond_handle_frame gives everything a member receives to the bond, as if it had come in by that; bond_enslave gives a member the bond’s MTU.',
  mend: 'Draw the bond with its network, addresses and MTU; a member has a MAC address at most, and is in one bond.',
  source: 'drivers/net/bonding/bond_main.c (Linux 6.1); Documentation/networking/bonding.rst',
  explains: [],
  mayExplain: ['NO_ROUTE', 'NEIGHBOUR_UNREACHABLE'],
  check: (cluster, report) => {
    const masters = new Map<string, string>()
    for (const member of bondMembers(cluster)) {
      const { host, bond, name } = member
      const path = below(pathOf('hosts', host), 'interfaces', bond, 'bond', member.index)
      const out = takingOut(path, say`Take ${name} out of ${bond}`)
      const key = `${host} ${name}`
      const other = masters.get(key)
      if (name === bond) report(valueAt(path), say`${bond} of ${host} cannot be a part of itself`, [out])
      else if (other === bond) report(valueAt(path), say`${name} is twice in ${bond} of ${host}`, [out])
      else if (other !== undefined) {
        report(valueAt(path), say`${name} of ${host} is in ${other} and in ${bond}, and it can be in one`, [
          out,
        ])
      } else {
        masters.set(key, bond)
        ownOfMember(cluster, member, out, report)
      }
    }
    for (const { name: host, drawn } of cluster.hosts.values()) {
      for (const [name, { bond }] of drawn.interfaces) {
        if (bond?.length !== 0) continue
        const path = below(pathOf('hosts', host), 'interfaces', name, 'bond')
        report(keyAt(path), say`${name} of ${host} joins no interface, so nothing gets in or out by it`, [
          takingOut(path, say`Let ${name} be an interface by itself`),
        ])
      }
    }
  },
}

/** What a member has of its own that only the bond can have. */
function ownOfMember(cluster: Cluster, { host, bond, name }: Member, out: Fix, report: Report): void {
  const drawn = cluster.topology.hosts.get(host)?.interfaces.get(name)
  if (drawn === undefined) return
  const path = pathOf('hosts', host, 'interfaces', name)
  const { network, addresses, vlan, mtu } = drawn
  if (network !== undefined || addresses.length > 0 || vlan !== undefined) {
    const own = [
      ...(network === undefined ? [] : ['network']),
      ...(addresses.length === 0 ? [] : ['address']),
      ...(vlan === undefined ? [] : ['vlan']),
    ]
    report(
      keyAt(path),
      say`${name} of ${host} is a part of ${bond}, so it has no network and no address of its own; ${bond} has`,
      [
        {
          title: say`Leave network and addresses to ${bond}`,
          edits: own.map((key) => ({ kind: 'unset', path: below(path, key) })),
        },
        out,
      ],
    )
    return
  }
  const size = cluster.hosts.get(host)?.state.interfaces.get(bond)?.mtu
  if (mtu === undefined || size === undefined || mtu === size) return
  const at = below(path, 'mtu')
  report(
    valueAt(at),
    say`${name} of ${host} is a part of ${bond}, which gives it its own MTU of ${size}; ${mtu} has no effect`,
    [takingOut(at, say`Leave the MTU to ${bond}`)],
  )
}
