import { toSay } from '../../speech/say.js'
import {
  boolean,
  defaulted,
  integer,
  listOf,
  mapOf,
  matching,
  object,
  oneOf,
  oneOrMany,
  optional,
  required,
} from '../grammar.js'
import { MODES, PROTOCOLS, SCHEDULERS, SCHEDULER_FLAGS } from '../types.js'
import { address } from './addresses.js'
import { port, hostName, reference } from './values.js'
import { health } from './health.js'
import { realServer, tunnel } from './real-server.js'

export const service = object({
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
  masquerade: defaulted(
    boolean,
    false,
    'Of mode nat: the director puts its own address in the place of the client’s, so that replies come back to it by whatever route real servers have.',
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
  health: optional(health, 'Health checks; need keepalived as the director’s manager.'),
  quorum: optional(
    integer(1, 2_147_483_647),
    'The least sum of weights of real servers that are up; below it the sorry server takes over. 1 when absent.',
  ),
  hysteresis: optional(
    integer(0, 2_147_483_647),
    'How far above or below the quorum the sum must come before that changes; 0 when absent.',
  ),
})
