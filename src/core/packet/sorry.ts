import type { Destination } from '../formats/ipvs-table.js'
import type { Cluster } from '../hosts/cluster.js'
import type { RealServerModel, ServiceModel } from '../hosts/services.js'
import { destinationRefusal } from './refusals.js'

/** What a walk calls the sorry server of its service, as the real server it came to. */
export const SORRY = 'sorry'

/**
 * The destination keepalived puts in the place of all real servers once none of weight is left (ipwrapper.c
 * `update_quorum_state`): by the service's method, of weight 1. Undefined: there is none, nobody puts it in, or the kernel
 * does not take it.
 */
export function sorryDestination(cluster: Cluster, service: ServiceModel): Destination | undefined {
  const { drawn, name, path } = service
  const { sorryServer, mode, tunnel, mark } = drawn
  const address = sorryServer?.address
  if (cluster.topology.manage.director !== 'keepalived' || address === undefined || mode === undefined) {
    return undefined
  }
  // Without a real server keepalived leaves the service out (check_data.c `validate_check_config`).
  const [first] = service.realServers
  if (first === undefined) return undefined
  const model: RealServerModel = {
    ...first,
    name,
    path,
    drawn: { ...first.drawn, weight: 1, thresholds: undefined, tunnel: undefined },
    known: true,
    rip: address,
    mode,
    tunnel,
  }
  if (destinationRefusal(cluster, service, model) !== undefined) return undefined
  const port = mode === 'nat' ? (sorryServer?.port ?? drawn.port) : drawn.port
  return {
    address,
    port: mark === undefined ? (port ?? 0) : 0,
    method: mode,
    weight: 1,
    upper: 0,
    lower: 0,
    tunnel: mode === 'tun' ? tunnel : undefined,
  }
}
