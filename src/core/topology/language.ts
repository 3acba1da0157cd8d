import { say, toSay } from '../speech/say.js'
import { parseAddress, parseSubnet } from './address.js'
import type { IpAddress, Subnet } from './address.js'
import type { Grammar } from './grammar.js'
import {
  boolean,
  defaulted,
  integer,
  listOf,
  mapOf,
  matching,
  number,
  object,
  oneOf,
  oneOrMany,
} from './grammar.js'
import { optional, required } from './grammar.js'
import type { JsonSchema } from './json-schema.js'
import {
  CLUSTER_NAME,
  HOST_NAME,
  INTERFACE_NAME,
  KERNEL_RELEASE,
  MAC_ADDRESS,
  PLAIN_NAME,
  SCRIPT_COMMAND,
  SSH_NAME,
  SYSCTL_KEY,
  SYSCTL_VALUE,
  USER_NAME,
} from './names.js'
import type { Layout, Topology } from './types.js'
import {
  DNS_RECORDS,
  DROP_CHAINS,
  DROP_PROTOCOLS,
  DROP_STATES,
  HEALTH_TYPES,
  MANAGERS,
  MODES,
  PROTOCOLS,
  ROLES,
  SCHEDULERS,
  SCHEDULER_FLAGS,
  TUNNEL_CHECKSUMS,
  TUNNEL_TYPES,
} from './types.js'

/** The version of the format this grammar reads; the file says it under `lvs`. */
export const FORMAT_VERSION = 1

/** The user keepalived itself looks for (global_parser.c, DEFAULT_SCRIPT_USER). */
export const SCRIPT_USER = 'keepalived_script'

const address: Grammar<IpAddress> = {
  schema: { type: 'string' },
  read: (node, path, reading) => {
    const text = reading.text(node, path, say`an IP address`)
    if (text === undefined) return undefined
    const parsed = parseAddress(text)
    if (parsed !== undefined) return parsed
    const slash = text.indexOf('/')
    const bare = slash > 0 ? parseAddress(text.slice(0, slash)) : undefined
    if (bare === undefined) {
      reading.report('ADDR-SYNTAX', path, 'value', say`"${text}" is not an IPv4 or IPv6 address`)
    } else {
      reading.report(
        'ADDR-SYNTAX',
        path,
        'value',
        say`an address is written without prefix length here; the subnet of the network gives it`,
        [{ title: say`Change to ${bare}`, edits: [{ kind: 'set', path, value: bare }] }],
      )
    }
    return bare
  },
}

const subnet: Grammar<Subnet> = {
  schema: { type: 'string' },
  read: (node, path, reading) => {
    const text = reading.text(node, path, say`a subnet, such as 10.0.0.0/24`)
    if (text === undefined) return undefined
    const parsed = parseSubnet(text)
    if (parsed.ok) return parsed.subnet
    const { suggestion } = parsed
    reading.report(
      'ADDR-SYNTAX',
      path,
      'value',
      say`"${text}" is not a subnet: ${parsed.reason}`,
      suggestion === undefined
        ? []
        : [{ title: say`Change to ${suggestion}`, edits: [{ kind: 'set', path, value: suggestion }] }],
    )
    return suggestion
  },
}

const mtu = integer(68, 65_535)
const port = integer(1, 65_535)
const text = matching(/^[^\u0000-\u001f\u007f]{0,1000}$/, toSay`one line of text`)
const hostName = { pattern: HOST_NAME, what: toSay`host` }
const plainName = { pattern: PLAIN_NAME, what: toSay`network or service` }
/** A reference: whether it leads anywhere is for the checks, which know the whole drawing. */
const reference = matching(/^.{1,100}$/, toSay`a name`)

const network = object({
  subnets: defaulted(oneOrMany(subnet), [], 'The subnet of this segment; one, or a list (dual stack).', {
    key: 'subnet',
  }),
  gateways: defaulted(
    oneOrMany(address),
    [],
    'The router hosts on this segment use by default; drawn or not. One, or one a family.',
    { key: 'gateway' },
  ),
  mtu: optional(mtu, 'Largest packet of the segment in bytes; 1500 when absent.'),
})

const interfaceName = matching(INTERFACE_NAME, toSay`an interface name`)

const networkInterface = object({
  network: optional(
    reference,
    'The network this interface is on. None: a part of a bond, or one that only carries VLANs.',
  ),
  addresses: defaulted(
    oneOrMany(address),
    [],
    "The host's own addresses here, without prefix length: it comes from the network's subnet.",
    { key: 'address' },
  ),
  mac: optional(
    matching(MAC_ADDRESS, toSay`a MAC address such as 02:00:00:00:00:01`),
    'The MAC address, where it matters.',
  ),
  vlan: optional(integer(1, 4094), 'The 802.1Q VLAN this interface tags.'),
  bond: optional(
    listOf(interfaceName),
    'The interfaces of the host this one joins (bonding); those have no network and no address of their own.',
  ),
  mtu: optional(mtu, 'Largest packet in bytes; the network’s when absent.'),
})

