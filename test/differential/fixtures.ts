import { parseAddress } from '../../src/core/topology/address.js'
import type { IpAddress } from '../../src/core/topology/address.js'
import type { CasePatch, DifferentialCase } from './case.js'
import type { Drawing, DrawnHost, DrawnRealServer } from './drawing.js'

/** Clusters whose outcome on a kernel is known from elsewhere, under the name of what they show. */
export function fixtures(): DifferentialCase[] {
  return [...selfTest(), ...truthTable(), ...sctp(), ...conntrack(), ...masquerading()]
}

interface Extras {
  readonly protocol?: 'sctp'
  readonly patches?: readonly CasePatch[]
  readonly realServers?: Record<string, DrawnRealServer>
  readonly host?: Record<string, Partial<DrawnHost>>
  readonly mtu?: number
}

/**
 * The topology of the kernel's own test of IPVS (tools/testing/selftests/net/netfilter/ipvs.sh): client, director and
 * real server on one segment, a second one between director and real server, and the VIP of another network.
 */
function selfTest(): DifferentialCase[] {
  const nat = { rs: { gateway: ['172.16.0.1'] } }
  return [
    inSelfTest('nat', { host: nat }),
    inSelfTest('nat, ip_forward 0', { host: nat, patches: [sysctl('lb', 'net.ipv4.ip_forward', '0')] }),
    inSelfTest('dr'),
    inSelfTest('dr, ip_forward 0', { patches: [sysctl('lb', 'net.ipv4.ip_forward', '0')] }),
    inSelfTest('tun'),
    inSelfTest('tun, ip_forward 0', { patches: [sysctl('lb', 'net.ipv4.ip_forward', '0')] }),
    inSelfTest('dr, rp_filter 1 and the reply by another NIC', {
      host: { rs: { sysctls: { 'net.ipv4.conf.all.rp_filter': 1, 'net.ipv4.conf.eth0.rp_filter': 1 } } },
    }),
    inSelfTest('dr, no VIP on the director', { patches: [noAddress('lb', '207.175.44.110')] }),
    inSelfTest('dr, no VIP on the real server', { patches: [noAddress('rs', '207.175.44.110')] }),
  ]
}

function inSelfTest(shows: string, { host = {}, patches = [] }: Extras = {}): DifferentialCase {
  const mode = shows.startsWith('nat') ? 'nat' : shows.startsWith('tun') ? 'tun' : 'dr'
  const outside = mode === 'nat' ? {} : { eth1: { network: 'outside', address: ['10.0.0.3'] } }
  const drawing: Drawing = {
    lvs: 1,
    name: 'self-test',
    networks: { outside: { subnet: ['10.0.0.0/24'] }, inside: { subnet: ['172.16.0.0/24'] } },
    hosts: {
      client: {
        role: 'client',
        interfaces: { eth0: { network: 'outside', address: ['10.0.0.2'] } },
        routes: [{ to: '207.175.44.110/32', via: '10.0.0.1' }],
      },
      lb: {
        role: 'director',
        interfaces: {
          eth0: { network: 'outside', address: ['10.0.0.1'] },
          eth1: { network: 'inside', address: ['172.16.0.1'] },
        },
      },
      rs: {
        role: 'real-server',
        interfaces: { eth0: { network: 'inside', address: ['172.16.0.2'] }, ...outside },
        ...host['rs'],
      },
    },
    services: {
      web: {
        mode,
        director: 'lb',
        vip: '207.175.44.110',
        port: 8080,
        scheduler: 'rr',
        'real-servers': { rs: { address: '172.16.0.2' } },
      },
    },
  }
  return { name: `self-test: ${shows}`, drawing, patches, client: 'client', service: 'web' }
}

const VIP = '192.0.2.100'

