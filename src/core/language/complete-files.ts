import type { Written } from '../topology/edit.js'
import type { Mode } from '../topology/types.js'
import { mapOf } from './snippet-text.js'
import type { Holes } from './snippet-text.js'

/** A small cluster of a mode that works as it stands: the smallest that shows what the mode needs. */
export function exampleFile(mode: Mode, { hole }: Holes): ReadonlyMap<string, Written> {
  const name = hole(`shop-${mode}`)
  const { networks, hosts } = SITES[mode]
  return mapOf({
    lvs: 1,
    name,
    networks,
    hosts,
    services: mapOf({
      web: mapOf({
        mode,
        director: 'lb1',
        vip: hole('192.0.2.100'),
        port: hole(80),
        scheduler: hole('wlc'),
        'real-servers': mapOf({ rs1: new Map(), rs2: new Map() }),
      }),
    }),
  })
}

function host(
  role: string,
  ...interfaces: readonly (readonly [network: string, address: string])[]
): Written {
  return mapOf({
    role,
    interfaces: new Map(
      interfaces.map(([network, address], index) => [`eth${index}`, mapOf({ network, address })]),
    ),
  })
}

interface Site {
  readonly networks: Written
  readonly hosts: Written
}

/** With addresses kept for documentation (RFC 5737) and private ones (RFC 1918). */
const SITES: Readonly<Record<Mode, Site>> = {
  // Replies come back through the director: real servers are behind it.
  nat: {
    networks: mapOf({ front: mapOf({ subnet: '192.0.2.0/24' }), back: mapOf({ subnet: '10.0.0.0/24' }) }),
    hosts: mapOf({
      client1: host('client', ['front', '192.0.2.50']),
      lb1: host('director', ['front', '192.0.2.2'], ['back', '10.0.0.1']),
      rs1: host('real-server', ['back', '10.0.0.11']),
      rs2: host('real-server', ['back', '10.0.0.12']),
    }),
  },
  // Director and real servers share a segment, and replies leave by the router.
  dr: {
    networks: mapOf({
      outside: mapOf({ subnet: '198.51.100.0/24', gateway: '198.51.100.1' }),
      farm: mapOf({ subnet: '192.0.2.0/24', gateway: '192.0.2.1' }),
    }),
    hosts: mapOf({
      client1: host('client', ['outside', '198.51.100.50']),
      router1: host('router', ['outside', '198.51.100.1'], ['farm', '192.0.2.1']),
      lb1: host('director', ['farm', '192.0.2.2']),
      rs1: host('real-server', ['farm', '192.0.2.11']),
      rs2: host('real-server', ['farm', '192.0.2.12']),
    }),
  },
  // Real servers are wherever the director can reach them.
  tun: {
    networks: mapOf({
      front: mapOf({ subnet: '192.0.2.0/24', gateway: '192.0.2.1' }),
      east: mapOf({ subnet: '10.1.0.0/24', gateway: '10.1.0.1' }),
      west: mapOf({ subnet: '10.2.0.0/24', gateway: '10.2.0.1' }),
    }),
    hosts: mapOf({
      client1: host('client', ['front', '192.0.2.50']),
      router1: host('router', ['front', '192.0.2.1'], ['east', '10.1.0.1'], ['west', '10.2.0.1']),
      lb1: host('director', ['front', '192.0.2.2']),
      rs1: host('real-server', ['east', '10.1.0.11']),
      rs2: host('real-server', ['west', '10.2.0.12']),
    }),
  },
}
