import type { KeepalivedConfiguration } from '../formats/keepalived/configuration.js'
import { isOff, setting, valueOf } from '../formats/keepalived/settings.js'
import type { Directive } from '../formats/keepalived/tree.js'
import type { KeepalivedService } from '../formats/keepalived/virtual-server.js'
import type { VrrpInstance } from '../formats/keepalived/vrrp-instance.js'
import { HOST_NAME, SCRIPT_USER_NAME } from '../topology/names.js'
import type { IpAddress } from '../topology/address.js'
import type { Mode } from '../topology/types.js'
import type { ReadHealth } from './keepalived-health.js'

/**
 * What of a keepalived.conf does not come back when one is made of the drawing. What is taken over is listed here, keyword
 * by keyword; whatever else stands in the file is told, so that nothing is lost without a word.
 */

/** Tells that something at this place is not as it was. */
export type Lost = (directive: Directive, message: string) => void

/** Whether a directive is taken over, or says what is so without it. */
type Taken = ReadonlyMap<string, (directive: Directive) => boolean>

const always = (): boolean => true
const taken = (...names: readonly string[]): [string, () => boolean][] => names.map((name) => [name, always])

export function tellUnsaid(
  configuration: KeepalivedConfiguration,
  healthOf: (service: KeepalivedService) => ReadHealth,
  scriptUser: string | undefined,
  lost: Lost,
): void {
  const { tree, virtualServers, instances } = configuration
  const scripts = virtualServers.some((service) => healthOf(service).health?.type === 'script')
  const globals = takenOfGlobals(configuration, scripts ? scriptUser : undefined)
  for (const directive of tree.directives) {
    switch (directive.name) {
      case 'global_defs':
        tellNames(unsaidIn(directive, globals), 'global_defs', directive, lost)
        break
      case 'vrrp_sync_group':
        tellNames(unsaidIn(directive, OF_SYNC_GROUP), titleOf(directive), directive, lost)
        break
      case 'static_ipaddress':
        tellStatic(configuration, directive, lost)
        break
      case 'static_routes':
        tellRoutes(directive, titleOf(directive), lost)
        break
      case 'virtual_server':
      case 'virtual_server_group':
      case 'vrrp_instance':
        break
      default:
        if (directive.keyword !== undefined) tellNames([titleOf(directive)], undefined, directive, lost)
    }
  }
  for (const service of virtualServers) tellService(service, healthOf(service), lost)
  for (const instance of instances) tellInstance(instance, lost)
  tellTogether(configuration, lost)
}

/** `vrrp_script chk`, as people call it. */
function titleOf({ words }: Directive): string {
  return words
    .slice(0, 2)
    .map(({ text }) => text)
    .join(' ')
}

/** Keywords of a block that are not taken over. What is no keyword is told as what could not be read. */
function unsaidIn({ children }: Directive, known: Taken): string[] {
  return (children ?? []).flatMap((child) =>
    child.keyword === undefined || known.get(child.name)?.(child) === true || isOff(child)
      ? []
      : [child.name],
  )
}

function tellNames(said: readonly string[], of: string | undefined, at: Directive, lost: Lost): void {
  const names = [...new Set(said)]
  if (names.length === 0) return
  const where = of === undefined ? '' : ` of ${of}`
  lost(
    at,
    `a topology has no words for ${names.join(', ')}${where}; keep the file for ${names.length === 1 ? 'it' : 'them'}`,
  )
}

function takenOfGlobals({ instances }: KeepalivedConfiguration, scriptUser: string | undefined): Taken {
  return new Map([
    // What is made of a drawing says these itself. Versions of VRRP are told of each instance.
    ...taken('enable_script_security', 'reload_check_config', 'vrrp_version'),
    ['router_id', (directive: Directive) => HOST_NAME.test(valueOf(directive) ?? '')],
    [
      'script_user',
      ({ words }: Directive) =>
        scriptUser === undefined ||
        (words.length === 2 && scriptUser !== 'root' && SCRIPT_USER_NAME.test(scriptUser)),
    ],
    ['lvs_sync_daemon', (directive: Directive) => isPlainSync(directive, instances)],
  ])
}

