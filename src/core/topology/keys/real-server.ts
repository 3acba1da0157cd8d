import { defaulted, integer, object, oneOf, optional } from '../grammar.js'
import { MODES, TUNNEL_CHECKSUMS, TUNNEL_TYPES } from '../types.js'
import { address } from './addresses.js'
import { port } from './values.js'

export const tunnel = object({
  type: defaulted(oneOf(TUNNEL_TYPES), 'ipip', 'ipip, gre or gue; ipip when absent.'),
  port: optional(port, 'UDP port of gue.'),
  checksum: defaulted(oneOf(TUNNEL_CHECKSUMS), 'none', 'none, csum or remcsum.'),
})

const connections = integer(0, 4_294_967_295)

export const realServer = object({
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
