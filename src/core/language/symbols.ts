import { say } from '../speech/say.js'
import type { Cluster } from '../hosts/cluster.js'
import type { ServiceModel } from '../hosts/services.js'
import { withPort } from '../topology/address.js'
import type { ParsedTopology } from '../topology/parse.js'
import type { Span } from '../topology/position.js'
import type { Host, Vrrp } from '../topology/types.js'
import { entriesOf } from './entries.js'
import type { EntryAt } from './entries.js'
import { targetText } from './target-text.js'

export type OutlineKind =
  'section' | 'network' | 'host' | 'interface' | 'service' | 'real-server' | 'manage' | 'vrrp'

/** One line of a file's outline. */
export interface OutlineSymbol {
  readonly kind: OutlineKind
  /** Never empty. */
  readonly name: string
  /** What is to know of it in a few words; empty where there is nothing. */
  readonly detail: string
  /** All of it, within that of the symbol around it. */
  readonly whole: Span
  readonly key: Span
  readonly children: readonly OutlineSymbol[]
}

/**
 * Of more hosts only what is drawn is shown, and not what is below it, with real servers that follow one another as one:
 * an outline of thousands of lines is of no use, and takes the thread of every extension longer than a key may.
 */
const MOST_HOSTS_IN_FULL = 500
/** So few that whoever goes to one of them is in sight of it. */
const TOGETHER = 20

/**
 * The outline of a file in the order of its text. It has what the text has, whatever can be read of it: what is known
 * besides its name comes from the cluster.
 */
export function symbolsOf({ document }: ParsedTopology, cluster: Cluster): OutlineSymbol[] {
  const inFull = cluster.topology.hosts.size <= MOST_HOSTS_IN_FULL
  const services = new Map(cluster.services.map((service) => [service.name, service]))
  const { networks, hosts, manage, vrrp } = cluster.topology
  return symbols(document?.contents, (section) => {
    const { name } = section
    switch (name) {
      case 'networks':
        return group(section, (entry) =>
          symbol('network', entry, networks.get(entry.name)?.subnets.join(', ')),
        )
      case 'hosts':
        return inFull
          ? group(section, (entry) => hostSymbol(entry, hosts.get(entry.name), true))
          : manyHosts(section, hosts)
      case 'services':
        return group(section, (entry) => serviceSymbol(entry, services.get(entry.name), inFull))
      case 'manage':
        return symbol('manage', section, manage.director)
      case 'vrrp':
        return symbol('vrrp', section, vrrp === undefined ? '' : vrrpText(vrrp))
      default:
        return undefined
    }
  })
}

function symbols(node: unknown, symbolOf: (entry: EntryAt) => OutlineSymbol | undefined): OutlineSymbol[] {
  const result: OutlineSymbol[] = []
  for (const entry of entriesOf(node)) {
    // A key that is being written has no name yet, and an outline cannot show none.
    const found = entry.name.trim() === '' ? undefined : symbolOf(entry)
    if (found !== undefined) result.push(found)
  }
  return result
}

function symbol(
  kind: OutlineKind,
  { name, whole, key }: EntryAt,
  detail = '',
  children: readonly OutlineSymbol[] = [],
): OutlineSymbol {
  // Brackets that are not closed yet are shorter than what stands in them.
  const end = Math.max(whole.end, children.at(-1)?.whole.end ?? 0)
  return { kind, name, detail, whole: { start: whole.start, end }, key, children }
}

function group(section: EntryAt, symbolOf: (entry: EntryAt) => OutlineSymbol): OutlineSymbol {
  const children = symbols(section.value, symbolOf)
  return symbol('section', section, children.length === 0 ? '' : String(children.length), children)
}

/** Hosts with the real servers among them in groups whose names are all of theirs, so that each is found by its own. */
function manyHosts(section: EntryAt, hosts: ReadonlyMap<string, Host>): OutlineSymbol {
  const all = symbols(section.value, (entry) => hostSymbol(entry, hosts.get(entry.name), false))
  const children: OutlineSymbol[] = []
  let run: OutlineSymbol[] = []
  const endRun = (): void => {
    const [first, ...others] = run
    const last = others.at(-1)
    if (first !== undefined && last !== undefined) {
      const whole = { start: first.whole.start, end: last.whole.end }
      const name = run.map((each) => each.name).join(', ')
      children.push({
        kind: 'section',
        name,
        detail: String(run.length),
        whole,
        key: first.key,
        children: [],
      })
    } else if (first !== undefined) children.push(first)
    run = []
  }
  for (const each of all) {
    const isRealServer = hosts.get(each.name)?.role === 'real-server'
    if (!isRealServer || run.length === TOGETHER) endRun()
    if (isRealServer) run.push(each)
    else children.push(each)
  }
  endRun()
  return symbol('section', section, String(all.length), children)
}

function below({ value }: EntryAt, key: string): unknown {
  for (const entry of entriesOf(value)) if (entry.name === key) return entry.value
  return undefined
}

function hostSymbol(entry: EntryAt, host: Host | undefined, inFull: boolean): OutlineSymbol {
  const addresses = [...(host?.interfaces.values() ?? [])].flatMap((each) => each.addresses)
  const detail = [host?.role ?? '', addresses.join(', ')].filter((part) => part !== '').join(' · ')
  const interfaces = symbols(inFull ? below(entry, 'interfaces') : undefined, (inner) => {
    const drawn = host?.interfaces.get(inner.name)
    return symbol(
      'interface',
      inner,
      [drawn?.network ?? '', drawn?.addresses.join(', ') ?? ''].filter((part) => part !== '').join(' · '),
    )
  })
  return symbol('host', entry, detail, interfaces)
}

function serviceSymbol(entry: EntryAt, service: ServiceModel | undefined, inFull: boolean): OutlineSymbol {
  const { drawn } = service ?? {}
  const detail = drawn === undefined ? '' : [drawn.mode ?? '', targetText(drawn)].join(' ').trim()
  const realServers = symbols(inFull ? below(entry, 'real-servers') : undefined, (inner) =>
    symbol('real-server', inner, realServerText(service, inner.name)),
  )
  return symbol('service', entry, detail, realServers)
}

function realServerText(service: ServiceModel | undefined, host: string): string {
  const found = service?.realServerOf(host)
  if (found === undefined) return ''
  const { rip, port, drawn } = found
  const at = rip === undefined ? port && say`port ${port}` : port === undefined ? rip : withPort(rip, port)
  return [...(at ? [at] : []), say`weight ${drawn.weight}`].join(' · ')
}

function vrrpText({ id, network, insideVips }: Vrrp): string {
  return [id === undefined ? '' : say`id ${id}`, network ?? '', insideVips.join(', ')]
    .filter((part) => part !== '')
    .join(' · ')
}
