import type { DifferentialCase } from './case.js'
import type { Drawing, DrawnHost, DrawnService, DrawnTunnel } from './drawing.js'
import { generatedPatches } from './generate-patches.js'
import { clientPins, directorPins, realServerPins, routerPins } from './generate-pins.js'
import { randomOf } from './random.js'
import type { Random } from './random.js'

const SUBNETS = {
  far: { 4: '198.51.100', 6: '2001:db8:9:' },
  front: { 4: '192.0.2', 6: '2001:db8:1:' },
  back: { 4: '10.0.0', 6: 'fd00:10:' },
  remote: { 4: '10.9.0', 6: 'fd00:9:' },
  elsewhere: { 4: '203.0.113', 6: '2001:db8:f:' },
} as const
type Place = keyof typeof SUBNETS
type Family = 4 | 6

/** What a drawing is made of, before it is written down. */
export interface Sketch {
  readonly random: Random
  /** Of the VIP. */
  readonly family: Family
  /** Of what the director sends real servers. */
  readonly outer: Family
  readonly families: readonly Family[]
  readonly mode: 'nat' | 'tun' | 'dr'
  readonly focus: Focus
  readonly drawing: Drawing
}

/** What a case is likelier to get wrong than other things. */
const FOCUSES = ['nothing', 'nothing', 'nothing', 'arp', 'mtu', 'reverse path', 'tunnel'] as const
type Focus = (typeof FOCUSES)[number]

/** The same case for the same seed: a cluster of 2 to 6 hosts that may work, or be wrong in one way or another. */
export function generateCase(seed: number): DifferentialCase {
  const random = randomOf(seed)
  const { chance, pick } = random
  const focus = pick(FOCUSES)
  const mode =
    focus === 'tunnel'
      ? 'tun'
      : pick(focus === 'arp' ? (['dr', 'tun'] as const) : (['nat', 'tun', 'dr'] as const))
  const family: Family = chance(focus === 'arp' || focus === 'reverse path' ? 0.9 : 0.6) ? 4 : 6
  const outer: Family =
    mode === 'tun' && chance(focus === 'tunnel' ? 0.4 : 0.2) ? (family === 4 ? 6 : 4) : family
  const families = [...new Set([family, outer])]
  const drawing: Drawing = { lvs: 1, name: `seed-${seed}`, networks: {}, hosts: {}, services: {} }
  const sketch: Sketch = { random, family, outer, families, mode, focus, drawing }

  const clientFar = chance(0.5)
  const twoArmed = chance(mode === 'nat' ? 0.7 : focus === 'arp' ? 0.1 : 0.35)
  const inner: Place = twoArmed ? 'back' : 'front'
  const remote = chance(mode === 'tun' ? 0.5 : 0.08)
  const routedVip = chance(focus === 'arp' ? 0.05 : 0.2)
  const onlyDirector = chance(0.06)
  const routed = clientFar || remote || (twoArmed && mode !== 'nat' && chance(0.7)) || chance(0.15)

  if (routed) addRouter(sketch, { clientFar, twoArmed, remote })
  addHost(sketch, 'client', 'client', [clientFar ? 'far' : 'front'], 50)
  addHost(sketch, 'lb', 'director', twoArmed ? ['front', 'back'] : ['front'], 2)
  const count = onlyDirector ? 0 : random.integer(1, routed ? 3 : 4)
  for (let index = 1; index <= count; index += 1) {
    const away = remote && chance(0.8)
    const places: Place[] = [away ? 'remote' : inner]
    // A second network card, towards clients: replies need not go back the way requests came.
    if (!away && twoArmed && chance(focus === 'reverse path' ? 0.6 : 0.15)) places.push('front')
    addHost(sketch, `rs${index}`, 'real-server', places, 10 + index)
    giveGateway(sketch, drawing.hosts[`rs${index}`], places)
  }
  const vip = addressIn(routedVip ? 'elsewhere' : 'front', family, 100)
  drawing.services['web'] = service(sketch, vip, count)
  if (routedVip) routeVip(sketch, vip)
  if (chance(0.12)) secondService(sketch, count)
  if (chance(focus === 'mtu' ? 1 : 0.12)) resize(sketch)
  directorPins(sketch)
  for (const [name, host] of Object.entries(drawing.hosts)) {
    if (host.role === 'real-server') realServerPins(sketch, name, host)
    if (host.role === 'router') routerPins(sketch, host)
    if (host.role === 'client') clientPins(sketch, host)
  }
  const asked = drawing.services['other'] !== undefined && chance(0.5) ? 'other' : 'web'
  const which = { name: `seed ${seed}`, drawing, client: 'client', service: asked }
  return { ...which, patches: chance(focus === 'nothing' ? 0.6 : 0.4) ? generatedPatches(sketch, vip) : [] }
}

