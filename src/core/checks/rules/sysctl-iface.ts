import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { HostModel } from '../../hosts/cluster.js'
import { STANDING_DEVICES } from '../../hosts/tunnels.js'
import { keyAt, takingOut } from '../places.js'
import { didYouMean, guesser } from '../references.js'
import type { Rule } from '../rule.js'
import { vlanOfName } from '../vlans.js'

const OF_INTERFACE = /^(net\.ipv[46]\.(?:conf|neigh)\.)(.+)(\.[a-z0-9_]+)$/

export const sysctlInterface: Rule = {
  code: 'SYSCTL-IFACE',
  severity: 'warning',
  title: 'A setting of an interface the host does not have',
  why: 'It has no effect: "sysctl" says "No such file or directory", and the interface that was meant stays as it is.',
  kernel:
    'Every interface has a folder below net/ipv4/conf (devinet_sysctl_register, devinet.c). In a key a dot parts folders, so a dot in ' +
    'an interface’s name is written as a slash: net.ipv4.conf.eth0/20.rp_filter is of eth0.20.',
  mend: 'Correct the name, or lift the pin.',
  source: 'net/ipv4/devinet.c (Linux 6.1); sysctl(8)',
  explains: [],
  check: ({ hosts }, report) => {
    const guess = guesser()
    for (const host of hosts.values()) {
      if (host.drawn.sysctls.size === 0) continue
      let known: ReadonlySet<string> | undefined
      for (const key of host.drawn.sysctls.keys()) {
        const [, before, written, after] = OF_INTERFACE.exec(key) ?? []
        if (before === undefined || written === undefined || after === undefined) continue
        known ??= interfacesOf(host)
        const name = written.replaceAll('/', '.')
        if (known.has(name) && !written.includes('.')) continue
        const path = below(pathOf('hosts', host.name), 'sysctls', key)
        const dotted = known.has(name)
        const meant = dotted ? [name] : guess(name, () => host.drawn.interfaces.keys())
        const keys = meant
          .map((one) => `${before}${one.replaceAll('.', '/')}${after}`)
          .filter((one) => !host.drawn.sysctls.has(one))
        report(
          keyAt(path),
          dotted
            ? say`${key} of ${host.name} is not of ${name}: a dot in an interface's name is written as a slash`
            : say`${host.name} has no interface ${name}, so ${key} has no effect${didYouMean(meant)}`,
          [
            ...keys.map((to): Fix => ({
              title: say`Change to ${to}`,
              edits: [{ kind: 'rename-key', path, to }],
            })),
            takingOut(path, say`Lift the pin of ${key}`),
          ],
        )
      }
    }
  },
}

/** What may be there: drawn or deployed, under a VLAN or a bond, or come with a module. */
function interfacesOf({ drawn, state }: HostModel): ReadonlySet<string> {
  return new Set([
    'all',
    'default',
    ...state.interfaces.keys(),
    ...STANDING_DEVICES,
    ...[...drawn.interfaces].flatMap(([name, { bond }]) => [
      vlanOfName(name).parent ?? name,
      ...(bond ?? []),
    ]),
  ])
}
