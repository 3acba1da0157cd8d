import { below, pathOf } from '../../topology/path.js'
import type { Cluster } from '../../hosts/cluster.js'
import { familyMismatches } from '../families.js'
import { keyAt, takingOut, valueAt } from '../places.js'
import type { Report, Rule } from '../rule.js'

export const notYet: Rule = {
  code: 'NOT-YET',
  severity: 'error',
  title: 'The file says something this version does not act on',
  why: 'It would be left out without a word: the cluster would not be what the file says.',
  kernel: undefined,
  mend: 'Take it out, or wait for a version that acts on it.',
  source: 'the topology format, version 1',
  explains: ['UNDETERMINED'],
  check: (cluster, report) => {
    const { manage, vrrp } = cluster.topology
    if (manage.director === 'keepalived') {
      const path = pathOf('manage', 'director')
      report(valueAt(path), `this version does not manage directors with keepalived; ${IGNORED}`, [
        { title: 'Change to ipvsadm', edits: [{ kind: 'set', path, value: 'ipvsadm' }] },
      ])
    }
    if (vrrp !== undefined) {
      const path = pathOf('vrrp')
      report(keyAt(path), `this version does not set up VRRP; ${IGNORED}`, [takingOut(path, 'Take vrrp out')])
    }
    for (const service of cluster.services) serviceNotYet(service, report)
    mixedTunnels(cluster, report)
  },
}

const IGNORED = 'it would be ignored'

function serviceNotYet(
  { name, path, drawn, realServers }: Cluster['services'][number],
  report: Report,
): void {
  const { directors, mark, vip, sorryServer, tunnel } = drawn
  const [first, ...others] = directors
  if (first !== undefined && others.length > 0) {
    const at = below(path, 'director')
    report(
      valueAt(at),
      `this version does not set up pairs of directors; "${name}" would run on ${first} alone`,
      [{ title: `Use ${first} alone`, edits: [{ kind: 'set', path: at, value: first }] }],
    )
  }
  if (mark !== undefined && vip === undefined) {
    report(
      valueAt(below(path, 'mark')),
      `this version does not set up services by firewall mark; "${name}" would be missing`,
    )
  }
  if (sorryServer !== undefined) {
    const at = below(path, 'sorry-server')
    report(keyAt(at), `this version sets up no sorry server for "${name}"; ${IGNORED}`, [
      takingOut(at, 'Take the sorry server out'),
    ])
  }
  const ipip = (at: string) => [
    { title: 'Change to ipip', edits: [{ kind: 'set', path: at, value: 'ipip' } as const] },
  ]
  const shared = realServers.some(({ mode, drawn: own }) => mode === 'tun' && own.tunnel === undefined)
  if (tunnel.type !== 'ipip' && shared) {
    const at = below(path, 'tunnel', 'type')
    report(valueAt(at), `this version sets up no ${tunnel.type} tunnel; "${name}" needs ipip`, ipip(at))
  }
  for (const { name: realServer, path: of, mode, drawn: own } of realServers) {
    if (mode !== 'tun' || own.tunnel === undefined || own.tunnel.type === 'ipip') continue
    const at = below(of, 'tunnel', 'type')
    report(
      valueAt(at),
      `this version sets up no ${own.tunnel.type} tunnel; ${realServer} of "${name}" needs ipip`,
      ipip(at),
    )
  }
}

function mixedTunnels(cluster: Cluster, report: Report): void {
  for (const { service, realServer, vip, rip, pinned } of familyMismatches(cluster)) {
    if (realServer.mode !== 'tun') continue
    report(
      pinned ? valueAt(below(realServer.path, 'address')) : keyAt(realServer.path),
      `this version sets up no tunnel that carries one address family in the other: the VIP of "${service.name}" is ${vip}, ${realServer.name} has ${rip}`,
    )
  }
}
