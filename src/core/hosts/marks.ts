import type { Family, IpAddress } from '../topology/address.js'
import type { Protocol } from '../topology/types.js'

/** Packets of the VIP that get a firewall mark on their way in, so that a service by mark takes them. */
export interface MarkedPackets {
  readonly mark: number
  readonly family: Family
  readonly protocol: Protocol
  readonly vip: IpAddress
  /** Ascending, each once; none: every port. */
  readonly ports: readonly number[]
}

/** `17 ipv4`: a service by mark is known by both. */
export function markKey({ mark, family }: Pick<MarkedPackets, 'mark' | 'family'>): string {
  return `${mark} ipv${family}`
}

/** `tcp 192.0.2.100 80,443`, or without ports. */
export function markState({ protocol, vip, ports }: MarkedPackets): string {
  return [protocol, vip, ...(ports.length === 0 ? [] : [ports.join(',')])].join(' ')
}

/** The table of nftables that marks and masquerades for a cluster: all of it is ours. */
export function tableOfCluster(cluster: string): string {
  return `lvs-designer-${cluster}`
}

/** As `nft -n` prints protocols. */
export const PROTOCOL_NAME: ReadonlyMap<string, string> = new Map([
  ['6', 'tcp'],
  ['17', 'udp'],
  ['132', 'sctp'],
])

/**
 * The marks a table of ours sets, by key, from `nft -n list table`. A chain that does not read as one of ours has its
 * rules as its state: it is there, and it is not what a drawing wants.
 */
export function readMarks(lines: readonly string[]): Map<string, string> {
  const marks = new Map<string, string>()
  let key: string | undefined
  let rules: string[] = []
  for (const line of lines.map((text) => text.trim())) {
    const chain = /^chain mark-(\d+)-(ipv[46]) \{$/.exec(line)
    if (chain !== null) {
      key = `${chain[1] ?? ''} ${chain[2] ?? ''}`
      rules = []
    } else if (line === '}') {
      if (key !== undefined) marks.set(key, stateOfRules(key, rules))
      key = undefined
    } else rules.push(line)
  }
  return marks
}

/** What somebody else wrote into a chain of ours, which is no state that could be brought about again. */
const BY_OTHERS = 'other rules: '

export function isByOthers(state: string): boolean {
  return state.startsWith(BY_OTHERS)
}

const HOOK = /^type filter hook prerouting priority (?:mangle|-150); policy accept;$/
const RULE =
  /^(ip|ip6) daddr (\S+) (?:meta l4proto (\w+)|(tcp|udp|sctp) dport (?:(\d+)|\{ ([\d, ]+) \})) meta mark set (0x[0-9a-f]+)$/

function stateOfRules(key: string, rules: readonly string[]): string {
  const [hook = '', rule = '', ...more] = rules
  const match = HOOK.test(hook) && more.length === 0 ? RULE.exec(rule) : null
  const [, family, vip, any, protocol, port, ports, mark] = match ?? []
  const own = `${Number(mark)} ipv${family === 'ip6' ? 6 : 4}`
  if (match === null || own !== key) return `${BY_OTHERS}${rules.join(' ')}`
  const list = port ?? ports?.replaceAll(' ', '')
  const name = protocol ?? PROTOCOL_NAME.get(any ?? '') ?? any ?? ''
  return [name, vip, ...(list === undefined ? [] : [list])].join(' ')
}
