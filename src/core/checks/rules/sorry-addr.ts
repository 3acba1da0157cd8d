import { say } from '../../speech/say.js'
import { addressKind, familyOf } from '../../topology/address.js'
import type { IpAddress } from '../../topology/address.js'
import { below } from '../../topology/path.js'
import type { Cluster } from '../../hosts/cluster.js'
import { lookupRoute } from '../../hosts/routing.js'
import type { ServiceModel } from '../../hosts/services.js'
import { SORRY, sorryDestination } from '../../packet/sorry.js'
import { walkCluster } from '../../packet/walk-cluster.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { canBeVip, misplacedHosts } from '../structure.js'
import { VERDICTS } from '../../packet/verdict.js'

export const sorryAddress: Rule = {
  code: 'SORRY-ADDR',
  severity: 'error',
  title: 'A sorry server that cannot serve',
  why: 'When the last real server goes, clients get "Connection refused" or wait, instead of the page that says so.',
  kernel:
    'keepalived puts the sorry server in as one more destination, by the forwarding method of the service, and the kernel holds it to the same ' +
    'rules: unicast and of the VIP’s family (ip_vs_ctl.c, ip_vs_new_dest), on a link of the director for DR, at the ' +
    'VIP’s port for DR and TUN (ip_vs_xmit.c).',
  mend: 'Name an address of its own, where the director can hand requests to. With DR and TUN the sorry server needs the VIP like a real server.',
  source: 'keepalived.conf(5), sorry_server; net/netfilter/ipvs/ip_vs_ctl.c, ip_vs_xmit.c (Linux 6.1)',
  explains: [],
  // It is walked to, and says whatever that walk says.
  mayExplain: VERDICTS.filter((verdict) => verdict !== 'SERVED' && verdict !== 'UNDETERMINED'),
  check: (cluster, report) => {
    for (const service of cluster.services) {
      const { name, path, drawn } = service
      const { sorryServer, mode, port } = drawn
      if (sorryServer?.address === undefined) continue
      const at = below(path, 'sorry-server')
      const fault = faultOf(cluster, service, sorryServer.address) ?? unserved(cluster, service)
      if (fault !== undefined) {
        report(
          valueAt(below(at, 'address')),
          say`the sorry server ${sorryServer.address} of "${name}" ${fault}`,
          [takingOut(at, say`Take the sorry server of "${name}" out`)],
        )
      }
      if (sorryServer.port === undefined || sorryServer.port === port || mode === 'nat' || port === undefined)
        continue
      report(
        valueAt(below(at, 'port')),
        say`the sorry server of "${name}" gets requests at port ${port}, which only NAT could change to ${sorryServer.port}`,
        [takingOut(below(at, 'port'), say`Let it serve at port ${port}`)],
      )
    }
  },
}

/** What becomes of a request once it is the only destination; where it is not drawn, that is not known. */
function unserved(cluster: Cluster, service: ServiceModel): string | undefined {
  if (sorryDestination(cluster, service) === undefined) return undefined
  const failed = walkCluster(cluster, { service: service.name, realServer: SORRY }).find(
    ({ served, realServer }) => served === false && realServer === SORRY,
  )
  return failed === undefined
    ? undefined
    : say`would not serve ${failed.client} once the last real server is gone: ${failed.reason}`
}

function faultOf(cluster: Cluster, service: ServiceModel, address: IpAddress): string | undefined {
  const { drawn, family, realServers, director } = service
  if (!canBeVip(address)) return say`is a ${addressKind(address)} address, and IPVS takes unicast only`
  if (address === drawn.vip) return say`is the VIP itself, so requests would go in a circle`
  // NAT alone gives destinations ports of their own, and at another one it is a server of its own, on whatever host.
  const port = (drawn.mode === 'nat' ? drawn.sorryServer?.port : undefined) ?? drawn.port
  const own = realServers.find(
    ({ rip, mode, ...each }) => rip === address && (mode === 'nat' ? each.port : drawn.port) === port,
  )
  if (own !== undefined)
    return say`is ${own.name}, a real server of it: when the last one is gone, so is this one`
  if (drawn.mode !== 'tun' && familyOf(address) !== family) {
    return say`is IPv${familyOf(address)} and the service IPv${family}; only a tunnel carries one family in the other`
  }
  const host = director === undefined ? undefined : cluster.hosts.get(director)
  if (host === undefined || misplacedHosts(cluster).has(host.name)) return undefined
  const lookup = lookupRoute(host.state, address)
  if (lookup.kind === 'none') return say`is out of reach: ${host.name} has no route to it`
  if (lookup.kind === 'via' && drawn.mode === 'dr') {
    return say`is behind ${lookup.gateway} for ${host.name}; direct routing reaches only what is on a link of the director`
  }
  return undefined
}
