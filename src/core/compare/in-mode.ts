import type { Mode, Topology } from '../topology/types.js'

/** A topology with another forwarding method for one of its services, in its place among the others. */
export function inMode(topology: Topology, name: string, mode: Mode): Topology {
  const service = topology.services.get(name)
  if (service === undefined || service.mode === mode) return topology
  return {
    ...topology,
    services: new Map(topology.services).set(name, { ...service, mode, masquerade: false }),
  }
}
