import type { RealServerModel, ServiceModel } from './services.js'

/** Where a service takes every port and nothing says which, it is asked at this one. */
const ANY_PORT = 80

/** The port a service is asked at: of one for every port, or by mark, one that somebody listens at. */
export function askedPort({ drawn, realServers }: Pick<ServiceModel, 'drawn' | 'realServers'>): number {
  if (drawn.mark !== undefined) return drawn.ports[0] ?? ANY_PORT
  if (drawn.port !== undefined && drawn.port !== 0) return drawn.port
  // Elsewhere a port of a real server's own is asked for by nobody.
  return (
    realServers.find(({ mode, port }) => mode === 'nat' && port !== undefined && port !== 0)?.port ?? ANY_PORT
  )
}

/**
 * Where the program of a real server listens: at what the file says it has, though only NAT takes requests there (DR-PORT),
 * else wherever the service is asked.
 */
export function programPorts(service: ServiceModel, { port }: RealServerModel): readonly number[] {
  const named = (service.drawn.mark === undefined ? [port ?? 0] : service.drawn.ports).filter(
    (each) => each > 0,
  )
  return named.length > 0 ? named : [askedPort(service)]
}