/** `eth0 [inst] VI_1 [id N]`, over the interface of that instance and with its identifier. */
function isPlainSync({ words }: Directive, instances: readonly VrrpInstance[]): boolean {
  const [device, ...more] = words.slice(1).map(({ text }) => text)
  const [name, id, number, ...rest] = more[0] === 'inst' ? more.slice(1) : more
  const instance = instances.find((each) => each.name === name)
  if (instance === undefined || instance.interface !== device) return false
  return id === undefined || (id === 'id' && Number(number) === instance.id && rest.length === 0)
}

const OF_SYNC_GROUP: Taken = new Map(taken('group'))

const OF_INSTANCE: Taken = new Map([
  ...taken('state', 'interface', 'virtual_router_id', 'priority', 'advert_int', 'version', 'native_ipv6'),
  ...taken(
    'authentication',
    'preempt',
    'nopreempt',
    'accept',
    'mcast_src_ip',
    'unicast_src_ip',
    'unicast_peer',
  ),
  ...taken('virtual_ipaddress', 'virtual_ipaddress_excluded', 'virtual_routes', 'track_interface'),
])

function tellInstance(instance: VrrpInstance, lost: Lost): void {
  const { directive, name, family, peers, priority } = instance
  const said = unsaidIn(directive, OF_INSTANCE)
  // Version 2 has whole seconds, and IPv4 alone.
  const advert = Number(valueOf(setting(directive, 'advert_int')) ?? 1)
  if (instance.version === 3 && family === 4 && Number.isInteger(advert)) said.push('version 3')
  if (priority === 255) said.push('priority 255, the owner of the address,')
  if (peers.length > 1) said.push('more than one unicast_peer')
  for (const child of directive.children ?? []) {
    const lines = child.children ?? []
    switch (child.name) {
      case 'authentication':
        for (const line of lines) {
          if (line.name === 'auth_type' && valueOf(line) !== 'PASS')
            said.push(`auth_type ${valueOf(line) ?? ''}`)
        }
        break
      case 'track_interface':
        if (!isImplied(child, instance)) said.push(child.name)
        break
      case 'unicast_peer':
        if (lines.some(({ words }) => words.length > 1)) said.push('options of unicast_peer')
        break
      case 'virtual_ipaddress':
      case 'virtual_ipaddress_excluded':
        for (const line of lines) said.push(...optionsOf(line))
        break
      case 'virtual_routes':
        tellRoutes(child, `virtual_routes of vrrp_instance ${name}`, lost)
        break
    }
  }
  tellNames(said, `vrrp_instance ${name}`, directive, lost)
}

/** The interfaces on which addresses of the instance stand are tracked in what is made of a drawing. */
function isImplied({ children }: Directive, { interface: own, addresses, excluded }: VrrpInstance): boolean {
  const devices = new Set([...addresses, ...excluded].map(({ device }) => device))
  return (children ?? []).every(
    ({ name, words }) => words.length === 1 && (name === own || devices.has(name)),
  )
}

/** What stands at an address beside its interface, and is not so anyway. */
function optionsOf({ name, words }: Directive): string[] {
  const texts = words.slice(1).map(({ text }) => text)
  const said: string[] = []
  for (let at = 0; at < texts.length; at++) {
    const option = texts[at] ?? ''
    // keepalived sets the first for IPv6 itself.
    if (option === 'nodad' || option === '-nodad') continue
    if (option === 'dev' && texts[at + 1] !== 'lo') at++
    else if (option === 'scope' && texts[at + 1] === 'global') at++
    else {
      const alone = ['home', 'mngtmpaddr', 'noprefixroute', 'autojoin', 'no_track', 'use_vmac', 'secondary']
      if (alone.includes(option)) said.push(`${option} at ${name}`)
      else said.push(`${option} ${texts[++at] ?? ''} at ${name}`)
    }
  }
  return said
}

/** Addresses that keepalived puts on the director, but for VIPs, which it does of a drawing too. */
function tellStatic({ virtualServers }: KeepalivedConfiguration, directive: Directive, lost: Lost): void {
  const vips = new Set<IpAddress>(
    virtualServers.flatMap(({ target }) => (target?.kind === 'address' ? [target.address] : [])),
  )
  const others = (directive.children ?? []).filter(
    ({ name }) => ![...vips].some((vip) => vip === name.split('/')[0]),
  )
  const [first] = others
  if (first === undefined) return
  lost(
    first,
    `${namesOf(others)} of static_ipaddress: drawn as what the host has by itself; what is made of the drawing does not put it there, so see that the host has it`,
  )
}