const route = object({
  to: required(subnet, 'The destination network.'),
  via: optional(address, 'The next hop; absent: on the link.'),
  interface: optional(interfaceName, 'The interface it leaves by.'),
})

const listen = object({
  address: optional(address, 'The address the service is bound to; absent: every address.'),
  port: required(port, 'The port the service listens on.'),
  protocol: optional(oneOf(PROTOCOLS), 'tcp when absent.'),
})

const drop = object({
  protocol: optional(oneOf(DROP_PROTOCOLS), 'The protocol the firewall refuses; absent: every one.'),
  port: optional(port, 'Only this destination port.'),
  chain: optional(
    oneOf(DROP_CHAINS),
    'input: only what is for the host itself; forward: only what passes through it. Absent: both.',
  ),
  state: optional(
    oneOf(DROP_STATES),
    'Only packets that conntrack calls invalid: what a stateful firewall drops.',
  ),
})

const sysctlValue = matching(SYSCTL_VALUE, toSay`a number or a word`)

const host = object({
  role: required(oneOf(ROLES), 'What the host is: client, router, director or real-server.'),
  kernel: optional(
    matching(KERNEL_RELEASE, toSay`a kernel release such as 6.1`),
    'The release of its kernel, such as 6.1. Absent: not known, probed before a plan.',
  ),
  ssh: optional(
    object({
      address: optional(
        matching(SSH_NAME, toSay`a host name or address`),
        'Where to connect, if not by the host’s name.',
      ),
      user: optional(matching(USER_NAME, toSay`a user name`), 'The user to log in as.'),
      port: optional(port, '22 when absent.'),
      jump: optional(
        matching(SSH_NAME, toSay`a name from ssh_config`),
        'The jump host, a name from ssh_config.',
      ),
      sudo: optional(boolean, 'Use sudo for what needs root.'),
    }),
    'How to reach the host over SSH: what ~/.ssh/config does not say.',
  ),
  interfaces: defaulted(
    mapOf({ pattern: INTERFACE_NAME, what: toSay`interface` }, networkInterface),
    new Map(),
    'The network interfaces by name.',
  ),
  gateways: optional(
    oneOrMany(address),
    'The default gateway as it is and stays (one a family). Absent: derived from the networks and services.',
    { key: 'gateway' },
  ),
  routes: defaulted(listOf(route), [], 'Static routes as they are and stay.'),
  sysctls: defaulted(
    mapOf({ pattern: SYSCTL_KEY, what: toSay`sysctl` }, sysctlValue),
    new Map(),
    'Kernel settings as they are and stay, such as net.ipv4.ip_forward: 1. Absent ones are derived.',
  ),
  supports: defaulted(
    object({
      ipip: optional(boolean, 'IP in IP.'),
      gre: optional(boolean, 'GRE.'),
      gue: optional(boolean, 'Generic UDP encapsulation.'),
    }),
    { ipip: undefined, gre: undefined, gue: undefined },
    'Which tunnels the host can unpack. Absent: not known, probed before a plan.',
  ),
  listens: optional(
    listOf(listen),
    'What the service is bound to. Absent: every address, at the port it is asked for.',
  ),
  drops: defaulted(listOf(drop), [], 'What the host’s firewall refuses, where it matters.'),
})

const tunnel = object({
  type: defaulted(oneOf(TUNNEL_TYPES), 'ipip', 'ipip, gre or gue; ipip when absent.'),
  port: optional(port, 'UDP port of gue.'),
  checksum: defaulted(oneOf(TUNNEL_CHECKSUMS), 'none', 'none, csum or remcsum.'),
})

const connections = integer(0, 4_294_967_295)

const realServer = object({
  port: optional(
    integer(0, 65_535),
    'The port on the real server; only NAT can change it. Absent: the service’s.',
  ),
  weight: defaulted(integer(0, 2_147_483_647), 1, 'Its share of the load; 0 takes no new connections.'),
  mode: optional(oneOf(MODES), 'Its own forwarding method, where it differs from the service’s.'),
  address: optional(address, 'The RIP, where the host has more than one that would do.'),
  thresholds: optional(
    object({
      upper: defaulted(connections, 0, 'Connections above which it takes no new ones; 0: no limit.'),
      lower: defaulted(
        connections,
        0,
        'Connections below which it takes new ones again; 0: three quarters of upper.',
      ),
    }),
    'Connection limits.',
  ),
  tunnel: optional(tunnel, 'Its own tunnel, where it differs from the service’s.'),
})

