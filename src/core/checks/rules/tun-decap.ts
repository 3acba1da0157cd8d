import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import type { HostModel } from '../../hosts/cluster.js'
import { byHost, deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { atHost, unpackingOn } from '../found.js'
import { canRouteDirectly, modeOfRealServer } from '../modes.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { TUNNEL_TYPES } from '../../topology/types.js'
import type { TunnelType } from '../../topology/types.js'
import { listed, quoted } from '../wording.js'

export const tunDecapsulation: Rule = {
  code: 'TUN-DECAP',
  severity: 'error',
  title: 'A real server of a TUN service cannot unpack the tunnel',
  why: 'Clients that are given this real server get "Connection refused".',
  kernel:
    'Without a device that is up nothing takes the tunnel’s protocol (4 for IPIP, 47 for GRE, a UDP port for GUE), and the ' +
    'real server answers "protocol unreachable" or "port unreachable" (ip_input.c, ip_local_deliver_finish); the director ' +
    'turns that into "port unreachable" for the client. GUE is unpacked twice: out of UDP by fou, then as IPIP.',
  mend: 'Use a kernel with the tunnel’s modules on the real server (ipip; ip_gre; fou and ipip), another tunnel, or another forwarding method. A deployment loads them and brings the device up where the host supports it.',
  source:
    'net/ipv4/ip_input.c, net/ipv4/ipip.c, ip_gre.c, fou.c, net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['TUNNEL_NOT_SUPPORTED'],
  check: (cluster, report) => {
    for (const type of TUNNEL_TYPES) {
      const tunnelled = deliveries(cluster).filter(
        ({ mode, local, realServer, host }) =>
          mode === 'tun' &&
          !local &&
          unpackedAs(realServer.tunnel.type).includes(type) &&
          host.drawn.supports[type] === false,
      )
      for (const [host, ofHost] of byHost(tunnelled)) {
        const path = below(pathOf('hosts', host.name), 'supports', type)
        const through = [...new Set(ofHost.map(({ realServer }) => realServer.tunnel.type.toUpperCase()))]
        report(
          valueAt(path),
          say`${host.name} cannot unpack ${type.toUpperCase()}, and ${quoted(ofHost.map(({ service }) => service.name))} reaches it through ${listed(through.map((each) => (each === 'IPIP' ? say`an IPIP tunnel` : say`a ${each} tunnel`)))}`,
          [
            takingOut(path, say`Lift the pin: let the next plan find out whether ${host.name} can`),
            ...ofHost.flatMap((delivery) =>
              canRouteDirectly(cluster, delivery)
                ? [modeOfRealServer(delivery.service, delivery.realServer, 'dr')]
                : [],
            ),
          ],
        )
      }
    }
    for (const [host, lacking] of byHost(deliveries(cluster).flatMap(missingOn))) {
      for (const what of new Set(lacking.map((each) => each.what))) {
        const services = lacking.filter((each) => each.what === what).map(({ service }) => service)
        report(
          atHost(host),
          say`${host.name} ${what}, so it unpacks nothing of what ${quoted(services)} sends it`,
        )
      }
    }
  },
}

/** What a real server that was looked at lacks to take a tunnel apart. */
function missingOn(delivery: Delivery): { host: HostModel; what: string; service: string }[] {
  const { mode, local, host, service, realServer } = delivery
  const { observed } = host
  // That it cannot is said of the file already.
  if (mode !== 'tun' || local || observed === undefined) return []
  if (unpackedAs(realServer.tunnel.type).some((type) => host.drawn.supports[type] === false)) return []
  const { device, modules, udp } = unpackingOn(delivery)
  const module = modules.find((name) => observed.missingModules.has(name))
  const link = host.state.interfaces.get(device.name)
  const unbound = udp !== undefined && observed.fouPorts.get(`${udp.family} ${udp.port}`) !== 'gue'
  const what =
    module !== undefined
      ? say`has a kernel (${host.state.kernel ?? say`of unknown release`}) without the module ${module}`
      : link === undefined
        ? say`has no device ${device.name}`
        : !link.up
          ? say`has ${device.name} down`
          : unbound
            ? say`does not unpack GUE at UDP port ${udp.port}`
            : undefined
  return what === undefined ? [] : [{ host, what, service: service.name }]
}

/** What a real server must be able to take apart: what comes out of GUE is IP in IP. */
function unpackedAs(type: TunnelType): readonly TunnelType[] {
  return type === 'gue' ? ['gue', 'ipip'] : [type]
}