export function addressIn(place: Place, family: Family, host: number): string {
  return family === 4 ? `${SUBNETS[place][4]}.${host}` : `${SUBNETS[place][6]}:${host}`
}

export function subnetIn(place: Place, family: Family): string {
  return family === 4 ? `${SUBNETS[place][4]}.0/24` : `${SUBNETS[place][6]}:/64`
}

function addNetwork({ drawing, families }: Sketch, place: Place): void {
  drawing.networks[place] ??= { subnet: families.map((family) => subnetIn(place, family)) }
}

function addHost(
  sketch: Sketch,
  name: string,
  role: DrawnHost['role'],
  places: readonly Place[],
  number: number,
): void {
  const interfaces = Object.fromEntries(
    places.map((place, index) => {
      addNetwork(sketch, place)
      return [
        `eth${index}`,
        { network: place, address: sketch.families.map((family) => addressIn(place, family, number)) },
      ]
    }),
  )
  sketch.drawing.hosts[name] = { role, interfaces }
}

const ROUTER = 254

/** One router, on every network that has hosts which must reach another; each offers it as its gateway. */
function addRouter(
  sketch: Sketch,
  { clientFar, twoArmed, remote }: { clientFar: boolean; twoArmed: boolean; remote: boolean },
): void {
  const { random, drawing, families, mode } = sketch
  const places: Place[] = ['front']
  if (clientFar) places.unshift('far')
  if (twoArmed && random.chance(mode === 'nat' ? 0.2 : 0.8)) places.push('back')
  if (remote) places.push('remote')
  if (places.length === 1) places.push('far')
  addHost(sketch, 'router', 'router', places, ROUTER)
  for (const place of places) {
    const network = drawing.networks[place]
    if (network !== undefined && random.chance(0.95))
      network.gateway = families.map((family) => addressIn(place, family, ROUTER))
  }
}

function service({ random, mode, outer, family, drawing }: Sketch, vip: string, count: number): DrawnService {
  const { chance, pick } = random
  const udp = chance(0.15)
  const realServers: DrawnService['real-servers'] = {}
  for (let index = 1; index <= count; index += 1) {
    const name = `rs${index}`
    const own = drawing.hosts[name]?.interfaces['eth0']?.address
    const mixed = outer === family && chance(0.06) ? pick(['nat', 'tun', 'dr'] as const) : undefined
    realServers[name] = {
      ...((mixed ?? mode) === 'nat'
        ? chance(0.4)
          ? { port: 8080 }
          : {}
        : chance(0.04)
          ? { port: 8080 }
          : {}),
      ...(chance(0.07) ? { weight: 0 } : chance(0.1) ? { weight: 3 } : {}),
      ...(mixed === undefined ? {} : { mode: mixed }),
      // Where it has both families, or two interfaces, the file must say which.
      ...(own === undefined ? {} : { address: own[outer === family ? 0 : own.length - 1] ?? '' }),
    }
  }
  if (count === 0 || (outer === family && chance(0.08)))
    realServers['lb'] = { address: addressIn('front', family, 2), ...(mode === 'tun' ? { mode: 'dr' } : {}) }
  const marked = chance(0.07)
  // Without a port of its own, a real server gets what was asked.
  const everyPort = !marked && chance(0.04)
  return {
    mode,
    director: 'lb',
    vip,
    ...(udp ? { protocol: 'udp' } : {}),
    ...(marked ? { mark: 17, ports: chance(0.7) ? [80] : [] } : { port: everyPort ? 0 : 80 }),
    scheduler: pick([
      'rr',
      'rr',
      'wrr',
      'lc',
      'wlc',
      'sh',
      'sed',
      'nq',
      'dh',
      'mh',
      'fo',
      'ovf',
      'lblc',
      'lblcr',
    ]),
    ...(everyPort || chance(0.1) ? { persistence: { timeout: 300 } } : {}),
    ...(udp && chance(0.15) ? { 'one-packet': true } : {}),
    ...(mode === 'tun' ? { tunnel: tunnel(random) } : {}),
    'real-servers': realServers,
  }
}

