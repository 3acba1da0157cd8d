import type { Family, IpAddress } from '../topology/address.js'
import { parseAddress } from '../topology/address.js'
import { PROTOCOLS } from '../topology/types.js'
import type { Protocol } from '../topology/types.js'
import type { HostModel } from './cluster.js'
import { PROTOCOL_NAME, tableOfCluster } from './marks.js'
import type { Chain, Ruleset } from './ruleset.js'
import type { ServiceModel } from './services.js'

/** Requests of a NAT service that leave its director with an address of the director as source. */
export interface MasqueradedPackets {
  readonly protocol: Protocol
  readonly vip: IpAddress
  /** Undefined: every port. */
  readonly port: number | undefined
}

/** `tcp 192.0.2.100 80`, or without a port. */
export function masqueradeKey({ protocol, vip, port }: MasqueradedPackets): string {
  return port === undefined ? `${protocol} ${vip}` : `${protocol} ${vip} ${port}`
}

/**
 * What of a service is masqueraded: nothing where not all of it is NAT, since what DR sends must keep the client's address
 * (MASQ-NAT speaks).
 */
export function masqueradedPackets({
  drawn: { masquerade, vip, mark, protocol, port, ports },
  realServers,
}: Pick<ServiceModel, 'drawn' | 'realServers'>): readonly MasqueradedPackets[] {
  if (!masquerade || vip === undefined) return []
  if (!realServers.every(({ mode }) => mode === 'nat')) return []
  const asked = mark === undefined ? (port === undefined ? [] : [port]) : ports
  // 0 is every port; so is a mark without ports.
  if (mark === undefined ? port === 0 : asked.length === 0) return [{ protocol, vip, port: undefined }]
  return [...new Set(asked)].map((each) => ({ protocol, vip, port: each }))
}

export function isMasqueraded(service: Pick<ServiceModel, 'drawn' | 'realServers'>): boolean {
  return masqueradedPackets(service).length > 0
}

const known = new WeakMap<HostModel, ReadonlySet<string>>()

/** The keys of what a host masquerades: found on it, or brought there by a deployment. */
export function masqueradesOf(host: HostModel): ReadonlySet<string> {
  if (host.observed !== undefined) return host.observed.masquerades
  const made =
    known.get(host) ??
    new Set(
      host.needs.flatMap(({ need }) => (need.kind === 'masquerade' ? [masqueradeKey(need.packets)] : [])),
    )
  known.set(host, made)
  return made
}

/** What nft(8) is told for one key, whatever is there already; one transaction. */
export function masqueradeRules(table: string, key: string): string[] {
  const [protocol = '', vip = ''] = key.split(' ')
  const family = vip.includes(':') ? 6 : 4
  const chain = chainOf(protocol, family)
  const { set, element } = masqueradeElement(key)
  return [
    `add table inet ${table}`,
    `add set inet ${table} ${chain} { type ipv${family}_addr . inet_service; }`,
    `add set inet ${table} ${everyPort(chain)} { type ipv${family}_addr; }`,
    `add set inet ${table} ${vipsOf(chain)} { type ipv${family}_addr; }`,
    `add chain inet ${table} ${chain} { type nat hook postrouting priority srcnat; policy accept; }`,
    `flush chain inet ${table} ${chain}`,
    ...rulesOf(protocol, family).map((rule) => `add rule inet ${table} ${chain} ${rule}`),
    `add element inet ${table} ${vipsOf(chain)} { ${vip} }`,
    `add element inet ${table} ${set} { ${element} }`,
  ]
}

/** The set that a key is in, and how nft(8) writes it there. */
export function masqueradeElement(key: string): { readonly set: string; readonly element: string } {
  const [, vip = '', port] = key.split(' ')
  const chain = masqueradeChain(key)
  return port === undefined
    ? { set: everyPort(chain), element: vip }
    : { set: chain, element: `${vip} . ${port}` }
}

/** The chain in which a key is looked up. */
export function masqueradeChain(key: string): string {
  const [protocol = '', vip = ''] = key.split(' ')
  return chainOf(protocol, vip.includes(':') ? 6 : 4)
}

/** The chain of nftables for one protocol and family; its sets are named after it. */
function chainOf(protocol: string, family: Family): string {
  return `masquerade-${protocol}-ipv${family}`
}

function vipsOf(chain: string): string {
  return `${chain}-vips`
}

