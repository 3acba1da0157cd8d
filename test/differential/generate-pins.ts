import type { DrawnHost } from './drawing.js'
import { addressIn } from './generate.js'
import type { Sketch } from './generate.js'

/** Each setting that matters is pinned with some probability, mostly to what is wrong there. */

function sysctl(host: DrawnHost, key: string, value: number): void {
  host.sysctls = { ...host.sysctls, [key]: value }
}

/** Of IPv4, for `all` or an interface; a value of its range. */
const PER_INTERFACE = {
  rp_filter: [0, 1, 2],
  arp_ignore: [0, 1, 2, 3, 8],
  arp_announce: [0, 1, 2],
  accept_local: [0, 1],
  send_redirects: [0, 1],
  proxy_arp: [0, 1],
  arp_filter: [0, 1],
} as const
type PerInterface = keyof typeof PER_INTERFACE

/** How likely a setting is pinned where a case is about it. */
const MORE = 0.4

function likely(focus: Sketch['focus'], setting: PerInterface): boolean {
  switch (focus) {
    case 'arp':
      return ['arp_ignore', 'arp_announce', 'proxy_arp', 'arp_filter'].includes(setting)
    case 'reverse path':
      return ['rp_filter', 'accept_local'].includes(setting)
    default:
      return false
  }
}

function perhaps(
  { random, focus }: Sketch,
  host: DrawnHost,
  settings: Partial<Record<PerInterface, number>>,
  others: readonly string[] = [],
): void {
  for (const [setting, probability] of Object.entries(settings)) {
    if (!isPerInterface(setting) || !random.chance(likely(focus, setting) ? MORE : probability)) continue
    const where = random.pick(['all', 'all', ...Object.keys(host.interfaces), ...others])
    sysctl(host, `net.ipv4.conf.${where}.${setting}`, random.pick(PER_INTERFACE[setting]))
  }
}

function isPerInterface(setting: string): setting is PerInterface {
  return setting in PER_INTERFACE
}

export function directorPins(sketch: Sketch): void {
  const { random, family, drawing, focus } = sketch
  const { chance } = random
  const host = drawing.hosts['lb']
  if (host === undefined) return
  if (chance(0.15)) sysctl(host, 'net.ipv4.ip_forward', random.integer(0, 1))
  if (family === 6 && chance(0.15)) sysctl(host, 'net.ipv6.conf.all.forwarding', random.integer(0, 1))
  perhaps(sketch, host, {
    rp_filter: 0.12,
    accept_local: 0.1,
    send_redirects: 0.1,
    arp_ignore: 0.05,
    proxy_arp: 0.03,
  })
  if (chance(0.05))
    sysctl(
      host,
      `net.ipv4.conf.${random.pick(Object.keys(host.interfaces))}.forwarding`,
      random.integer(0, 1),
    )
  if (chance(0.05)) sysctl(host, 'net.ipv4.vs.conntrack', 1)
  if (chance(focus === 'mtu' ? 0.2 : 0.05)) sysctl(host, 'net.ipv4.vs.pmtu_disc', 0)
  if (chance(0.06)) host.drops = [{ protocol: 'tcp', port: 80, ...(chance(0.5) ? { chain: 'input' } : {}) }]
  if (chance(0.04)) host.drops = [{ state: 'invalid', chain: random.pick(['input', 'forward']) }]
}

export function realServerPins(sketch: Sketch, name: string, host: DrawnHost): void {
  const { random, family, mode, drawing, focus } = sketch
  const { chance, pick } = random
  perhaps(
    sketch,
    host,
    {
      rp_filter: 0.15,
      arp_ignore: 0.15,
      arp_announce: 0.12,
      accept_local: 0.04,
      arp_filter: 0.04,
      proxy_arp: 0.02,
    },
    mode === 'tun' ? ['tunl0', 'tunl0'] : ['lo'],
  )
  if (chance(0.06)) sysctl(host, 'net.ipv4.ip_forward', 1)
  const place = host.interfaces['eth0']?.network
  if (place === 'front' || place === 'back') {
    const director = addressIn(place, family, 2)
    // Nobody knows what a router does that is not drawn.
    const router = hasRouter(sketch, place) ? addressIn(place, family, 254) : director
    if (chance(0.15)) host.gateway = [pick([director, router])]
    if (chance(0.03))
      host.routes = [{ to: family === 4 ? '198.51.100.0/24' : '2001:db8:9::/64', via: director }]
  }
  const rip = drawing.services['web']?.['real-servers'][name]?.address
  if (chance(0.08) && rip !== undefined)
    host.listens = [
      pick([
        { port: 81 },
        { port: 80, address: rip },
        { port: 8080 },
        { port: 80 },
        { port: 80, address: '0.0.0.0' },
      ]),
    ]
  if (chance(focus === 'tunnel' ? 0.3 : 0.08))
    host.drops = [
      pick([
        { protocol: 'tcp', port: 80 },
        { protocol: 'ipip' },
        { protocol: 'gre' },
        { protocol: 'udp', port: 6080 },
        { protocol: family === 4 ? 'icmp' : 'icmpv6' },
        { protocol: 'ipv6' },
      ]),
    ]
}

export function hasRouter({ drawing }: Sketch, place: string): boolean {
  return Object.values(drawing.hosts['router']?.interfaces ?? {}).some(({ network }) => network === place)
}

export function routerPins(sketch: Sketch, host: DrawnHost): void {
  const { random, family, focus } = sketch
  const { chance } = random
  perhaps(sketch, host, {
    rp_filter: 0.15,
    proxy_arp: 0.04,
    arp_ignore: 0.04,
    send_redirects: 0.05,
    accept_local: 0.03,
  })
  if (chance(0.03)) sysctl(host, family === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding', 0)
  if (chance(focus === 'mtu' ? 0.2 : 0.05))
    host.drops = [
      { protocol: random.pick(['tcp', 'icmp', 'icmp', 'icmpv6', 'udp', 'ipip']), chain: 'forward' },
    ]
}

export function clientPins(sketch: Sketch, host: DrawnHost): void {
  perhaps(sketch, host, { rp_filter: 0.06, arp_ignore: 0.02 })
  if (sketch.random.chance(sketch.focus === 'mtu' ? 0.2 : 0.05))
    host.drops = [{ protocol: sketch.family === 4 ? 'icmp' : 'icmpv6' }]
}
