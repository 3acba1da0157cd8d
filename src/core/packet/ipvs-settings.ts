import type { HostState } from '../hosts/state.js'
import { CONNTRACK } from '../hosts/sysctl.js'

/** Whether connections of IPVS are in conntrack too; by default they are not. */
export function conntrackOfIpvs({ sysctls }: HostState): boolean {
  return Number(sysctls.get(CONNTRACK) ?? 0) !== 0
}

/** Whether tunnels keep DF and tell clients of a smaller MTU (`pmtu_disc`); by default they do. */
export function pathMtuOfIpvs({ sysctls }: HostState): boolean {
  return Number(sysctls.get('net.ipv4.vs.pmtu_disc') ?? 1) !== 0
}
