import { say } from '../speech/say.js'
import type { Cluster } from '../hosts/cluster.js'
import type { RealServerModel } from '../hosts/services.js'
import { SCRIPT_USER } from '../topology/keys/management.js'

/** What holds at a place while the file says nothing there: a default of the language, or what is derived. */
export function unsaid(pattern: string, steps: readonly string[], cluster: Cluster): string | undefined {
  if (!Object.hasOwn(UNSAID, pattern)) return undefined
  const known = UNSAID[pattern]
  const [, name = '', , inner = ''] = steps
  return typeof known === 'function' ? known(cluster, name, inner) : known
}

/** A default of the language itself, the same in every file. */
export function defaultAt(pattern: string): string | undefined {
  const known = Object.hasOwn(UNSAID, pattern) ? UNSAID[pattern] : undefined
  return typeof known === 'string' ? known : undefined
}

type Derived = (cluster: Cluster, name: string, inner: string) => string | undefined

/** By pattern of the place: `:` stands for a name; the first two names are handed on. */
const UNSAID: Readonly<Record<string, string | Derived>> = {
  'manage/director': 'ipvsadm',
  'manage/script-user': SCRIPT_USER,
  'vrrp/advert': '1',
  'vrrp/sync': 'false',
  'vrrp/unicast': 'false',
  'vrrp/preempt': 'true',
  'networks/:/mtu': '1500',
  'hosts/:/ssh/address': (_, name) => name,
  'hosts/:/ssh/port': '22',
  'hosts/:/interfaces/:/mtu': (cluster, name, inner) =>
    cluster.hosts.get(name)?.state.interfaces.get(inner)?.mtu.toString(),
  'hosts/:/gateway': (cluster, name) => {
    const choices = [...(cluster.hosts.get(name)?.gateways.values() ?? [])]
    if (choices.some(({ kind }) => kind === 'ambiguous')) return say`several would do`
    return choices.flatMap(({ via }) => via ?? []).join(', ') || say`none`
  },
  'hosts/:/listens/:/address': () => say`every address`,
  'hosts/:/listens/:/protocol': 'tcp',
  'services/:/protocol': 'tcp',
  'services/:/scheduler': 'wlc',
  'services/:/masquerade': 'false',
  'services/:/one-packet': 'false',
  'services/:/persistence/timeout': '360',
  'services/:/tunnel/type': 'ipip',
  'services/:/tunnel/checksum': 'none',
  'services/:/sorry-server/port': (cluster, name) => portOf(cluster, name),
  'services/:/real-servers/:/port': (cluster, name) => portOf(cluster, name),
  'services/:/real-servers/:/weight': '1',
  'services/:/real-servers/:/mode': (cluster, name) => cluster.topology.services.get(name)?.mode,
  'services/:/real-servers/:/address': (cluster, name, inner) => realServer(cluster, name, inner)?.rip,
  'services/:/real-servers/:/thresholds/upper': '0',
  'services/:/real-servers/:/thresholds/lower': '0',
  'services/:/real-servers/:/tunnel/type': (cluster, name, inner) =>
    realServer(cluster, name, inner)?.tunnel.type,
  'services/:/real-servers/:/tunnel/port': (cluster, name, inner) =>
    realServer(cluster, name, inner)?.tunnel.port?.toString(),
  'services/:/real-servers/:/tunnel/checksum': (cluster, name, inner) =>
    realServer(cluster, name, inner)?.tunnel.checksum,
}

function portOf(cluster: Cluster, service: string): string | undefined {
  return cluster.topology.services.get(service)?.port?.toString()
}

function realServer(cluster: Cluster, service: string, host: string): RealServerModel | undefined {
  return cluster.services.find(({ name }) => name === service)?.realServerOf(host)
}