/** One segment with everything on it, and the VIP in its subnet: where ARP decides. */
function truthTable(): DifferentialCase[] {
  const noIgnore = sysctl('rs1', 'net.ipv4.conf.all.arp_ignore', undefined)
  const noAnnounce = sysctl('rs1', 'net.ipv4.conf.all.arp_announce', undefined)
  return [
    onOneSegment('dr, all ARP sysctls', 'dr'),
    onOneSegment('dr, no ARP sysctls', 'dr', { patches: [noIgnore, noAnnounce] }),
    onOneSegment('dr, only all.arp_ignore 1', 'dr', { patches: [noAnnounce] }),
    onOneSegment('dr, arp_ignore on lo alone', 'dr', {
      patches: [
        noIgnore,
        noAnnounce,
        sysctl('rs1', 'net.ipv4.conf.lo.arp_ignore', '1'),
        sysctl('rs1', 'net.ipv4.conf.lo.arp_announce', '2'),
      ],
    }),
    onOneSegment('dr, arp_ignore on the receiving NIC', 'dr', {
      patches: [noIgnore, sysctl('rs1', 'net.ipv4.conf.eth0.arp_ignore', '1')],
    }),
    onOneSegment('dr, arp_ignore 3', 'dr', { patches: [sysctl('rs1', 'net.ipv4.conf.all.arp_ignore', '3')] }),
    onOneSegment('dr, arp_ignore 8', 'dr', { patches: [sysctl('rs1', 'net.ipv4.conf.all.arp_ignore', '8')] }),
    onOneSegment("dr, VIP on the real server's NIC", 'dr', {
      patches: [
        noAddress('rs1', VIP),
        { kind: 'address', host: 'rs1', interface: 'eth0', address: known(VIP), prefix: 32 },
      ],
    }),
    onOneSegment('dr, VIP on lo with the mask of the subnet', 'dr', {
      patches: [
        noAddress('rs1', VIP),
        { kind: 'address', host: 'rs1', interface: 'lo', address: known(VIP), prefix: 24 },
      ],
    }),
    onOneSegment('dr, arp_announce 0', 'dr', {
      patches: [noAnnounce],
      host: { rs1: { gateway: ['192.0.2.254'] } },
    }),
    onOneSegment('dr, director as gateway', 'dr', { host: { rs1: { gateway: ['192.0.2.2'] } } }),
    onOneSegment('dr, director as gateway, accept_local', 'dr', {
      host: { rs1: { gateway: ['192.0.2.2'] } },
      patches: [
        sysctl('lb', 'net.ipv4.conf.all.accept_local', '1'),
        sysctl('lb', 'net.ipv4.ip_forward', '1'),
      ],
    }),
    onOneSegment('dr, listens elsewhere', 'dr', { host: { rs1: { listens: [{ port: 81 }] } } }),
    onOneSegment('dr, listens at the RIP only', 'dr', {
      host: { rs1: { listens: [{ port: 80, address: '192.0.2.11' }] } },
    }),
    onOneSegment('nat, client beyond the router, replies by the router', 'nat', {
      host: { rs1: { gateway: ['192.0.2.254'] } },
    }),
    onOneSegment('tun, MTU 1500', 'tun'),
    onOneSegment('tun, ICMP filtered at the client', 'tun', {
      host: { client: { drops: [{ protocol: 'icmp' }] } },
    }),
    onOneSegment('tun, pmtu_disc 0', 'tun', { host: { lb: { sysctls: { 'net.ipv4.vs.pmtu_disc': 0 } } } }),
    ...reversePath(),
    onOneSegment('tun, VIP on lo, rp_filter 2', 'tun', {
      patches: [
        noAddress('rs1', VIP),
        { kind: 'address', host: 'rs1', interface: 'lo', address: known(VIP), prefix: 32 },
      ],
    }),
    onOneSegment('tun, tunl0 down', 'tun', {
      patches: [{ kind: 'link', host: 'rs1', interface: 'tunl0', up: false }],
    }),
    onOneSegment('tun, protocol 4 refused', 'tun', { host: { rs1: { drops: [{ protocol: 'ipip' }] } } }),
    onOneSegment('tun, nobody answers for the real server', 'tun', {
      patches: [{ kind: 'link', host: 'rs1', interface: 'eth0', up: false }],
    }),
    onOneSegment('dr, weight 0', 'dr', { realServers: { rs1: { address: '192.0.2.11', weight: 0 } } }),
    onOneSegment('dr, no destination', 'dr', { patches: [{ kind: 'no-destination', host: 'lb', index: 0 }] }),
    onOneSegment('dr, no service', 'dr', { patches: [{ kind: 'no-service', host: 'lb' }] }),
    onOneSegment('nat, one NIC, redirects off', 'nat'),
    onOneSegment('nat, one NIC, redirects on', 'nat', {
      patches: [sysctl('lb', 'net.ipv4.conf.all.send_redirects', '1')],
    }),
  ]
}

