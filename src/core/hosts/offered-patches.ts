import { say } from '../speech/say.js'
import type { Cluster, HostModel } from './cluster.js'
import type { Patch } from './patches.js'
import type { RealServerModel, ServiceModel } from './services.js'
import { IPV4_FORWARD, confKey } from './sysctl.js'
import { isMasqueraded } from './masquerade.js'
import { unpacking } from './tunnels.js'

/** Something to break on purpose, to see what happens: a switch in the designer. */
export interface OfferedPatch {
  /** The same for the same thing whatever else is drawn, so that a switch stays on while the text is edited. */
  readonly id: string
  readonly host: string
  /** How the host would be. */
  readonly title: string
  /** What there is to learn from it; one sentence. */
  readonly lesson: string
  readonly patches: readonly Patch[]
}

/** What can be broken about a service: first its directors, then each real server, then what stands between. */
export function patchesFor(cluster: Cluster, serviceName: string): readonly OfferedPatch[] {
  const service = cluster.services.find(({ name }) => name === serviceName)
  if (service === undefined) return []
  const director = service.director === undefined ? undefined : cluster.hosts.get(service.director)
  return [
    ...(director === undefined ? [] : ofDirector(service, director)),
    ...service.realServers.flatMap((realServer) => {
      const model = cluster.hosts.get(realServer.name)
      return model === undefined || realServer.local ? [] : ofRealServer(cluster, service, realServer, model)
    }),
    ...between(cluster, service),
  ]
}

function ofDirector({ family, drawn }: ServiceModel, { name: host, state }: HostModel): OfferedPatch[] {
  const forwarding: Patch[] =
    family === 6
      ? [{ kind: 'sysctl', host, key: confKey(6, 'all', 'forwarding'), value: '0' }]
      : [
          { kind: 'sysctl', host, key: IPV4_FORWARD, value: '0' },
          // Writing ip_forward writes every interface's own.
          ...keysEndingIn(state, 4, 'forwarding').map((key): Patch => ({
            kind: 'sysctl',
            host,
            key,
            value: '0',
          })),
        ]
  return [
    {
      id: `forwarding ${host}`,
      host,
      title: family === 6 ? say`Forwarding is off (IPv6)` : say`Forwarding is off (ip_forward 0)`,
      lesson: say`Replies of NAT are forwarded packets and are dropped without it; requests of DR and TUN do not need it.`,
      patches: forwarding,
    },
    ...(drawn.vip === undefined
      ? []
      : [
          {
            id: `vip ${host}`,
            host,
            title: say`The VIP ${drawn.vip} is missing`,
            lesson: say`IPVS sees only packets for an address of the director itself.`,
            patches: [{ kind: 'no-address', host, address: drawn.vip } as const],
          },
        ]),
  ]
}

