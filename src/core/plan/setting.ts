import { destinationKey, destinationOptions, serviceOptions, targetOptions } from '../formats/ipvsadm.js'
import { markKey, markState } from '../hosts/marks.js'
import { masqueradeKey } from '../hosts/masquerade.js'
import { KEEPALIVED_CONF } from '../hosts/keepalived/director-file.js'
import type { Need } from '../hosts/needs.js'
import type { ObservedHost } from '../hosts/observe.js'
import type { Family } from '../topology/address.js'
import { fileState } from '../hosts/file-state.js'

/**
 * One thing on a host that a deployment can change: what sort it is, which one, and the state it is in. Key and
 * state are text without tabs or newlines, because that is how they travel to the on-host helper (settings.sh `put`
 * knows each kind), stand in the record of what is owned, and are compared. `absent` is a state like any other, so
 * that putting something back never needs another mechanism than putting it there.
 */
export interface Setting {
  readonly kind: SettingKind
  readonly key: string
  readonly state: string
}

export type SettingKind =
  | 'module'
  | 'fou'
  | 'tunnel-device'
  | 'sysctl'
  | 'link'
  | 'address'
  | 'route'
  | 'mark'
  | 'masquerade'
  | 'virtual-service'
  | 'destination'
  | 'file'
  | 'daemon'

export const ABSENT = 'absent'

/** Of a file: what is there is not of this cluster, or holds a password; it was not read. */
export const FOREIGN = 'foreign'

/**
 * Default routes of ours have a metric of their own: IPv4's lowest, and for IPv6 one below the 1024 the kernel gives
 * by default. What DHCP or router advertisements put beside them stays and takes over again when ours goes.
 */
export function ownMetric(family: Family): number {
  return family === 4 ? 0 : 1
}

/** The settings that meet a need, in no particular order. */
export function settingsOf(need: Need): Setting[] {
  switch (need.kind) {
    case 'module':
      return [{ kind: 'module', key: need.module, state: 'loaded' }]
    case 'sysctl':
      return [{ kind: 'sysctl', key: need.key, state: need.value }]
    case 'fou':
      return [{ kind: 'fou', key: `${need.family} ${need.port}`, state: 'gue' }]
    case 'tunnel-device':
      return [{ kind: 'tunnel-device', key: need.interface, state: need.made }]
    case 'link-up':
      return [{ kind: 'link', key: need.interface, state: 'up' }]
    case 'address':
      // What VRRP moves is on the one director or on the other.
      if (need.moves) return []
      return [{ kind: 'address', key: `${need.interface} ${need.address}/${need.prefix}`, state: 'present' }]
    case 'default-route':
      return [
        {
          kind: 'route',
          key: String(need.family),
          state: `default via ${need.via} dev ${need.interface}`,
        },
      ]
    case 'mark':
      return [{ kind: 'mark', key: markKey(need.packets), state: markState(need.packets) }]
    case 'masquerade':
      return [{ kind: 'masquerade', key: masqueradeKey(need.packets), state: 'on' }]
    case 'keepalived':
      return [
        { kind: 'file', key: KEEPALIVED_CONF, state: fileState(need.text) },
        { kind: 'daemon', key: 'keepalived', state: 'running' },
      ]
    case 'virtual-service': {
      const { service } = need
      return [
        { kind: 'virtual-service', key: targetOptions(service.target), state: serviceOptions(service) },
        // One that begins as down keepalived puts in itself, once it answers.
        ...(need.startsDown ? [] : service.destinations).map((destination): Setting => ({
          kind: 'destination',
          key: destinationKey(service.target, destination),
          state: destinationOptions(destination),
        })),
      ]
    }
  }
}

/** The state a setting is in on a probed host. A sysctl that was not asked for, or is not there, is `absent`. */
export function observedState(host: ObservedHost, kind: SettingKind, key: string): string {
  const { state } = host
  switch (kind) {
    case 'module':
      return state.modules.has(key) ? 'loaded' : ABSENT
    case 'sysctl':
      return state.sysctls.get(key) ?? ABSENT
    case 'fou':
      return host.fouPorts.get(key) ?? ABSENT
    case 'tunnel-device': {
      if (!state.interfaces.has(key)) return ABSENT
      return host.tunnels.get(key) ?? 'a device of another kind'
    }
    case 'mark':
      return host.marks.get(key) ?? ABSENT
    case 'masquerade':
      return host.masquerades.has(key) ? 'on' : ABSENT
    case 'link': {
      const link = state.interfaces.get(key)
      return link === undefined ? ABSENT : link.up ? 'up' : 'down'
    }
    case 'address': {
      const [interfaceName = '', cidr] = key.split(' ')
      const addresses = state.interfaces.get(interfaceName)?.addresses ?? []
      return addresses.some(({ address, prefix }) => `${address}/${prefix}` === cidr) ? 'present' : ABSENT
    }
    case 'route': {
      const family = key === '6' ? 6 : 4
      const route = host.defaultRoutes.find(
        (found) => found.family === family && found.metric === ownMetric(family),
      )
      return route === undefined ? ABSENT : withoutNoise(route.words)
    }
    case 'file':
      return host.files.get(key) ?? ABSENT
    case 'daemon':
      return host.daemons.has(key) ? 'running' : ABSENT
    case 'virtual-service': {
      const service = state.virtualServices.find(({ target }) => targetOptions(target) === key)
      return service === undefined ? ABSENT : serviceOptions(service)
    }
    case 'destination': {
      for (const { target, destinations } of state.virtualServices) {
        for (const destination of destinations) {
          if (destinationKey(target, destination) === key) return destinationOptions(destination)
        }
      }
      // keepalived brings it back when it answers.
      return host.pool.takenOut.get(key) ?? ABSENT
    }
  }
}

/**
 * Whether the on-host helper puts a default route back as `ip route` has printed it (words.sh `valid_route`). Not one with
 * several gateways, which are on lines of their own, nor one of a nexthop object, whose number is printed beside what that
 * stands for.
 */
export function canBePutBack(route: string): boolean {
  return route === ABSENT || PLAIN_ROUTE.test(route)
}

const PLAIN_ROUTE =
  /^default( onlink| via( inet6?)? \S+| (dev|src|metric|proto|scope|pref|mtu|advmss|hoplimit|initcwnd|initrwnd|window|rto_min|quickack|congctl) \S+)+$/

/** What `ip route` prints of a route beyond what was said when it was made. */
function withoutNoise(words: string): string {
  return words
    .replace(/ metric (0|1)(?= |$)/, '')
    .replace(/ (proto (boot|static|unspec)|pref medium|scope global)(?= |$)/g, '')
}
