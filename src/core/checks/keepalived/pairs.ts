import { say } from '../../speech/say.js'
import { areWhole, isWhole } from '../../formats/keepalived/whole.js'
import { setting } from '../../formats/keepalived/settings.js'
import type { KeepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import type { VrrpInstance } from '../../formats/keepalived/vrrp-instance.js'
import type { FileFinding } from '../file-finding.js'
import type { CheckedKeepalived } from './check.js'
import { placeSteps } from '../place-steps.js'
import { wordAt } from './report.js'
import type { KeepalivedPlace } from './report.js'
import { severityOf } from '../severity-of.js'
import { addressOf } from '../../formats/keepalived/address-word.js'
import { addressBits, contains, familyOf, subnetOf } from '../../topology/address.js'
import type { IpAddress, Subnet } from '../../topology/address.js'
import type { Severity } from '../../topology/problem.js'

/** What directors have wrong with each other: the configurations of several, as of one segment. */
export function checkDirectorPairs(checked: readonly CheckedKeepalived[]): readonly FileFinding[] {
  const findings: FileFinding[] = []
  const report: Said = (code, { source, span }, message, severity = severityOf(code)) => {
    findings.push({
      code,
      severity,
      message,
      source,
      span,
      fixes: [],
      path: placeSteps(source, span),
    })
  }
  const seen: { readonly file: string; readonly configuration: KeepalivedConfiguration }[] = []
  for (const { sources, configurations } of checked) {
    const [main] = sources
    const [configuration] = configurations
    // With conditions one file is the configuration of several directors already.
    if (main === undefined || configuration === undefined || configurations.length > 1) continue
    for (const other of seen) {
      if (other.file === main.name) continue
      const pair = pairOf(configuration, other.configuration, other.file)
      for (const instance of configuration.instances)
        for (const theirs of other.configuration.instances) compare(instance, theirs, pair, report)
    }
    seen.push({ file: main.name, configuration })
  }
  return findings
}

type Said = (code: string, place: KeepalivedPlace, message: string, severity?: Severity) => void

interface Pair {
  /** Of the other. */
  readonly file: string
  /** Directors that move one VIP between them are of one cluster. */
  readonly shared: boolean
  /** Whether all there may be of global_defs was looked at. */
  readonly globals: boolean
}

function pairOf(one: KeepalivedConfiguration, other: KeepalivedConfiguration, file: string): Pair {
  const vips = new Set(one.instances.flatMap(vipsOf))
  return {
    file,
    shared: other.instances.some((instance) => vipsOf(instance).some((vip) => vips.has(vip))),
    globals: [one, other].every(({ tree }) => areWhole(tree, 'global_defs')),
  }
}

function vipsOf({ addresses }: VrrpInstance): IpAddress[] {
  return addresses.flatMap(({ address }) => address ?? [])
}

/** Whether both say it, or it is known that they do not. */
function known(name: string, ...instances: readonly VrrpInstance[]): boolean {
  return instances.every(({ directive }) => {
    const said = setting(directive, name)
    return said === undefined ? directive.whole : isWhole(said)
  })
}

function compare(
  mine: VrrpInstance,
  other: VrrpInstance,
  { file, shared, globals }: Pair,
  report: Said,
): void {
  if (mine.id === undefined || mine.id !== other.id || mine.family !== other.family) return
  // Whether networks are the same is not said anywhere: the names of interfaces, and what peers there are, must do.
  if (mine.interface !== other.interface && !shares(mine, other)) return
  if (
    setting(mine.directive, 'mcast_dst_ip')?.words[1]?.text !==
    setting(other.directive, 'mcast_dst_ip')?.words[1]?.text
  )
    return
  const line = (name: string): KeepalivedPlace => wordAt(setting(mine.directive, name) ?? mine.directive, 1)
  if (!shares(mine, other)) {
    if (!known('virtual_ipaddress', mine, other) || !known('unicast_peer', mine, other)) return
    if (mine.addresses.length === 0 || other.addresses.length === 0) return
    // By unicast only peers hear each other.
    if (mine.peers.length > 0 || other.peers.length > 0) return
    // eth0 and 51 are everybody's: two clusters that have nothing to do with each other have both.
    const together = shared || onOneSegment(mine, other)
    report(
      'HA-VRID',
      line('virtual_router_id'),
      together
        ? say`${other.name} in ${file} has the number ${mine.id} too, for other VIPs: each takes the advertisements of the other for its own, and one of them has its VIPs nowhere`
        : say`${other.name} in ${file} has the number ${mine.id} too, for other VIPs: if both are on one segment, each takes the advertisements of the other for its own, and one of them has its VIPs nowhere`,
      together ? 'error' : 'information',
    )
    return
  }
  const vips = new Set(vipsOf(mine))
  const missing = vipsOf(other).filter((vip) => !vips.has(vip))
  if (missing.length > 0 && known('virtual_ipaddress', mine)) {
    const names = missing.slice(0, 3)
    report(
      'VRRP-PAIR',
      line('virtual_ipaddress'),
      say`${other.name} in ${file} has ${names.join(', ')} too; what the directors advertise must be the same, and after a takeover these VIPs are nowhere`,
    )
  }
  if (mine.priority === other.priority && known('priority', mine, other)) {
    report(
      'VRRP-PAIR',
      line('priority'),
      say`both directors have priority ${mine.priority}; who becomes MASTER is left to the higher address, and both may change places at any time`,
    )
  }
  const version = (instance: VrrpInstance) => (instance.family === 6 ? 3 : (instance.version ?? 2))
  if (version(mine) !== version(other)) {
    if (!globals || !known('version', mine, other)) return
    report(
      'VRRP-PAIR',
      line('version'),
      say`VRRP ${version(mine)} here and ${version(other)} in ${file}: neither hears the other, and both become MASTER`,
    )
    return
  }
  const advert = (instance: VrrpInstance) =>
    Number(setting(instance.directive, 'advert_int')?.words[1]?.text ?? 1)
  if (version(mine) === 2 && advert(mine) !== advert(other) && known('advert_int', mine, other)) {
    report(
      'VRRP-PAIR',
      line('advert_int'),
      say`advertisements come every ${advert(mine)} s here and every ${advert(other)} s in ${file}; with VRRP 2 each refuses those of the other, and both become MASTER`,
    )
  }
  const secret = (instance: VrrpInstance) => {
    const block = setting(instance.directive, 'authentication')
    const type = block === undefined ? undefined : setting(block, 'auth_type')?.words[1]?.text
    return block === undefined
      ? ''
      : `${type ?? ''} ${setting(block, 'auth_pass')?.words[1]?.text.slice(0, 8) ?? ''}`
  }
  if (version(mine) === 2 && secret(mine) !== secret(other) && known('authentication', mine, other)) {
    report(
      'VRRP-PAIR',
      line('authentication'),
      say`the authentication is another than that of ${other.name} in ${file}; each refuses the advertisements of the other, and both become MASTER`,
    )
  }
}

/** Whether a subnet of one holds an address of the other: of VIPs, and of where advertisements come from. */
function onOneSegment(mine: VrrpInstance, other: VrrpInstance): boolean {
  const holds = (a: VrrpInstance, b: VrrpInstance) =>
    subnetsOf(a).some((subnet) => addressesOf(b).some((address) => contains(subnet, address)))
  return holds(mine, other) || holds(other, mine)
}

function subnetsOf({ interface: own, addresses, excluded }: VrrpInstance): Subnet[] {
  return [...addresses, ...excluded].flatMap(({ address, prefix, device }) =>
    address === undefined ||
    (device !== undefined && device !== own) ||
    prefix === undefined ||
    prefix === addressBits(familyOf(address))
      ? []
      : [subnetOf(address, prefix)],
  )
}

function addressesOf({ directive, addresses, excluded }: VrrpInstance): IpAddress[] {
  return [
    ...[...addresses, ...excluded].flatMap(({ address }) => address ?? []),
    ...['mcast_src_ip', 'unicast_src_ip'].flatMap(
      (name) => addressOf(setting(directive, name)?.words[1]?.text ?? '') ?? [],
    ),
  ]
}

function shares(mine: VrrpInstance, other: VrrpInstance): boolean {
  const vips = new Set(vipsOf(mine))
  return vipsOf(other).some((vip) => vips.has(vip))
}