const bytes = matching(/^([0-9A-Fa-f]{2}){1,255}$/, toSay`bytes in hexadecimal, such as 0d0a`)

/** `204`, a number to YAML, or `200-299`. */
const statusCodes: Grammar<string> = {
  schema: {
    anyOf: [
      { type: 'integer', minimum: 100, maximum: 999 },
      { type: 'string', pattern: '^[1-9][0-9]{2}(-[1-9][0-9]{2})?$' },
    ],
  },
  read: (node, path, reading) => {
    const text = reading.text(node, path, say`a status code of HTTP, or a range such as 200-299`)
    if (text === undefined) return undefined
    const [, from, to] = /^([1-9]\d{2})(?:-([1-9]\d{2}))?$/.exec(text) ?? []
    if (from !== undefined && Number(to ?? from) >= Number(from)) return text
    reading.report(
      'VALUE-RANGE',
      path,
      'value',
      say`this must be a status code of HTTP from 100 to 999, or a range such as 200-299`,
    )
    return undefined
  },
}

const service = object({
  mode: required(oneOf(MODES), 'How requests are forwarded: nat, tun or dr.'),
  directors: defaulted(
    oneOrMany(reference),
    [],
    'The director; a list of two is an active/backup pair, preferred first.',
    { key: 'director' },
  ),
  vip: optional(address, 'The virtual IP clients connect to.'),
  mark: optional(
    integer(1, 4_294_967_295),
    'A firewall mark. With a VIP, packets for it (and its ports) get the mark; without one, others mark them.',
  ),
  protocol: defaulted(oneOf(PROTOCOLS), 'tcp', 'tcp when absent.'),
  port: optional(integer(0, 65_535), 'The port clients connect to; 0 is every port (needs persistence).'),
  ports: defaulted(
    listOf(port),
    [],
    'Of a service by mark: the ports of the VIP that get it; every port when absent.',
  ),
  scheduler: defaulted(
    oneOf(SCHEDULERS, 'SCHED-UNKNOWN', toSay`IPVS scheduler`),
    'wlc',
    'How a real server is chosen; wlc when absent.',
  ),
  flags: defaulted(listOf(oneOf(SCHEDULER_FLAGS)), [], 'Flags of the scheduler, such as sh-port.'),
  persistence: optional(
    object({
      timeout: defaulted(integer(1, 2_678_400), 360, 'Seconds a client stays with its real server.'),
      netmask: optional(
        matching(
          /^(\d{1,3}(\.\d{1,3}){3}|\d{1,3})$/,
          toSay`a netmask such as 255.255.255.0, or a prefix length for IPv6`,
        ),
        'Clients within this mask count as one.',
      ),
      engine: optional(oneOf(['sip']), 'The persistence engine.'),
    }),
    'Keeps a client with the same real server.',
  ),
  onePacket: defaulted(boolean, false, 'Schedules every UDP packet by itself.'),
  tunnel: defaulted(tunnel, { type: 'ipip', port: undefined, checksum: 'none' }, 'The tunnel of mode tun.'),
  realServers: defaulted(mapOf(hostName, realServer), new Map(), 'The real servers by host name.'),
  sorryServer: optional(
    object({
      address: required(address, 'Where requests go when no real server is left.'),
      port: optional(port, 'The service’s port when absent.'),
    }),
    'Serves when no real server is left; needs keepalived.',
  ),
  health: optional(
    object({
      type: required(oneOf(HEALTH_TYPES), 'How real servers are checked.'),
      path: optional(text, 'The path asked for by http and https.'),
      interval: optional(integer(1, 86_400), 'Seconds between two checks; 5 when absent.'),
      timeout: optional(
        integer(1, 3600),
        'Seconds until a connection, or a script, has failed; 5 when absent, of a script the interval.',
      ),
      retries: optional(
        integer(1, 100),
        'How often a failed check is repeated before it counts; 1 when absent, 3 for dns, none for a script.',
      ),
      retryDelay: optional(integer(1, 3600), 'Seconds before a failed check is repeated; 1 when absent.'),
      port: optional(port, 'The port asked at; the real server’s own when absent.'),
      host: optional(
        matching(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$/, toSay`a host name`),
        'The Host header of http and https; of https also the name in the handshake.',
      ),
      status: defaulted(
        oneOrMany(statusCodes),
        [],
        'Status codes of http and https that are success, such as 204 or 200-299; one, or a list. 200-299 when absent.',
      ),
      name: optional(
        matching(/^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9_.])?$/, toSay`a domain name`),
        'The name a dns check asks for; the root when absent.',
      ),
      record: optional(oneOf(DNS_RECORDS), 'The record a dns check asks for; SOA when absent.'),
      helo: optional(
        matching(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/, toSay`a host name`),
        'The name an smtp check says in HELO.',
      ),
      send: optional(bytes, 'What a udp check sends, in hexadecimal; random bytes when absent.'),
      expect: optional(bytes, 'What the reply to a udp check must begin with, in hexadecimal.'),
      command: optional(
        matching(
          SCRIPT_COMMAND,
          toSay`the full path of a program, with plain arguments (letters, digits and _ . / : , = + -)`,
        ),
        'The program of a script check, by its full path, with its arguments; status 0 is success.',
      ),
      startsDown: defaulted(
        boolean,
        false,
        'A real server gets no connections before a check has found it well.',
      ),
    }),
    'Health checks; need keepalived as the director’s manager.',
  ),
  quorum: optional(
    integer(1, 2_147_483_647),
    'The least sum of weights of real servers that are up; below it the sorry server takes over. 1 when absent.',
  ),
  hysteresis: optional(
    integer(0, 2_147_483_647),
    'How far above or below the quorum the sum must come before that changes; 0 when absent.',
  ),
})