function tunnel({ chance, pick }: Random): DrawnTunnel {
  const type = chance(0.55) ? 'ipip' : pick(['gre', 'gue'] as const)
  if (type === 'ipip') return { type }
  return {
    type,
    ...(type === 'gue' ? { port: 6080 } : {}),
    checksum: pick(type === 'gue' ? ['none', 'csum', 'remcsum'] : ['none', 'csum']),
  }
}

/** A VIP of no drawn network: whoever asks, or the router before them, must be told that the director has it. */
function routeVip({ random, drawing, family }: Sketch, vip: string): void {
  if (random.chance(0.04)) return
  const { router, client } = drawing.hosts
  const asks =
    client?.interfaces['eth0']?.network === 'far' ? router : random.chance(0.5) ? client : (router ?? client)
  if (asks !== undefined)
    asks.routes = [{ to: `${vip}/${family === 4 ? 32 : 128}`, via: addressIn('front', family, 2) }]
  if (asks === router && client !== undefined && client.interfaces['eth0']?.network === 'front')
    client.gateway = [addressIn('front', family, ROUTER)]
}

/** Where replies must be routed and no network offers a way: by the director, which is right for NAT and wrong for DR. */
function giveGateway(sketch: Sketch, host: DrawnHost | undefined, [place]: readonly Place[]): void {
  const { random, drawing, family, mode } = sketch
  if (host === undefined || mode === 'nat' || place === undefined || place === 'remote') return
  if (drawing.networks[place]?.gateway !== undefined || random.chance(0.3)) return
  const client = drawing.hosts['client']?.interfaces['eth0']?.network
  if (client !== place) host.gateway = [addressIn(place, family, 2)]
}

/** Another port of the same VIP, or another VIP, by another method: what one needs of a host, the other has too. */
function secondService({ random, drawing, outer, family }: Sketch, count: number): void {
  const { web } = drawing.services
  if (web === undefined || count === 0 || outer !== family) return
  const mode = random.pick(['nat', 'tun', 'dr'] as const)
  const names = Object.keys(web['real-servers']).filter((name) => name !== 'lb')
  // One for every port of a VIP leaves nothing to another there.
  const takesAll = web.port === 0 || web.ports?.length === 0
  drawing.services['other'] = {
    mode,
    director: 'lb',
    vip: random.chance(0.5) && !takesAll ? web.vip : addressIn('front', family, 101),
    port: 8080,
    scheduler: 'rr',
    'real-servers': Object.fromEntries(
      names.map((name) => [name, { address: web['real-servers'][name]?.address ?? '' }]),
    ),
  }
}

function resize({ random, drawing }: Sketch): void {
  const places = Object.values(drawing.networks)
  random.pick(places).mtu = random.pick([1400, 1300, 1480, 9000])
  if (random.chance(0.2)) {
    const host = random.pick(Object.values(drawing.hosts))
    const card = host.interfaces['eth0']
    if (card !== undefined) card.mtu = 1400
  }
}
