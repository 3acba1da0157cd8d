import { say } from '../../speech/say.js'
import type { KeepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import type { Directive } from '../../formats/keepalived/tree.js'
import { parseAddress } from '../../topology/address.js'
import { behindLine, lineOf, rewriting, wordAt } from './report.js'
import type { KeepalivedReport } from './report.js'

/** Words of `ip route` and `ip rule` that take a value, and those that stand alone (vrrp_iproute.c, vrrp_iprule.c). */
const ROUTE_VALUES: ReadonlySet<string> = new Set(
  'via gw or src from to dev oif scope table tos dsfield protocol proto priority preference metric mtu hoplimit advmss rtt rttvar reordering window cwnd ssthresh realms realm rto_min initcwnd initrwnd features quickack congctl pref fastopen_no_cookie expires vrf weight as ttl-propagate track_group nhid'.split(
    ' ',
  ),
)
const ROUTE_ALONE: ReadonlySet<string> = new Set(
  'onlink no_track inet inet6 add append nexthop blackhole unreachable prohibit throw unicast local broadcast multicast anycast lock ecn'.split(
    ' ',
  ),
)
/** Behind these the line has a grammar of its own. */
const ROUTE_OPEN: ReadonlySet<string> = new Set(['encap', 'nexthop'])
const RULE_VALUES: ReadonlySet<string> = new Set(
  'from to dev iif oif tos dsfield fwmark realms table lookup preference order priority goto pref suppress_prefixlength suppress_ifgroup tun_id protocol uidrange ipproto ip_proto sport dport track_group type'.split(
    ' ',
  ),
)
const RULE_ALONE: ReadonlySet<string> = new Set(
  'not l3mdev no_track inet inet6 blackhole unreachable prohibit nop unicast'.split(' '),
)

export function checkRoutes({ tree, instances }: KeepalivedConfiguration, report: KeepalivedReport): void {
  const blocks = [
    ...tree.directives.filter(({ name }) => name.startsWith('static_')),
    ...instances.flatMap(({ directive }) => directive.children ?? []),
  ]
  for (const block of blocks) {
    const moves = block.name.startsWith('virtual_')
    if (block.name.endsWith('_routes'))
      for (const line of block.children ?? []) checkRoute(line, moves, report)
    else if (block.name.endsWith('_rules')) for (const line of block.children ?? []) checkRule(line, report)
  }
}

function checkRoute(line: Directive, moves: boolean, report: KeepalivedReport): void {
  const { words } = line
  if (words.some(({ text }) => text.includes('$'))) return
  let destination = false
  let device = false
  let tracked = true
  for (let at = 0; at < words.length; at++) {
    const text = words[at]?.text ?? ''
    if (ROUTE_OPEN.has(text)) return
    if (text === 'no_track') tracked = false
    if (ROUTE_ALONE.has(text)) continue
    if (!ROUTE_VALUES.has(text)) {
      if (!destination && isPlace(text)) destination = true
      else report('KA-ROUTE', wordAt(line, at), say`"${text}" is no word of a route`)
      continue
    }
    const value = words[++at]?.text
    if (value === 'lock' || value === 'inet6' || value === 'inet') at++
    if (value === undefined) {
      report('KA-ROUTE', wordAt(line, at - 1), say`${text} lacks its value`)
      return
    }
    if (text === 'gw' || text === 'or') tellOld(line, at - 1, report)
    if (text === 'dev' || text === 'oif') device = true
    if (text === 'to') destination = true
    const place = text === 'to' || text === 'from' ? isPlace(value) : parseAddress(value) !== undefined
    if (
      ['via', 'gw', 'or', 'src', 'to', 'from'].includes(text) &&
      value !== 'inet6' &&
      value !== 'inet' &&
      !place
    ) {
      report('KA-ROUTE', wordAt(line, at), say`"${value}" is no address`)
    }
  }
  if (!destination) report('KA-ROUTE', lineOf(line), say`a route needs a destination`)
  else if (moves && !device && tracked) {
    report(
      'KA-ROUTE-TRACK',
      lineOf(line),
      say`this route without dev is made, but keepalived before 2.3.2 does not track it: should it go, the instance stays MASTER without it`,
      { fixes: behindLine(line, 'no_track', say`Write no_track, as keepalived before 2.3.2 takes it`) },
    )
  }
}

/** Words of keepalived before 2.0. */
function tellOld(line: Directive, at: number, report: KeepalivedReport): void {
  const [text, now] = line.words[at]?.text === 'gw' ? ['gw', 'via'] : ['or', 'nexthop']
  report('KA-OBSOLETE', wordAt(line, at), say`${text} should not be used any longer. Its name is ${now}.`, {
    // Behind nexthop the gateway is written otherwise.
    fixes: text === 'gw' ? rewriting(line, at, now) : [],
  })
}

function checkRule(line: Directive, report: KeepalivedReport): void {
  const { words } = line
  let order = false
  for (let at = 0; at < words.length; at++) {
    const text = words[at]?.text ?? ''
    if (text.includes('$')) return
    if (RULE_ALONE.has(text)) continue
    if (!RULE_VALUES.has(text)) {
      report('KA-ROUTE', wordAt(line, at), say`"${text}" is no word of a routing rule`)
      continue
    }
    const value = words[++at]?.text
    if (RULE_ORDER.has(text)) order = true
    if (value === undefined) report('KA-ROUTE', wordAt(line, at - 1), say`${text} lacks its value`)
    else if ((text === 'from' || text === 'to') && !isPlace(value) && !value.includes('$'))
      report('KA-ROUTE', wordAt(line, at), say`"${value}" is no address`)
  }
  if (!order)
    report(
      'KA-RULE-ORDER',
      lineOf(line),
      say`this routing rule has no preference; keepalived takes one below 16385 that nobody can foresee`,
      { fixes: behindLine(line, 'preference 1000', say`Write preference 1000`) },
    )
}

const RULE_ORDER: ReadonlySet<string> = new Set(['preference', 'order', 'priority', 'pref'])

function isPlace(text: string): boolean {
  const [address = '', length, more] = text.split('/')
  if (more !== undefined || (length !== undefined && !/^\d{1,3}$/.test(length))) return false
  return text === 'default' || text === 'any' || parseAddress(address) !== undefined
}
