import { say } from '../../src/core/speech/say.js'
import type { Scene } from '../../src/core/diagram/scene.js'
import { LAYERS, layerName, packetFields } from '../../src/core/packet/packet-text.js'
import type { Layer, PacketField } from '../../src/core/packet/packet-text.js'
import type { Packet } from '../../src/core/packet/packet.js'
import type { Walk } from '../../src/core/packet/walk.js'

/** The headers of a packet before and after a host, side by side. */
export interface HeaderGroup {
  readonly layer: Layer
  readonly title: string
  readonly rows: readonly HeaderRow[]
}

export interface HeaderRow {
  readonly name: string
  /** Undefined where the packet has no such field. */
  readonly in: string | undefined
  readonly out: string | undefined
  /** The host made it otherwise; never where the packet began or ended here. */
  readonly changed: boolean
}

export function headerGroups(packetIn: Packet | undefined, packetOut: Packet | undefined): HeaderGroup[] {
  const some = packetOut ?? packetIn
  if (some === undefined) return []
  const before = packetIn === undefined ? [] : packetFields(packetIn)
  const after = packetOut === undefined ? [] : packetFields(packetOut)
  return LAYERS.flatMap((layer): HeaderGroup[] => {
    const [left, right] = [before, after].map((fields) => fields.filter((field) => field.layer === layer))
    const keys = [...new Set([...(left ?? []), ...(right ?? [])].map(({ key }) => key))]
    if (keys.length === 0) return []
    const rows = keys.map((key): HeaderRow => {
      const was = left?.find((field) => field.key === key)
      const is = right?.find((field) => field.key === key)
      return {
        name: fieldName(layer, key),
        in: was && bare(was),
        out: is && bare(is),
        changed: packetIn !== undefined && packetOut !== undefined && was?.text !== is?.text,
      }
    })
    return [{ layer, title: TITLES[layer](some), rows }]
  })
}

const TITLES: Readonly<Record<Layer, (packet: Packet) => string>> = {
  eth: () => say`Ethernet`,
  outer: () => say`Outer header`,
  ip: ({ ip }) => (ip.family === 6 ? 'IPv6' : 'IPv4'),
  l4: (packet) => layerName('l4', packet).toUpperCase(),
}

function fieldName(layer: Layer, key: PacketField['key']): string {
  switch (key) {
    case 'src':
      return layer === 'eth' ? say`source MAC` : layer === 'l4' ? say`source port` : say`source`
    case 'dst':
      return layer === 'eth'
        ? say`destination MAC`
        : layer === 'l4'
          ? say`destination port`
          : say`destination`
    case 'ttl':
      return 'TTL'
    case 'df':
      return say`don’t fragment`
    case 'icmp':
      return say`message`
    case 'protocol':
      return say`protocol`
    case 'length':
      return say`length`
    case 'flags':
      return say`flags`
  }
}

/** The name of the field stands beside it. */
function bare({ key, text }: PacketField): string {
  return key === 'ttl' ? text.replace(/^(ttl|hop limit) /, '') : key === 'df' ? say`yes` : text
}

/** Whose an address is, for those who do not know them by heart: by MAC and by IP address. */
export function ownersIn(scene: Scene, { hops }: Walk): ReadonlyMap<string, string> {
  const owners = new Map<string, string>()
  for (const { name, interfaces } of scene.hosts) {
    for (const { addresses } of interfaces) for (const address of addresses) owners.set(address, name)
  }
  for (const { name, vip } of scene.services) if (vip !== undefined) owners.set(vip, say`VIP of ${name}`)
  for (const { host, packetOut, knows } of hops) {
    for (const { mac, host: of } of knows.neighbours) owners.set(mac, of)
    if (packetOut?.eth !== undefined) owners.set(packetOut.eth.src, host)
  }
  return owners
}
