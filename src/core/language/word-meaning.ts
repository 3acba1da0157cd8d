import { said } from '../speech/say.js'
import { SCHEDULER_FACTS } from '../hosts/schedulers.js'
import { sysctlEntry, sysctlValueMeaning } from '../hosts/sysctl-catalogue.js'
import type {
  Drop,
  Health,
  Manage,
  Mode,
  Persistence,
  Protocol,
  Role,
  SchedulerFlag,
  Tunnel,
  TunnelType,
} from '../topology/types.js'

/**
 * What a word means that the language has a closed set of, or that the kernel has for a sysctl, in a sentence.
 * `steps` lead to it; in a list, with its number.
 */
export function meaningOf(pattern: string, steps: readonly string[], word: string): string | undefined {
  if (pattern === 'hosts/:/sysctls/:') {
    const entry = sysctlEntry(steps.at(-1) ?? '')
    return entry && sysctlValueMeaning(entry, word)
  }
  const meanings = Object.hasOwn(MEANINGS, pattern) ? MEANINGS[pattern] : undefined
  return meanings !== undefined && Object.hasOwn(meanings, word) ? said(meanings[word] ?? '') : undefined
}

type Meanings<Word extends string> = Readonly<Record<Word, string>>

const MODE: Meanings<Mode> = {
  nat: 'NAT: the director rewrites addresses and ports both ways, so replies must come back through it.',
  tun: 'Tunnelling: requests travel to a real server in an IP tunnel, wherever it is; replies go straight to the client.',
  dr: 'Direct routing: only the destination MAC address is rewritten, on one segment; replies go straight to the client.',
}

const ROLE: Meanings<Role> = {
  client: 'Asks for services; never changed by a deployment.',
  router: 'Forwards between its networks; never changed by a deployment.',
  director: 'Runs IPVS: takes what is sent to a VIP and hands it to real servers.',
  'real-server': 'Serves what a director hands to it.',
}

const PROTOCOL: Meanings<Protocol> = {
  tcp: 'TCP: a connection is known until it ends, or 15 minutes after its last packet.',
  udp: 'UDP: packets of one client port go to one real server until it was silent for 5 minutes; one-packet schedules each.',
  sctp: 'SCTP: an association is scheduled by its first packet.',
}

const TUNNEL_TYPE: Meanings<TunnelType> = {
  ipip: 'IP in IP: 20 bytes a packet; every kernel in use.',
  gre: 'GRE: 24 bytes a packet, with a checksum 28; Linux 5.3 and later on the director.',
  gue: 'Generic UDP encapsulation: 32 bytes a packet, through networks that take UDP only; needs a port; Linux 5.2 and later on the director.',
}

const TUNNEL_CHECKSUM: Meanings<Tunnel['checksum']> = {
  none: 'No checksum.',
  csum: 'A checksum over the tunnelled packet, for gre and gue; Linux 5.3 and later.',
  remcsum: 'Remote checksum offload, for gue; Linux 5.3 and later.',
}

const HEALTH: Meanings<NonNullable<Health['type']>> = {
  tcp: 'A connection can be opened.',
  http: 'A GET of the path is answered with success.',
  https: 'As http, over TLS.',
  dns: 'A query is answered.',
  smtp: 'The server greets and takes HELO.',
  udp: 'A packet is not answered with "port unreachable".',
  ping: 'The host answers ICMP echo; says nothing of the service.',
  script: 'A program of yours ends with 0.',
}

const DROP_PROTOCOL: Meanings<NonNullable<Drop['protocol']>> = {
  tcp: 'TCP, to the port if one is given.',
  udp: 'UDP, to the port if one is given; gue too.',
  sctp: 'SCTP, to the port if one is given.',
  icmp: 'ICMP: with it "fragmentation needed", so that large packets vanish in a tunnel.',
  icmpv6: 'ICMPv6: with it "packet too big", and neighbour discovery.',
  ipip: 'IPv4 in IP, protocol 4: tunnels of type ipip.',
  ipv6: 'IPv6 in IP, protocol 41: tunnels that carry IPv6.',
  gre: 'GRE, protocol 47.',
  vrrp: 'VRRP, protocol 112: without it both directors of a pair become master.',
}