function everyPort(chain: string): string {
  return `${chain}-every-port`
}

/**
 * nftables knows nothing of IPVS, but conntrack keeps what the client has asked for (ip_vs_nfct.c
 * `ip_vs_update_conntrack`). What is for a VIP still was sent by DR, or is only passed on; the chain leaves it alone. And a
 * chain of nat sees the first packet of a connection alone, so thousands of services cost the others nothing.
 */
function rulesOf(protocol: string, family: Family): string[] {
  const chain = chainOf(protocol, family)
  const ip = family === 6 ? 'ip6' : 'ip'
  const asked = `meta l4proto ${protocol} ct original ${ip} daddr`
  return [
    `${ip} daddr @${vipsOf(chain)} return`,
    `${asked} . ct original proto-dst @${chain} masquerade`,
    `${asked} @${everyPort(chain)} masquerade`,
  ]
}

/**
 * The keys of what a table of ours masquerades, from `nft -n list table`. Sets whose chain has other rules than ours do not
 * say what is done: then nothing is there, and a deployment writes the chain anew.
 */
export function readMasquerades(lines: readonly string[]): Set<string> {
  const blocks = new Map<string, string[]>()
  let block: string[] | undefined
  for (const line of lines.map((text) => text.trim())) {
    const [, name] = /^((?:set|chain) masquerade-\S+) \{$/.exec(line) ?? []
    if (name !== undefined) blocks.set(name, (block = []))
    else if (line === '}') block = undefined
    else block?.push(line)
  }
  const result = new Set<string>()
  for (const protocol of PROTOCOLS) {
    for (const family of FAMILIES) {
      const chain = chainOf(protocol, family)
      const [hook = '', ...rules] = blocks.get(`chain ${chain}`) ?? []
      if (!HOOK.test(hook) || rules.map(named).join('\n') !== rulesOf(protocol, family).join('\n')) continue
      const vips = new Set(keysIn(blocks.get(`set ${vipsOf(chain)}`) ?? [], protocol))
      for (const set of [chain, everyPort(chain)]) {
        for (const key of keysIn(blocks.get(`set ${set}`) ?? [], protocol)) {
          if (vips.has(key.split(' ', 2).join(' '))) result.add(key)
        }
      }
    }
  }
  return result
}

const FAMILIES = [4, 6] as const
const HOOK = /^type nat hook postrouting priority (?:srcnat|100); policy accept;$/

/** With the protocol's name for its number. */
function named(rule: string): string {
  return rule.replace(
    /^meta l4proto (\d+) /,
    (_, number: string) => `meta l4proto ${PROTOCOL_NAME.get(number) ?? number} `,
  )
}

/** Of `type …`, `elements = { 192.0.2.100 . 80, … }` over any number of lines. */
function keysIn(set: readonly string[], protocol: Protocol): string[] {
  const [, list = ''] = /elements = \{ ([^}]*)\}/.exec(set.join(' ')) ?? []
  return list.split(',').flatMap((element) => {
    const [text = '', port] = element.trim().split(' . ')
    const vip = parseAddress(text)
    return vip === undefined
      ? []
      : [masqueradeKey({ protocol, vip, port: port === undefined ? undefined : Number(port) })]
  })
}

/** Ours says by its sets what it does, which is read on its own. */
export function isMasqueradeChain({ table, name }: Pick<Chain, 'table' | 'name'>): boolean {
  return table.startsWith(tableOfCluster('')) && name.startsWith('masquerade-')
}

/** Whether packets that leave a host come to a rule that masquerades, whoever wrote it and whatever it goes by. */
export function masqueradesAtAll({ chains }: Pick<Ruleset, 'chains'>): boolean {
  const looked = new Set<Chain>()
  const looksAt = (chain: Chain): boolean => {
    if (looked.has(chain)) return false
    looked.add(chain)
    return chain.rules.some(({ text, verdict }) =>
      verdict.kind === 'jump' || verdict.kind === 'goto'
        ? chains.some(
            (other) =>
              other.name === verdict.chain &&
              other.table === chain.table &&
              other.family === chain.family &&
              looksAt(other),
          )
        : verdict.kind === 'unknown' && /\bmasquerade\b/i.test(text),
    )
  }
  return chains.some((chain) => chain.base?.hook === 'postrouting' && looksAt(chain))
}