const coordinate = number(-1_000_000, 1_000_000)
const position = object({
  x: defaulted(coordinate, 0, 'To the right, in canvas units.'),
  y: defaulted(coordinate, 0, 'Downwards, in canvas units.'),
})
const anywhere: Layout = { hosts: new Map(), networks: new Map(), services: new Map(), lengths: new Map() }

/** The grammar of a topology file. */
export const TOPOLOGY_FILE: Grammar<Topology> = object({
  lvs: required(integer(1, 1_000_000), 'The version of this format: 1.'),
  name: required(
    matching(CLUSTER_NAME, toSay`a name of letters, digits, dots and dashes`),
    'The name of the cluster; also names what it owns on hosts, so keep it stable.',
  ),
  networks: defaulted(mapOf(plainName, network), new Map(), 'L2 segments by name.'),
  hosts: defaulted(mapOf(hostName, host), new Map(), 'Hosts by name.'),
  services: defaulted(mapOf(plainName, service), new Map(), 'Virtual services by name.'),
  manage: defaulted(
    object({
      director: defaulted(oneOf(MANAGERS), 'ipvsadm', 'ipvsadm or keepalived.'),
      scriptUser: defaulted(
        matching(/^[a-z_][a-z0-9_-]{0,30}$/, toSay`the name of a user`),
        SCRIPT_USER,
        `Whom keepalived runs scripts of health checks as; ${SCRIPT_USER} when absent.`,
      ),
    }),
    { director: 'ipvsadm', scriptUser: SCRIPT_USER },
    'What keeps the IPVS table on the directors.',
  ),
  vrrp: optional(
    object({
      id: required(integer(1, 255), 'The virtual router identifier, unique on the segment.'),
      network: required(reference, 'The network the advertisements travel on.'),
      insideVips: defaulted(
        oneOrMany(address),
        [],
        'The address real servers of a NAT pair use as gateway; one, or a list: one a family, on each network that has some.',
        { key: 'inside-vip' },
      ),
      advert: optional(number(0.01, 255), 'Seconds between advertisements.'),
      sync: defaulted(boolean, false, 'Keep connections in step between the directors.'),
      unicast: defaulted(
        boolean,
        false,
        'Send advertisements from director to director, where the network carries no multicast.',
      ),
      preempt: defaulted(
        boolean,
        true,
        'Whether the preferred director takes over again once it is back; true when absent.',
      ),
      auth: optional(
        object({
          secret: required(
            matching(CLUSTER_NAME, toSay`a name of letters, digits, dots and dashes`),
            'Names a file on both directors, /etc/keepalived/secrets/NAME.conf, with a line "auth_pass …"; never the secret itself.',
          ),
        }),
        'VRRP authentication.',
      ),
    }),
    'An active/backup pair of directors; needs keepalived.',
  ),
  layout: defaulted(
    object({
      hosts: defaulted(mapOf(hostName, position), new Map(), 'Hosts a person moved.'),
      networks: defaulted(mapOf(plainName, position), new Map(), 'Networks a person moved.'),
      services: defaulted(mapOf(plainName, position), new Map(), 'Services a person moved.'),
      lengths: defaulted(
        mapOf(plainName, integer(1, 100_000)),
        new Map(),
        'Networks a person drew longer than what hangs on them needs, in canvas units.',
      ),
    }),
    anywhere,
    'Where things were moved on the canvas; written only when a person moves something.',
  ),
})

/** The JSON Schema of a topology file, for editors that know nothing else of us. */
export function topologySchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'LVS topology',
    description:
      'A Linux Virtual Server cluster, version 1 of the format. Made from the grammar of LVS Designer.',
    ...TOPOLOGY_FILE.schema,
  }
}