const DROP_CHAIN: Meanings<NonNullable<Drop['chain']>> = {
  input: 'Only what is for the host itself: requests for a VIP on the director among it.',
  forward: 'Only what passes through: replies of NAT real servers on the director among it.',
}

const DROP_STATE: Meanings<NonNullable<Drop['state']>> = {
  invalid: 'Packets of no connection that conntrack has seen begin.',
}

const FLAG: Meanings<SchedulerFlag> = {
  'sh-fallback': 'sh: clients of a real server that is out go to another one, instead of being refused.',
  'sh-port': 'sh: the client’s port counts too, so that one address is spread over real servers.',
  'mh-fallback': 'mh: clients of a real server that is out go to another one, instead of being refused.',
  'mh-port': 'mh: the client’s port counts too, so that one address is spread over real servers.',
  'flag-1': 'The scheduler’s first flag; of sh and mh: fallback.',
  'flag-2': 'The scheduler’s second flag; of sh and mh: port.',
  'flag-3': 'The scheduler’s third flag.',
}

const MANAGER: Meanings<Manage['director']> = {
  ipvsadm: 'The table is loaded at boot and changed by deployments only.',
  keepalived:
    'keepalived checks real servers, takes those that fail out, and moves VIPs between the directors of a pair.',
}

const ENGINE: Meanings<NonNullable<Persistence['engine']>> = {
  sip: 'Packets of one SIP call (Call-ID) go to one real server; UDP only.',
}

const SUPPORTED = {
  true: 'The host can unpack these packets; probed before a plan all the same.',
  false: 'It cannot.',
} as const

/** English, said when somebody asks. */
export const MEANINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'services/:/scheduler': Object.fromEntries(
    Object.entries(SCHEDULER_FACTS).map(([name, { meaning }]) => [name, meaning]),
  ),
  'services/:/mode': MODE,
  'services/:/real-servers/:/mode': MODE,
  'services/:/protocol': PROTOCOL,
  'services/:/flags/:': FLAG,
  'services/:/persistence/engine': ENGINE,
  'services/:/masquerade': {
    true: 'Real servers see the director’s address for the client’s, and answer it by any route (full NAT); with mode nat alone.',
    false: 'Real servers see the client’s address; with mode nat their replies must pass the director.',
  },
  'services/:/one-packet': {
    true: 'Each packet is scheduled by itself and no connection is kept; UDP only, and not with NAT.',
    false: 'Packets of one client port stay together.',
  },
  'services/:/tunnel/type': TUNNEL_TYPE,
  'services/:/tunnel/checksum': TUNNEL_CHECKSUM,
  'services/:/real-servers/:/tunnel/type': TUNNEL_TYPE,
  'services/:/real-servers/:/tunnel/checksum': TUNNEL_CHECKSUM,
  'services/:/health/type': HEALTH,
  'hosts/:/role': ROLE,
  'hosts/:/listens/:/protocol': PROTOCOL,
  'hosts/:/drops/:/protocol': DROP_PROTOCOL,
  'hosts/:/drops/:/chain': DROP_CHAIN,
  'hosts/:/drops/:/state': DROP_STATE,
  'hosts/:/supports/ipip': SUPPORTED,
  'hosts/:/supports/gre': SUPPORTED,
  'hosts/:/supports/gue': SUPPORTED,
  'hosts/:/ssh/sudo': { true: 'What needs root is run with sudo.', false: 'The user is root.' },
  'manage/director': MANAGER,
  'vrrp/sync': {
    true: 'The active director tells its connections to the backup: they survive a failover.',
    false: 'Connections end with a failover.',
  },
}