/** An association is made and ended as IPVS passes it on; what it is told of is less than of TCP. */
function sctp(): DifferentialCase[] {
  return [
    onOneSegment('sctp by nat', 'nat', { protocol: 'sctp' }),
    onOneSegment('sctp by nat, replies skip the director', 'nat', {
      protocol: 'sctp',
      patches: [{ kind: 'default-route', host: 'rs1', family: 4, via: known('192.0.2.254') }],
    }),
    onOneSegment('sctp by dr', 'dr', { protocol: 'sctp' }),
    onOneSegment('sctp by tun', 'tun', { protocol: 'sctp' }),
    onOneSegment('sctp by dr, listens elsewhere', 'dr', {
      protocol: 'sctp',
      host: { rs1: { listens: [{ port: 81, protocol: 'sctp' }] } },
    }),
    onOneSegment('sctp by nat, listens elsewhere', 'nat', {
      protocol: 'sctp',
      host: { rs1: { listens: [{ port: 81, protocol: 'sctp' }] } },
    }),
    onOneSegment('sctp by dr, no service', 'dr', {
      protocol: 'sctp',
      patches: [{ kind: 'no-service', host: 'lb' }],
    }),
    onOneSegment('sctp by dr, weight 0', 'dr', {
      protocol: 'sctp',
      realServers: { rs1: { address: '192.0.2.11', weight: 0 } },
    }),
    onOneSegment('sctp by tun, tunl0 down', 'tun', {
      protocol: 'sctp',
      patches: [{ kind: 'link', host: 'rs1', interface: 'tunl0', up: false }],
    }),
    onOneSegment('sctp by dr, no VIP on the real server', 'dr', {
      protocol: 'sctp',
      patches: [noAddress('rs1', VIP)],
    }),
    onOneSegment('sctp by dr, the director drops what is invalid', 'dr', {
      protocol: 'sctp',
      host: { lb: { drops: [{ state: 'invalid', chain: 'input' }] } },
    }),
  ]
}

/** DR-FW: what conntrack of the director calls invalid, by whether IPVS leaves connections in it, and who answers. */
function conntrack(): DifferentialCase[] {
  const itself = { lb: { address: '192.0.2.2' } }
  return (['dr', 'tun', 'nat'] as const).flatMap((mode) =>
    [0, 1].flatMap((tracked) => {
      const host: Extras['host'] = {
        lb: {
          drops: [{ state: 'invalid', chain: 'input' }],
          sysctls: { 'net.ipv4.vs.conntrack': tracked },
        },
      }
      const shows = `the director drops what is invalid, conntrack ${tracked}`
      return [
        onOneSegment(`${mode}, ${shows}`, mode, { host }),
        ...(mode === 'tun'
          ? []
          : [onOneSegment(`${mode}, served by itself, ${shows}`, mode, { host, realServers: itself })]),
      ]
    }),
  )
}

/**
 * Real servers behind a router that is not the director, as pods are behind their node: what they answer comes back since
 * it is the director they know.
 */
function masquerading(): DifferentialCase[] {
  const refusing = { rs: { listens: [] } }
  return ([4, 6] as const).flatMap((family) => [
    masqueraded('real servers behind a router', family),
    masqueraded('vs.conntrack 0', family, { host: { lb: { sysctls: { 'net.ipv4.vs.conntrack': 0 } } } }),
    masqueraded('udp', family, { udp: true }),
    masqueraded('every packet by itself', family, { udp: true, onePacket: true }),
    masqueraded('the real server refuses', family, { host: refusing }),
    masqueraded('the real server refuses udp', family, { host: refusing, udp: true }),
    masqueraded('the real server is away', family, {
      patches: [{ kind: 'link', host: 'rs', interface: 'eth0', up: false }],
    }),
    masqueraded('a narrow link behind the director', family, { narrow: true }),
    masqueraded('the director drops what is invalid', family, {
      host: { lb: { drops: [{ state: 'invalid' }] } },
    }),
    masqueraded('no way back to the director', family, { host: { rs: { gateway: [] } } }),
    masqueraded('client and real server on one segment', family, { beside: true }),
  ])
}

interface MasqueradeExtras extends Pick<Extras, 'host' | 'patches'> {
  readonly udp?: true
  readonly onePacket?: true
  readonly narrow?: true
  /** The real server is on the clients' segment, as the director is. */
  readonly beside?: true
}