function ofRealServer(
  { topology, hosts }: Cluster,
  service: ServiceModel,
  realServer: RealServerModel,
  { name: host, state, gateways }: HostModel,
): OfferedPatch[] {
  const { family, drawn, name: serviceName } = service
  const { vip } = drawn
  const { mode, rip, dip, interface: receiving, network } = realServer
  const offered: OfferedPatch[] = []
  const offer = (id: string, title: string, lesson: string, ...patches: readonly Patch[]) => {
    offered.push({ id: `${id} ${host}`, host, title, lesson, patches })
  }
  const takesVip = (mode === 'dr' || mode === 'tun') && vip !== undefined

  if (takesVip && family === 4 && isAskedFor(service, hosts, state)) {
    offer(
      'arp',
      say`Answers ARP for the VIP (arp_ignore 0, arp_announce 0)`,
      say`Clients may then learn the real server’s MAC address for the VIP and pass the director by.`,
      ...['arp_ignore', 'arp_announce'].flatMap((setting): Patch[] => [
        ...keysEndingIn(state, 4, setting).map((key): Patch => ({
          kind: 'sysctl',
          host,
          key,
          value: undefined,
        })),
        { kind: 'sysctl', host, key: confKey(4, 'all', setting), value: '0' },
      ]),
    )
  }
  if (takesVip) {
    offer(
      'vip',
      say`The VIP ${vip} is missing`,
      say`The packet still has the VIP as its destination, so a host without it has nothing to do with it.`,
      { kind: 'no-address', host, address: vip },
    )
  }
  if (mode === 'tun' && vip !== undefined) {
    const device = unpacking(realServer.tunnel, rip ?? vip, family).device.name
    if (family === 4) {
      offer(
        'rp-filter',
        say`Strict reverse-path filter on ${device} (rp_filter 1)`,
        say`What comes out of the tunnel has the client as source, which is routed elsewhere: strict drops it.`,
        { kind: 'sysctl', host, key: confKey(4, device, 'rp_filter'), value: '1' },
      )
    }
    offer('tunnel', say`The tunnel device ${device} is down`, say`A device that is down unpacks nothing.`, {
      kind: 'link',
      host,
      interface: device,
      up: false,
    })
  }
  if (mode === 'dr' && family === 4 && receiving !== undefined && realServer.otherInterfaces) {
    offer(
      'rp-filter',
      say`Strict reverse-path filter on ${receiving} (rp_filter 1)`,
      say`A request that comes in where the route to the client does not lead is dropped by a strict filter.`,
      { kind: 'sysctl', host, key: confKey(4, receiving, 'rp_filter'), value: '1' },
    )
  }

  if (mode === 'nat') {
    const choice = gateways.get(family)
    const elsewhere =
      choice?.kind === 'director'
        ? (choice.otherwise ??
          topology.networks.get(network ?? '')?.gateways.find((gateway) => gateway !== choice.via))
        : undefined
    if (!isMasqueraded(service)) {
      offer(
        'gateway',
        elsewhere === undefined
          ? say`No default gateway`
          : say`The default gateway is ${elsewhere}, not the director`,
        say`Only the director can put the VIP back as the source of a reply: replies of NAT must pass it.`,
        { kind: 'default-route', host, family, via: elsewhere },
      )
    }
    offer(
      'listens',
      say`Nothing listens at the port`,
      say`The real server’s kernel refuses the connection in its place; the director hands that on.`,
      { kind: 'listens', host, listens: [] },
    )
  } else if (takesVip) {
    if (dip !== undefined) {
      offer(
        'gateway',
        say`The default gateway is the director (${dip})`,
        say`The director would have to forward packets that come from its own VIP: to it, a forged source.`,
        { kind: 'default-route', host, family, via: dip },
      )
    }
    if (rip !== undefined) {
      offer(
        'listens',
        say`The daemon listens on ${rip} only`,
        say`The request is for the VIP: a daemon bound to the RIP never gets it.`,
        {
          kind: 'listens',
          host,
          listens: [{ address: rip, port: undefined, protocol: undefined }],
        },
      )
    }
  }
  if (realServer.drawn.weight > 0) {
    offer(
      'weight',
      say`Its weight is 0`,
      say`It keeps its connections and gets no new ones; when all are at 0, new clients are refused.`,
      { kind: 'weight', service: serviceName, realServer: host, weight: 0 },
    )
  }
  return offered
}

/** On a network where the VIP is asked for by ARP, so that an answer could be heard. */
function isAskedFor(
  { director, vipInterface = '' }: ServiceModel,
  hosts: Cluster['hosts'],
  { interfaces }: HostModel['state'],
): boolean {
  const network = hosts.get(director ?? '')?.state.interfaces.get(vipInterface)?.network
  return network === undefined || [...interfaces.values()].some((each) => each.network === network)
}

/** Who drops the ICMP that tells a sender to make its packets smaller: a router on the way, else a client itself. */
function between({ hosts }: Cluster, { family, realServers }: ServiceModel): OfferedPatch[] {
  if (!realServers.some(({ mode }) => mode === 'tun')) return []
  const routers = [...hosts.values()].filter(({ role }) => role === 'router')
  const clients = [...hosts.values()].filter(({ role }) => role === 'client')
  const [at, chain] = routers.length > 0 ? ([routers, 'forward'] as const) : ([clients, 'input'] as const)
  const protocol = family === 6 ? 'icmpv6' : 'icmp'
  return at.slice(0, MOST_BETWEEN).map(({ name: host }) => ({
    id: `icmp ${host}`,
    host,
    title: say`Its firewall drops ${family === 6 ? 'ICMPv6' : 'ICMP'}`,
    lesson: say`The header of the tunnel leaves less room for the packet; who is never told so sends large packets into nothing.`,
    patches: [{ kind: 'drop', host, drop: { protocol, port: undefined, chain, state: undefined } }],
  }))
}

/** Enough to see it happen; thousands of clients are not switches. */
const MOST_BETWEEN = 10

/** Keys of a setting of interfaces that somebody has written, whatever the interface. */
function keysEndingIn({ sysctls }: HostModel['state'], family: 4 | 6, setting: string): string[] {
  return [...sysctls.keys()].filter(
    (key) => key.startsWith(`net.ipv${family}.conf.`) && key.endsWith(`.${setting}`),
  )
}
