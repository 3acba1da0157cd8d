import { said } from '../speech/say.js'
import type { Family } from '../topology/address.js'
import { IPV4_CONF, IPV6_CONF } from './sysctl-conf-entries.js'
import type { ConfEntry } from './sysctl-conf-entries.js'
import { amount, toggle, words } from './sysctl-entry.js'
import type { SysctlEntry } from './sysctl-entry.js'
import { VS_ENTRIES } from './sysctl-vs-entries.js'

const IP_SYSCTL = 'Documentation/networking/ip-sysctl.rst (Linux 6.1)'
const CONNTRACK = 'Documentation/networking/nf_conntrack-sysctl.rst (Linux 6.1)'

/** Those that are of the whole host. */
const HOST_ENTRIES: readonly SysctlEntry[] = [
  {
    pattern: 'net.ipv4.ip_forward',
    meaning:
      'Whether the host forwards IPv4. A NAT director must: replies of real servers pass through it. Writing it sets the forwarding of every interface.',
    default: '0',
    ...toggle('Not forwarded; DR and TUN need no more.', 'Forwarded.'),
    source: 'net/ipv4/devinet.c inet_forward_change (Linux 6.1)',
  },
  {
    pattern: 'net.ipv4.ip_nonlocal_bind',
    meaning: 'Whether programs may listen on addresses the host does not have, such as the VIP on a backup.',
    default: '0',
    ...toggle('Only on addresses it has.', 'On any address.'),
    source: IP_SYSCTL,
  },
  {
    pattern: 'net.ipv6.ip_nonlocal_bind',
    meaning:
      'Whether programs may listen on IPv6 addresses the host does not have, such as the VIP on a backup.',
    default: '0',
    ...toggle('Only on addresses it has.', 'On any address.'),
    source: IP_SYSCTL,
  },
  {
    pattern: 'net.ipv4.ip_no_pmtu_disc',
    meaning:
      'How the host finds the size of packets a way can carry, and what it makes of "fragmentation needed".',
    default: '0',
    ...words({
      '0': 'Finds it by that message, as TUN needs.',
      '1': 'Does not set "do not fragment"; the smallest size seen is kept.',
      '2': 'Ignores the message.',
      '3': 'Takes the message only for connections it knows.',
    }),
    source: IP_SYSCTL,
  },
  {
    pattern: 'net.ipv4.tcp_mtu_probing',
    meaning:
      'Whether TCP tries smaller packets by itself: helps a real server behind a tunnel where ICMP is filtered.',
    default: '0',
    ...words({
      '0': 'No.',
      '1': 'When packets get lost as in a black hole.',
      '2': 'Always, from tcp_base_mss on.',
    }),
    source: IP_SYSCTL,
  },
  {
    pattern: 'net.ipv4.fwmark_reflect',
    meaning: 'Whether replies of the kernel itself (RST, ICMP) carry the firewall mark of what they answer.',
    default: '0',
    ...toggle('No mark.', 'The same mark.'),
    source: IP_SYSCTL,
  },
  ...[
    [1, '128', 'Below so many neighbours none is forgotten.'],
    [2, '512', 'Above so many neighbours those not used for five seconds are forgotten.'],
    [
      3,
      '1024',
      'More neighbours than this are not kept: a director with more real servers on its segments loses packets.',
    ],
  ].map(([number, standard, meaning]) => ({
    pattern: `net.ipv4.neigh.default.gc_thresh${number}`,
    meaning: String(meaning),
    default: String(standard),
    ...amount('neighbours'),
    source: IP_SYSCTL,
  })),
  {
    pattern: 'net.netfilter.nf_conntrack_max',
    meaning:
      'How many connections conntrack knows; beyond, packets are dropped. Matters with net.ipv4.vs.conntrack.',
    default: undefined,
    module: 'nf_conntrack',
    ...amount('connections'),
    source: CONNTRACK,
  },
  {
    pattern: 'net.netfilter.nf_conntrack_tcp_be_liberal',
    meaning:
      'Whether TCP packets outside of the window are invalid. In DR and TUN the director sees one half of a connection.',
    default: '0',
    module: 'nf_conntrack',
    ...toggle('All outside of the window.', 'Only resets.'),
    source: CONNTRACK,
  },
  {
    pattern: 'net.netfilter.nf_conntrack_tcp_loose',
    meaning: 'Whether conntrack takes up connections whose beginning it has not seen, as after a failover.',
    default: '1',
    module: 'nf_conntrack',
    ...toggle('No.', 'Yes.'),
    source: CONNTRACK,
  },
]

/** What stands for the interface in a pattern. */
export const ANY_INTERFACE = 'IF'

function confEntries(family: Family, entries: Readonly<Record<string, ConfEntry>>): SysctlEntry[] {
  return Object.entries(entries).map(([name, entry]) => ({
    pattern: `net.ipv${family}.conf.${ANY_INTERFACE}.${name}`,
    ...entry,
  }))
}

/** Every kernel setting that matters for LVS. */
export const SYSCTL_ENTRIES: readonly SysctlEntry[] = [
  ...HOST_ENTRIES,
  ...confEntries(4, IPV4_CONF),
  ...confEntries(6, IPV6_CONF),
  ...VS_ENTRIES,
]

const BY_PATTERN: ReadonlyMap<string, SysctlEntry> = new Map(
  SYSCTL_ENTRIES.map((entry) => [entry.pattern, entry]),
)

/** What is to know of a sysctl, by its dotted key; undefined for those LVS has nothing to do with. */
export function sysctlEntry(key: string): SysctlEntry | undefined {
  // A dot in an interface's name is written as a slash, so that there is one word between the dots.
  return BY_PATTERN.get(key.replace(/^(net\.ipv[46]\.conf)\.[^.]+\./, `$1.${ANY_INTERFACE}.`))
}

/** What a value must be for the kernel to take it ("a whole number from 0 to 3"); undefined where it does, or may. */
export function sysctlRefusal(key: string, value: string): string | undefined {
  const limits = sysctlEntry(key)?.limits
  return limits === undefined || limits.holds(value) ? undefined : said(limits.expected)
}

/** What a value of a sysctl means, in a sentence; undefined where it means nothing beyond itself. */
export function sysctlValueMeaning({ values }: SysctlEntry, value: string): string | undefined {
  switch (values.kind) {
    case 'boolean': {
      const number = /^-?\d{1,10}$/.test(value) ? Number(value) : undefined
      return number === undefined ? undefined : said(number === 0 ? values.off : values.on)
    }
    case 'words':
      return Object.hasOwn(values.meanings, value) ? said(values.meanings[value] ?? '') : undefined
    case 'number':
    case 'text':
      return undefined
  }
}