function masqueraded(
  shows: string,
  family: 4 | 6,
  { host = {}, patches = [], udp, onePacket, narrow, beside }: MasqueradeExtras = {},
): DifferentialCase {
  const at = (place: 'front' | 'back' | 'pods', number: number) => [
    family === 4
      ? `${{ front: '192.0.2', back: '10.1.0', pods: '10.2.0' }[place]}.${number}`
      : `${{ front: '2001:db8:1:', back: 'fd00:1:', pods: 'fd00:2:' }[place]}:${number}`,
  ]
  const subnet = (place: Parameters<typeof at>[0]) => [
    family === 4 ? `${at(place, 0)[0] ?? ''}/24` : `${(at(place, 0)[0] ?? '').replace(/0$/, '')}/64`,
  ]
  const drawing: Drawing = {
    lvs: 1,
    name: 'masquerading',
    networks: {
      front: { subnet: subnet('front') },
      back: { subnet: subnet('back'), gateway: at('back', 254) },
      pods: { subnet: subnet('pods'), gateway: at('pods', 254), ...(narrow ? { mtu: 1300 } : {}) },
    },
    hosts: {
      client: { role: 'client', interfaces: { eth0: { network: 'front', address: at('front', 50) } } },
      lb: {
        role: 'director',
        interfaces: {
          eth0: { network: 'front', address: at('front', 2) },
          eth1: { network: 'back', address: at('back', 2) },
        },
        ...host['lb'],
      },
      router: {
        role: 'router',
        interfaces: {
          eth0: { network: 'back', address: at('back', 254) },
          eth1: { network: 'pods', address: at('pods', 254) },
        },
      },
      rs: {
        role: 'real-server',
        interfaces: {
          eth0: beside
            ? { network: 'front', address: at('front', 11) }
            : { network: 'pods', address: at('pods', 11) },
        },
        ...host['rs'],
      },
    },
    services: {
      web: {
        mode: 'nat',
        director: 'lb',
        vip: at('front', 100)[0] ?? '',
        ...(udp ? { protocol: 'udp' } : {}),
        port: 80,
        masquerade: true,
        ...(onePacket ? { 'one-packet': true } : {}),
        scheduler: 'rr',
        'real-servers': { rs: { port: 8080 } },
      },
    },
  }
  return {
    name: `masquerading, IPv${family}: ${shows}`,
    drawing,
    patches,
    client: 'client',
    service: 'web',
    requests: 2,
  }
}

/** TUN-RPF: which of `all` and `tunl0` decides. */
function reversePath(): DifferentialCase[] {
  return (['00', '10', '01', '20', '21', '12', '02'] as const).map((values) => {
    const [all = '', tunnel = ''] = values
    return onOneSegment(`tun, rp_filter all ${all}, tunl0 ${tunnel}`, 'tun', {
      patches: [
        sysctl('rs1', 'net.ipv4.conf.all.rp_filter', all),
        sysctl('rs1', 'net.ipv4.conf.tunl0.rp_filter', tunnel),
      ],
    })
  })
}

/** The client is beyond a router, so that replies have a way of their own. */
function onOneSegment(shows: string, mode: 'nat' | 'tun' | 'dr', extras: Extras = {}): DifferentialCase {
  const { host = {}, patches = [], realServers = { rs1: { address: '192.0.2.11' } }, protocol } = extras
  const drawing: Drawing = {
    lvs: 1,
    name: 'truth-table',
    networks: {
      far: { subnet: ['198.51.100.0/24'], gateway: ['198.51.100.254'] },
      front: { subnet: ['192.0.2.0/24'], gateway: ['192.0.2.254'] },
    },
    hosts: {
      client: {
        role: 'client',
        interfaces: { eth0: { network: 'far', address: ['198.51.100.50'] } },
        ...host['client'],
      },
      router: {
        role: 'router',
        interfaces: {
          eth0: { network: 'far', address: ['198.51.100.254'] },
          eth1: { network: 'front', address: ['192.0.2.254'] },
        },
      },
      lb: {
        role: 'director',
        interfaces: { eth0: { network: 'front', address: ['192.0.2.2'] } },
        ...host['lb'],
      },
      rs1: {
        role: 'real-server',
        interfaces: { eth0: { network: 'front', address: ['192.0.2.11'] } },
        ...host['rs1'],
      },
    },
    services: {
      web: {
        mode,
        director: 'lb',
        vip: VIP,
        ...(protocol === undefined ? {} : { protocol }),
        port: 80,
        scheduler: 'rr',
        'real-servers': realServers,
      },
    },
  }
  return { name: `truth table: ${shows}`, drawing, patches, client: 'client', service: 'web' }
}

function sysctl(host: string, key: string, value: string | undefined): CasePatch {
  return { kind: 'sysctl', host, key, value }
}

function noAddress(host: string, address: string): CasePatch {
  return { kind: 'no-address', host, address: known(address) }
}

function known(text: string): IpAddress {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`'${text}' is no address`)
  return address
}