function tellRoutes(directive: Directive, of: string, lost: Lost): void {
  const lines = directive.children ?? []
  const [gateways, others] = [lines.filter(isDefaultRoute), lines.filter((line) => !isDefaultRoute(line))]
  if (others.length > 0) tellNames([namesOf(others)], of, others[0] ?? directive, lost)
  if (gateways.length === 0) return
  lost(
    gateways[0] ?? directive,
    `the default route of ${of} is drawn as the gateway the host has by itself; what is made of the drawing does not set it, so see that the host has it`,
  )
}

/** Three are enough to find the others by. */
function namesOf(lines: readonly Directive[]): string {
  const names = lines.slice(0, 3).map(({ words }) => words.map(({ text }) => text).join(' '))
  const more = lines.length - names.length
  return `${names.map((name) => (name.length > 60 ? `${name.slice(0, 60)}…` : name)).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** `default via A`, `0.0.0.0/0 via A`, `src A to default via B dev eth0`. */
export function isDefaultRoute({ words }: Directive): boolean {
  const texts = words.map(({ text }) => text)
  return (
    texts.includes('via') &&
    texts.some((text) => text === 'default' || text === '0.0.0.0/0' || text === '::/0')
  )
}

/** Instances of both families become one of the drawing, in which they fail over together. */
function tellTogether({ instances, syncGroups }: KeepalivedConfiguration, lost: Lost): void {
  const groups = syncGroups.map(({ members }) => new Set(members.map(({ name }) => name)))
  for (const { directive, name, id, family } of instances) {
    const other = instances.find((each) => each.family !== family && each.id === id)
    if (family === 4 || other === undefined) continue
    if (!groups.some((members) => members.has(name) && members.has(other.name)))
      lost(directive, `${name} and ${other.name} fail over by themselves here, and together in a drawing`)
  }
}

const OF_SERVICE: Taken = new Map([
  ...taken('lvs_sched', 'lb_algo', 'lvs_method', 'lb_kind', 'protocol', 'ops', 'hashed', 'ip_family'),
  ...taken('sh-port', 'sh-fallback', 'mh-port', 'mh-fallback', 'flag-1', 'flag-2', 'flag-3'),
  ...taken('persistence_timeout', 'persistence_granularity', 'persistence_engine'),
  ...taken('weight', 'quorum', 'hysteresis', 'sorry_server', 'sorry_server_lvs_method', 'real_server'),
  // As far as checks go by them, they are told with the checks.
  ...taken('delay_loop', 'retry', 'delay_before_retry', 'connect_timeout', 'alpha', 'virtualhost'),
])
const OF_REAL_SERVER: Taken = new Map([
  ...taken('weight', 'lvs_method', 'uthreshold', 'lthreshold'),
  ...taken('delay_loop', 'retry', 'delay_before_retry', 'connect_timeout', 'alpha', 'virtualhost'),
  ...taken('HTTP_GET', 'SSL_GET', 'TCP_CHECK', 'SMTP_CHECK', 'DNS_CHECK', 'UDP_CHECK', 'PING_CHECK'),
  ...taken('MISC_CHECK', 'FILE_CHECK', 'BFD_CHECK'),
])

function tellService(service: KeepalivedService, health: ReadHealth, lost: Lost): void {
  const { directive, title, realServers, sorryServer } = service
  const said = [
    ...unsaidIn(directive, OF_SERVICE),
    ...realServers.flatMap((each) => unsaidIn(each.directive, OF_REAL_SERVER)),
    ...health.unsaid,
  ]
  if (sorryServer !== undefined && sorryServer.method !== usualMethod(service))
    said.push('sorry_server_lvs_method')
  tellNames(said, `virtual server ${title}`, directive, lost)
  for (const { at, message } of health.otherwise) lost(at, message)
}

/** That of the drawn service: what most of its real servers have. */
function usualMethod({ realServers }: KeepalivedService): Mode | undefined {
  const counts = new Map<Mode, number>()
  for (const { method } of realServers) counts.set(method, (counts.get(method) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}
