import type { Written } from '../topology/edit.js'
import { entryLines } from '../topology/yaml-text.js'
import type { YamlStyle } from '../topology/yaml-text.js'
import type { DrawnHost, DrawnInterface } from './draw-hosts.js'
import type { DrawnService } from './draw-services.js'
import type { JoinedVrrp } from './join.js'
import type { Segment } from './segments.js'

/** A whole drawing, ready to be written. */
export interface Drawing {
  readonly name: string
  /** What it was made from. */
  readonly sources: readonly string[]
  readonly networks: readonly Segment[]
  readonly hosts: readonly DrawnHost[]
  readonly services: ReadonlyMap<string, DrawnService>
  readonly manager: 'ipvsadm' | 'keepalived'
  readonly scriptUser: string | undefined
  readonly vrrp: (JoinedVrrp & { readonly network: string | undefined }) | undefined
}

const STYLE: YamlStyle = { newline: '\n', step: 2, listStep: 2, quote: "'" }
/** Files of a large cluster may be many; the header names some. */
const MOST_SOURCES = 8

/** Behind what stands in no source. The rule ASSUMED finds these, until somebody has looked and takes them out. */
export const ASSUMED = '# assumed: '

/** The text of a drawing. What is assumed says so on its line. */
export function writeDrawing(drawing: Drawing): string {
  const { name, networks, hosts, services, manager, vrrp } = drawing
  const bare = hosts.find(({ role, unseen }) => role === 'real-server' && unseen)
  const lines = [
    ...header(drawing.sources),
    'lvs: 1',
    ...entry('name', name, [], 0),
    section('networks', networks.length),
    ...networks.flatMap((segment) => networkLines(segment)),
    section('hosts', hosts.length),
    ...hosts.flatMap((host) => [...(host === bare ? [REAL_SERVERS] : []), ...hostLines(host)]),
    section('services', services.size),
    ...[...services].flatMap(([service, drawn]) => serviceLines(service, drawn)),
    ...(manager === 'ipvsadm' ? [] : manageLines(manager, drawing.scriptUser)),
    ...(vrrp === undefined ? [] : vrrpLines(vrrp)),
  ]
  return `${lines.join('\n')}\n`
}

function section(name: string, size: number): string {
  return size === 0 ? `${name}: {}` : `${name}:`
}

function header(sources: readonly string[]): string[] {
  const shown = sources.slice(0, MOST_SOURCES).map(oneLine)
  const more = sources.length - shown.length
  return [
    `# Drawn from ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    '# A line that is marked has something that does not stand there: see whether it is so, then take the mark out.',
  ]
}

/** A file may be called anything; a comment is one line. */
function oneLine(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, '?')
}

/** Said once, before the first of them: a table may know thousands. */
const REAL_SERVERS = `  ${ASSUMED}the interface of each real server is eth0, and has no other address`

function networkLines({ name, subnets, gateways, assumed }: Segment): string[] {
  const value = new Map<string, Written>([['subnet', oneOrMany(subnets)]])
  if (gateways.length > 0) value.set('gateway', oneOrMany(gateways))
  return marked(entry(name, value, ['networks'], 2), assumed)
}

function hostLines({ name, role, kernel, interfaces, gateways, routes }: DrawnHost): string[] {
  return [
    `  ${key(name)}:`,
    ...entry('role', role, ['hosts', name], 4),
    ...(kernel === undefined ? [] : entry('kernel', kernel, ['hosts', name], 4)),
    ...(interfaces.length === 0 ? [] : ['    interfaces:']),
    ...interfaces.flatMap((each) => interfaceLines(name, each)),
    ...(gateways.length === 0 ? [] : entry('gateway', oneOrMany(gateways), ['hosts', name], 4)),
    ...(routes.length === 0
      ? []
      : entry(
          'routes',
          routes.map(
            ({ to, via }) =>
              new Map([
                ['to', to as string],
                ['via', via as string],
              ]),
          ),
          ['hosts', name],
          4,
        )),
  ]
}

function interfaceLines(host: string, each: DrawnInterface): string[] {
  const { name, segment, addresses, mac, mtu, assumed } = each
  const value = new Map<string, Written>()
  if (segment !== undefined) value.set('network', segment.name)
  if (addresses.length > 0) value.set('address', oneOrMany(addresses))
  if (mac !== undefined) value.set('mac', mac)
  if (mtu !== undefined) value.set('mtu', mtu)
  return marked(entry(name, value, ['hosts', host, 'interfaces'], 6), assumed)
}

function serviceLines(name: string, { value, realServers, assumed }: DrawnService): string[] {
  const lines = [...value].flatMap(([each, said]) => {
    const own = entry(each, said, ['services', name], 4)
    return each === 'mode' ? marked(own, assumed) : own
  })
  return [
    `  ${key(name)}:`,
    ...lines,
    ...(realServers.size === 0 ? [] : ['    real-servers:']),
    ...[...realServers].flatMap(([host, said]) => entry(host, said, ['services', name, 'real-servers'], 6)),
  ]
}

function manageLines(manager: string, scriptUser: string | undefined): string[] {
  const value = new Map<string, Written>([['director', manager]])
  if (scriptUser !== undefined) value.set('script-user', scriptUser)
  return entry('manage', value, [], 0)
}

function vrrpLines({
  id,
  network,
  insideVips,
  advert,
  sync,
  unicast,
  preempt,
  secret,
}: NonNullable<Drawing['vrrp']>): string[] {
  const value = new Map<string, Written>([['id', id ?? USUAL_ID]])
  if (network !== undefined) value.set('network', network)
  if (insideVips.length > 0) value.set('inside-vip', oneOrMany(insideVips))
  if (advert !== undefined) value.set('advert', advert)
  if (sync) value.set('sync', true)
  if (unicast) value.set('unicast', true)
  if (!preempt) value.set('preempt', false)
  if (secret) value.set('auth', new Map([['secret', 'vrrp']]))
  return marked(entry('vrrp', value, [], 0), [
    ...(id === undefined ? ['the identifier'] : []),
    ...(secret ? ['that the secret is called vrrp; its value is not copied'] : []),
  ])
}

/** The identifier of keepalived's own examples. */
const USUAL_ID = 51

function entry(name: string, value: Written, steps: readonly string[], column: number): string[] {
  return entryLines(value, [...steps, name], column, STYLE, 'flow')
}

function key(name: string): string {
  const [line = ''] = entryLines(0, [name], 0, STYLE)
  return line.slice(0, -': 0'.length)
}

/** The remark stands on the first line, which is the only one of most entries. */
function marked(lines: readonly string[], assumed: readonly string[]): string[] {
  const [first = '', ...rest] = lines
  return assumed.length === 0 ? [...lines] : [`${first} ${ASSUMED}${assumed.join(', ')}`, ...rest]
}

function oneOrMany(values: readonly string[]): Written {
  const [only, second] = values
  return only !== undefined && second === undefined ? only : values
}
