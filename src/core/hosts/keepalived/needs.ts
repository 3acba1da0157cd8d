import { say } from '../../speech/say.js'
import type { Topology } from '../../topology/types.js'
import type { ReasonedNeed } from '../needs.js'
import type { ServiceModel } from '../services.js'
import { directorConfiguration } from './director-file.js'

/** What every director that is managed by keepalived needs of it; nothing where its file cannot be written (CHECK-TEXT). */
export function keepalivedNeeds(
  topology: Topology,
  services: readonly ServiceModel[],
): [host: string, need: ReasonedNeed][] {
  if (topology.manage.director !== 'keepalived') return []
  const directors = new Set(services.flatMap(({ drawn }) => drawn.directors))
  return [...directors].flatMap((host): [string, ReasonedNeed][] => {
    const configuration = directorConfiguration(topology, services, host)
    if (configuration === undefined || configuration.written.refused.length > 0) return []
    const own = services.filter(({ drawn }) => drawn.directors.includes(host)).map(({ name }) => name)
    const why = say`checks real servers, takes out those that fail, and moves the addresses of a pair`
    return [[host, { need: { kind: 'keepalived', text: configuration.written.text }, why, services: own }]]
  })
}
