import { say } from '../speech/say.js'
import { below } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Tunnel } from '../topology/types.js'
import type { ServiceModel } from '../hosts/services.js'
import { oncePerCluster } from './once.js'

/** A tunnel of the file that real servers are reached through: a service's, or one real server's own. */
export interface DrawnTunnel {
  readonly service: ServiceModel
  readonly tunnel: Tunnel
  readonly path: Path
  /** `"web"`, or `rs1 of "web"`. */
  readonly owner: string
}

export const drawnTunnels = oncePerCluster(({ services }): readonly DrawnTunnel[] =>
  services.flatMap((service) => {
    const { name, path, drawn, realServers } = service
    const tunnelled = realServers.filter(({ mode, local }) => mode === 'tun' && !local)
    const shared = tunnelled.some((realServer) => realServer.drawn.tunnel === undefined)
    return [
      ...(shared ? [{ service, tunnel: drawn.tunnel, path: below(path, 'tunnel'), owner: `"${name}"` }] : []),
      ...tunnelled.flatMap((realServer): DrawnTunnel[] =>
        realServer.drawn.tunnel === undefined
          ? []
          : [
              {
                service,
                tunnel: realServer.drawn.tunnel,
                path: below(realServer.path, 'tunnel'),
                owner: say`${realServer.name} of "${name}"`,
              },
            ],
      ),
    ]
  }),
)
